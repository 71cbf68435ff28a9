//! How much of the validation text stands in the training text already: a loss measured on it is memory, not skill.
//!
//! The share of runs of n words of the validation text that occur in the training text, for several n, and the passages covered by
//! shared runs of 13 words, the length GPT-3's authors looked for (Brown et al. 2020, appendix C).

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::duplicates::preview;
use super::frequency::word_pieces;
use super::mixing::{Mix, hash_text, mix64};
use super::{Stopped, Watch, tell};

/// Run lengths that are looked at, words.
pub const RUNS: [u32; 9] = [1, 2, 3, 4, 5, 6, 8, 10, 13];

/// Passages listed.
const LISTED: usize = 40;

/// A passage of the validation text that stands in the training text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// First byte in the validation text.
    pub start: u64,
    pub bytes: u64,
    pub words: u64,
    /// Its beginning.
    pub preview: String,
}

/// What the two texts share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contamination {
    /// Words of the validation text.
    pub words: u64,
    /// (n, share of the validation text's runs of n words that occur in the training text), for every n with runs.
    pub shares: Vec<(u32, f64)>,
    /// Words of the validation text inside shared runs of 13.
    pub covered: u64,
    /// Passages made of shared runs of 13.
    pub passages: u64,
    /// The longest of them, longest first.
    pub listed: Vec<Passage>,
}

type HashedRuns = HashSet<u64, BuildHasherDefault<Mix>>;

/// Compares a validation text with the training text.
pub fn contamination(
    training: &str,
    validation: &str,
    watch: Watch<'_>,
) -> Result<Contamination, Stopped> {
    let hash = |word: &str| hash_text(&word.to_lowercase());
    let training: Vec<u64> = word_pieces(training).map(hash).collect();
    let places: Vec<Range<usize>> = word_pieces(validation)
        .map(|word| {
            let start = word.as_ptr() as usize - validation.as_ptr() as usize;
            start..start + word.len()
        })
        .collect();
    let words: Vec<u64> = places
        .iter()
        .map(|range| hash(&validation[range.clone()]))
        .collect();
    let mut found = Contamination {
        words: words.len() as u64,
        ..Contamination::default()
    };
    let mut is_covered = vec![false; words.len()];
    for (index, &run) in RUNS.iter().enumerate() {
        tell(watch, index as f32 / RUNS.len() as f32)?;
        let run_length = run as usize;
        if words.len() < run_length {
            break;
        }
        let known: HashedRuns = training.windows(run_length).map(hash_run).collect();
        let mut shared = 0u64;
        for (start, window) in words.windows(run_length).enumerate() {
            if known.contains(&hash_run(window)) {
                shared += 1;
                if run == RUNS[RUNS.len() - 1] {
                    is_covered[start..start + run_length].fill(true);
                }
            }
        }
        let runs = words.len() + 1 - run_length;
        found.shares.push((run, shared as f64 / runs as f64));
    }
    found.covered = is_covered.iter().filter(|&&it| it).count() as u64;
    let mut passages = Vec::new();
    let mut at = 0;
    for stretch in is_covered.chunk_by(|a, b| a == b) {
        if stretch[0] {
            let (first, last) = (&places[at], &places[at + stretch.len() - 1]);
            passages.push((stretch.len(), first.start..last.end));
        }
        at += stretch.len();
    }
    found.passages = passages.len() as u64;
    passages.sort_unstable_by_key(|(words, range)| (std::cmp::Reverse(*words), range.start));
    passages.truncate(LISTED);
    let passage = |(words, range): (usize, Range<usize>)| Passage {
        start: range.start as u64,
        bytes: range.len() as u64,
        words: words as u64,
        preview: preview(&validation[range]),
    };
    found.listed = passages.into_iter().map(passage).collect();
    Ok(found)
}

fn hash_run(run: &[u64]) -> u64 {
    run.iter()
        .fold(0, |hash: u64, &word| mix64(hash.rotate_left(9) ^ word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(range: Range<u32>) -> String {
        range.map(|i| format!("word{i} ")).collect()
    }

    fn compare(training: &str, validation: &str) -> Contamination {
        contamination(training, validation, &mut |_| true).unwrap()
    }

    #[test]
    fn a_copied_passage_is_found_where_it_stands() {
        let training = numbered(0..500);
        let validation = format!(
            "{}{}{}",
            numbered(900..920),
            numbered(100..130),
            numbered(950..960)
        );
        let found = compare(&training, &validation.replace("word1", "Word1"));
        assert_eq!((found.words, found.covered, found.passages), (60, 30, 1));
        assert_eq!(found.listed[0].words, 30);
        assert_eq!(found.listed[0].start as usize, numbered(900..920).len());
        assert!(found.listed[0].preview.starts_with("Word100 "));
        assert_eq!(found.shares[0], (1, 0.5));
        // 18 runs of 13 in a passage of 30 words, of 48 runs in all.
        assert_eq!(found.shares[8], (13, 18.0 / 48.0));
    }

    #[test]
    fn nothing_shared_and_nothing_there() {
        let found = compare(&numbered(0..50), &numbered(50..100));
        assert!(found.shares.iter().all(|&(_, share)| share == 0.0));
        assert_eq!((found.covered, found.passages), (0, 0));
        assert_eq!(compare("text", ""), Contamination::default());
        assert_eq!(compare("", "three short words").shares.len(), 3);
        assert!(contamination("a", "b", &mut |_| false).is_err());
    }
}
