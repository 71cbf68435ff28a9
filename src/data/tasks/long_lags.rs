//! Two tasks of long time lags from Hochreiter & Schmidhuber 1997, "Long Short-Term Memory": the adding problem (experiment 4)
//! and temporal order (experiment 6), in characters.

use super::{Example, Task, letter};
use crate::data::chance::Dice;

/// `3*72*51=` `12`: the sum of the two digits that are marked, one in each half. The paper adds reals in [−1, 1] and marks
/// one of the first ten and one of the first half; digits can be scored exactly.
pub struct MarkedAddition {
    /// Digits.
    pub length: u32,
}

/// Noise from a, b, c, d with two or three signals X or Y far apart; the answer names their order. Signals stand in the
/// second, the sixth and (with three) the eighth tenth of the string, so roughly as far apart as the paper's.
///
/// ```text
/// XX Q   XY R   YX S   YY U          XXX Q  XXY R  XYX S  XYY U  YXX V  YXY A  YYX B  YYY C
/// ```
pub struct TemporalOrder {
    /// At least 10.
    pub length: u32,
    /// 2 or 3.
    pub signals: u32,
}

const ORDERS: [char; 8] = ['Q', 'R', 'S', 'U', 'V', 'A', 'B', 'C'];

impl Task for MarkedAddition {
    fn draw(&self, dice: &mut Dice) -> Example {
        let length = self.length as usize;
        let half = length / 2;
        let marked = [dice.pick_below(half), half + dice.pick_below(length - half)];
        let (mut prompt, mut sum) = (String::new(), 0);
        for place in 0..length {
            let digit = dice.pick_below(10);
            if marked.contains(&place) {
                prompt.push('*');
                sum += digit;
            }
            prompt.push_str(&digit.to_string());
        }
        prompt.push('=');
        Example {
            prompt,
            answer: sum.to_string(),
        }
    }
}

impl Task for TemporalOrder {
    fn draw(&self, dice: &mut Dice) -> Example {
        let length = self.length as usize;
        let mut symbols: Vec<char> = (0..length).map(|_| letter(dice.pick_below(4))).collect();
        let mut order = 0;
        for tenth in [1, 5, 7].into_iter().take(self.signals as usize) {
            let (from, to) = (length * tenth / 10, length * (tenth + 1) / 10);
            let signal = dice.pick_below(2);
            symbols[from + dice.pick_below(to - from)] = ['X', 'Y'][signal];
            order = 2 * order + signal;
        }
        let prompt: String = symbols.into_iter().chain(['=']).collect();
        Example {
            prompt,
            answer: ORDERS[order].to_string(),
        }
    }
}
