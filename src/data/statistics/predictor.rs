//! An adaptive predictor of characters, and the code it amounts to.
//!
//! ```text
//! p₋₁(c)        = 1 / K
//! pₖ(c | ctxₖ)  = (n(ctxₖ c) + T(ctxₖ) · pₖ₋₁(c)) / (n(ctxₖ) + T(ctxₖ))      k = 0 … K_max
//! ```
//!
//! ctxₖ are the k characters before, n counts what followed them so far, T how many different characters did (Witten and Bell
//! 1991, method C, interpolated). Every character is coded with what was learned from those before it alone, so the mean of −log₂ p is
//! the length of a real code: an upper bound on the entropy that does not shrink because the sample is small. It knows the
//! alphabet in advance.

use serde::{Deserialize, Serialize};

use super::mixing::{IntegerMap, mix64};
use super::{Stopped, Watch, tell};

/// Longest context, characters.
pub const LONGEST_CONTEXT: usize = 5;

/// Most characters coded; of a longer text its beginning.
pub const MOST_CHARACTERS: usize = 300_000;

/// The predictor: counts of what followed which context.
#[derive(Debug, Default)]
pub struct Predictor {
    /// Context → (characters that followed, different ones).
    contexts: IntegerMap<u64, (u32, u32)>,
    /// Context and character → how often.
    pairs: IntegerMap<u64, u32>,
    /// The last characters, newest last.
    recent: Vec<u32>,
    kinds: f64,
}

impl Predictor {
    /// One that has seen nothing, over an alphabet of `kinds` characters.
    pub fn new(kinds: usize) -> Self {
        Self {
            kinds: kinds.max(1) as f64,
            ..Self::default()
        }
    }

    /// Hashes of the contexts of length 0, 1, … that end here.
    fn here(&self) -> impl Iterator<Item = u64> {
        let mut hash = 1u64;
        let newest_first = self.recent.iter().rev();
        std::iter::once(hash).chain(newest_first.map(move |&symbol| {
            hash = mix64(hash.rotate_left(7) ^ (u64::from(symbol) + 1));
            hash
        }))
    }

    /// Probability of a character to come next.
    pub fn probability(&self, symbol: u32) -> f64 {
        let mut p = 1.0 / self.kinds;
        for context in self.here() {
            // What was never seen says nothing about longer contexts either.
            let Some(&(seen, different)) = self.contexts.get(&context) else {
                break;
            };
            let count = self.pairs.get(&pair(context, symbol)).copied().unwrap_or(0);
            let (seen, different) = (f64::from(seen), f64::from(different));
            p = (f64::from(count) + different * p) / (seen + different);
        }
        p
    }

    /// Takes in the character that did come.
    pub fn learn(&mut self, symbol: u32) {
        let contexts: Vec<u64> = self.here().collect();
        for context in contexts {
            let count = self.pairs.entry(pair(context, symbol)).or_default();
            let known = self.contexts.entry(context).or_default();
            known.0 += 1;
            known.1 += u32::from(*count == 0);
            *count += 1;
        }
        self.follow(symbol);
    }

    /// Moves on past a character without learning from it.
    pub fn follow(&mut self, symbol: u32) {
        if self.recent.len() == LONGEST_CONTEXT {
            self.recent.remove(0);
        }
        self.recent.push(symbol);
    }

    /// At which guess the character would be found when the most probable are guessed first; 1 is the first.
    pub fn rank(&self, symbol: u32, alphabet: &[u32]) -> u32 {
        let p = self.probability(symbol);
        // Equal ones are guessed in the order of the alphabet.
        let mut before_it = true;
        let mut rank = 1;
        for &other in alphabet {
            if other == symbol {
                before_it = false;
                continue;
            }
            let q = self.probability(other);
            rank += u32::from(q > p || (q == p && before_it));
        }
        rank
    }
}

fn pair(context: u64, symbol: u32) -> u64 {
    mix64(context ^ (u64::from(symbol) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// What coding a text took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CodeLength {
    pub characters: u64,
    pub bytes: u64,
    /// Bits of the whole code.
    pub bits: f64,
    /// (characters so far, bits per character of the last stretch): stretches double.
    pub curve: Vec<(u64, f64)>,
}

impl CodeLength {
    pub fn bits_per_character(&self) -> f64 {
        self.bits / self.characters.max(1) as f64
    }

    pub fn bits_per_byte(&self) -> f64 {
        self.bits / self.bytes.max(1) as f64
    }

    /// Bits per character of the last stretch, when half of all was learned already.
    pub fn late_bits_per_character(&self) -> f64 {
        self.curve.last().map_or(0.0, |&(_, bits)| bits)
    }
}

/// Codes the beginning of a text character by character, learning as it goes.
pub fn code_length(text: &str, watch: Watch<'_>) -> Result<CodeLength, Stopped> {
    let symbols: Vec<char> = text.chars().take(MOST_CHARACTERS).collect();
    let mut kinds: Vec<char> = symbols.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let mut predictor = Predictor::new(kinds.len());
    let mut length = CodeLength::default();
    let (mut stretch_bits, mut stretch) = (0.0, 0u64);
    let mut stretch_ends: Vec<usize> =
        std::iter::successors(Some(symbols.len()), |&end| Some(end / 2))
            .take_while(|&end| end >= 250)
            .collect();
    for (index, &c) in symbols.iter().enumerate() {
        if index % 4096 == 0 {
            tell(watch, index as f32 / symbols.len() as f32)?;
        }
        let bits = -predictor.probability(u32::from(c)).log2();
        predictor.learn(u32::from(c));
        length.bits += bits;
        length.bytes += c.len_utf8() as u64;
        stretch_bits += bits;
        stretch += 1;
        if stretch_ends.last() == Some(&(index + 1)) {
            stretch_ends.pop();
            length
                .curve
                .push((index as u64 + 1, stretch_bits / stretch as f64));
            (stretch_bits, stretch) = (0.0, 0);
        }
    }
    length.characters = symbols.len() as u64;
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{below, hash32};

    #[test]
    fn probabilities_sum_to_one() {
        let alphabet: Vec<u32> = "abcdr ".chars().map(u32::from).collect();
        let mut predictor = Predictor::new(alphabet.len());
        for c in "abracadabra abra".chars() {
            let sum: f64 = alphabet
                .iter()
                .map(|&symbol| predictor.probability(symbol))
                .sum();
            assert!((sum - 1.0).abs() < 1e-12, "{sum}");
            predictor.learn(u32::from(c));
        }
        // After "abra" came "c" once and nothing else.
        assert_eq!(predictor.rank(u32::from('c'), &alphabet), 1);
        let mut ranks: Vec<u32> = alphabet
            .iter()
            .map(|&it| predictor.rank(it, &alphabet))
            .collect();
        ranks.sort_unstable();
        assert_eq!(ranks, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_period_costs_nothing_in_the_end_and_noise_what_it_is_worth() {
        let coded = |text: &str| code_length(text, &mut |_| true).unwrap();
        let period = coded(&"the owl. ".repeat(500));
        assert!(period.late_bits_per_character() < 0.02, "{period:?}");
        let noise: String = (0..20_000)
            .map(|i| char::from(b'a' + below(hash32(3, i), 8) as u8))
            .collect();
        let noise = coded(&noise);
        assert!(
            noise.bits_per_character() > 3.0,
            "never below the entropy of its source"
        );
        // The price of taking chance for rules; counting blocks of six would say nearly 0.
        assert!(noise.bits_per_character() < 4.2, "{noise:?}");
        assert_eq!(noise.bytes, noise.characters);
        assert_eq!(coded("").bits_per_character(), 0.0);
        assert_eq!(code_length("abc", &mut |_| false), Err(Stopped));
    }

    #[test]
    fn han_has_more_bits_a_character_and_three_bytes() {
        let coded = code_length(&"鲸鱼在海里。".repeat(100), &mut |_| true).unwrap();
        assert_eq!(coded.bytes, 3 * coded.characters);
        assert!((coded.bits_per_byte() - coded.bits_per_character() / 3.0).abs() < 1e-12);
    }
}
