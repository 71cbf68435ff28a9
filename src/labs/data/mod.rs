//! Data: which text, how it is cut into tokens, what is held out.

pub mod ledger;
pub mod state;
pub mod tables;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Data;
