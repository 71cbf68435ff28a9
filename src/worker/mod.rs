//! The worker end: owns the executor, answers `Command`s with `Event`s, and trains between them.
//!
//! One task does everything in turn — a command, then a slice of work, then the next command — so nothing is shared
//! and nothing is locked. What belongs to a browser (clock, fetch, adapters) comes in through [`Surroundings`], so that
//! the whole engine is tested natively.

mod asking;
mod calibrate;
mod chores;
mod comparing;
mod engine;
mod estimate;
mod later;
mod look;
mod median;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
mod prepare;
pub mod reader;
mod second_part;
mod spec;
mod surroundings;
mod texts;
mod tokenized;
mod training;
#[cfg(target_arch = "wasm32")]
pub mod web;
mod writing;

pub use engine::Engine;
pub use reader::Reader;
pub use surroundings::{Acquired, Further, Outside, Pending, Progress, Surroundings};
