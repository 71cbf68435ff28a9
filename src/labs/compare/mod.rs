//! Compare: up to eight configurations trained with an equal budget, on one chart and in one table; sweeps of settings; how loss scales.

pub mod chart;
pub mod editing;
pub mod export;
pub mod fit;
pub mod naming;
pub mod record;
pub mod scaling;
pub mod state;
pub mod sweep;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Compare;
