//! What the tokenizer laboratory asks of the worker, and what it hears back. Texts are cut and tokenizers learned in the
//! worker; what comes up is plain data, small enough to be drawn from.

use serde::{Deserialize, Serialize};

use super::config::{Corpus, Recipe};

/// Where a tokenizer comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// Learned from the training part of a corpus.
    Learned {
        corpus: Corpus,
        recipe: Recipe,
        /// Share of the corpus, at its end, that it must not see; the playground's, so that a run finds it learned.
        held_out: f32,
    },
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Keep this text; `Cut` is about it. Answered by `Text`.
    Text { text: String },
    /// Cut the kept text. Answered by `Cut`.
    Cut { source: Source },
    /// Everything in a vocabulary, with how often it occurs in the text it was learned from. Answered by `Vocabulary`.
    Vocabulary { source: Source },
    /// Where a token occurs in that text. Answered by `Places`.
    Places { source: Source, id: u32 },
    /// Tokens that each text costs each tokenizer. Answered by `Costs`.
    Costs {
        sources: Vec<Source>,
        texts: Vec<String>,
    },
    /// The beginning of a corpus as text, at most so many bytes. Answered by `Corpus`.
    Corpus { corpus: Corpus, most_bytes: u32 },
}

/// What an [`Ask`] is answered with; each goes with the request's number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Learning goes on: share done.
    Progress(f32),
    Text(TextFacts),
    Cut(Box<Cut>),
    Vocabulary(Vec<Entry>),
    Places(Places),
    /// (source, text): tokens.
    Costs(Vec<Vec<u32>>),
    Corpus {
        text: String,
        is_whole: bool,
    },
    /// It could not be done; why, and the cure.
    Failed(String),
    /// It was given up as asked.
    Stopped,
}

/// What a text is measured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextFacts {
    pub bytes: u64,
    /// Unicode scalar values.
    pub characters: u64,
    /// Words after Unicode Standard Annex 29; an ideograph is a word.
    pub words: u64,
}

/// A text cut by a tokenizer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Three numbers a token: id, bytes of the text left out before it, bytes it covers.
    pub tokens: Vec<u32>,
    /// How each id that occurs is written in its vocabulary, by id.
    pub labels: Vec<(u32, String)>,
    pub vocabulary: u32,
    /// The id of what the vocabulary lacks.
    pub unknown: Option<u32>,
    /// Whether decoding gives every text back.
    pub is_lossless: bool,
}

/// One entry of a vocabulary; its place in the list is its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub label: String,
    /// UTF-8 bytes it stands for.
    pub bytes: u32,
    /// Times it occurs in the training text, cut by its tokenizer.
    pub count: u32,
    /// ln p, where tokens have a probability.
    pub score: Option<f32>,
    /// The two that were merged, where merges make tokens.
    pub made_of: Option<(u32, u32)>,
}

/// Where a token occurs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Places {
    /// Occurrences in all.
    pub count: u32,
    /// Text before, of, and after the first of them.
    pub contexts: Vec<[String; 3]>,
}
