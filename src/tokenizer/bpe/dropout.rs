//! BPE-dropout (Provilkov, Emelianenko, Voita 2020, algorithm 1): while training text is cut, every merge that could be done next
//! is left out with probability p, so that a model meets many cuts of the same word. p = 0 is plain BPE, p = 1 leaves single bytes or
//! characters.
//!
//! At each step the possible merges are gone through from the best on, each left out with probability p; the first that stays is
//! done, and those left out are possible again. The draws are a function of (seed, counter), so that a run can be repeated.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Bpe;
use super::line::Line;
use crate::rng::{hash32, stream, stream_key, uniform01};

/// Merges all of a line in the order of rank, then place, where `is_left_out` says for each merge about to be done whether it is
/// passed over for now.
pub(super) fn merge_by_heap(
    bpe: &Bpe,
    ranks: u32,
    line: &mut Line,
    mut is_left_out: impl FnMut(u32) -> bool,
) {
    let mut heap: BinaryHeap<Reverse<(u32, u32)>> = (1..line.end() - 2)
        .filter_map(|at| {
            let rank = bpe.rank(line.symbol(at)?, line.symbol(at + 1)?, ranks)?;
            Some(Reverse((rank, at)))
        })
        .collect();
    let mut left_out = Vec::new();
    while let Some(Reverse((rank, at))) = heap.pop() {
        let merge = bpe.merges[rank as usize];
        let Some(second) = line.pair(at, merge.pair, &bpe.lengths) else {
            continue;
        };
        if is_left_out(rank) {
            left_out.push(Reverse((rank, at)));
            continue;
        }
        line.merge(at, second, merge.id, bpe.lengths[merge.id as usize]);
        heap.extend(left_out.drain(..));
        heap.extend(
            bpe.pairs_around(line, at, ranks)
                .map(|(place, rank)| Reverse((rank, place))),
        );
    }
}

/// The ids of a text under dropout.
pub(super) fn encode(bpe: &Bpe, text: &str, probability: f32, seed: u32, counter: u32) -> Vec<u32> {
    let key = hash32(stream_key(seed, stream::SEGMENTATION), counter);
    let mut drawn = 0;
    let mut ids = Vec::new();
    let mut line = Line::with_capacity(0);
    for piece in bpe.pattern.pieces(text) {
        line.clear();
        bpe.alphabet.units(piece, |id| {
            line.push(id);
        });
        line.fence();
        merge_by_heap(bpe, u32::MAX, &mut line, |_| {
            drawn += 1;
            uniform01(hash32(key, drawn)) < probability
        });
        ids.extend(line.symbols());
    }
    ids
}
