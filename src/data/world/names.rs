//! Invented names and words, spelled in Latin letters and in the characters of their syllables.
//!
//! A word is one or two of 24 opening syllables and an ending; the ending tells what it names: a person of the hills or of
//! the river (the two name groups of the bias dial), a town, a coined noun. The k-th word of an ending is a fixed
//! permutation of all of them, so that a world of n words has n different ones without looking back:
//!
//! ```text
//! word(k) = base + ((k · step + shift) mod size)      step prime to size, shift from the seed; short words first
//! ```

use crate::data::chance::Dice;

/// An invented word in both scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invented {
    /// With a capital.
    pub english: String,
    pub chinese: String,
}

type Syllable = (&'static str, &'static str);

const OPENINGS: [Syllable; 24] = [
    ("ka", "卡"),
    ("ve", "韦"),
    ("zo", "佐"),
    ("lu", "卢"),
    ("mo", "莫"),
    ("ty", "泰"),
    ("ne", "涅"),
    ("bo", "博"),
    ("du", "杜"),
    ("fe", "费"),
    ("go", "戈"),
    ("ha", "哈"),
    ("ji", "吉"),
    ("ko", "科"),
    ("le", "勒"),
    ("mu", "穆"),
    ("no", "诺"),
    ("pa", "帕"),
    ("qui", "奎"),
    ("sa", "萨"),
    ("ta", "塔"),
    ("vu", "伍"),
    ("wa", "瓦"),
    ("za", "扎"),
];

/// What a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Hill,
    River,
    Town,
    Noun,
}

impl Ending {
    const fn syllables(self) -> &'static [Syllable] {
        match self {
            Ending::Hill => &[
                ("lo", "洛"),
                ("nu", "努"),
                ("lei", "蕾"),
                ("yu", "尤"),
                ("fi", "菲"),
                ("bi", "碧"),
            ],
            Ending::River => &[
                ("dun", "顿"),
                ("gur", "古"),
                ("zan", "赞"),
                ("ron", "伦"),
                ("mund", "蒙"),
                ("sun", "逊"),
            ],
            Ending::Town => &[
                ("burg", "堡"),
                ("dale", "谷"),
                ("ton", "镇"),
                ("ham", "庄"),
                ("mere", "湖"),
                ("stow", "寨"),
            ],
            Ending::Noun => &[
                ("rup", "鲁浦"),
                ("tog", "托格"),
                ("lim", "利姆"),
                ("nax", "纳克斯"),
                ("fid", "菲德"),
            ],
        }
    }

    /// How many different words there are.
    #[cfg(test)]
    pub fn count(self) -> usize {
        let (n, endings) = (OPENINGS.len(), self.syllables().len());
        n * endings + n * n * endings
    }
}

/// The words of one ending in the order of a seed.
pub struct Names {
    ending: Ending,
    shifts: [usize; 2],
}

impl Names {
    pub fn new(ending: Ending, dice: &mut Dice) -> Self {
        let mut shift = || dice.pick_below(1 << 16);
        Self {
            ending,
            shifts: [shift(), shift()],
        }
    }

    /// The k-th word; different for different k below [`Ending::count`].
    pub fn word(&self, k: usize) -> Invented {
        let endings = self.ending.syllables();
        let n = OPENINGS.len();
        let short = n * endings.len();
        // 7919 and 1009 are primes above 24 and 6, so they are prime to both sizes
        let (openings, ending) = if k < short {
            let i = (k * 1009 + self.shifts[0]) % short;
            (vec![i / endings.len()], i % endings.len())
        } else {
            let size = n * short;
            let i = ((k - short) * 7919 + self.shifts[1]) % size;
            let first = i / short;
            (vec![first, i % short / endings.len()], i % endings.len())
        };
        let syllables = openings
            .iter()
            .map(|&o| OPENINGS[o])
            .chain([endings[ending]]);
        let (english, chinese): (String, String) = syllables.unzip();
        Invented {
            english: english[..1].to_uppercase() + &english[1..],
            chinese,
        }
    }
}

/// Every character a name may have.
#[cfg(test)]
pub fn name_characters() -> std::collections::BTreeSet<char> {
    let endings = [Ending::Hill, Ending::River, Ending::Town, Ending::Noun];
    OPENINGS
        .iter()
        .chain(endings.iter().flat_map(|e| e.syllables()))
        .flat_map(|syllable| syllable.1.chars())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_words_differ_in_both_scripts() {
        let mut dice = Dice::new(3);
        let (mut english, mut chinese, mut total) = (BTreeSet::new(), BTreeSet::new(), 0);
        for ending in [Ending::Hill, Ending::River, Ending::Town, Ending::Noun] {
            let names = Names::new(ending, &mut dice);
            for k in 0..ending.count() {
                let word = names.word(k);
                english.insert(word.english);
                chinese.insert(word.chinese);
            }
            total += ending.count();
        }
        assert_eq!((english.len(), chinese.len()), (total, total));
    }

    #[test]
    fn a_seed_gives_its_own_names() {
        let first = |seed| Names::new(Ending::Hill, &mut Dice::new(seed)).word(0);
        assert_eq!(first(1), first(1));
        assert!((0..9).any(|seed| first(seed) != first(9)));
    }
}
