//! Generate: a continuation token by token with its alternatives, and the probability of a given text.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod score_view;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
pub use view::{Write, picture, settings};
