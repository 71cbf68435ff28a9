//! Model: a family and its settings, a drawing of the model as it is configured, what it costs and what it cannot do.

pub mod chips;
pub mod drawing;
pub mod family;
pub mod state;

#[cfg(target_arch = "wasm32")]
pub mod later;
