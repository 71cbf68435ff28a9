//! Work of the engine that a first visit does not need: it goes into the second part of the page's module
//! (`xtask/src/divide.rs`), as the laboratories' views do. [`answering`] is the way in.

mod example;
mod scales;

use std::future::Future;
use std::pin::Pin;

use super::engine::Active;
use crate::session::questions::{Question, Told};
use crate::train::RunError;

/// A piece of an answer.
pub struct Piece {
    pub told: Told,
    pub is_last: bool,
}

impl Piece {
    pub fn last(told: Told) -> Self {
        Self {
            told,
            is_last: true,
        }
    }

    pub fn failed(message: &str) -> Self {
        Self::last(Told::Failed {
            message: message.to_owned(),
        })
    }
}

pub type Advance<'a> = Pin<Box<dyn Future<Output = Result<Piece, RunError>> + 'a>>;

/// An answer under way.
pub trait Answering {
    /// The next piece, after a moment's work: commands are heard between two.
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a>;
}

/// Begins to answer.
pub fn answering(question: &Question) -> Box<dyn Answering> {
    match question {
        &Question::Example { step, row, again } => Box::new(example::Example { step, row, again }),
        Question::Scales => Box::new(scales::Scales),
        _ => Box::new(Unanswered),
    }
}

struct Unanswered;

impl Answering for Unanswered {
    fn advance<'a>(&'a mut self, _active: &'a mut Active) -> Advance<'a> {
        Box::pin(async { Ok(Piece::failed("This cannot be asked yet.")) })
    }
}
