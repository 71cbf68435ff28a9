//! How often characters and words occur.
//!
//! A word is a run of letters, digits and inner apostrophes, in lower case; a Han, Kana or Thai character stands for itself, for
//! these scripts have no blanks between words.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::languages::is_written_without_blanks;
use super::mixing::IntegerMap;
use super::zipf::Ranks;

/// A unit with how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub text: String,
    pub count: u64,
}

/// Frequencies of one kind of unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frequencies {
    /// The most frequent, most frequent first, equal ones in order of their text; at most [`LISTED`].
    pub top: Vec<Counted>,
    pub ranks: Ranks,
    /// Entropy of one unit, bits, as counted.
    pub bits: f64,
}

/// Units listed by name.
pub const LISTED: usize = 100;

impl Frequencies {
    /// Of (unit, count) in any order.
    pub fn of<T: Into<String>>(counts: impl IntoIterator<Item = (T, u64)>) -> Self {
        let mut counts: Vec<Counted> = counts
            .into_iter()
            .map(|(text, count)| Counted {
                text: text.into(),
                count,
            })
            .collect();
        counts.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        let frequencies: Vec<u64> = counts.iter().map(|it| it.count).collect();
        counts.truncate(LISTED);
        Self {
            bits: super::entropy::plug_in(frequencies.iter().copied()),
            ranks: Ranks::of(frequencies),
            top: counts,
        }
    }
}

/// Counts characters.
pub fn characters(text: &str) -> Frequencies {
    let mut counts = IntegerMap::<u32, u64>::default();
    for c in text.chars() {
        *counts.entry(c as u32).or_default() += 1;
    }
    let named = |(c, count)| {
        (
            char::from_u32(c).map(String::from).unwrap_or_default(),
            count,
        )
    };
    Frequencies::of(counts.into_iter().map(named))
}

/// Counts words.
pub fn words(text: &str) -> Frequencies {
    let mut counts = HashMap::<String, u64>::new();
    for word in word_pieces(text) {
        match counts.get_mut(word) {
            Some(count) => *count += 1,
            None => {
                counts.insert(word.to_owned(), 1);
            }
        }
    }
    // Folded after counting: there are far fewer kinds than words.
    let mut folded = HashMap::<String, u64>::new();
    for (word, count) in counts {
        *folded.entry(word.to_lowercase()).or_default() += count;
    }
    Frequencies::of(folded)
}

/// Counts token ids; `label` names one.
pub fn tokens(ids: &[u32], vocabulary: u32, label: impl Fn(u32) -> String) -> Frequencies {
    let mut counts = vec![0u64; vocabulary as usize];
    for &id in ids {
        if let Some(count) = counts.get_mut(id as usize) {
            *count += 1;
        }
    }
    let seen = counts.iter().enumerate().filter(|it| *it.1 > 0);
    Frequencies::of(seen.map(|(id, &count)| (label(id as u32), count)))
}

/// The words of a text as they stand in it.
pub fn word_pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(char::is_alphanumeric)?;
            rest = &rest[start..];
            let end = word_end(rest);
            let (word, after) = rest.split_at(end);
            rest = after;
            if !word.is_empty() {
                return Some(word);
            }
        }
    })
}

/// Bytes of the word at the start of `text`, which begins with a letter or digit.
fn word_end(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut end = 0;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        if is_written_without_blanks(c) {
            return if at == 0 { c.len_utf8() } else { at };
        }
        let joins = matches!(c, '\'' | '’') && next.is_some_and(char::is_alphanumeric);
        if !(c.is_alphanumeric() || joins) {
            return at;
        }
        end = at + c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_blanks_and_marks_part_and_han_stands_alone() {
        let found: Vec<&str> = word_pieces("Don’t stop—the 2nd 'whale' is 白鲸, x").collect();
        assert_eq!(
            found,
            [
                "Don’t", "stop", "the", "2nd", "whale", "is", "白", "鲸", "x"
            ]
        );
    }

    #[test]
    fn counts_are_sorted_and_case_is_folded() {
        let found = words("The whale, the WHALE: the end.");
        let top: Vec<(&str, u64)> = found
            .top
            .iter()
            .map(|it| (it.text.as_str(), it.count))
            .collect();
        assert_eq!(top, [("the", 3), ("whale", 2), ("end", 1)]);
        assert_eq!(
            (found.ranks.kinds, found.ranks.units, found.ranks.once),
            (3, 6, 1)
        );
        let letters = characters("aab");
        assert_eq!(
            letters.top[0],
            Counted {
                text: "a".into(),
                count: 2
            }
        );
        assert!((letters.bits - 0.918_295_834).abs() < 1e-9);
    }

    #[test]
    fn tokens_outside_the_vocabulary_do_not_count() {
        let found = tokens(&[1, 1, 0, 9], 2, |id| format!("<{id}>"));
        assert_eq!(found.top.len(), 2);
        assert_eq!(found.top[0].text, "<1>");
        assert_eq!(
            tokens(&[], 0, |_| String::new()),
            Frequencies::of(Vec::<(String, u64)>::new())
        );
    }
}
