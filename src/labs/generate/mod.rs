//! Generate: what a model is used for. A continuation token by token with its alternatives, and the probability of a given text; blanks
//! filled; a source answered; texts compared by their vectors.

pub mod asked;
pub mod beam;
pub mod beam_svg;
pub mod embed;
pub mod fill;
pub mod pseudo;
pub mod respond;
pub mod state;
pub mod uses;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Write;
