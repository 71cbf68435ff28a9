//! Pairs of a source and a target, read from the documents of a generated world (or of any text written like one) and from
//! sequence tasks.
//!
//! ```text
//! translate   Kalo bought a lamp.↵卡洛买了一盏灯。                    translate: Kalo bought a lamp. → 卡洛买了一盏灯。
//! answer      Text: Kalo bought a lamp.↵Question: Who …?↵Answer: Kalo.  answer: Kalo bought a lamp. Who …? → Kalo
//! classify    Review by Kalo: …↵Sentiment: positive                  sentiment: Review by Kalo: … → positive
//! correct     Right: She has a lamp.↵Wrong: She have a lamp.         correct: She have a lamp. → She has a lamp.
//! a task      45+78=123                                              45+78= → 123
//! ```
//!
//! Documents of the other genres, and those that a split has cut, give no pair. Chinese documents give theirs after the same
//! prefix. What a text spells wrong stays wrong.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::text_to_text::Pair;
use crate::data::statistics::documents::documents;
use crate::data::statistics::languages::is_han;
use crate::data::tasks::Task;
use crate::rng::hash32;
use crate::tokenizer::Tokenizer;

/// What is made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TextTask {
    /// English into Chinese.
    Translate,
    /// A question, after its text where there is one.
    Answer,
    /// A review into its sentiment.
    Classify,
    /// A wrong sentence into the right one.
    Correct,
}

impl TextTask {
    pub const ALL: [TextTask; 4] = [
        TextTask::Translate,
        TextTask::Answer,
        TextTask::Classify,
        TextTask::Correct,
    ];

    /// What its sources begin with, without the blank after it.
    pub fn prefix(self) -> &'static str {
        match self {
            TextTask::Translate => "translate:",
            TextTask::Answer => "answer:",
            TextTask::Classify => "sentiment:",
            TextTask::Correct => "correct:",
        }
    }
}

/// A source and its target as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextPair {
    /// None for a sequence task.
    pub task: Option<TextTask>,
    /// With the prefix.
    pub source: String,
    pub target: String,
}

impl TextPair {
    fn new(task: TextTask, source: &str, target: &str) -> Self {
        Self {
            task: Some(task),
            source: format!("{} {source}", task.prefix()),
            target: target.to_owned(),
        }
    }

    /// Its tokens.
    pub fn encoded(&self, tokenizer: &dyn Tokenizer) -> Pair {
        Pair {
            source: tokenizer.encode(&self.source),
            target: tokenizer.encode(&self.target),
            opening: opening(&self.source),
        }
    }
}

/// The first 40 characters of a text.
fn opening(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The pairs of some tasks, in the order of the text.
pub fn of_text(text: &str, tasks: &[TextTask]) -> Vec<TextPair> {
    documents(text)
        .into_iter()
        .filter_map(|range| of_document(&text[range]))
        .filter(|pair| pair.task.is_some_and(|task| tasks.contains(&task)))
        .collect()
}

/// The pair of one document, if it is one.
pub fn of_document(document: &str) -> Option<TextPair> {
    let lines: Vec<&str> = document.lines().map(str::trim).collect();
    match *lines.as_slice() {
        [first, second] => of_two(first, second),
        [text, question, answer] => {
            let (text, question, answer, joint) = match after(text, "Text: ") {
                Some(text) => (
                    text,
                    after(question, "Question: ")?,
                    after(answer, "Answer: ")?,
                    " ",
                ),
                None => (
                    after(text, "文：")?,
                    after(question, "问：")?,
                    after(answer, "答：")?,
                    "",
                ),
            };
            let source = format!("{text}{joint}{question}");
            Some(TextPair::new(TextTask::Answer, &source, bare(answer)?))
        }
        _ => None,
    }
}

fn of_two(first: &str, second: &str) -> Option<TextPair> {
    let labelled = |a: &str, b: &str| Some((after(first, a)?, after(second, b)?));
    if let Some((question, answer)) =
        labelled("Question: ", "Answer: ").or_else(|| labelled("问：", "答："))
    {
        return Some(TextPair::new(TextTask::Answer, question, bare(answer)?));
    }
    if let Some((right, wrong)) =
        labelled("Right: ", "Wrong: ").or_else(|| labelled("对：", "错："))
    {
        return Some(TextPair::new(TextTask::Correct, wrong, right));
    }
    if let Some(sentiment) = after(second, "Sentiment: ").or_else(|| after(second, "情感：")) {
        let is_review = first.starts_with("Review by ") || first.contains("的评价：");
        return is_review.then(|| TextPair::new(TextTask::Classify, first, sentiment));
    }
    let is_parallel = !first.contains(is_han)
        && first.contains(|c: char| c.is_ascii_alphabetic())
        && second.contains(is_han);
    is_parallel.then(|| TextPair::new(TextTask::Translate, first, second))
}

/// What follows a label, if anything does.
fn after<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    line.strip_prefix(label).filter(|rest| !rest.is_empty())
}

/// An answer without its full stop.
fn bare(answer: &str) -> Option<&str> {
    let bare = answer
        .strip_suffix('.')
        .or_else(|| answer.strip_suffix('。'))
        .unwrap_or(answer);
    Some(bare).filter(|bare| !bare.is_empty())
}

/// Examples 0 to `count` of a sequence task.
pub fn of_task(task: &dyn Task, seed: u32, count: u32) -> Vec<TextPair> {
    (0..count)
        .map(|index| {
            let example = task.example(seed, index);
            TextPair {
                task: None,
                source: example.prompt,
                target: example.answer,
            }
        })
        .collect()
}

/// Splits off about this share of the different sources for validation, so that no source is on both sides. With at least two
/// different ones and a share above 0 there is one on each side; a share that is no number holds out nothing.
pub fn split(pairs: Vec<TextPair>, validation_fraction: f32) -> (Vec<TextPair>, Vec<TextPair>) {
    let fraction = f64::from(validation_fraction.max(0.0)).min(0.5);
    let mut sources: Vec<(u32, &str)> = pairs
        .iter()
        .map(|pair| pair.source.as_str())
        .collect::<HashSet<&str>>()
        .into_iter()
        .map(|source| (hash(source), source))
        .collect();
    if fraction == 0.0 || sources.len() < 2 {
        return (pairs, Vec::new());
    }
    sources.sort_unstable();
    let count = (sources.len() as f64 * fraction).round() as usize;
    sources.truncate(count.clamp(1, sources.len() - 1));
    let held_out: HashSet<String> = sources
        .into_iter()
        .map(|(_, source)| source.to_owned())
        .collect();
    let is_training = |pair: &TextPair| !held_out.contains(&pair.source);
    pairs.into_iter().partition(is_training)
}

/// FNV-1a over the bytes, mixed.
fn hash(text: &str) -> u32 {
    let fold = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    hash32(text.bytes().fold(0x811C_9DC5, fold), 0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::data::tasks::TaskKind;
    use crate::data::world::{Genre, Truth, WorldConfig, generate};
    use crate::tokenizer::Bytes;

    /// Every pair of a generated text beside the truth of its document, which is read off the derivation.
    fn check_world(config: &WorldConfig, seed: u32) {
        let world = generate(config, seed, 60_000).unwrap();
        let mut counts: HashMap<Genre, usize> = HashMap::new();
        for document in &world.documents {
            let text = &world.text[document.range.clone()];
            let at = |range: &std::ops::Range<usize>| text[range.clone()].to_owned();
            let expected = match &document.truth {
                Truth::Parallel {
                    english, chinese, ..
                } => Some((format!("translate: {}", at(english)), at(chinese))),
                Truth::Question {
                    question, answer, ..
                } => {
                    let (context, joint) = match text.lines().count() {
                        2 => ("", ""),
                        _ => match text.lines().next().unwrap() {
                            line if line.starts_with("Text: ") => (&line["Text: ".len()..], " "),
                            line => (&line["文：".len()..], ""),
                        },
                    };
                    let question = at(question);
                    Some((format!("answer: {context}{joint}{question}"), at(answer)))
                }
                Truth::Sentiment { label, .. } => Some((
                    format!("sentiment: {}", text.lines().next().unwrap()),
                    at(label),
                )),
                Truth::Grammaticality { right, wrong, .. } => {
                    Some((format!("correct: {}", at(wrong)), at(right)))
                }
                _ => None,
            };
            let found = of_document(text).map(|pair| (pair.source, pair.target));
            assert_eq!(found, expected, "{text}");
            *counts.entry(document.genre).or_default() += 1;
        }
        assert_eq!(counts.len(), Genre::ALL.len(), "every genre was seen");
        let paired = [
            Genre::Parallel,
            Genre::Question,
            Genre::Sentiment,
            Genre::Grammaticality,
        ];
        let expected: usize = paired.iter().map(|genre| counts[genre]).sum();
        assert_eq!(of_text(&world.text, &TextTask::ALL).len(), expected);
        let translations = of_text(&world.text, &[TextTask::Translate]);
        assert_eq!(translations.len(), counts[&Genre::Parallel]);
    }

    #[test]
    fn pairs_are_the_truth_of_the_world() {
        check_world(&WorldConfig::default(), 1);
        let other = WorldConfig {
            complexity: 5,
            facts_per_entity: 5,
            noise: 0.2,
            rude_words: 0.5,
            chinese: 0.6,
            ..WorldConfig::default()
        };
        check_world(&other, 7);
    }

    #[test]
    fn what_is_cut_gives_no_pair() {
        for text in [
            "",
            "Question: Who is it?",
            "Question: Who is it?\nAnswer: ",
            "Question: Who is it?\nAnswer: .",
            "Answer: Kalo.\nQuestion: Who is it?",
            "Text: Kalo ran.\nQuestion: Who ran?",
            "Right: She has a lamp.\nWrong:",
            "She is here.\nSentiment: positive",
            "One line.\nAnother line.",
            "一行。\n又一行。",
            "News: Kalo buys a lamp\n新闻。\n没有了。",
        ] {
            assert_eq!(of_document(text), None, "{text}");
        }
    }

    #[test]
    fn a_task_gives_its_lines() {
        let task = TaskKind::Addition.build(&[2, 0]).unwrap();
        let pairs = of_task(&*task, 3, 50);
        assert_eq!(pairs.len(), 50);
        for (index, pair) in pairs.iter().enumerate() {
            let example = task.example(3, index as u32);
            assert_eq!(
                (&pair.source, &pair.target),
                (&example.prompt, &example.answer)
            );
        }
        let pair = pairs[0].encoded(&Bytes);
        let bytes: Vec<u32> = pairs[0].source.bytes().map(u32::from).collect();
        assert_eq!((&pair.source, &pair.opening), (&bytes, &pairs[0].source));
    }

    #[test]
    fn no_source_is_on_both_sides() {
        let task = TaskKind::Addition.build(&[1, 0]).unwrap();
        let pairs = of_task(&*task, 1, 400);
        let (training, validation) = split(pairs.clone(), 0.2);
        assert_eq!(training.len() + validation.len(), 400);
        let sources = |pairs: &[TextPair]| -> HashSet<String> {
            pairs.iter().map(|pair| pair.source.clone()).collect()
        };
        let (left, right) = (sources(&training), sources(&validation));
        assert!(left.is_disjoint(&right));
        let share = right.len() as f64 / (left.len() + right.len()) as f64;
        assert!((share - 0.2).abs() < 0.01, "{share}");
        for (pairs, fraction) in [(pairs.clone(), 0.0), (pairs, f32::NAN)] {
            assert!(split(pairs, fraction).1.is_empty());
        }
        let two: Vec<TextPair> = of_task(&*task, 1, 2);
        assert_eq!(split(two, 0.01).1.len(), 1);
    }

    #[test]
    fn openings_end_at_characters() {
        assert_eq!(opening(&"鲸".repeat(40)), "鲸".repeat(40));
        assert_eq!(opening(&"鲸".repeat(41)), format!("{}…", "鲸".repeat(40)));
    }
}
