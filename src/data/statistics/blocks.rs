//! Shannon's block entropies of a text: how many bits the next character still has when the n − 1 before it are known.
//!
//! ```text
//! F₀  = log₂ K                                   K different characters
//! Fₙ  = H(blocks of n) − H(blocks of n − 1)      Shannon 1951, section 2, equation (1)
//! ```
//!
//! Counting blocks in a finite text makes Fₙ too small as soon as there are more possible blocks than text: a block
//! seen once seems to predict its successor with certainty. Three things show how far to trust a figure: the correction of Miller and
//! Madow, the same figure from half of the text, and from the characters of the text shuffled. Shuffled characters know nothing of
//! each other, so their true Fₙ is F₁ for every n, and what is missing to it is bias alone.

use serde::{Deserialize, Serialize};

use super::entropy::{miller_madow, plug_in};
use super::mixing::IntegerMap;
use super::{Stopped, Watch, tell};
use crate::rng::{below, hash32};

/// Most characters counted; of a longer text its beginning.
pub const MOST_CHARACTERS: usize = 1_000_000;

/// Which characters a text is read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alphabet {
    /// Every character as it is.
    #[default]
    Characters,
    /// Letters alone, in lower case, with one blank for whatever stands between them: Shannon's 27 symbols for English.
    Letters,
}

impl Alphabet {
    /// The symbols of a text, at most `most`.
    pub fn read(self, text: &str, most: usize) -> Vec<u32> {
        match self {
            Alphabet::Characters => text.chars().take(most).map(u32::from).collect(),
            Alphabet::Letters => {
                let mut symbols: Vec<u32> = Vec::new();
                for c in text.chars() {
                    if symbols.len() >= most {
                        break;
                    }
                    if c.is_alphabetic() {
                        symbols.extend(c.to_lowercase().map(u32::from));
                    } else if symbols.last().is_some_and(|&last| last != BLANK) {
                        symbols.push(BLANK);
                    }
                }
                symbols
            }
        }
    }
}

const BLANK: u32 = ' ' as u32;

/// What one block length tells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Block length n.
    pub length: u32,
    /// Different blocks.
    pub kinds: u64,
    /// Blocks that occur once.
    pub once: u64,
    /// Blocks counted.
    pub blocks: u64,
    /// Entropy of a block as counted, bits.
    pub entropy: f64,
    /// Fₙ as counted, bits per character.
    pub conditional: f64,
    /// Fₙ with the correction of Miller and Madow on both entropies.
    pub corrected: f64,
    /// Fₙ as counted in the first half of the text.
    pub half: f64,
    /// Fₙ as counted in the shuffled text; the truth is F₁.
    pub shuffled: f64,
}

impl Level {
    /// What is missing in the shuffled text: about what is missing here too, as long as it is small. Bits per character.
    pub fn bias(&self, first: &Level) -> f64 {
        (first.conditional - self.shuffled).max(0.0)
    }
}

/// Block entropies of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Blocks {
    /// Characters counted.
    pub characters: u64,
    /// Different ones K.
    pub kinds: u64,
    /// F₀ = log₂ K, bits.
    pub uniform: f64,
    /// n = 1, 2, …
    pub levels: Vec<Level>,
}

/// Block lengths up to `longest`.
pub fn blocks(
    text: &str,
    alphabet: Alphabet,
    longest: u32,
    watch: Watch<'_>,
) -> Result<Blocks, Stopped> {
    let symbols = alphabet.read(text, MOST_CHARACTERS);
    let shuffled = shuffled(&symbols);
    // Half a text costs half as much; a shuffled one more, for fewer of its blocks repeat.
    let full = counts(&symbols, longest, &mut |share| watch(0.4 * share))?;
    let half = counts(&symbols[..symbols.len() / 2], longest, &mut |share| {
        watch(0.4 + 0.2 * share)
    })?;
    let random = counts(&shuffled, longest, &mut |share| watch(0.6 + 0.4 * share))?;
    let mut levels = Vec::new();
    for (index, count) in full.iter().enumerate() {
        let before = |of: &[Count]| {
            index
                .checked_sub(1)
                .and_then(|before| of.get(before).copied())
        };
        let gain = |of: &[Count], entropy: fn(&Count) -> f64| {
            of.get(index).map_or(0.0, |count| {
                entropy(count) - before(of).as_ref().map_or(0.0, entropy)
            })
        };
        let plain = |count: &Count| count.entropy;
        let corrected = |count: &Count| count.entropy + miller_madow(count.kinds, count.blocks);
        levels.push(Level {
            length: index as u32 + 1,
            kinds: count.kinds,
            once: count.once,
            blocks: count.blocks,
            entropy: count.entropy,
            // The last character of a text ends no longer block, so a difference may come out a hair below zero.
            conditional: gain(&full, plain).max(0.0),
            corrected: gain(&full, corrected).max(0.0),
            half: gain(&half, plain).max(0.0),
            shuffled: gain(&random, plain).max(0.0),
        });
    }
    let kinds = full.first().map_or(0, |first| first.kinds);
    Ok(Blocks {
        characters: symbols.len() as u64,
        kinds,
        uniform: (kinds.max(1) as f64).log2(),
        levels,
    })
}

/// What counting blocks of one length gives.
#[derive(Clone, Copy, Debug)]
struct Count {
    kinds: u64,
    once: u64,
    blocks: u64,
    entropy: f64,
}

/// The block at a place occurs nowhere else, so no longer one does.
const ALONE: u32 = u32::MAX;

/// Counts blocks of 1 to `longest` symbols. Blocks of n + 1 are told apart by (which block of n, next symbol), so no block is ever
/// compared as a whole, and those that occur once are never looked up again.
fn counts(symbols: &[u32], longest: u32, watch: Watch<'_>) -> Result<Vec<Count>, Stopped> {
    const STRIDE: usize = 1 << 16;
    let mut class = vec![0u32; symbols.len()];
    let mut found = Vec::new();
    for length in 1..=longest as usize {
        let Some(places) = (symbols.len() + 1).checked_sub(length).filter(|&it| it > 0) else {
            break;
        };
        let mut ids = IntegerMap::<u64, u32>::default();
        let mut counts: Vec<u32> = Vec::new();
        let mut alone = 0u64;
        for place in 0..places {
            if place % STRIDE == 0 {
                let done = (length - 1) as f32 + place as f32 / places as f32;
                tell(watch, done / longest as f32)?;
            }
            if class[place] == ALONE {
                alone += 1;
                continue;
            }
            let key = (u64::from(class[place]) << 32) | u64::from(symbols[place + length - 1]);
            let id = *ids.entry(key).or_insert_with(|| {
                counts.push(0);
                counts.len() as u32 - 1
            });
            counts[id as usize] += 1;
            class[place] = id;
        }
        class.truncate(places);
        let once = alone + counts.iter().filter(|&&count| count == 1).count() as u64;
        let every = counts.iter().map(|&count| u64::from(count));
        found.push(Count {
            kinds: counts.len() as u64 + alone,
            once,
            blocks: places as u64,
            entropy: plug_in(every.chain(std::iter::repeat_n(1, alone as usize))),
        });
        for class in &mut class {
            if *class != ALONE && counts[*class as usize] == 1 {
                *class = ALONE;
            }
        }
    }
    Ok(found)
}

/// The same symbols in an order that means nothing, always the same one (Fisher and Yates).
fn shuffled(symbols: &[u32]) -> Vec<u32> {
    const SEED: u32 = 1951;
    let mut shuffled = symbols.to_vec();
    for last in (1..shuffled.len()).rev() {
        let other = below(hash32(SEED, last as u32), last as u32 + 1) as usize;
        shuffled.swap(last, other);
    }
    shuffled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, longest: u32) -> Blocks {
        blocks(text, Alphabet::Characters, longest, &mut |_| true).unwrap()
    }

    #[test]
    fn a_period_is_known_once_it_was_seen() {
        let found = of(&"abcd".repeat(1000), 4);
        assert_eq!((found.kinds, found.characters), (4, 4000));
        assert_eq!(found.uniform, 2.0);
        assert!((found.levels[0].conditional - 2.0).abs() < 1e-9);
        for level in &found.levels[1..] {
            assert!(level.conditional < 1e-3, "{level:?}");
            assert_eq!(level.kinds, 4);
            // The shuffled text shows that four characters are enough to see it: nothing is missing there.
            assert!(level.bias(&found.levels[0]) < 0.1, "{level:?}");
        }
    }

    #[test]
    fn small_samples_seem_to_be_known() {
        let text: String = (0..4000)
            .map(|i| char::from(b'a' + below(hash32(5, i), 16) as u8))
            .collect();
        let found = of(&text, 5);
        let [first, second, third, .., last] = &found.levels[..] else {
            panic!("five levels")
        };
        assert!((first.conditional - 4.0).abs() < 0.01 && (second.conditional - 4.0).abs() < 0.1);
        // 65,536 possible blocks of four in 4,000 characters: nearly nothing seems left to know.
        assert!(last.conditional < 0.5 && last.shuffled < 0.5);
        assert!(third.half < third.conditional && third.corrected > third.conditional);
        assert!((last.bias(first) - (4.0 - last.conditional)).abs() < 0.1);
    }

    #[test]
    fn counts_are_those_of_a_plain_map() {
        let text = "the whale and the sea and the ship";
        let found = of(text, 6);
        let characters: Vec<char> = text.chars().collect();
        for level in &found.levels {
            let mut plain = std::collections::HashMap::<&[char], u64>::new();
            for block in characters.windows(level.length as usize) {
                *plain.entry(block).or_default() += 1;
            }
            assert_eq!(level.kinds, plain.len() as u64);
            assert_eq!(
                level.once,
                plain.values().filter(|&&count| count == 1).count() as u64
            );
            assert!((level.entropy - plug_in(plain.values().copied())).abs() < 1e-9);
        }
    }

    #[test]
    fn letters_are_shannons_symbols() {
        let symbols = Alphabet::Letters.read("  Call me—ISHMAEL! 1851 鲸。", 99);
        let text: String = symbols.into_iter().filter_map(char::from_u32).collect();
        assert_eq!(text, "call me ishmael 鲸 ");
        assert_eq!(Alphabet::Letters.read("abc", 2).len(), 2);
    }

    #[test]
    fn odd_texts_have_an_answer_and_work_can_be_stopped() {
        assert_eq!(of("", 3).levels, []);
        assert_eq!(of("a", 3).levels.len(), 1);
        let one = of(&"a".repeat(50), 3);
        assert!(one.levels.iter().all(|level| level.conditional < 1e-12));
        assert_eq!(
            blocks("abc", Alphabet::Characters, 3, &mut |_| false),
            Err(Stopped)
        );
    }
}
