//! Cutting text with learned merges: in every piece, the pair of neighbours whose merge was learned first becomes one token, the
//! leftmost such pair before the others, until no neighbours have a merge.
//!
//! Three ways to the same tokens:
//! - a piece seen before in this text is looked up;
//! - a short piece is searched for its best pair again and again (quadratic, but in registers and cache);
//! - a long one is worked through merge by merge: places wait in a bucket by rank, and buckets are taken in order, so that a
//!   line of ten million characters without a cut costs about as much per character as a word.
//!
//! The third needs merges of which none makes its result a part of an earlier one. Learned merges are so; an imported list that
//! is not goes over a heap, which costs a logarithm more.

use rustc_hash::FxHashMap;

use super::Bpe;
use super::dropout::merge_by_heap;
use super::line::Line;

/// Pieces of up to this many bytes or characters are searched, longer ones go through buckets.
const SHORT: usize = 96;
/// Longest piece that is remembered, in bytes, and how many are.
const REMEMBERED: usize = 64;
const MEMORY: usize = 1 << 18;

/// Encodes the pieces of one text.
pub(super) struct Encoder<'b, 't> {
    bpe: &'b Bpe,
    /// Merges from this rank on do not exist.
    ranks: u32,
    /// Where the tokens of a piece lie in `known`.
    memory: FxHashMap<&'t str, (u32, u32)>,
    known: Vec<u32>,
    symbols: Vec<u32>,
    pair_ranks: Vec<u32>,
    buckets: Buckets,
    line: Line,
}

const NO_RANK: u32 = u32::MAX;

impl<'b, 't> Encoder<'b, 't> {
    pub(super) fn new(bpe: &'b Bpe, ranks: u32) -> Self {
        Self {
            bpe,
            ranks,
            memory: FxHashMap::default(),
            known: Vec::new(),
            symbols: Vec::new(),
            pair_ranks: Vec::new(),
            buckets: Buckets::default(),
            line: Line::with_capacity(0),
        }
    }

    /// Appends the tokens of a piece to `ids`.
    pub(super) fn piece(&mut self, piece: &'t str, ids: &mut Vec<u32>) {
        if let Some(id) = self.bpe.whole(piece) {
            ids.push(id);
            return;
        }
        if piece.len() > REMEMBERED {
            self.merge(piece);
            ids.append(&mut self.symbols);
            return;
        }
        if let Some(&(start, end)) = self.memory.get(piece) {
            ids.extend_from_slice(&self.known[start as usize..end as usize]);
            return;
        }
        self.merge(piece);
        ids.extend_from_slice(&self.symbols);
        if self.memory.len() < MEMORY {
            let start = self.known.len() as u32;
            self.known.append(&mut self.symbols);
            self.memory.insert(piece, (start, self.known.len() as u32));
        }
    }

    #[inline]
    fn rank(&self, first: u32, second: u32) -> u32 {
        self.bpe.rank(first, second, self.ranks).unwrap_or(NO_RANK)
    }

    /// The tokens of a piece, in `symbols`.
    fn merge(&mut self, piece: &str) {
        self.symbols.clear();
        let symbols = &mut self.symbols;
        self.bpe.alphabet.units(piece, |id| symbols.push(id));
        if self.symbols.len() <= SHORT {
            self.search();
            return;
        }
        self.line.clear();
        for &id in &self.symbols {
            self.line.push(id);
        }
        self.line.fence();
        if self.bpe.is_ordered {
            self.buckets.merge(self.bpe, self.ranks, &mut self.line);
        } else {
            merge_by_heap(self.bpe, self.ranks, &mut self.line, |_| false);
        }
        self.symbols.clear();
        self.symbols.extend(self.line.symbols());
    }

    fn search(&mut self) {
        let mut ranks = std::mem::take(&mut self.pair_ranks);
        ranks.clear();
        ranks.extend(self.symbols.windows(2).map(|w| self.rank(w[0], w[1])));
        loop {
            let mut best = (NO_RANK, 0);
            for (at, &rank) in ranks.iter().enumerate() {
                if rank < best.0 {
                    best = (rank, at);
                }
            }
            let (rank, at) = best;
            if rank == NO_RANK {
                break;
            }
            self.symbols[at] = self.bpe.merges[rank as usize].id;
            self.symbols.remove(at + 1);
            ranks.remove(at);
            if at > 0 {
                ranks[at - 1] = self.rank(self.symbols[at - 1], self.symbols[at]);
            }
            if at < ranks.len() {
                ranks[at] = self.rank(self.symbols[at], self.symbols[at + 1]);
            }
        }
        self.pair_ranks = ranks;
    }
}

/// Places of pairs by rank. Rooms are kept from piece to piece.
#[derive(Default)]
struct Buckets {
    places: Vec<Vec<u32>>,
    /// A bit for each bucket that holds something.
    full: Vec<u64>,
}

impl Buckets {
    fn put(&mut self, rank: u32, place: u32) {
        self.places[rank as usize].push(place);
        self.full[rank as usize / 64] |= 1 << (rank % 64);
    }

    /// Takes the first full bucket at or after a word of `full`.
    fn take(&mut self, from: &mut usize) -> Option<(u32, Vec<u32>)> {
        while let Some(word) = self.full.get_mut(*from) {
            if *word != 0 {
                let rank = *from as u32 * 64 + word.trailing_zeros();
                *word &= *word - 1;
                return Some((rank, std::mem::take(&mut self.places[rank as usize])));
            }
            *from += 1;
        }
        None
    }

    /// Merges all of a line, for merges in order ([`Bpe::is_ordered`]).
    fn merge(&mut self, bpe: &Bpe, ranks: u32, line: &mut Line) {
        self.places.resize(bpe.merges.len(), Vec::new());
        self.full.resize(bpe.merges.len().div_ceil(64), 0);
        for at in 1..line.end() - 2 {
            if let (Some(first), Some(second)) = (line.symbol(at), line.symbol(at + 1))
                && let Some(rank) = bpe.rank(first, second, ranks)
            {
                self.put(rank, at);
            }
        }
        let mut from = 0;
        while let Some((rank, mut places)) = self.take(&mut from) {
            // In order, the left of two overlapping pairs goes first. Places come in runs, one from each merge that made the pair's
            // second part or first, and this sort knows runs.
            places.sort();
            let merge = bpe.merges[rank as usize];
            for &at in &places {
                let Some(second) = line.pair(at, merge.pair, &bpe.lengths) else {
                    continue;
                };
                line.merge(at, second, merge.id, bpe.lengths[merge.id as usize]);
                for (place, rank) in bpe.pairs_around(line, at, ranks) {
                    self.put(rank, place);
                }
            }
            places.clear();
            // The room serves the next piece.
            self.places[rank as usize] = places;
        }
    }
}
