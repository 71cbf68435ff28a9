//! A comparison: up to eight configurations trained on one device with an equal budget. What the page asks for, and what it
//! hears of it.

use serde::{Deserialize, Serialize};

use super::config::Playground;

/// Entries of a comparison made by hand.
pub const MOST_ENTRIES: usize = 8;

/// Entries of a sweep.
pub const MOST_CELLS: usize = 64;

/// What every entry may spend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Budget {
    /// Tokens trained on.
    Tokens(f64),
    /// Floating-point operations of training.
    Flops(f64),
    /// Seconds of training; validation and samples are not counted.
    Seconds(f64),
}

/// Who trains when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turns {
    /// One after the other, from beginning to end.
    InTurn,
    /// All together, each a slice at a time; all fit the device at once.
    Interleaved,
}

/// What is to be compared. An entry's own number of steps is left aside: the budget decides, and its schedule is laid out over
/// the steps that the budget comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub entries: Vec<Playground>,
    pub budget: Budget,
    pub turns: Turns,
    /// Validations over an entry's budget, evenly spaced, one at its end; 0: only at its end.
    pub validations: u32,
    /// What every entry writes on from at its end, where it can.
    pub prompt: String,
    pub sample_tokens: u32,
    /// An entry is over when its validation loss, bits per byte, comes to this; 0 is off. Time to target is told either way.
    pub target_bits_per_byte: f32,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    pub step: u32,
    pub tokens: f64,
    pub flops: f64,
    /// Of training alone.
    pub secs: f64,
}

/// What an entry is, known once it is prepared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Trainable numbers; of an n-gram model the n-grams it keeps, after training.
    pub parameters: u64,
    pub flops_per_token: f64,
    pub memory_bytes: u64,
    /// Ids of the model.
    pub vocabulary: u32,
    /// UTF-8 bytes of a token of the validation text on average.
    pub bytes_per_token: f64,
    pub steps: u32,
    pub dispatches_per_step: u32,
    /// Whether its loss is that of the next token, so that it can be told in bits per byte and set beside the others'.
    pub is_next_token: bool,
    /// What was changed to make it valid, in English.
    pub notes: Vec<String>,
}

/// One measurement of training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingPoint {
    pub at: Spent,
    /// Mean over the steps since the point before, nats per predicted token.
    pub loss: f32,
    pub grad_norm: f32,
}

/// Why an entry is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Its budget is spent.
    Budget,
    /// It came to the target.
    Target,
    /// Its loss is no number any more.
    Diverged,
    Stopped,
}

/// News of an entry, by its place in [`Comparison::entries`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum News {
    /// Of an n-gram model once more after it has counted.
    Prepared {
        entry: u32,
        facts: Box<Facts>,
    },
    /// Newest last; several steps may be one point.
    Trained {
        entry: u32,
        points: Vec<TrainingPoint>,
    },
    /// Mean loss of the fixed validation batches, nats per predicted token; infinite where something was impossible.
    Validated {
        entry: u32,
        at: Spent,
        loss: f64,
    },
    /// Exact matches on held-out examples of a task.
    Answered {
        entry: u32,
        at: Spent,
        right: u32,
        asked: u32,
    },
    Wrote {
        entry: u32,
        text: String,
    },
    Finished {
        entry: u32,
        at: Spent,
        ending: Ending,
    },
    /// It could not be prepared or trained; the others go on.
    Failed {
        entry: u32,
        message: String,
    },
    /// Nothing more is to come.
    Over,
}
