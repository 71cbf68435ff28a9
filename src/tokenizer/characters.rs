//! Unicode characters (scalar values) of the training text as tokens, in code point order; the last id is the unknown
//! token, for characters the training text does not have. V = distinct characters + 1.

use std::collections::HashMap;

use super::entries::Entries;
use super::{Span, Tokenizer};

/// Most characters a vocabulary keeps, so that a text with every ideograph does not make a head of 100,000 rows. The most
/// frequent stay, the rest are unknown.
pub const MOST_CHARACTERS: usize = 16_384;

/// The character tokenizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Characters {
    /// The known characters in code point order.
    entries: Entries,
    /// code point → id, up to the largest known code point; `u32::MAX` marks a hole.
    ids: Vec<u32>,
}

impl Characters {
    /// The vocabulary of a training text.
    pub fn of_text(training_text: &str) -> Self {
        let mut counts: HashMap<char, u32> = HashMap::new();
        for c in training_text.chars() {
            *counts.entry(c).or_default() += 1;
        }
        let mut symbols: Vec<(char, u32)> = counts.into_iter().collect();
        symbols.sort_unstable_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
        symbols.truncate(MOST_CHARACTERS);
        Self::of_symbols(symbols.into_iter().map(|(c, _)| c))
    }

    /// A vocabulary from its characters, in any order, repeated or not; as read back from a file.
    pub fn of_symbols(symbols: impl IntoIterator<Item = char>) -> Self {
        let mut symbols: Vec<char> = symbols.into_iter().collect();
        symbols.sort_unstable();
        symbols.dedup();
        let mut ids = vec![u32::MAX; symbols.last().map_or(0, |&c| c as usize + 1)];
        let mut entries = Entries::new();
        for &c in &symbols {
            ids[c as usize] = entries.len();
            entries.push(c.encode_utf8(&mut [0; 4]));
        }
        Self { entries, ids }
    }

    /// The known characters in id order.
    pub fn symbols(&self) -> &str {
        self.entries.text()
    }

    fn id(&self, c: char) -> u32 {
        let unknown = self.known();
        // holes hold u32::MAX, which `min` turns into the unknown id
        self.ids
            .get(c as usize)
            .map_or(unknown, |&id| id.min(unknown))
    }

    fn known(&self) -> u32 {
        self.entries.len()
    }
}

impl Tokenizer for Characters {
    fn vocabulary_size(&self) -> u32 {
        self.known() + 1
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        text.chars().map(|c| self.id(c)).collect()
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        text.char_indices()
            .map(|(start, c)| Span {
                id: self.id(c),
                start: start as u32,
                end: (start + c.len_utf8()) as u32,
            })
            .collect()
    }

    /// Characters the training text does not have become the unknown token.
    fn is_lossless(&self) -> bool {
        false
    }

    fn token_bytes(&self, id: u32) -> &[u8] {
        self.entries.bytes(id)
    }

    fn unknown(&self) -> Option<u32> {
        Some(self.known())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vocabulary_is_sorted_and_ends_with_unknown() {
        let tokenizer = Characters::of_text("hello 鲸");
        assert_eq!(tokenizer.symbols(), " ehlo鲸");
        assert_eq!(tokenizer.vocabulary_size(), 7);
        assert_eq!(tokenizer.encode("hex\u{10FFFF}鲸"), [2, 1, 6, 6, 5]);
        assert_eq!(tokenizer.decode(&[2, 1, 6, 5, 99]), "he\u{FFFD}鲸\u{FFFD}");
        assert_eq!(tokenizer.token_label(6), "<unk>");
        assert_eq!(tokenizer.token_label(0), "␣");
    }

    #[test]
    fn an_empty_text_has_only_the_unknown_token() {
        let tokenizer = Characters::of_text("");
        assert_eq!(tokenizer.vocabulary_size(), 1);
        assert_eq!(tokenizer.encode("a"), [0]);
    }

    #[test]
    fn the_rarest_characters_give_way() {
        let text: String = ('\u{4E00}'..).take(MOST_CHARACTERS + 5).collect::<String>() + "aa";
        let tokenizer = Characters::of_text(&text);
        assert_eq!(tokenizer.vocabulary_size() as usize, MOST_CHARACTERS + 1);
        assert_ne!(Some(tokenizer.encode("a")[0]), tokenizer.unknown());
    }

    proptest! {
        #[test]
        fn decode_undoes_encode_on_its_own_text(text in any::<String>()) {
            let tokenizer = Characters::of_text(&text);
            let ids = tokenizer.encode(&text);
            prop_assert!(ids.iter().all(|&id| id < tokenizer.vocabulary_size()));
            let spans = tokenizer.spans(&text);
            prop_assert_eq!(spans.iter().map(|span| span.id).collect::<Vec<_>>(), ids.clone());
            let cut: String = spans.iter().map(|s| &text[s.start as usize..s.end as usize]).collect();
            prop_assert_eq!(&cut, &text);
            prop_assert_eq!(tokenizer.decode(&ids), text);
        }

        #[test]
        fn foreign_text_never_panics(known in any::<String>(), text in any::<String>()) {
            let tokenizer = Characters::of_text(&known);
            let ids = tokenizer.encode(&text);
            prop_assert_eq!(tokenizer.decode(&ids).chars().count(), text.chars().count());
        }
    }
}
