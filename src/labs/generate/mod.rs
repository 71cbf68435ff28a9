//! Generate: a continuation token by token with its alternatives, and the probability of a given text.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Write;
