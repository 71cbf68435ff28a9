//! Model: a family and its settings, a drawing of the model as it is configured, what it costs and what it cannot do.

pub mod asked;
pub mod chips;
pub mod drawing;
pub mod example;
pub mod family;
pub mod scales;
pub mod state;

#[cfg(target_arch = "wasm32")]
pub mod later;
