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
mod files;
#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
mod names;
#[cfg(target_arch = "wasm32")]
pub use kept::Tokens;
