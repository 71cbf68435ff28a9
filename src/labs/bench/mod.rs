//! Bench: the reference workloads on this device, as `cargo xtask bench` runs them.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Bench;
