//! Near-duplicates: documents that share most of their word sequences.
//!
//! ```text
//! S(d)    = hashes of all runs of 5 words of d
//! J(a, b) = |S(a) ∩ S(b)| / |S(a) ∪ S(b)|
//! mᵢ(d)   = min over x in S(d) of hᵢ(x),   P[mᵢ(a) = mᵢ(b)] = J(a, b)           MinHash, Broder 1997
//! ```
//!
//! 64 minima are cut into 16 bands of 4; documents that agree in a whole band are compared exactly. A pair with
//! J = 0.8 is found with probability 1 − (1 − 0.8⁴)¹⁶ = 0.9998, one with J = 0.3 is compared in vain with 0.12 (Leskovec, Rajaraman
//! and Ullman 2014, section 3.4). Documents of fewer than 8 words are left alone: headings and names repeat by nature.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::documents::documents;
use super::frequency::word_pieces;
use super::mixing::{IntegerMap, hash_text, mix64};
use super::{Stopped, Watch, tell};

/// Words in a run.
const RUN: usize = 5;
const FEWEST_WORDS: usize = 8;
const BANDS: usize = 16;
const ROWS: usize = 4;
/// Exact comparisons for one document and band; identical documents need one.
const COMPARISONS: usize = 8;
/// Groups and places listed; the counts are of all.
const LISTED_GROUPS: usize = 40;
const LISTED_PLACES: usize = 8;
const PREVIEW_CHARACTERS: usize = 140;

/// Where a document stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// First byte in the text.
    pub start: u64,
    pub bytes: u64,
    /// Jaccard similarity with the group's first document.
    pub similarity: f32,
    /// Its beginning.
    pub preview: String,
}

/// Documents that are nearly the same, in the order of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Documents in it.
    pub documents: u64,
    /// The first of them.
    pub places: Vec<Place>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Duplicates {
    /// Documents of the text.
    pub documents: u64,
    /// Those long enough to be compared.
    pub compared: u64,
    /// Groups of near-duplicates.
    pub groups: u64,
    /// Documents that are nearly the same as an earlier one.
    pub repeats: u64,
    /// Bytes of these.
    pub bytes: u64,
    /// The largest groups, largest first.
    pub listed: Vec<Group>,
}

/// Byte ranges of documents that nearly repeat an earlier one (J ≥ `threshold`), in order, with what the page shows of them.
pub fn duplicates(
    text: &str,
    threshold: f32,
    watch: Watch<'_>,
) -> Result<(Duplicates, Vec<Range<usize>>), Stopped> {
    let parts = documents(text);
    let threshold = f64::from(threshold).clamp(0.05, 1.0);
    let mut runs: Vec<Vec<u64>> = Vec::with_capacity(parts.len());
    // (which document is the first of its group, similarity with it)
    let mut first_of: Vec<(usize, f32)> = (0..parts.len()).map(|index| (index, 1.0)).collect();
    let mut buckets: Vec<IntegerMap<u64, Vec<u32>>> = vec![IntegerMap::default(); BANDS];
    let mut compared = 0;
    for (index, range) in parts.iter().enumerate() {
        if index % 64 == 0 {
            tell(watch, range.start as f32 / text.len() as f32)?;
        }
        runs.push(runs_of(&text[range.clone()]));
        if runs[index].is_empty() {
            continue;
        }
        compared += 1;
        let bands = bands(&runs[index]);
        let mut tried: Vec<u32> = Vec::new();
        'search: for (band, bucket) in bands.iter().zip(&buckets) {
            for &other in bucket.get(band).into_iter().flatten().take(COMPARISONS) {
                if tried.contains(&other) {
                    continue;
                }
                tried.push(other);
                let similarity = jaccard(&runs[index], &runs[other as usize]);
                if similarity >= threshold {
                    first_of[index] = (other as usize, similarity as f32);
                    break 'search;
                }
            }
        }
        // Only firsts are compared with, so that a group does not drift from what it began with.
        if first_of[index].0 == index {
            for (band, bucket) in bands.iter().zip(&mut buckets) {
                bucket.entry(*band).or_default().push(index as u32);
            }
        }
    }
    Ok(summary(text, &parts, &first_of, compared))
}

fn summary(
    text: &str,
    parts: &[Range<usize>],
    first_of: &[(usize, f32)],
    compared: u64,
) -> (Duplicates, Vec<Range<usize>>) {
    let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut number = IntegerMap::<u64, usize>::default();
    let mut repeats = Vec::new();
    for (index, &(first, _)) in first_of.iter().enumerate() {
        if first != index {
            let group = *number.entry(first as u64).or_insert_with(|| {
                groups.push((first, vec![first]));
                groups.len() - 1
            });
            groups[group].1.push(index);
            repeats.push(parts[index].clone());
        }
    }
    let count = groups.len() as u64;
    groups.sort_unstable_by_key(|(first, members)| (std::cmp::Reverse(members.len()), *first));
    let place = |&index: &usize| Place {
        start: parts[index].start as u64,
        bytes: parts[index].len() as u64,
        similarity: first_of[index].1,
        preview: preview(&text[parts[index].clone()]),
    };
    let listed = groups.iter().take(LISTED_GROUPS).map(|(_, members)| Group {
        documents: members.len() as u64,
        places: members.iter().take(LISTED_PLACES).map(place).collect(),
    });
    let found = Duplicates {
        documents: parts.len() as u64,
        compared,
        groups: count,
        repeats: repeats.len() as u64,
        bytes: repeats.iter().map(|range| range.len() as u64).sum(),
        listed: listed.collect(),
    };
    (found, repeats)
}

/// The text without these documents and the line breaks after them.
pub fn without(text: &str, repeats: &[Range<usize>]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for range in repeats {
        kept.push_str(&text[from..range.start]);
        let after = &text[range.end..];
        from = range.end + after.len() - after.trim_start_matches(['\n', '\r']).len();
    }
    kept.push_str(&text[from..]);
    kept
}

/// The beginning of a text in one line.
pub fn preview(text: &str) -> String {
    let mut line: String = text.chars().take(PREVIEW_CHARACTERS).collect();
    line = line.replace(['\n', '\r'], " ");
    if line.len() < text.len() {
        line.push('…');
    }
    line
}

/// Sorted hashes of the runs of words; none for a short document.
fn runs_of(document: &str) -> Vec<u64> {
    let words: Vec<u64> = word_pieces(document)
        .map(|word| hash_text(&word.to_lowercase()))
        .collect();
    if words.len() < FEWEST_WORDS {
        return Vec::new();
    }
    let hash = |run: &[u64]| {
        run.iter()
            .fold(0, |hash: u64, &word| mix64(hash.rotate_left(9) ^ word))
    };
    let mut runs: Vec<u64> = words.windows(RUN).map(hash).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// One hash for each band of minima.
fn bands(runs: &[u64]) -> [u64; BANDS] {
    let mut minima = [u64::MAX; BANDS * ROWS];
    for &run in runs {
        // One strong hash, then cheap ones of it: h_i(x) = a_i x + b_i modulo 2⁶⁴, folded so that high bits decide.
        let x = mix64(run);
        for (index, least) in minima.iter_mut().enumerate() {
            let a = mix64(index as u64 + 1) | 1;
            let value = x.wrapping_mul(a).rotate_left(32).wrapping_add(x);
            *least = (*least).min(value);
        }
    }
    std::array::from_fn(|band| {
        let rows = &minima[band * ROWS..(band + 1) * ROWS];
        rows.iter()
            .fold(band as u64, |hash, &row| mix64(hash.rotate_left(9) ^ row))
    })
}

/// |a ∩ b| / |a ∪ b| of sorted sets.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    shared as f64 / (a.len() + b.len() - shared).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{below, hash32};

    fn sentence(seed: u32, words: u32) -> Vec<String> {
        (0..words)
            .map(|i| format!("w{}", below(hash32(seed, i), 5000)))
            .collect()
    }

    fn search(text: &str, threshold: f32) -> (Duplicates, Vec<Range<usize>>) {
        duplicates(text, threshold, &mut |_| true).unwrap()
    }

    #[test]
    fn copies_with_a_few_changed_words_are_found_and_removed() {
        let mut lines: Vec<String> = (0..300).map(|seed| sentence(seed, 60).join(" ")).collect();
        let mut copy = sentence(7, 60);
        copy[59] = "changed".into();
        lines.insert(100, copy.join(" "));
        lines.insert(200, sentence(7, 60).join(" "));
        lines.insert(250, sentence(9, 60).join(" "));
        let text = lines.join("\n") + "\n";
        let (found, repeats) = search(&text, 0.8);
        assert_eq!((found.documents, found.compared), (303, 303));
        assert_eq!((found.groups, found.repeats), (2, 3));
        assert_eq!(found.listed[0].documents, 3);
        let similarity = found.listed[0].places[1].similarity;
        assert!(similarity > 0.9 && similarity < 1.0, "{similarity}");
        let kept = without(&text, &repeats);
        let original: Vec<String> = (0..300).map(|seed| sentence(seed, 60).join(" ")).collect();
        assert_eq!(kept, original.join("\n") + "\n");
        assert_eq!(search(&kept, 0.8).0.repeats, 0);
    }

    #[test]
    fn pairs_are_found_as_the_theory_says() {
        // Documents of 104 words have 100 runs; changing every k-th word leaves J well above and below the threshold.
        let near = |seed: u32, changed: usize| {
            let mut words = sentence(seed, 104);
            for word in words.iter_mut().rev().take(changed) {
                *word = format!("x{seed}{word}");
            }
            words.join(" ")
        };
        let mut lines = Vec::new();
        for seed in 0..200 {
            lines.push(near(seed, 0));
            lines.push(near(seed, 6));
        }
        let (found, _) = search(&lines.join("\n"), 0.8);
        // J = (100 − 6) / (100 + 6) = 0.887: the chance to miss one of 200 is below 1 %.
        assert_eq!(found.repeats, 200);
        let far: Vec<String> = (0..200)
            .flat_map(|seed| [near(seed, 0), near(seed, 40)])
            .collect();
        assert_eq!(search(&far.join("\n"), 0.8).0.repeats, 0);
    }

    #[test]
    fn paragraphs_of_han_are_compared_character_by_character() {
        let line = "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？";
        let text = format!("{line}\n\n{line}\n\n子曰\n\n子曰\n\n");
        let (found, repeats) = search(&text, 0.9);
        assert_eq!((found.documents, found.compared, found.repeats), (4, 2, 1));
        assert_eq!(
            without(&text, &repeats),
            format!("{line}\n\n子曰\n\n子曰\n\n")
        );
        assert!(found.listed[0].places[0].preview.starts_with("学而"));
    }

    #[test]
    fn a_text_of_one_line_repeated_is_quick_and_empty_ones_are_answered() {
        let text = "one two three four five six seven eight nine\n".repeat(5000);
        let (found, repeats) = search(&text, 0.8);
        assert_eq!((found.groups, found.repeats), (1, 4999));
        assert_eq!(found.listed[0].places.len(), LISTED_PLACES);
        assert_eq!(without(&text, &repeats).lines().count(), 1);
        assert_eq!(search("", 0.8).0, Duplicates::default());
        assert!(duplicates(&text, 0.8, &mut |_| false).is_err());
    }
}
