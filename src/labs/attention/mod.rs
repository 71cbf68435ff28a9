//! Look inside: what every token attends to, or how the counts of an n-gram model make its probabilities, or what the units of a
//! recurrent model do; live on the model as it trains.

pub mod counting;
pub mod counts_formula;
pub mod state;
pub mod tracing;

#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
pub mod later;
#[cfg(target_arch = "wasm32")]
pub use kept::Look;
