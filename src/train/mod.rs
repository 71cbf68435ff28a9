//! Training, evaluation, generation and looking inside: plans built from a model, and a run that replays them.

mod answers;
pub mod beam;
pub mod costs;
mod counted;
mod examples;
mod generate;
mod plans;
pub mod reference;
mod run;
mod target;
mod traces;

pub use answers::{Row, rows_at_once};
pub use examples::Examples;
pub use generate::{Drawn, Generation};
pub use plans::{
    ACCUMULATED, HISTORY, Recipe, Rows, Scales, asking, decoding, evaluation, inspection,
    representing, scales, scoring, training, update,
};
pub use run::{Launched, Run, RunError, Snapshot, Spec, write_batch};
pub use target::Target;
