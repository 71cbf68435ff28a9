//! Bench: the reference workloads on this device, as `cargo xtask bench` runs them.

pub mod state;

#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
pub use view::{Bench, picture, settings};
