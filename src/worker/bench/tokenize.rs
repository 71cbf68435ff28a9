//! Learning and cutting with learned tokenizers: Moby Dick, and how the time grows with the text.

use serde_json::{Map, Value, json};

use super::{Bench, median};
use crate::session::config::{Recipe, Split, TokenizerKind};
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

impl Bench<'_> {
    pub(super) async fn tokenize(&mut self) -> Result<(), String> {
        let bytes = self
            .surroundings
            .fetch_text(TEXT, Box::new(|_, _| ()))
            .await?;
        let text = String::from_utf8(bytes).map_err(|e| e.to_string())?;
        for (kind, name) in KINDS {
            self.learn_and_cut(kind, name, &text, self.runs.min(MOST_RUNS))?;
        }
        for size in SIZES {
            let text = grown(&text, size);
            for (kind, name) in KINDS {
                self.learn_and_cut(kind, name, &text, 1)?;
            }
        }
        Ok(())
    }

    fn learn_and_cut(
        &self,
        kind: TokenizerKind,
        name: &str,
        text: &str,
        runs: u32,
    ) -> Result<(), String> {
        let recipe = Recipe {
            vocabulary: VOCABULARY,
            split: Split::Gpt2,
            min_count: MIN_COUNT,
            ..Recipe::of_kind(kind)
        };
        let now = || self.surroundings.now_secs();
        let (mut learning, mut cutting) = (Vec::new(), Vec::new());
        let mut tokens = 0;
        for _ in 0..runs {
            let start = now();
            let tokenizer = learn(&recipe, text, &mut |_| true).map_err(|e| e.to_string())?;
            learning.push(now() - start);
            let start = now();
            tokens = tokenizer.encode(text).len();
            cutting.push(now() - start);
        }
        self.print_more(line(name, "seedling", "learn", text, learning), None);
        self.print_more(
            line(name, "seedling", "encode", text, cutting),
            Some(tokens),
        );
        Ok(())
    }

    fn print_more(&self, line: Value, tokens: Option<usize>) {
        let mut all: Map<String, Value> = self.head.clone();
        all.remove("config");
        if let Value::Object(line) = line {
            all.extend(line);
        }
        if let Some(tokens) = tokens {
            all.insert("tokens".into(), json!(tokens));
        }
        (self.print)(Value::Object(all).to_string());
    }
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
