//! What learning did, merge by merge: plain data for the page to play, step and rewind.

use serde::{Deserialize, Serialize};

/// One merge. Ids are those of the finished vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeStep {
    /// The pair that was most frequent.
    pub pair: (u32, u32),
    /// How often it stood in the corpus, overlapping ones (a a a) counted each.
    pub count: u64,
    /// The token it became, the next id.
    pub id: u32,
    /// Tokens in the corpus after the merge.
    pub corpus_length: u64,
}

/// A whole learning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BpeTrace {
    /// Ids before the first merge: special tokens, then single bytes or characters.
    pub base: u32,
    /// Tokens in the corpus before the first merge.
    pub corpus_length: u64,
    pub steps: Vec<MergeStep>,
}

/// A pair that could be merged next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub pair: (u32, u32),
    /// How often it stands in the corpus now.
    pub count: u64,
}
