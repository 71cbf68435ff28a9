//! Why a file makes no tokenizer, or a tokenizer no file. Shown to the user, so every message names the cure.

use crate::tokenizer::bpe::PartsError;
use crate::tokenizer::unigram::UnigramError;
use crate::tokenizer::wordpiece::WordPieceError;

/// Why a `tokenizer.json` could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error(
        "The file has {bytes} bytes; a tokenizer.json of at most {most} bytes can be read. Choose the tokenizer's file, not the model's."
    )]
    TooLarge { bytes: usize, most: usize },
    #[error("This is no tokenizer.json: {0}. Choose the file of that name from a model's folder.")]
    NotJson(String),
    #[error(
        "The file has more than {most} {what}. Choose a tokenizer with fewer; the largest in use have 300,000."
    )]
    TooMany { what: &'static str, most: usize },
    #[error("The file asks for {found} as its {part}, which is not known here. Known are {known}.")]
    Unsupported {
        part: &'static str,
        found: String,
        known: &'static str,
    },
    #[error("The file's {part} is not as it should be: {reason}. Save the tokenizer again.")]
    Malformed { part: &'static str, reason: String },
    #[error("The vocabulary lists {token} twice. Save the tokenizer again.")]
    DuplicateToken { token: String },
    #[error("The tokens {first} and {second} have the same id {id}. Save the tokenizer again.")]
    DuplicateId {
        id: u32,
        first: String,
        second: String,
    },
    #[error(
        "The token {token} has the id {id}, far beyond the file's {tokens} tokens. Save the tokenizer again."
    )]
    IdOutOfRange {
        token: String,
        id: u32,
        tokens: usize,
    },
    #[error(
        "Merge {merge} names {token}, which the vocabulary does not have. Take the vocabulary and the merges from the same tokenizer."
    )]
    UnknownInMerge { merge: usize, token: String },
    #[error(
        "{token} is named as the unknown token, but the vocabulary does not have it. Add it to the vocabulary."
    )]
    NoUnknownToken { token: String },
    #[error(transparent)]
    Bpe(#[from] PartsError),
    #[error(transparent)]
    Unigram(#[from] UnigramError),
    #[error(transparent)]
    WordPiece(#[from] WordPieceError),
}

/// Why a tokenizer could not be written as `tokenizer.json`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error(
        "This tokenizer has no tokenizer.json form here. Byte-level BPE, Unigram, WordPiece and bytes have one."
    )]
    NoForm,
    #[error(
        "The tokens {first} and {second} would be written alike. Learn the vocabulary again without that text."
    )]
    Alike { first: u32, second: u32 },
}

/// A token as an error shows it: quoted, and cut where it is long.
pub(super) fn shown(token: &str) -> String {
    const MOST: usize = 40;
    let start: String = token.chars().take(MOST).collect();
    let rest = if start.len() < token.len() { "…" } else { "" };
    format!("{start:?}{rest}")
}
