//! Words as tokens: Unicode's default word segmentation (UAX #29, Unicode 16), which cuts blanks, signs and numbers off as words of
//! their own and ideographs one by one.
//!
//! The most frequent words of the training text that stand in it at least `min_count` times get ids, by falling count and then
//! by code points; the last id is the unknown token, for all other words. Every piece belongs to some token, so a text of known
//! words comes back whole.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;
use unicode_segmentation::UnicodeSegmentation;

use super::entries::Entries;
use super::{LearnError, Span, Tokenizer, Watch};

/// The word tokenizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    ids: FxHashMap<Box<str>, u32>,
    entries: Entries,
}

/// How much of a text a vocabulary misses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Words that have a letter or a number in them; blanks and signs are not counted.
    pub words: u64,
    /// Those of them that are unknown.
    pub unknown: u64,
}

impl Coverage {
    /// Share of the words that are unknown, 0 for a text without words.
    pub fn out_of_vocabulary_rate(self) -> f64 {
        self.unknown as f64 / self.words.max(1) as f64
    }
}

impl Words {
    /// Learns the vocabulary of a text: `vocabulary` ids, the unknown token included.
    ///
    /// # Errors
    /// [`LearnError::EmptyCorpus`], [`LearnError::VocabularyTooSmall`] below 2, [`LearnError::VocabularyTooLarge`] if fewer words stand
    /// in the text `min_count` times, [`LearnError::Cancelled`].
    pub fn learn(
        vocabulary: u32,
        min_count: u32,
        training_text: &str,
        watch: Watch,
    ) -> Result<Self, LearnError> {
        if training_text.is_empty() {
            return Err(LearnError::EmptyCorpus);
        }
        if vocabulary < 2 {
            return Err(LearnError::VocabularyTooSmall {
                wanted: vocabulary,
                least: 2,
            });
        }
        /// Bytes between two looks at the watch.
        const STRETCH: usize = 1 << 18;
        let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
        let mut next_look = 0;
        for (start, word) in training_text.split_word_bound_indices() {
            if start >= next_look {
                next_look = start + STRETCH;
                if !watch(start as f32 / training_text.len() as f32) {
                    return Err(LearnError::Cancelled);
                }
            }
            *counts.entry(word).or_default() += 1;
        }
        let mut words: Vec<(&str, u32)> = counts
            .into_iter()
            .filter(|&(_, count)| count >= min_count)
            .collect();
        if (words.len() as u64) < u64::from(vocabulary) - 1 {
            return Err(LearnError::VocabularyTooLarge {
                wanted: vocabulary,
                most: words.len() as u32 + 1,
            });
        }
        words.sort_unstable_by_key(|&(word, count)| (Reverse(count), word));
        words.truncate(vocabulary as usize - 1);
        Ok(Self::of_words(words.into_iter().map(|(word, _)| word)))
    }

    /// A vocabulary from its words in id order; of a word that comes twice the first counts. As read back from a file.
    pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ids = FxHashMap::default();
        let mut entries = Entries::new();
        for word in words {
            let next = entries.len();
            if *ids.entry(word.into()).or_insert(next) == next {
                entries.push(word);
            }
        }
        Self { ids, entries }
    }

    /// The known words in id order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.entries.iter()
    }

    /// How many words of a text the vocabulary misses.
    pub fn coverage(&self, text: &str) -> Coverage {
        let mut coverage = Coverage::default();
        for word in text.split_word_bounds() {
            if word.chars().any(char::is_alphanumeric) {
                coverage.words += 1;
                coverage.unknown += u64::from(self.id(word) == self.known());
            }
        }
        coverage
    }

    fn id(&self, word: &str) -> u32 {
        self.ids.get(word).copied().unwrap_or(self.known())
    }

    fn known(&self) -> u32 {
        self.entries.len()
    }
}

impl Tokenizer for Words {
    fn vocabulary_size(&self) -> u32 {
        self.known() + 1
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        text.split_word_bounds().map(|word| self.id(word)).collect()
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        text.split_word_bound_indices()
            .map(|(start, word)| Span {
                id: self.id(word),
                start: start as u32,
                end: (start + word.len()) as u32,
            })
            .collect()
    }

    /// Words the vocabulary lacks become the unknown token.
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

    fn learn(vocabulary: u32, min_count: u32, text: &str) -> Result<Words, LearnError> {
        Words::learn(vocabulary, min_count, text, &mut |_| true)
    }

    #[test]
    fn frequent_words_come_first_and_rare_ones_are_unknown() {
        let words = learn(5, 2, "the whale, the can't 鲸鱼鲸 the can't").unwrap();
        let known: Vec<&str> = words.words().collect();
        assert_eq!(known, [" ", "the", "can't", "鲸"]);
        assert_eq!(words.encode("the whale鲸"), [1, 0, 4, 3]);
        assert_eq!(words.decode(&[1, 0, 4, 3, 99]), "the \u{FFFD}鲸\u{FFFD}");
        assert_eq!((words.vocabulary_size(), words.unknown()), (5, Some(4)));
        let small = learn(3, 1, "the whale, the can't 鲸鱼鲸 the can't").unwrap();
        assert_eq!(small.words().collect::<Vec<_>>(), [" ", "the"]);
    }

    #[test]
    fn coverage_counts_words_only() {
        let words = learn(5, 1, "call me Ishmael").unwrap();
        let coverage = words.coverage("Call me, Ishmael! 7");
        assert_eq!(
            coverage,
            Coverage {
                words: 4,
                unknown: 2
            }
        );
        assert_eq!(coverage.out_of_vocabulary_rate(), 0.5);
        assert_eq!(words.coverage(" …").out_of_vocabulary_rate(), 0.0);
    }

    #[test]
    fn what_cannot_be_learned_is_said() {
        assert_eq!(learn(9, 1, ""), Err(LearnError::EmptyCorpus));
        let too_small = LearnError::VocabularyTooSmall {
            wanted: 1,
            least: 2,
        };
        assert_eq!(learn(1, 1, "a"), Err(too_small));
        let too_large = LearnError::VocabularyTooLarge { wanted: 9, most: 3 };
        assert_eq!(learn(9, 1, "a a"), Err(too_large));
        let cancelled = Words::learn(9, 1, "a", &mut |_| false);
        assert_eq!(cancelled, Err(LearnError::Cancelled));
    }

    proptest! {
        #[test]
        fn decode_undoes_encode_on_its_own_text(text in "\\PC{1,40}|[a-c \n'.鲸é]{1,40}") {
            let words = match learn(1 << 20, 1, &text) {
                Err(LearnError::VocabularyTooLarge { most, .. }) => learn(most, 1, &text),
                learned => learned,
            }
            .unwrap();
            let spans = words.spans(&text);
            let ids: Vec<u32> = spans.iter().map(|span| span.id).collect();
            prop_assert_eq!(&words.encode(&text), &ids);
            let cut: String = spans.iter().map(|s| &text[s.start as usize..s.end as usize]).collect();
            prop_assert_eq!(&cut, &text);
            prop_assert_eq!(words.decode(&ids), text);
        }
    }
}
