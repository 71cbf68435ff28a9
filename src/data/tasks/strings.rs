//! Strings of letters to be copied, turned round, sorted or repeated, and the parity of bits. Lengths are 1 to `length`, all
//! alike. Copying and repeating are the first tasks of Graves et al. 2014, "Neural Turing Machines", sections 4.1, 4.2.

use super::{Example, Task, word};
use crate::data::chance::Dice;

/// `abca=` `abca`.
pub struct Copy {
    pub length: u32,
    pub symbols: u32,
}

/// `abca=` `acba`.
pub struct Reverse {
    pub length: u32,
    pub symbols: u32,
}

/// `abca=` `aabc`.
pub struct Sort {
    pub length: u32,
    pub symbols: u32,
}

/// `3*ab=` `ababab`; 1 to `times` times.
pub struct Repeat {
    pub length: u32,
    pub times: u32,
    pub symbols: u32,
}

/// `0110=` `0`: whether the number of ones is odd.
pub struct Parity {
    pub length: u32,
}

fn example(word: &str, answer: String) -> Example {
    Example {
        prompt: format!("{word}="),
        answer,
    }
}

impl Task for Copy {
    fn draw(&self, dice: &mut Dice) -> Example {
        let word = word(dice, self.length, self.symbols);
        example(&word, word.clone())
    }
}

impl Task for Reverse {
    fn draw(&self, dice: &mut Dice) -> Example {
        let word = word(dice, self.length, self.symbols);
        example(&word, word.chars().rev().collect())
    }
}

impl Task for Sort {
    fn draw(&self, dice: &mut Dice) -> Example {
        let word = word(dice, self.length, self.symbols);
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        example(&word, letters.into_iter().collect())
    }
}

impl Task for Repeat {
    fn draw(&self, dice: &mut Dice) -> Example {
        let times = 1 + dice.pick_below(self.times as usize);
        let word = word(dice, self.length, self.symbols);
        example(&format!("{times}*{word}"), word.repeat(times))
    }
}

impl Task for Parity {
    fn draw(&self, dice: &mut Dice) -> Example {
        let length = 1 + dice.pick_below(self.length as usize);
        let bits: Vec<usize> = (0..length).map(|_| dice.pick_below(2)).collect();
        let ones: usize = bits.iter().sum();
        let word: String = bits.iter().map(usize::to_string).collect();
        example(&word, (ones % 2).to_string())
    }
}
