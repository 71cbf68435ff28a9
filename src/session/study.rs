//! Questions about a corpus that the worker answers, and the answers, as serde data.

use serde::{Deserialize, Serialize};

use crate::data::statistics::blocks::{Alphabet, Blocks};
use crate::data::statistics::contamination::Contamination;
use crate::data::statistics::duplicates::Duplicates;
use crate::data::statistics::frequency::Frequencies;
use crate::data::statistics::languages::Makeup;
use crate::data::statistics::lengths::PartLengths;
use crate::data::statistics::predictor::CodeLength;

/// Similarity from which documents count as near-duplicates.
pub const SIMILARITY: f32 = 0.8;

/// Said when the guessing game has nothing to play with.
pub const NO_LETTERS: &str =
    "This corpus has too few Latin letters for the guessing game. Choose one in English in Data.";

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Study {
    /// `limit` documents from number `from` on.
    Documents {
        from: u32,
        limit: u32,
    },
    /// Characters, words and tokens.
    Frequencies,
    /// Lengths of documents, lines and sentences; scripts and languages.
    Parts,
    Duplicates,
    /// How much of the validation text stands in the training text.
    Contamination,
    /// Block entropies F₁ … F_longest.
    Blocks {
        alphabet: Alphabet,
        longest: u32,
    },
    /// Bits per character of English and of Chinese.
    TwoLanguages,
    /// A passage to guess letter by letter. Another `round` is another passage.
    Guessing {
        round: u32,
    },
}

/// A document of a corpus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// From 1.
    pub number: u32,
    /// First byte in the text.
    pub start: u32,
    pub characters: u64,
    pub preview: String,
}

/// How a predictor that learns as it reads codes a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Coded {
    /// What the text is.
    pub name: String,
    pub length: CodeLength,
}

/// A passage for the guessing game, and how a machine that has read the training text fares on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Letters a to z and single blanks, the given beginning first.
    pub text: String,
    /// Letters given before the first guess.
    pub given: u32,
    /// At which guess the machine finds each letter after the given ones.
    pub machine: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Finding {
    Documents {
        total: u32,
        documents: Vec<Document>,
    },
    Frequencies {
        characters: Frequencies,
        words: Frequencies,
        tokens: Frequencies,
    },
    Parts {
        lengths: PartLengths,
        makeup: Makeup,
    },
    Duplicates(Duplicates),
    Contamination(Contamination),
    Blocks(Blocks),
    TwoLanguages {
        english: Coded,
        chinese: Coded,
    },
    Guessing(Passage),
    /// Given up as asked.
    Stopped,
    /// It could not be done; why, and the cure.
    Failed(String),
}
