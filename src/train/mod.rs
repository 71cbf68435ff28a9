//! Training, evaluation, generation and looking inside: plans built from a model, and a run that replays them.

pub mod costs;
mod generate;
mod plans;
pub mod reference;
mod run;

pub use generate::{Drawn, Generation};
pub use plans::{HISTORY, Recipe, decoding, evaluation, inspection, scoring, training};
pub use run::{Launched, Run, RunError, Snapshot, Spec, write_batch};
