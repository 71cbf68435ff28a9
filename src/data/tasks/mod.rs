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
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::{Deserialize, Serialize};

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

/// One size of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its word in links and files.
    pub key: &'static str,
    pub least: u32,
    pub most: u32,
    /// What it is unless somebody chooses.
    pub usual: u32,
}

const fn size(key: &'static str, least: u32, most: u32, usual: u32) -> Size {
    Size {
        key,
        least,
        most,
        usual,
    }
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

/// A row of the table: what a task is called, what sizes it takes, how it is made.
pub struct Entry {
    /// Its word in links and files.
    pub key: &'static str,
    pub sizes: &'static [Size],
    /// Called with one number within the range of each size.
    make: fn(&[u32]) -> Box<dyn Task>,
}

impl Entry {
    /// The usual sizes.
    pub fn usual_sizes(&self) -> Vec<u32> {
        self.sizes.iter().map(|size| size.usual).collect()
    }

    /// The task with these sizes, one for each of [`Entry::sizes`].
    ///
    /// Errors: [`SizeError`] names the size, its range and the cure.
    pub fn build(&self, sizes: &[u32]) -> Result<Box<dyn Task>, SizeError> {
        if sizes.len() != self.sizes.len() {
            let names: Vec<&str> = self.sizes.iter().map(|size| size.key).collect();
            return Err(SizeError::Count {
                task: self.key,
                wanted: self.sizes.len(),
                given: sizes.len(),
                names: names.join(", "),
            });
        }
        for (size, &given) in self.sizes.iter().zip(sizes) {
            if !(size.least..=size.most).contains(&given) {
                return Err(SizeError::OutOfRange {
                    task: self.key,
                    size: size.key,
                    given,
                    least: size.least,
                    most: size.most,
                });
            }
        }
        Ok((self.make)(sizes))
    }
}

/// The task of a word in a link or file.
pub fn entry(key: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.key == key)
}

const SYMBOLS: Size = size("symbols", 2, 26, 10);
const REVERSED: Size = size("reversed", 0, 1, 0);

/// Every task.
pub static ALL: [Entry; 19] = [
    Entry {
        key: "addition",
        sizes: &[size("digits", 1, 15, 3), REVERSED],
        make: |s| {
            Box::new(arithmetic::Addition {
                digits: s[0],
                is_reversed: s[1] == 1,
            })
        },
    },
    Entry {
        key: "multiplication",
        sizes: &[size("digits", 1, 9, 2), REVERSED],
        make: |s| {
            Box::new(arithmetic::Multiplication {
                digits: s[0],
                is_reversed: s[1] == 1,
            })
        },
    },
    Entry {
        key: "modular-addition",
        sizes: &[size("modulus", 2, 997, 97)],
        make: |s| Box::new(arithmetic::ModularAddition { modulus: s[0] }),
    },
    Entry {
        key: "copy",
        sizes: &[size("length", 1, 128, 12), SYMBOLS],
        make: |s| {
            Box::new(strings::Copy {
                length: s[0],
                symbols: s[1],
            })
        },
    },
    Entry {
        key: "reverse",
        sizes: &[size("length", 1, 128, 12), SYMBOLS],
        make: |s| {
            Box::new(strings::Reverse {
                length: s[0],
                symbols: s[1],
            })
        },
    },
    Entry {
        key: "sort",
        sizes: &[size("length", 1, 128, 10), SYMBOLS],
        make: |s| {
            Box::new(strings::Sort {
                length: s[0],
                symbols: s[1],
            })
        },
    },
    Entry {
        key: "repeat",
        sizes: &[size("length", 1, 32, 5), size("times", 1, 9, 4), SYMBOLS],
        make: |s| {
            Box::new(strings::Repeat {
                length: s[0],
                times: s[1],
                symbols: s[2],
            })
        },
    },
    Entry {
        key: "parity",
        sizes: &[size("length", 1, 128, 12)],
        make: |s| Box::new(strings::Parity { length: s[0] }),
    },
    Entry {
        key: "dyck-1",
        sizes: &[size("length", 1, 128, 16), size("depth", 1, 16, 4)],
        make: |s| {
            Box::new(brackets::Dyck {
                kinds: 1,
                length: s[0],
                depth: s[1],
            })
        },
    },
    Entry {
        key: "dyck-2",
        sizes: &[size("length", 1, 128, 16), size("depth", 1, 16, 4)],
        make: |s| {
            Box::new(brackets::Dyck {
                kinds: 2,
                length: s[0],
                depth: s[1],
            })
        },
    },
    Entry {
        key: "elman-1990",
        sizes: &[],
        make: |_| Box::new(elman::ShortSentences),
    },
    Entry {
        key: "elman-1991",
        sizes: &[size("depth", 0, 4, 2)],
        make: |s| Box::new(elman::RelativeClauses { depth: s[0] }),
    },
    Entry {
        key: "two-sum",
        sizes: &[size("count", 2, 16, 5), size("largest", 2, 999, 50)],
        make: |s| {
            Box::new(lookup::TwoSum {
                count: s[0],
                largest: s[1],
            })
        },
    },
    Entry {
        key: "marked-addition",
        sizes: &[size("length", 2, 200, 20)],
        make: |s| Box::new(long_lags::MarkedAddition { length: s[0] }),
    },
    Entry {
        key: "temporal-order",
        sizes: &[size("length", 10, 200, 30), size("signals", 2, 3, 2)],
        make: |s| {
            Box::new(long_lags::TemporalOrder {
                length: s[0],
                signals: s[1],
            })
        },
    },
    Entry {
        key: "selective-copy",
        sizes: &[size("count", 1, 64, 6), size("blanks", 0, 128, 10), SYMBOLS],
        make: |s| {
            Box::new(lookup::SelectiveCopy {
                count: s[0],
                blanks: s[1],
                symbols: s[2],
            })
        },
    },
    Entry {
        key: "associative-recall",
        sizes: &[size("pairs", 1, 26, 6)],
        make: |s| Box::new(lookup::AssociativeRecall { pairs: s[0] }),
    },
    Entry {
        key: "markov-1",
        sizes: &[
            size("symbols", 2, 26, 4),
            size("length", 1, 128, 24),
            markov::SOURCE,
        ],
        make: |s| Box::new(markov::NextSymbol::new(1, s[0], s[1], s[2])),
    },
    Entry {
        key: "markov-n",
        sizes: &[
            size("order", 0, 4, 2),
            size("symbols", 2, 8, 4),
            size("length", 4, 128, 24),
            markov::SOURCE,
        ],
        make: |s| Box::new(markov::NextSymbol::new(s[0], s[1], s[2], s[3])),
    },
];

/// A text of examples, one a line, and the bytes of each line without its end.
pub fn text(task: &dyn Task, seed: u32, examples: u32) -> (String, Vec<Range<usize>>) {
    let (mut text, mut ranges) = (String::new(), Vec::new());
    for index in 0..examples {
        let example = task.example(seed, index);
        let start = text.len();
        text.push_str(&example.prompt);
        text.push_str(&example.answer);
        ranges.push(start..text.len());
        text.push('\n');
    }
    (text, ranges)
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
