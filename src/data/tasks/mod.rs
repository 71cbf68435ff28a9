//! Synthetic sequence tasks: a prompt, and what has to follow it.
//!
//! An example is a pure function of (task, sizes, seed, index). Its line in a text is prompt and answer; what a model writes
//! after the prompt, up to the end of the line, is judged by [`Task::is_right`]: by exact match where there is one answer,
//! by the task's own rule where several are right. No answer is partly right.
//!
//! ```text
//! 45+78=123        abca=abca        ([]=)        a3b7c1?b=7
//! ```

mod arithmetic;
mod brackets;
mod elman;
mod long_lags;
mod lookup;
pub mod markov;
mod strings;
mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::table::{MOST_SIZES, Size, TaskKind};
use crate::data::chance::Dice;
use crate::rng::{stream, stream_key};

/// A prompt and a right answer. The text of the example is the one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    pub prompt: String,
    pub answer: String,
}

/// A task with its sizes set.
pub trait Task: Send + Sync {
    /// An example from dice.
    fn draw(&self, dice: &mut Dice) -> Example;

    /// Whether what was written after the prompt is right. Only its first line counts, blanks at its end do not.
    fn is_right(&self, example: &Example, written: &str) -> bool {
        first_line(written) == first_line(&example.answer)
    }

    /// Entropy of the line of an example, nats, where it is known exactly. All lines are then of one length.
    fn line_entropy(&self) -> Option<f64> {
        None
    }

    /// Example `index` of a seed; the same always and everywhere.
    fn example(&self, seed: u32, index: u32) -> Example {
        self.draw(&mut Dice::new(stream_key(
            stream_key(seed, stream::TASKS),
            index,
        )))
    }
}

fn first_line(written: &str) -> &str {
    written.lines().next().unwrap_or("").trim_end()
}

/// Sizes that no task can be made of. Every message ends with the cure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    #[error(
        "{task} takes {wanted} sizes, but {given} are given. Give one number for each of: {names}."
    )]
    Count {
        task: &'static str,
        wanted: usize,
        given: usize,
        names: String,
    },
    #[error("{size} of {task} is {given}. Choose a number from {least} to {most}.")]
    OutOfRange {
        task: &'static str,
        size: &'static str,
        given: u32,
        least: u32,
        most: u32,
    },
}

impl TaskKind {
    /// The task with these sizes, one for each of [`TaskKind::sizes`].
    ///
    /// Errors: [`SizeError`] names the size, its range and the cure.
    pub fn build(self, sizes: &[u32]) -> Result<Box<dyn Task>, SizeError> {
        if sizes.len() != self.sizes().len() {
            let names: Vec<&str> = self.sizes().iter().map(|size| size.key).collect();
            return Err(SizeError::Count {
                task: self.key(),
                wanted: self.sizes().len(),
                given: sizes.len(),
                names: names.join(", "),
            });
        }
        for (size, &given) in self.sizes().iter().zip(sizes) {
            if !(size.least..=size.most).contains(&given) {
                return Err(SizeError::OutOfRange {
                    task: self.key(),
                    size: size.key,
                    given,
                    least: size.least,
                    most: size.most,
                });
            }
        }
        Ok(self.make(sizes))
    }

    /// Called with one number within the range of each size.
    fn make(self, s: &[u32]) -> Box<dyn Task> {
        match self {
            Self::Addition => Box::new(arithmetic::Addition {
                digits: s[0],
                is_reversed: s[1] == 1,
            }),
            Self::Multiplication => Box::new(arithmetic::Multiplication {
                digits: s[0],
                is_reversed: s[1] == 1,
            }),
            Self::ModularAddition => Box::new(arithmetic::ModularAddition { modulus: s[0] }),
            Self::Copy => Box::new(strings::Copy {
                length: s[0],
                symbols: s[1],
            }),
            Self::Reverse => Box::new(strings::Reverse {
                length: s[0],
                symbols: s[1],
            }),
            Self::Sort => Box::new(strings::Sort {
                length: s[0],
                symbols: s[1],
            }),
            Self::Repeat => Box::new(strings::Repeat {
                length: s[0],
                times: s[1],
                symbols: s[2],
            }),
            Self::Parity => Box::new(strings::Parity { length: s[0] }),
            Self::Dyck1 => Box::new(brackets::Dyck {
                kinds: 1,
                length: s[0],
                depth: s[1],
            }),
            Self::Dyck2 => Box::new(brackets::Dyck {
                kinds: 2,
                length: s[0],
                depth: s[1],
            }),
            Self::Elman1990 => Box::new(elman::ShortSentences),
            Self::Elman1991 => Box::new(elman::RelativeClauses { depth: s[0] }),
            Self::TwoSum => Box::new(lookup::TwoSum {
                count: s[0],
                largest: s[1],
            }),
            Self::MarkedAddition => Box::new(long_lags::MarkedAddition { length: s[0] }),
            Self::TemporalOrder => Box::new(long_lags::TemporalOrder {
                length: s[0],
                signals: s[1],
            }),
            Self::SelectiveCopy => Box::new(lookup::SelectiveCopy {
                count: s[0],
                blanks: s[1],
                symbols: s[2],
            }),
            Self::AssociativeRecall => Box::new(lookup::AssociativeRecall { pairs: s[0] }),
            Self::Markov1 => Box::new(markov::NextSymbol::new(1, s[0], s[1], s[2])),
            Self::MarkovN => Box::new(markov::NextSymbol::new(s[0], s[1], s[2], s[3])),
        }
    }
}

/// A text of examples, one a line, that ends with the line that brings it to `bytes` or beyond.
pub fn text(task: &dyn Task, seed: u32, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    for index in 0.. {
        if text.len() >= bytes {
            break;
        }
        let example = task.example(seed, index);
        text.push_str(&example.prompt);
        text.push_str(&example.answer);
        text.push('\n');
    }
    text
}

/// Symbol i of an alphabet of at most 26: a, b, c …
fn letter(i: usize) -> char {
    char::from(b'a' + (i % 26) as u8)
}

/// A word of 1 to `longest` letters from the first `symbols`; every length alike.
fn word(dice: &mut Dice, longest: u32, symbols: u32) -> String {
    let length = 1 + dice.pick_below(longest as usize);
    (0..length)
        .map(|_| letter(dice.pick_below(symbols as usize)))
        .collect()
}
