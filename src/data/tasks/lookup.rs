//! Tasks of finding: two numbers of a given sum, letters among blanks, the value of a key.

use super::{Example, Task, first_line, letter};
use crate::data::chance::Dice;

/// `7 31 5 12:17=` `5+12`: two of the numbers, at different places, that add up to the last. Any such pair in either order
/// is right.
pub struct TwoSum {
    pub count: u32,
    /// Numbers are 0 to this.
    pub largest: u32,
}

/// `.a..c.b=` `acb`: the letters in their order, without the blanks between them (Gu & Dao 2023, "Mamba", section 4.1.1).
pub struct SelectiveCopy {
    pub count: u32,
    pub blanks: u32,
    pub symbols: u32,
}

/// `a3b7c1?b=` `7`: the digit that stood after the letter; every letter once (Ba et al. 2016, "Using Fast Weights to Attend
/// to the Recent Past", section 4.1).
pub struct AssociativeRecall {
    pub pairs: u32,
}

impl Task for TwoSum {
    fn draw(&self, dice: &mut Dice) -> Example {
        let count = self.count as usize;
        let numbers: Vec<usize> = (0..count)
            .map(|_| dice.pick_below(self.largest as usize + 1))
            .collect();
        let first = dice.pick_below(count - 1);
        let second = first + 1 + dice.pick_below(count - 1 - first);
        let (a, b) = (numbers[first], numbers[second]);
        let list: Vec<String> = numbers.iter().map(usize::to_string).collect();
        Example {
            prompt: format!("{}:{}=", list.join(" "), a + b),
            answer: format!("{a}+{b}"),
        }
    }

    fn is_right(&self, example: &Example, written: &str) -> bool {
        let parse = || {
            let (list, target) = example.prompt.strip_suffix('=')?.split_once(':')?;
            let (a, b) = first_line(written).split_once('+')?;
            // as the numbers are written there: no sign, no zero in front
            let mut left: Vec<&str> = list.split(' ').collect();
            for number in [a, b] {
                let place = left.iter().position(|&listed| listed == number)?;
                left.swap_remove(place);
            }
            let sum = a.parse::<u32>().ok()? + b.parse::<u32>().ok()?;
            Some(sum.to_string() == target)
        };
        parse().unwrap_or(false)
    }
}

impl Task for SelectiveCopy {
    fn draw(&self, dice: &mut Dice) -> Example {
        let (mut letters, mut blanks) = (self.count as usize, self.blanks as usize);
        let (mut prompt, mut answer) = (String::new(), String::new());
        while letters + blanks > 0 {
            // every arrangement alike: the next place is a letter by the share of letters left
            if dice.pick_below(letters + blanks) < letters {
                let symbol = letter(dice.pick_below(self.symbols as usize));
                prompt.push(symbol);
                answer.push(symbol);
                letters -= 1;
            } else {
                prompt.push('.');
                blanks -= 1;
            }
        }
        prompt.push('=');
        Example { prompt, answer }
    }
}

impl Task for AssociativeRecall {
    fn draw(&self, dice: &mut Dice) -> Example {
        let mut keys: Vec<usize> = (0..26).collect();
        let mut prompt = String::new();
        let pairs: Vec<(char, usize)> = (0..self.pairs)
            .map(|_| {
                let key = keys.swap_remove(dice.pick_below(keys.len()));
                (letter(key), dice.pick_below(10))
            })
            .collect();
        for (key, value) in &pairs {
            prompt.push(*key);
            prompt.push_str(&value.to_string());
        }
        let (key, value) = pairs[dice.pick_below(pairs.len())];
        prompt.push('?');
        prompt.push(key);
        prompt.push('=');
        Example {
            prompt,
            answer: value.to_string(),
        }
    }
}
