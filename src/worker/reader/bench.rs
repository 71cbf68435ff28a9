//! Learning and cutting with learned tokenizers: Moby Dick, and how the time grows with the text.

use serde_json::{Value, json};

use super::super::median::median;
use super::super::surroundings::Outside;
use super::Reader;
use crate::session::config::{Recipe, Split, TokenizerKind};
use crate::session::reading::Reply;
use crate::tokenizer::learn;

/// The file of the text beside the page, under `corpora/`.
pub const TEXT: &str = "moby-dick.txt";
/// Tokens of every vocabulary.
pub const VOCABULARY: u32 = 4_096;
/// What is rarer than this in the text gets no token.
pub const MIN_COUNT: u32 = 2;
/// Tokenizers measured, by their word in links. BPE cuts as GPT-2 does.
pub const KINDS: [(TokenizerKind, &str); 2] = [
    (TokenizerKind::BpeBytes, "bpe-bytes"),
    (TokenizerKind::Unigram, "unigram"),
];
/// Bytes of the texts that show the growth.
const SIZES: [usize; 4] = [1_000_000, 2_000_000, 4_000_000, 8_000_000];
/// Learning takes seconds; this many runs give a median.
pub const MOST_RUNS: u32 = 5;

/// The text for a size: Moby Dick, and again with its letters moved on by one in the alphabet, by two, and so on, so that twice
/// the text has twice the words.
fn grown(text: &str, bytes: usize) -> String {
    let mut grown = String::with_capacity(bytes + text.len());
    let mut turn = 0u8;
    while grown.len() < bytes {
        grown.extend(text.chars().map(|c| {
            let first = match c {
                'a'..='z' => b'a',
                'A'..='Z' => b'A',
                _ => return c,
            };
            char::from(first + (c as u8 - first + turn) % 26)
        }));
        turn = (turn + 1) % 26;
    }
    let mut end = bytes;
    while !grown.is_char_boundary(end) {
        end -= 1;
    }
    grown.truncate(end);
    grown
}

/// One figure: times in seconds, of a task over a text.
pub fn line(tokenizer: &str, by: &str, task: &str, text: &str, mut times: Vec<f64>) -> Value {
    let median = median(&mut times);
    json!({
        "workload": "tokenize",
        "tokenizer": tokenizer,
        "by": by,
        "task": task,
        "vocabulary": VOCABULARY,
        "bytes": text.len(),
        "runs": times.len(),
        "median_ms": median * 1e3,
        "min_ms": times[0] * 1e3,
        "max_ms": times[times.len() - 1] * 1e3,
        "mb_per_s": text.len() as f64 / 1e6 / median,
    })
}

impl Reader {
    /// Prints the figures of this machine as [`Reply::BenchLine`]s.
    pub(super) async fn bench(&mut self, request: u32, runs: u32) {
        let say = std::rc::Rc::clone(&self.say);
        let print = |json: Value| {
            let json = json.to_string();
            say(Reply::BenchLine { request, json });
        };
        let failure = match self.outside.fetch_text(TEXT, Box::new(|_, _| ())).await {
            Ok(bytes) => tokenize(&bytes, runs, &*self.outside, &print).err(),
            Err(message) => Some(message),
        };
        self.say(Reply::BenchDone { request, failure });
    }
}

fn tokenize(
    bytes: &[u8],
    runs: u32,
    outside: &dyn Outside,
    print: &dyn Fn(Value),
) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    for (kind, name) in KINDS {
        learn_and_cut(kind, name, text, runs.clamp(1, MOST_RUNS), outside, print)?;
    }
    for size in SIZES {
        let text = grown(text, size);
        for (kind, name) in KINDS {
            learn_and_cut(kind, name, &text, 1, outside, print)?;
        }
    }
    Ok(())
}

fn learn_and_cut(
    kind: TokenizerKind,
    name: &str,
    text: &str,
    runs: u32,
    outside: &dyn Outside,
    print: &dyn Fn(Value),
) -> Result<(), String> {
    let recipe = Recipe {
        vocabulary: VOCABULARY,
        split: Split::Gpt2,
        min_count: MIN_COUNT,
        ..Recipe::of_kind(kind)
    };
    let (mut learning, mut cutting) = (Vec::new(), Vec::new());
    let mut tokens = 0;
    for _ in 0..runs {
        let start = outside.now_secs();
        let tokenizer = learn(&recipe, text, &mut |_| true).map_err(|e| e.to_string())?;
        learning.push(outside.now_secs() - start);
        let start = outside.now_secs();
        tokens = tokenizer.encode(text).len();
        cutting.push(outside.now_secs() - start);
    }
    print(line(name, "seedling", "learn", text, learning));
    let mut cut = line(name, "seedling", "encode", text, cutting);
    cut["tokens"] = json!(tokens);
    print(cut);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grown_text_has_new_words() {
        assert_eq!(grown("Zoo, é! ", 9), "Zoo, é! ");
        assert_eq!(grown("Zoo, é! ", 13), "Zoo, é! App,");
    }

    #[test]
    fn a_figure_has_its_speed() {
        let line = line(
            "bpe-bytes",
            "seedling",
            "encode",
            "123456",
            vec![3.0, 1.0, 2.0],
        );
        assert_eq!(line["median_ms"], 2000.0);
        assert_eq!(
            (&line["min_ms"], &line["max_ms"]),
            (&json!(1000.0), &json!(3000.0))
        );
        assert_eq!(line["mb_per_s"], 3e-6);
    }
}
