//! Work of the engine that a first visit does not need: it goes into the second part of the page's module
//! (`xtask/src/divide.rs`), as the laboratories' views do. [`answering`] is the way in.

mod beam_search;
mod counts;
mod embed;
mod example;
mod fill;
mod framing;
mod pseudo_score;
mod respond;
mod scales;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod traces;

use std::future::Future;
use std::pin::Pin;

use super::engine::Active;
use crate::session::questions::{Question, Told, Way};
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

    /// More is to come.
    pub fn more(told: Told) -> Self {
        Self {
            told,
            is_last: false,
        }
    }

    pub fn failed(message: &str) -> Self {
        Self::last(Told::Failed {
            message: message.to_owned(),
        })
    }
}

pub type Advance<'a> = Pin<Box<dyn Future<Output = Result<Piece, RunError>> + 'a>>;

/// Why there is no answer.
enum Trouble {
    /// It cannot be given: the reason and the cure.
    Said(String),
    Run(RunError),
}

impl From<String> for Trouble {
    fn from(message: String) -> Self {
        Self::Said(message)
    }
}

impl From<&str> for Trouble {
    fn from(message: &str) -> Self {
        Self::Said(message.to_owned())
    }
}

impl From<RunError> for Trouble {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

/// A piece, or the reason why there is none as the last one.
fn piece(answer: Result<Piece, Trouble>) -> Result<Piece, RunError> {
    match answer {
        Ok(piece) => Ok(piece),
        Err(Trouble::Said(message)) => Ok(Piece::failed(&message)),
        Err(Trouble::Run(error)) => Err(error),
    }
}

/// An answer under way.
pub trait Answering {
    /// The next piece, after a moment's work: commands are heard between two.
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a>;
}

/// Begins to answer.
pub fn answering(question: &Question) -> Box<dyn Answering> {
    match question.clone() {
        Question::Example { step, row, again } => Box::new(example::Example { step, row, again }),
        Question::Scales => Box::new(scales::Scales),
        Question::Fill { text, hidden } => Box::new(fill::Fill { text, hidden }),
        Question::PseudoScore { text } => Box::new(pseudo_score::PseudoScore::new(text)),
        Question::Embed { texts } => Box::new(embed::Embed::new(texts)),
        Question::Respond { source, way } => match way {
            Way::Sampled(sampling) => Box::new(respond::Respond::new(source, sampling)),
            Way::Beam {
                width,
                length_penalty,
                max_tokens,
            } => Box::new(beam_search::BeamSearch::new(
                source,
                width,
                length_penalty,
                max_tokens,
            )),
        },
        Question::Counts { text, place, token } => Box::new(counts::Counts { text, place, token }),
        Question::Trace { text, layer } => Box::new(traces::Trace { text, layer }),
    }
}
