//! The first, far too large vocabulary: every character, and every repeated stretch that cannot be made longer without becoming
//! rarer, the best of them by count × length (Kudo 2018, section 3.2; the score is SentencePiece's).
//!
//! Those stretches are the inner nodes of the suffix tree of all runs, found from the suffix array and its common prefixes
//! (Abouelhoda, Kurtz, Ohlebusch 2004). As runs are distinct and carry counts, a node's count is the sum over its leaves, and a
//! leaf of a run that stands there twice counts as a node. The same walk tells where each piece occurs: the lattice of every run
//! comes without a search.

use super::lattices::Lattices;
use super::suffix_array::{common_prefixes, suffix_array};
use super::units::Units;

/// A piece of the vocabulary while it shrinks.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// One place where it stands in [`Units::symbols`].
    pub start: u32,
    /// Characters.
    pub length: u32,
    /// ln of its probability.
    pub log_p: f64,
}

impl Piece {
    /// Single characters are never dropped, so that every text stays possible.
    pub fn is_character(&self) -> bool {
        self.length == 1
    }
}

/// A node of the suffix tree: the suffixes `left..right` of the array share their first `length` symbols.
struct Node {
    left: u32,
    right: u32,
    length: u32,
    count: u64,
}

/// The seed vocabulary, characters first, and the lattices of all runs over it. `longest` is the greatest length of a piece in
/// characters, `min_count` the least count of a stretch, `most` how many stretches are kept.
pub fn seeds(units: &Units, longest: u32, min_count: u64, most: usize) -> (Vec<Piece>, Lattices) {
    let symbols = &units.symbols;
    let sa = suffix_array(symbols, units.characters.len() + 1);
    let lcp = common_prefixes(symbols, &sa);
    // Suffixes that begin with the end of a run come first; they are no pieces.
    let ends = units.runs.len();
    let mut room = vec![0u32; symbols.len()];
    let mut weight = vec![0u32; symbols.len()];
    for (&(start, length), &count) in units.runs.iter().zip(&units.counts) {
        for i in 0..length {
            room[(start + i) as usize] = (length - i).min(longest);
            weight[(start + i) as usize] = u32::try_from(count).unwrap_or(u32::MAX);
        }
    }
    let mut nodes = nodes(&sa[ends..], &lcp[ends..], &room, &weight, min_count);
    if nodes.len() > most {
        nodes.sort_by_key(|node| std::cmp::Reverse(node.count * u64::from(node.length)));
        nodes.truncate(most);
    }
    nodes.sort_unstable_by_key(|node| (node.left, node.length));

    let mut pieces: Vec<Piece> = Vec::with_capacity(units.characters.len() + nodes.len());
    let mut first_place = vec![0u32; units.characters.len()];
    for (place, &symbol) in symbols.iter().enumerate().rev() {
        if symbol != Units::END {
            first_place[symbol as usize - 1] = place as u32;
        }
    }
    let score = |count: u64, length: u32| (count * u64::from(length)) as f64;
    let total: f64 = units
        .character_counts
        .iter()
        .map(|&count| score(count, 1))
        .chain(nodes.iter().map(|node| score(node.count, node.length)))
        .sum();
    for (&start, &count) in first_place.iter().zip(&units.character_counts) {
        pieces.push(Piece {
            start,
            length: 1,
            log_p: (score(count, 1) / total).ln(),
        });
    }
    pieces.extend(nodes.iter().map(|node| Piece {
        start: sa[ends + node.left as usize],
        length: node.length,
        log_p: (score(node.count, node.length) / total).ln(),
    }));

    let characters = units.characters.len() as u32;
    let occurrences = nodes.iter().enumerate().map(|(i, node)| {
        let (left, right) = (ends + node.left as usize, ends + node.right as usize);
        (characters + i as u32, node.length, &sa[left..right])
    });
    let lattices = Lattices::of(units, occurrences);
    (pieces, lattices)
}

/// All nodes of two symbols or more that stand in the text at least `min_count` times. `room` is how long a piece may be at each
/// place: suffixes are compared up to there, and those that agree so far are one leaf.
fn nodes(sa: &[u32], lcp: &[u32], room: &[u32], weight: &[u32], min_count: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    // Nodes whose right end is not reached yet, each longer than the one below: (length, left, count before it).
    let mut open: Vec<(u32, u32, u64)> = Vec::new();
    let mut count = 0u64;
    for k in 0..=sa.len() {
        let shared = match k {
            0 => 0,
            _ if k == sa.len() => 0,
            _ => lcp[k].min(room[sa[k] as usize]),
        };
        let mut start = (k as u32, count);
        while let Some(&(length, left, before)) = open.last()
            && length > shared
        {
            open.pop();
            start = (left, before);
            if length > 1 && count - before >= min_count {
                nodes.push(Node {
                    left,
                    right: k as u32,
                    length,
                    count: count - before,
                });
            }
        }
        if k == sa.len() {
            break;
        }
        if shared > 0 && open.last().is_none_or(|&(length, ..)| length < shared) {
            open.push((shared, start.0, start.1));
        }
        let place = sa[k] as usize;
        if room[place] > shared {
            open.push((room[place], k as u32, count));
        }
        count += u64::from(weight[place]);
    }
    nodes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Every stretch of at most `longest` characters inside the runs, with its count.
    fn stretches(units: &Units, longest: u32) -> BTreeMap<String, u64> {
        let mut found = BTreeMap::new();
        for (&(start, length), &count) in units.runs.iter().zip(&units.counts) {
            for i in 0..length {
                for l in 1..=longest.min(length - i) {
                    *found.entry(units.text(start + i, l)).or_default() += count;
                }
            }
        }
        found
    }

    proptest! {
        #[test]
        fn seeds_are_the_repeated_stretches_that_cannot_grow(text in "[ab ]{0,60}", longest in 1u32..6) {
            let units = Units::of(&text, 1);
            let (pieces, lattices) = seeds(&units, longest, 2, 1000);
            let all = stretches(&units, longest);
            let mut expected: Vec<String> = all
                .iter()
                .filter(|(stretch, count)| {
                    let length = stretch.chars().count() as u32;
                    let can_grow = |longer: &String| longer.starts_with(*stretch) && longer.chars().count() as u32 == length + 1;
                    // as often as one longer: the longer one stands for both
                    let is_grown = all.iter().any(|(longer, more)| can_grow(longer) && more == *count);
                    length == 1 || (**count >= 2 && !is_grown)
                })
                .map(|(stretch, _)| stretch.clone())
                .collect();
            let mut found: Vec<String> = pieces.iter().map(|piece| units.text(piece.start, piece.length)).collect();
            found.sort();
            expected.sort();
            prop_assert_eq!(&found, &expected);

            // the lattices hold every occurrence of every piece, and nothing else
            for (run, &(start, length)) in units.runs.iter().enumerate() {
                for i in 0..length {
                    let mut edges: Vec<String> = lattices
                        .edges(start + i)
                        .iter()
                        .map(|edge| {
                            let piece = pieces[edge.piece() as usize];
                            assert_eq!(edge.length(), piece.length as usize);
                            units.text(piece.start, piece.length)
                        })
                        .collect();
                    edges.sort();
                    let here: Vec<String> = (1..=length - i)
                        .map(|l| units.text(start + i, l))
                        .filter(|stretch| found.contains(stretch))
                        .collect();
                    prop_assert_eq!(edges, here, "run {}", run);
                }
            }
        }
    }

    #[test]
    fn the_best_by_count_times_length_stay() {
        let units = Units::of("abcd abcd abcd xy xy", 1);
        let (pieces, _) = seeds(&units, 16, 2, 1);
        let kept: Vec<String> = pieces
            .iter()
            .filter(|piece| !piece.is_character())
            .map(|piece| units.text(piece.start, piece.length))
            .collect();
        assert_eq!(kept, ["abcd"]);
    }
}
