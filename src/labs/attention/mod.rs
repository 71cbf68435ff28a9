//! Look inside: what every token attends to, live on the model as it trains.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod formula;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
pub use view::{Look, picture, settings};
