//! What there is to know of a text before a model sees it: how often what occurs, how long its parts are, what is in it
//! twice, and how many bits a character of it is worth. Pure functions of text; long ones say how far they are and stop
//! when asked to.
//!
//! ```text
//! text ──documents──▶ documents ──lengths, scripts──▶ summaries
//!      ──frequency──▶ counts ──zipf──▶ exponent
//!      ──duplicates──▶ groups of near-duplicates        ──contamination──▶ validation text seen in training
//!      ──blocks──▶ F0, F1, F2, …                        ──predictor──▶ bits per character of an adaptive code
//! ```

pub mod blocks;
pub mod contamination;
pub mod documents;
pub mod duplicates;
pub mod entropy;
pub mod frequency;
pub mod guessing;
pub mod languages;
pub mod lengths;
mod mixing;
pub mod passage;
pub mod predictor;
pub mod reading;
pub mod zipf;

/// Called now and then with the share done (0..=1); `false` stops the work.
pub type Watch<'a> = &'a mut dyn FnMut(f32) -> bool;

/// The work was stopped as asked; there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped before it was finished")]
pub struct Stopped;

/// Passes a share on and turns the answer into an early return.
fn tell(watch: Watch<'_>, share: f32) -> Result<(), Stopped> {
    if watch(share) { Ok(()) } else { Err(Stopped) }
}
