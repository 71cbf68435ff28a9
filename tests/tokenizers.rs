//! The tokenizers beside those of others: the Hugging Face `tokenizers` crate (the same merges, the same pieces, the same ids) and
//! SentencePiece (as good a vocabulary).
#![cfg(not(target_arch = "wasm32"))]

#[path = "tokenizers/bpe.rs"]
mod bpe;
#[path = "tokenizers/interop.rs"]
mod interop;
#[path = "tokenizers/unigram.rs"]
mod unigram;
