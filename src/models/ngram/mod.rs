//! Statistical n-gram models.
use serde::{Deserialize, Serialize};

/// How probability is moved to what was never seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Smoothing {
    MaximumLikelihood,
    AddK,
    StupidBackOff,
    KneserNey,
}
