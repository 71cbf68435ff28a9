//! The learned tokenizers beside the Hugging Face `tokenizers` crate: the same merges, the same pieces, the same ids.
#![cfg(not(target_arch = "wasm32"))]

#[path = "tokenizers/bpe.rs"]
mod bpe;
