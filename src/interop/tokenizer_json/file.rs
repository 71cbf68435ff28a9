//! What a `tokenizer.json` says, before anything is made of it. Nothing here grows beyond the file: a file of n bytes needs memory
//! in proportion to n, and nesting is bounded by the parser (128 levels).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// The parts of the file that this crate reads.
#[derive(Debug, Deserialize)]
pub struct File {
    #[serde(default)]
    pub added_tokens: Vec<AddedToken>,
    #[serde(default)]
    pub normalizer: Value,
    #[serde(default)]
    pub pre_tokenizer: Value,
    #[serde(default)]
    pub post_processor: Value,
    pub model: Model,
}

/// A token that is found before the model sees the text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AddedToken {
    pub id: u32,
    pub content: String,
    /// Only where it is a word of its own.
    #[serde(default)]
    pub single_word: bool,
    /// White space before it belongs to it.
    #[serde(default)]
    pub lstrip: bool,
    /// White space after it belongs to it.
    #[serde(default)]
    pub rstrip: bool,
    /// Looked for in normalised text.
    #[serde(default)]
    pub normalized: bool,
    /// No text: a sign to the model.
    #[serde(default)]
    pub special: bool,
}

/// The model, whatever its type: what one type does not have is absent.
#[derive(Debug, Deserialize)]
pub struct Model {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub vocab: Vocabulary,
    #[serde(default)]
    pub merges: Vec<MergeText>,
    pub unk_token: Option<String>,
    pub unk_id: Option<u32>,
    #[serde(default)]
    pub byte_fallback: bool,
    #[serde(default)]
    pub ignore_merges: bool,
    pub continuing_subword_prefix: Option<String>,
    pub end_of_word_suffix: Option<String>,
    pub max_input_chars_per_word: Option<usize>,
}

impl Model {
    /// The type, or what files without one must be.
    pub fn kind(&self) -> &str {
        match (&self.kind, &self.vocab) {
            (Some(kind), _) => kind,
            (None, Vocabulary::Scores(_)) => "Unigram",
            (None, Vocabulary::Ids(_)) if self.max_input_chars_per_word.is_some() => "WordPiece",
            (None, Vocabulary::Ids(_)) => "BPE",
        }
    }
}

/// A merge, in the old form ("a b") or the new (["a", "b"]).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum MergeText {
    Line(String),
    Pair(String, String),
}

impl MergeText {
    /// The two tokens.
    pub fn pair(&self) -> Option<(&str, &str)> {
        match self {
            MergeText::Line(line) => line
                .split_once(' ')
                .filter(|(_, second)| !second.contains(' ')),
            MergeText::Pair(first, second) => Some((first, second)),
        }
    }
}

/// A vocabulary: ids by token, or tokens with scores in the order of ids. Repeated keys are kept, to be found and named.
#[derive(Debug)]
pub enum Vocabulary {
    Ids(Vec<(String, u32)>),
    Scores(Vec<(String, f64)>),
}

impl Vocabulary {
    pub fn len(&self) -> usize {
        match self {
            Vocabulary::Ids(tokens) => tokens.len(),
            Vocabulary::Scores(pieces) => pieces.len(),
        }
    }
}

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Vocabulary;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a vocabulary: ids by token, or pieces with scores")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vocabulary, A::Error> {
                let mut tokens = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    tokens.push(entry);
                }
                Ok(Vocabulary::Ids(tokens))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vocabulary, A::Error> {
                let mut pieces = Vec::new();
                while let Some(piece) = list.next_element()? {
                    pieces.push(piece);
                }
                Ok(Vocabulary::Scores(pieces))
            }

            fn visit_unit<E: Error>(self) -> Result<Vocabulary, E> {
                Ok(Vocabulary::Ids(Vec::new()))
            }
        }

        deserializer.deserialize_any(Either)
    }
}
