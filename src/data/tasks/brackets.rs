//! Dyck-k: the beginning of a balanced string of k kinds of brackets, to be closed in the shortest way, which is the only
//! answer. Depth is bounded, as in Hewitt et al. 2020, "RNNs can generate bounded hierarchical languages with optimal
//! memory": Dyck-(k, m).
//!
//! ```text
//! ([]=  →  )
//! ```

use super::{Example, Task};
use crate::data::chance::Dice;

const PAIRS: [(char, char); 2] = [('(', ')'), ('[', ']')];

pub struct Dyck {
    /// Kinds of brackets, 1 or 2.
    pub kinds: u32,
    /// Brackets of the prompt, 1 to this, every length alike; the last may be one more, for something must be left open.
    pub length: u32,
    /// Most brackets open at a time.
    pub depth: u32,
}

impl Task for Dyck {
    fn draw(&self, dice: &mut Dice) -> Example {
        let length = 1 + dice.pick_below(self.length as usize);
        let mut open: Vec<usize> = Vec::new();
        let mut prompt = String::new();
        let mut count = 0;
        while count < length || open.is_empty() {
            let must_open = open.is_empty();
            let must_close = open.len() == self.depth as usize;
            if must_open || (!must_close && dice.happens(0.5)) {
                let kind = dice.pick_below(self.kinds as usize);
                prompt.push(PAIRS[kind].0);
                open.push(kind);
            } else if let Some(kind) = open.pop() {
                prompt.push(PAIRS[kind].1);
            }
            count += 1;
        }
        prompt.push('=');
        Example {
            prompt,
            answer: open.iter().rev().map(|&kind| PAIRS[kind].1).collect(),
        }
    }
}
