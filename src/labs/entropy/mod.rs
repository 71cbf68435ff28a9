//! Entropy for newcomers: coin and die, two distributions, the blocks of the corpus, English beside Chinese, and Shannon's
//! guessing game.

pub mod formula;
pub mod game;
pub mod state;

#[cfg(target_arch = "wasm32")]
mod corpus_view;
#[cfg(target_arch = "wasm32")]
mod game_view;
#[cfg(target_arch = "wasm32")]
mod shares_view;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
pub use view::{Entropy, picture, settings};
