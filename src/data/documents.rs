//! A text as documents, and their split into training and validation without leakage: documents with the same text, whatever
//! blanks surround it, are on the same side, and no document is cut.
//!
//! ```text
//! by position:  the last documents are held out, until their bytes are the share asked for
//! by document:  documents shuffled by the seed are held out, until their bytes are the share asked for
//! ```
//!
//! All copies of a document go where the first one in that order goes. The share is of bytes, met as nearly as whole
//! documents allow; the training part keeps at least half. Within its part, each document keeps its place in the order of
//! the text, so that one seed gives one pair of texts. Which window a training batch takes is shuffled by `batches`.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::statistics::documents::documents;
use crate::rng::{below, hash32, stream, stream_key};

/// Which documents are held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SplitBy {
    /// The last ones of the text.
    Position,
    /// Those that a shuffle by this seed puts first.
    Document { seed: u32 },
}

/// A text and the places of its documents.
#[derive(Clone, Debug)]
pub struct Documents<'a> {
    text: &'a str,
    /// Not empty, in order, apart, at characters.
    ranges: Vec<Range<usize>>,
}

/// Places that are no documents of a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    #[error(
        "Document {document} ({start}..{end}) is empty, lies outside the text or begins or ends inside a character. Give its bytes as they stand in the text."
    )]
    NotInText {
        document: usize,
        start: usize,
        end: usize,
    },
    #[error(
        "Document {document} begins before the one before it ends. Give the documents in order."
    )]
    OutOfOrder { document: usize },
}

/// The numbers of the documents in each part, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    pub training: Vec<usize>,
    pub validation: Vec<usize>,
}

impl<'a> Documents<'a> {
    /// What stands between empty lines, or the lines where there are none.
    pub fn of_text(text: &'a str) -> Self {
        Self {
            text,
            ranges: documents(text),
        }
    }

    /// Documents whose bytes are known.
    ///
    /// Errors: [`RangeError`] names the first place that cannot be a document.
    pub fn at(text: &'a str, ranges: Vec<Range<usize>>) -> Result<Self, RangeError> {
        let mut end = 0;
        for (document, range) in ranges.iter().enumerate() {
            if text.get(range.clone()).is_none_or(str::is_empty) {
                let Range { start, end } = *range;
                return Err(RangeError::NotInText {
                    document,
                    start,
                    end,
                });
            }
            if range.start < end {
                return Err(RangeError::OutOfOrder { document });
            }
            end = range.end;
        }
        Ok(Self { text, ranges })
    }

    pub fn count(&self) -> usize {
        self.ranges.len()
    }

    /// The text of a document, by its number.
    pub fn document(&self, number: usize) -> &'a str {
        &self.text[self.ranges[number].clone()]
    }

    /// Splits off a share of the bytes for validation. A share that is no number or not above 0 holds out nothing; one above
    /// ½ is ½. With documents of at least two different texts and a share above 0 there is at least one on each side.
    pub fn split(&self, by: SplitBy, validation_fraction: f32) -> Parts {
        let fraction = f64::from(validation_fraction.max(0.0)).min(0.5);
        let groups = self.same_texts();
        let held_out = if fraction > 0.0 && groups.len() > 1 {
            self.held_out(groups, by, fraction)
        } else {
            vec![false; self.count()]
        };
        let (validation, training) = (0..self.count()).partition(|&number| held_out[number]);
        Parts {
            training,
            validation,
        }
    }

    /// The documents of a part as one text, each followed by the separator.
    pub fn joined(&self, numbers: &[usize], separator: &str) -> String {
        let mut text = String::new();
        for &number in numbers {
            text.push_str(self.document(number));
            text.push_str(separator);
        }
        text
    }

    /// The documents of a part as one text, each with what stands between it and the next one of the whole text; the first also
    /// with what stands before it.
    pub fn in_place(&self, numbers: &[usize]) -> String {
        let start = |number: usize| match number {
            0 => 0,
            _ => self
                .ranges
                .get(number)
                .map_or(self.text.len(), |range| range.start),
        };
        let whole = |&number: &usize| &self.text[start(number)..start(number + 1)];
        numbers.iter().map(whole).collect()
    }

    /// Documents with the same text, in the order of the first of each.
    fn same_texts(&self) -> Vec<Vec<usize>> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for number in 0..self.count() {
            let group = *known
                .entry(self.document(number).trim())
                .or_insert_with(|| {
                    groups.push(Vec::new());
                    groups.len() - 1
                });
            groups[group].push(number);
        }
        groups
    }

    /// Whether each document is held out, for at least two groups of the same text and a fraction above 0.
    fn held_out(&self, mut groups: Vec<Vec<usize>>, by: SplitBy, fraction: f64) -> Vec<bool> {
        match by {
            // The last first. A group counts as where it begins, so that a copy further on cannot draw the first in.
            SplitBy::Position => groups.reverse(),
            SplitBy::Document { seed } => shuffle(&mut groups, seed),
        }
        let bytes = |group: &Vec<usize>| -> f64 {
            let lengths = group.iter().map(|&number| self.ranges[number].len());
            lengths.sum::<usize>() as f64
        };
        let total: f64 = groups.iter().map(bytes).sum();
        let (wanted, mut held) = (total * fraction, 0.0);
        let mut chosen = Vec::new();
        for group in &groups {
            let size = bytes(group);
            let is_nearer = held + size / 2.0 <= wanted && held + size <= total / 2.0;
            if is_nearer {
                chosen.push(group);
                held += size;
            } else if by == SplitBy::Position {
                break;
            }
        }
        if chosen.is_empty() {
            // even one document is more than the share: take the first in order that is not the larger half
            let small = groups.iter().find(|group| bytes(group) <= total / 2.0);
            chosen.extend(small);
        }
        let mut held_out = vec![false; self.count()];
        for &number in chosen.into_iter().flatten() {
            held_out[number] = true;
        }
        held_out
    }
}

/// Fisher–Yates from the end: place i changes with one of `0..=i`.
fn shuffle<T>(items: &mut [T], seed: u32) {
    let key = stream_key(seed, stream::DOCUMENTS);
    for i in (1..items.len()).rev() {
        let j = below(hash32(key, i as u32), i as u32 + 1);
        items.swap(i, j as usize);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::data::world::{WorldConfig, generate};

    fn lines(text: &str) -> Documents<'_> {
        let mut start = 0;
        let ranges = text.split_inclusive('\n').map(|line| {
            let range = start..start + line.trim_end_matches('\n').len();
            start += line.len();
            range
        });
        Documents::at(text, ranges.filter(|range| !range.is_empty()).collect()).unwrap()
    }

    /// No text is on both sides, and every document is on one.
    fn check(documents: &Documents, parts: &Parts) {
        let texts = |numbers: &[usize]| -> BTreeSet<&str> {
            numbers
                .iter()
                .map(|&n| documents.document(n).trim())
                .collect()
        };
        let (training, validation) = (texts(&parts.training), texts(&parts.validation));
        assert!(training.is_disjoint(&validation));
        let mut all = [parts.training.clone(), parts.validation.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..documents.count()).collect::<Vec<_>>());
    }

    #[test]
    fn the_last_documents_are_held_out_and_their_copies_go_with_the_first() {
        let text = "aa\nbb\ncc\ndd\nee\nff\ngg\nhh\naa\nii\n";
        let parts = lines(text).split(SplitBy::Position, 0.2);
        // the last but one is the first again, and stays in training
        assert_eq!(parts.validation, [7, 9]);
        check(&lines(text), &parts);
        assert_eq!(
            lines(text).joined(&parts.validation, "\n\n"),
            "hh\n\nii\n\n"
        );
    }

    #[test]
    fn a_seed_chooses_the_documents() {
        let text: String = (0..200)
            .map(|i| format!("document {}\n", i + 100))
            .collect();
        let documents = lines(&text);
        let by_seed = |seed| documents.split(SplitBy::Document { seed }, 0.1);
        assert_eq!(by_seed(1), by_seed(1));
        assert_ne!(by_seed(1), by_seed(2));
        assert_eq!(by_seed(1).validation.len(), 20);
        // over many seeds every document is held out as often
        let mut counts = vec![0.0; 200];
        for seed in 0..1000 {
            let parts = by_seed(seed);
            check(&documents, &parts);
            parts
                .validation
                .iter()
                .for_each(|&number| counts[number] += 1.0);
        }
        let chi_squared: f64 = counts
            .iter()
            .map(|count: &f64| (count - 100.0).powi(2) / 90.0)
            .sum();
        assert!(
            chi_squared < 270.0,
            "p < 0.001 for 199 degrees: {chi_squared}"
        );
    }

    #[test]
    fn repetition_in_a_world_does_not_leak() {
        let config = WorldConfig {
            duplication: 0.4,
            ..WorldConfig::default()
        };
        let corpus = generate(&config, 3, 60_000).unwrap();
        let documents = Documents::at(&corpus.text, corpus.ranges()).unwrap();
        for by in [SplitBy::Position, SplitBy::Document { seed: 4 }] {
            let parts = documents.split(by, 0.1);
            check(&documents, &parts);
            let held: usize = parts
                .validation
                .iter()
                .map(|&n| documents.document(n).len())
                .sum();
            let share = held as f64 / corpus.text.len() as f64;
            assert!((share - 0.1).abs() < 0.03, "{by:?}: {share}");
            assert!(
                corpus
                    .text
                    .contains(&documents.joined(&parts.validation[..1], "\n\n"))
            );
        }
        assert_eq!(Documents::of_text(&corpus.text).count(), documents.count());
    }

    #[test]
    fn one_text_cannot_be_on_both_sides() {
        let copies = "same\nsame\n same \n";
        let parts = lines(copies).split(SplitBy::Document { seed: 1 }, 0.5);
        assert_eq!(parts.training, [0, 1, 2]);
        let two = lines("a long document that is most of the text\nshort\n");
        for by in [SplitBy::Position, SplitBy::Document { seed: 3 }] {
            let parts = two.split(by, 0.01);
            assert_eq!((parts.training, parts.validation), (vec![0], vec![1]));
        }
        assert_eq!(
            Documents::of_text("").split(SplitBy::Position, 0.5),
            Parts::default()
        );
        let none = two.split(SplitBy::Position, f32::NAN);
        assert_eq!(none.validation, [0; 0]);
    }

    #[test]
    fn places_that_are_no_documents_are_refused() {
        let text = "鲸 whale";
        let error = |ranges: &[Range<usize>]| Documents::at(text, ranges.to_vec()).unwrap_err();
        let cut = RangeError::NotInText {
            document: 1,
            start: 4,
            end: 99,
        };
        assert_eq!(error(&[0..3, 4..99]), cut);
        assert!(matches!(error(&[0..3, 4..4]), RangeError::NotInText { .. }));
        assert!(matches!(error(&[1..5, 6..7]), RangeError::NotInText { .. }));
        assert_eq!(error(&[0..5, 4..6]), RangeError::OutOfOrder { document: 1 });
        assert!(error(&[0..5, 4..6]).to_string().contains("in order"));
    }

    proptest! {
        #[test]
        fn nothing_leaks(
            words in proptest::collection::vec("[abc]{1,3}( [ab])?", 0..40),
            fraction in prop_oneof![0.0f32..1.0, any::<f32>()],
            seed: u32,
        ) {
            let text = words.join("\n");
            let documents = lines(&text);
            for by in [SplitBy::Position, SplitBy::Document { seed }] {
                let parts = documents.split(by, fraction);
                check(&documents, &parts);
                let bytes = |numbers: &[usize]| -> usize {
                    numbers.iter().map(|&n| documents.document(n).len()).sum()
                };
                prop_assert!(bytes(&parts.training) >= bytes(&parts.validation));
                let distinct: BTreeSet<&String> = words.iter().collect();
                let is_split = fraction > 0.0 && distinct.len() > 1;
                prop_assert_eq!(parts.validation.is_empty(), !is_split);
            }
        }
    }
}
