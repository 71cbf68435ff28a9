//! What learning looks at: the distinct stretches of a text in which pieces may lie, each with how often it stands there.
//!
//! No piece mixes letters, ideographs and signs (digits among them), and a blank only begins one (SentencePiece's
//! `split_by_unicode_script` and `split_by_whitespace`, with all alphabets as one script). So text falls apart into runs of one class, and
//! the lattice of a text is the chain of the lattices of its runs: learning on distinct runs, weighted by their counts, gives
//! the same expected counts as learning on the whole text, in a fraction of the time. Chinese falls apart at its punctuation.

use rustc_hash::FxHashMap;

use super::spaces::Spaces;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    /// Letters of alphabets and syllabaries other than kana.
    Letter,
    /// Chinese characters and kana, which are written without blanks.
    Ideograph,
    /// Digits, punctuation, symbols, and everything else.
    Sign,
    /// Marks that go with the character before them.
    Joined,
}

fn class(c: char) -> Class {
    match c {
        ' ' => Class::Blank,
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '\0'..='\x7F' => Class::Sign,
        '\u{300}'..='\u{36F}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{200C}'..='\u{200D}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{3099}'..='\u{309A}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FE20}'..='\u{FE2F}'
        | '\u{1F3FB}'..='\u{1F3FF}'
        | '\u{E0100}'..='\u{E01EF}' => Class::Joined,
        '\u{2E80}'..='\u{2FDF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{3029}'
        | '\u{3040}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}' => Class::Ideograph,
        c if c.is_alphabetic() => Class::Letter,
        _ => Class::Sign,
    }
}

/// Runs of one class in a stretch, a blank with the run after it.
fn runs(stretch: &str, mut found: impl FnMut(&str)) {
    let mut start = 0;
    let mut current = None;
    for (at, c) in stretch.char_indices() {
        let class = match (class(c), current) {
            (Class::Joined, Some(class)) => class,
            (Class::Joined, None) => Class::Sign,
            (class, _) => class,
        };
        if current.is_some_and(|current| current != class && current != Class::Blank) {
            found(&stretch[start..at]);
            start = at;
        }
        current = Some(class);
    }
    if start < stretch.len() {
        found(&stretch[start..]);
    }
}

/// The distinct runs of a text as sequences of character numbers.
pub struct Units {
    /// The characters that get a piece, by code point; a character's number is its place here.
    pub characters: Vec<char>,
    /// How often each stands in the text.
    pub character_counts: Vec<u64>,
    /// All runs one after another, each followed by [`Units::END`]. A character is its number + 1.
    pub symbols: Vec<u32>,
    /// Where each run lies in `symbols`: (start, length), and its count.
    pub runs: Vec<(u32, u32)>,
    pub counts: Vec<u64>,
    /// Characters of the text that lie in runs.
    pub known_characters: u64,
}

impl Units {
    /// Ends a run; smaller than every character.
    pub const END: u32 = 0;

    /// The units of a text. Characters that stand in it less than `min_count` times are left out: they cut runs, as the
    /// unknown token will.
    pub fn of(text: &str, min_count: u64) -> Self {
        let text = Spaces::LEARNED.normalise(text, true);
        let mut stretches: FxHashMap<&str, u64> = FxHashMap::default();
        for stretch in Spaces::LEARNED.stretches(&text) {
            *stretches.entry(stretch).or_default() += 1;
        }
        let mut distinct: FxHashMap<&str, u64> = FxHashMap::default();
        for (stretch, count) in stretches {
            let mut rest = stretch;
            runs(stretch, |run| {
                let (run, after) = rest.split_at(run.len());
                *distinct.entry(run).or_default() += count;
                rest = after;
            });
        }
        let mut distinct: Vec<(&str, u64)> = distinct.into_iter().collect();
        distinct.sort_unstable();

        let mut counts: FxHashMap<char, u64> = FxHashMap::default();
        for &(run, count) in &distinct {
            for c in run.chars() {
                *counts.entry(c).or_default() += count;
            }
        }
        let mut characters: Vec<(char, u64)> = counts
            .into_iter()
            .filter(|&(_, count)| count >= min_count)
            .collect();
        characters.sort_unstable();
        let numbers: FxHashMap<char, u32> = characters
            .iter()
            .enumerate()
            .map(|(number, &(c, _))| (c, number as u32))
            .collect();

        let mut units = Self {
            known_characters: characters.iter().map(|&(_, count)| count).sum(),
            character_counts: characters.iter().map(|&(_, count)| count).collect(),
            characters: characters.into_iter().map(|(c, _)| c).collect(),
            symbols: Vec::new(),
            runs: Vec::new(),
            counts: Vec::new(),
        };
        for (run, count) in distinct {
            for c in run.chars() {
                match numbers.get(&c) {
                    Some(&number) => units.symbols.push(number + 1),
                    None => units.end_run(count),
                }
            }
            units.end_run(count);
        }
        units
    }

    fn end_run(&mut self, count: u64) {
        let start = self
            .runs
            .last()
            .map_or(0, |&(start, length)| start + length + 1);
        let length = self.symbols.len() as u32 - start;
        if length > 0 {
            self.runs.push((start, length));
            self.counts.push(count);
            self.symbols.push(Self::END);
        }
    }

    /// The text of some symbols.
    pub fn text(&self, start: u32, length: u32) -> String {
        self.symbols[start as usize..(start + length) as usize]
            .iter()
            .map(|&symbol| self.characters[symbol as usize - 1])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs_of(stretch: &str) -> Vec<String> {
        let mut found = Vec::new();
        runs(stretch, |run| found.push(run.to_owned()));
        found
    }

    #[test]
    fn runs_are_of_one_class() {
        assert_eq!(runs_of(" don't"), [" don", "'", "t"]);
        assert_eq!(runs_of(" 1851,whale"), [" 1851,", "whale"]);
        assert_eq!(runs_of("鲸キング!"), ["鲸キング", "!"]);
        assert_eq!(runs_of("cafe\u{301}s"), ["cafe\u{301}s"]);
        assert_eq!(runs_of("👩\u{200D}🚀a"), ["👩\u{200D}🚀", "a"]);
        assert_eq!(runs_of(" "), [" "]);
    }

    #[test]
    fn runs_are_counted_and_rare_characters_cut_them() {
        let units = Units::of("ab ab ab azb", 2);
        let runs: Vec<(String, u64)> = units
            .runs
            .iter()
            .zip(&units.counts)
            .map(|(&(start, length), &count)| (units.text(start, length), count))
            .collect();
        let expected = [(" a", 1), ("b", 1), (" ab", 2), ("ab", 1)];
        assert_eq!(runs.len(), expected.len());
        for (text, count) in expected {
            assert!(runs.contains(&(text.to_owned(), count)), "{runs:?}");
        }
        assert_eq!(units.characters, [' ', 'a', 'b']);
        assert_eq!(units.known_characters, 3 + 4 + 4);
    }
}
