//! Tokens: one text cut by any number of tokenizers side by side; how they learn, step by step; what is in their vocabularies;
//! what a tokenizer learned from one language costs the others.

pub mod costs_state;
pub mod formula;
pub mod lattice_svg;
pub mod pieces;
pub mod player_state;
pub mod rows;
pub mod state;
pub mod vocabulary_state;

#[cfg(target_arch = "wasm32")]
mod compare;
#[cfg(target_arch = "wasm32")]
mod costs;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
mod inspector;
#[cfg(target_arch = "wasm32")]
mod names;
#[cfg(target_arch = "wasm32")]
mod player;
#[cfg(target_arch = "wasm32")]
mod player_next;
#[cfg(target_arch = "wasm32")]
mod player_sample;
#[cfg(target_arch = "wasm32")]
mod player_transport;
#[cfg(target_arch = "wasm32")]
mod strip;
#[cfg(target_arch = "wasm32")]
mod strip_head;
#[cfg(target_arch = "wasm32")]
mod strip_marks;
#[cfg(target_arch = "wasm32")]
mod strip_trouble;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
mod vocabulary;
#[cfg(target_arch = "wasm32")]
mod vocabulary_list;
#[cfg(target_arch = "wasm32")]
mod vocabulary_token;
#[cfg(target_arch = "wasm32")]
pub use view::{Tokens, picture, settings};
