//! Model: every switch of the Transformer, a drawing of the block as it is configured, and what it costs.

pub mod drawing;
pub mod state;

#[cfg(target_arch = "wasm32")]
pub mod later;
