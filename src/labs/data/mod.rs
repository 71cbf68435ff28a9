//! Data: which text, how it is cut into tokens, what is held out.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod own_text;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
pub use view::{Data, picture, settings};
