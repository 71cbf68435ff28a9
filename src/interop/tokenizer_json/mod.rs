//! Hugging Face's `tokenizer.json`, in and out: byte-level BPE, Unigram with Metaspace, WordPiece.
//!
//! A file says what is done to a text, in this order, and each part has its file here:
//!
//! ```text
//! added tokens → normalizer → pre_tokenizer → model → post_processor        added, normalise, models, models, read
//! ```
//!
//! Imported tokenizers give the same ids as the `tokenizers` crate on every text, with two differences that are meant: special tokens in
//! a text are found only when asked for ([`Reading`]), and a Unigram piece that is a special token is never spelled. Normal forms
//! are those of the current Unicode version.

mod added;
mod error;
mod file;
mod imported;
mod json;
mod models;
mod normalise;
mod read;
mod tokens;
mod write;

pub use error::{ReadError, WriteError};
pub use imported::{Imported, Model, Reading};
pub use read::read;
pub use write::write;

#[cfg(test)]
mod tests;
