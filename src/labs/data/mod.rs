//! Data: which text, how it is cut into tokens, what is held out.

pub mod ledger;
pub mod state;
pub mod tables;

#[cfg(target_arch = "wasm32")]
mod corpora;
#[cfg(target_arch = "wasm32")]
mod later;
#[cfg(target_arch = "wasm32")]
mod own_text;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
pub use view::{Data, picture, settings};
