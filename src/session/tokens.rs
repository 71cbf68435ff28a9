//! What the tokenizer laboratory asks of the worker, and what it hears back. Texts are cut and tokenizers learned in the
//! worker; what comes up is plain data, small enough to be drawn from.

use serde::{Deserialize, Serialize};

use super::config::{Corpus, Recipe};
use crate::data::split::HeldOut;

/// Where a tokenizer comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// Learned from the training part of a corpus.
    Learned {
        corpus: Corpus,
        recipe: Recipe,
        /// What of the corpus it must not see; the playground's, so that a run finds it learned.
        held_out: HeldOut,
    },
    /// Learned from a short text of one kind that is always there.
    Sample { kind: SampleKind, recipe: Recipe },
    /// Read from a file by [`Ask::Import`].
    Imported { file: u32 },
}

/// Texts that tokenizers are learned from to compare what they cost each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SampleKind {
    English,
    Chinese,
    Code,
}

impl SampleKind {
    pub const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Code];
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Keep this text; `Cut` is about it. Answered by `Text`.
    Text { text: String },
    /// Cut the kept text. Answered by `Cut`.
    Cut {
        source: Source,
        /// Whether special tokens that are spelled out in the text stand for themselves; else they are text.
        reads_specials: bool,
    },
    /// Everything in a vocabulary, with how often it occurs in the text it was learned from. Answered by `Vocabulary`.
    Vocabulary { source: Source },
    /// Where a token occurs in that text. Answered by `Places`.
    Places { source: Source, id: u32 },
    /// Each of a few short texts, cut by each tokenizer. Answered by `Costs`.
    Costs {
        sources: Vec<Source>,
        texts: Vec<String>,
    },
    /// Learn with every step written down, for the player. Answered by `Learned`.
    Learn { source: Source },
    /// How things stood after `at` steps of what was learned last: the sample cut, what could come next, and the ways to cut
    /// a word of it. Answered by `Moment`.
    Moment {
        at: u32,
        sample: String,
        word: String,
    },
    /// Read a `tokenizer.json` and keep its tokenizer as this file. Answered by `Imported`.
    Import { file: u32, bytes: Vec<u8> },
    /// A tokenizer as `tokenizer.json`. Answered by `Exported`.
    Export { source: Source },
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
    /// By source, then by text.
    Costs(Vec<Vec<Cut>>),
    Imported {
        file: u32,
    },
    Exported(String),
    Learned(Learning),
    Moment(Box<Moment>),
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
    /// Number of special tokens in the vocabulary.
    pub special_count: u32,
    /// The first of them and those that occur, by id: how each is written.
    pub specials: Vec<(u32, String)>,
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

/// A learning, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Learning {
    /// Merges of byte-pair encoding.
    Merges {
        /// Tokens in the corpus before the first.
        length: u64,
        /// Ids before the first.
        base: u32,
        merges: Vec<MergeRow>,
    },
    /// Rounds of EM and pruning.
    Rounds {
        /// Characters that likelihoods are divided by.
        characters: u64,
        /// Pieces of the seed vocabulary.
        seeds: u32,
        rounds: Vec<RoundRow>,
    },
}

impl Learning {
    /// Steps in all.
    pub fn steps(&self) -> usize {
        match self {
            Learning::Merges { merges, .. } => merges.len(),
            Learning::Rounds { rounds, .. } => rounds.len(),
        }
    }
}

/// One merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeRow {
    pub left: String,
    pub right: String,
    pub made: String,
    /// How often the pair stood in the corpus.
    pub count: u64,
    /// Tokens in the corpus afterwards.
    pub length: u64,
}

/// One round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoundRow {
    /// Pruning, or else EM.
    pub is_pruning: bool,
    /// ln P(corpus) at its beginning, nats.
    pub log_likelihood: f64,
    /// Expected tokens in the corpus at its beginning.
    pub tokens: f64,
    /// Pieces before it.
    pub vocabulary: u32,
    /// Pieces it dropped.
    pub dropped: u32,
}

/// How things stand between two steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Steps done.
    pub at: u32,
    pub cut: Cut,
    pub next: Next,
}

/// What could come next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Next {
    /// The most frequent pairs, the next merge first.
    Pairs(Vec<PairRow>),
    /// The pieces that the next pruning takes, cheapest first, and the ways to cut the word.
    Pieces {
        doomed: Vec<DoomedRow>,
        lattice: LatticeView,
    },
}

/// A pair that could be merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairRow {
    pub left: String,
    pub right: String,
    pub count: u64,
}

/// A piece about to be dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoomedRow {
    pub piece: String,
    /// Its expected count.
    pub count: f32,
    /// Nats that the likelihood loses without it.
    pub cost: f32,
}

/// Every way to cut one word.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatticeView {
    pub word: String,
    pub edges: Vec<EdgeView>,
    /// The most probable ways: indices of edges, ln P, P / Z.
    pub paths: Vec<PathView>,
    /// ln of the sum over all ways, nats.
    pub log_z: f64,
}

/// A piece that could stand in the word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeView {
    pub label: String,
    /// Bytes of the word.
    pub start: u32,
    pub end: u32,
    /// ln p.
    pub log_p: f64,
    /// Share of all ways that use it, by their probability.
    pub posterior: f64,
}

/// One way to cut the word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathView {
    pub edges: Vec<u32>,
    pub log_p: f64,
    pub probability: f64,
}
