//! Training, evaluation, generation and looking inside: plans built from a model, and a run that replays them.

mod plans;

pub use plans::{HISTORY, Recipe, decoding, evaluation, inspection, training};
