//! Entropy for newcomers: coin and die, two distributions, the blocks of the corpus, English beside Chinese, and Shannon's
//! guessing game.

pub mod formula;
pub mod game;
pub mod state;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Entropy;
