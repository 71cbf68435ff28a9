//! Work of the engine that a first visit does not need: it goes into the second part of the page's module
//! (`xtask/src/divide.rs`), as the laboratories' views do. The ways in are the doors that `xtask/src/reach.rs` names. None is inlined,
//! and they are entered for commands that [`super::second_part`] knows, once the part is here.

pub mod bench;
pub mod compare;
pub mod look;
mod scales;
pub mod score;

use std::future::Future;
use std::hint::black_box;
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

/// Work that is waited for.
pub type Moment<'a, T = ()> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What a door gives away. The compiler is not to see through: whoever opened the door would be told at compile time what stands
/// behind it, and would then name it past the door.
fn hidden<T>(given: T) -> T {
    black_box(given)
}

pub type Advance<'a> = Moment<'a, Result<Piece, RunError>>;

/// An answer under way.
pub trait Answering {
    /// The next piece, after a moment's work: commands are heard between two.
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a>;
}

/// Begins to answer.
#[inline(never)]
pub fn answering(question: Question) -> Box<dyn Answering> {
    match question {
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
