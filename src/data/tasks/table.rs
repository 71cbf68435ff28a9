//! Which tasks there are and what sizes they take, apart from what makes them: who only offers the choice carries no maker.

use serde::{Deserialize, Serialize};

/// One size of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its word in files and messages.
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

const SYMBOLS: Size = size("symbols", 2, 26, 10);
/// Whether the answer begins with its last digit: 0 or 1.
const REVERSED: Size = size("reversed", 0, 1, 0);
/// Which table of probabilities: the seed of a Markov source, apart from that of its texts.
const SOURCE: Size = size("source", 0, 9999, 1);

/// Most sizes that a task takes.
pub const MOST_SIZES: usize = 4;

macro_rules! tasks {
    ($($kind:ident, $key:literal, [$($size:expr),*];)+) => {
        /// A task.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum TaskKind { $($kind),+ }

        impl TaskKind {
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The word of each of [`TaskKind::ALL`].
            pub const KEYS: &'static [&'static str] = &[$($key),+];

            /// Its word in links and files.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$kind => $key),+ }
            }

            /// The sizes it takes, at most [`MOST_SIZES`].
            pub const fn sizes(self) -> &'static [Size] {
                match self { $(Self::$kind => const { &[$($size),*] }),+ }
            }
        }
    };
}

tasks! {
    Addition, "addition", [size("digits", 1, 15, 3), REVERSED];
    Multiplication, "multiplication", [size("digits", 1, 9, 2), REVERSED];
    ModularAddition, "modular-addition", [size("modulus", 2, 997, 97)];
    Copy, "copy", [size("length", 1, 128, 12), SYMBOLS];
    Reverse, "reverse", [size("length", 1, 128, 12), SYMBOLS];
    Sort, "sort", [size("length", 1, 128, 10), SYMBOLS];
    Repeat, "repeat", [size("length", 1, 32, 5), size("times", 1, 9, 4), SYMBOLS];
    Parity, "parity", [size("length", 1, 128, 12)];
    Dyck1, "dyck-1", [size("length", 1, 128, 16), size("depth", 1, 16, 4)];
    Dyck2, "dyck-2", [size("length", 1, 128, 16), size("depth", 1, 16, 4)];
    Elman1990, "elman-1990", [];
    Elman1991, "elman-1991", [size("depth", 0, 4, 2)];
    TwoSum, "two-sum", [size("count", 2, 16, 5), size("largest", 2, 999, 50)];
    MarkedAddition, "marked-addition", [size("length", 2, 200, 20)];
    TemporalOrder, "temporal-order", [size("length", 10, 200, 30), size("signals", 2, 3, 2)];
    SelectiveCopy, "selective-copy", [size("count", 1, 64, 6), size("blanks", 0, 128, 10), SYMBOLS];
    AssociativeRecall, "associative-recall", [size("pairs", 1, 26, 6)];
    Markov1, "markov-1", [size("symbols", 2, 26, 4), size("length", 1, 128, 24), SOURCE];
    MarkovN, "markov-n", [size("order", 0, 4, 2), size("symbols", 2, 8, 4), size("length", 4, 128, 24), SOURCE];
}

impl TaskKind {
    /// The task of a word in a link or file.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.key() == key)
    }

    /// The usual sizes.
    pub fn usual_sizes(self) -> Vec<u32> {
        self.sizes().iter().map(|size| size.usual).collect()
    }
}
