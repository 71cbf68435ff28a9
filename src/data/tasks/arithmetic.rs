//! Addition and multiplication of several digits, and addition modulo p.
//!
//! Operands have 1 to `digits` digits, every number of digits alike, so that short sums do not drown. `reversed` writes the
//! answer with its last digit first, which a model that writes from left to right learns far more easily (Lee et al. 2023,
//! "Teaching Arithmetic to Small Transformers", section 4).

use super::{Example, Task};
use crate::data::chance::Dice;

/// `45+78=` `123`.
pub struct Addition {
    /// At most 15.
    pub digits: u32,
    pub is_reversed: bool,
}

/// `12*34=` `408`.
pub struct Multiplication {
    /// At most 9.
    pub digits: u32,
    pub is_reversed: bool,
}

/// `45+78=` `26` for p = 97, operands below p (Power et al. 2022, "Grokking", section 3).
pub struct ModularAddition {
    pub modulus: u32,
}

/// A number of 1 to `digits` digits; the first is not 0 unless it is the only one.
fn operand(dice: &mut Dice, digits: u32) -> u64 {
    let length = 1 + dice.pick_below(digits as usize);
    (0..length).fold(0, |number, place| {
        let digit = match (place, length) {
            (0, 2..) => 1 + dice.pick_below(9),
            _ => dice.pick_below(10),
        };
        10 * number + digit as u64
    })
}

fn written(number: u64, is_reversed: bool) -> String {
    let digits = number.to_string();
    if is_reversed {
        digits.chars().rev().collect()
    } else {
        digits
    }
}

impl Task for Addition {
    fn draw(&self, dice: &mut Dice) -> Example {
        let (a, b) = (operand(dice, self.digits), operand(dice, self.digits));
        Example {
            prompt: format!("{a}+{b}="),
            answer: written(a + b, self.is_reversed),
        }
    }
}

impl Task for Multiplication {
    fn draw(&self, dice: &mut Dice) -> Example {
        let (a, b) = (operand(dice, self.digits), operand(dice, self.digits));
        Example {
            prompt: format!("{a}*{b}="),
            answer: written(a * b, self.is_reversed),
        }
    }
}

impl Task for ModularAddition {
    fn draw(&self, dice: &mut Dice) -> Example {
        let p = self.modulus as usize;
        let (a, b) = (dice.pick_below(p), dice.pick_below(p));
        Example {
            prompt: format!("{a}+{b}="),
            answer: ((a + b) % p).to_string(),
        }
    }
}
