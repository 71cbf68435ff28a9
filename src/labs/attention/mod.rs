//! Look inside: what every token attends to, live on the model as it trains.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Look;
