//! Learning merges (Sennrich, Haddow, Birch 2016, algorithm 1): again and again the most frequent pair of neighbouring tokens
//! becomes a token.
//!
//! The corpus is kept as its distinct pieces with their counts. Pairs are counted once; after that, a merge visits only the
//! places where its pair stands and corrects the counts of the neighbours there, so the cost follows the number of places
//! changed, whatever the pieces' lengths. Places are recorded when a pair comes into being and checked when it is merged.
//!
//! Equal counts are settled by the lower ids of the pair, as in the `tokenizers` crate (0.23, `models/bpe/trainer.rs`), whose merges these
//! are. Two things make the bookkeeping simple:
//!
//! - A pair comes into being during one merge only, the one that made its later part. After that its count can but fall, so a
//!   queue entry that is out of date goes back with its present count.
//! - No string is made twice. Where no merge crosses the ends of a stretch of text, those inside it depend on it alone (also in a run
//!   a a a, which is paired from its left end: a stretch that begins inside the run begins where a pair ended). So every
//!   stretch that becomes one token is cut into the same two parts before.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use rustc_hash::FxHashMap;

use super::alphabet::{Alphabet, BYTES};
use super::line::Line;
use super::tokens::Tokens;
use super::trace::{BpeTrace, Candidate, MergeStep};
use super::{Bpe, BpeSettings, Merge, UNKNOWN_TOKEN};
use crate::tokenizer::characters::MOST_CHARACTERS;
use crate::tokenizer::presplit::Pattern;
use crate::tokenizer::{LearnError, Watch};

/// Share of the progress that counting the pieces takes.
const COUNTING: f32 = 0.3;

/// A pair of ids as one number; its order is that of the pair.
pub(super) const fn key(pair: (u32, u32)) -> u64 {
    (pair.0 as u64) << 32 | pair.1 as u64
}

struct Pair {
    ids: (u32, u32),
    /// How often it stands in the corpus, while it waits.
    count: u64,
    /// Where it came into being, in ascending order.
    places: Vec<u32>,
    /// Whether it is in the queue.
    waits: bool,
}

/// A learning under way: one merge a [`Learner::step`].
pub struct Learner {
    settings: BpeSettings,
    alphabet: Alphabet,
    tokens: Tokens,
    /// Units by id.
    lengths: Vec<u32>,
    base: u32,
    line: Line,
    /// By place: how often the piece it is in stands in the corpus.
    weights: Vec<u32>,
    pairs: Vec<Pair>,
    pair_of_key: FxHashMap<u64, u32>,
    /// Highest count first, then the lower ids; with the index of the pair.
    queue: BinaryHeap<(u64, Reverse<u64>, u32)>,
    merges: Vec<Merge>,
    corpus_length: u64,
}

impl Learner {
    /// Counts the pieces and pairs of a text.
    ///
    /// # Errors
    /// [`LearnError::EmptyCorpus`], [`LearnError::VocabularyTooSmall`] for fewer ids than bytes or characters (and the unknown
    /// token), [`LearnError::Cancelled`].
    pub fn new(settings: &BpeSettings, text: &str, watch: Watch) -> Result<Self, LearnError> {
        if text.is_empty() {
            return Err(LearnError::EmptyCorpus);
        }
        let pieces = count_pieces(settings.split.into(), text, watch)?;
        let (alphabet, tokens) = if settings.is_byte_level {
            byte_alphabet()
        } else {
            character_alphabet(&pieces)
        };
        let base = tokens.len();
        if settings.vocabulary < base {
            return Err(LearnError::VocabularyTooSmall {
                wanted: settings.vocabulary,
                least: base,
            });
        }
        let units = pieces.iter().map(|(piece, _)| piece.len() + 1).sum();
        let mut learner = Self {
            settings: *settings,
            alphabet,
            tokens,
            lengths: vec![1; base as usize],
            base,
            line: Line::with_capacity(units),
            weights: Vec::with_capacity(units + 1),
            pairs: Vec::new(),
            pair_of_key: FxHashMap::default(),
            queue: BinaryHeap::new(),
            merges: Vec::new(),
            corpus_length: 0,
        };
        learner.lay_out(&pieces);
        learner.count_pairs();
        Ok(learner)
    }

    fn lay_out(&mut self, pieces: &[(&str, u32)]) {
        self.weights.push(0);
        for &(piece, count) in pieces {
            let before = self.line.end();
            self.alphabet.units(piece, |id| {
                self.line.push(id);
                self.weights.push(count);
            });
            self.corpus_length += u64::from(self.line.end() - before) * u64::from(count);
            self.line.fence();
            self.weights.push(0);
        }
    }

    fn count_pairs(&mut self) {
        let unknown = self.unknown();
        let mut touched = Vec::new();
        for at in 1..self.line.end() - 1 {
            let Some(first) = self.line.symbol(at) else {
                continue;
            };
            // What has no token takes part in no merge.
            if let Some(second) = self.line.symbol(at + 1)
                && Some(first) != unknown
                && Some(second) != unknown
            {
                self.add((first, second), self.weights[at as usize], at, &mut touched);
            }
        }
        self.enqueue(touched);
    }

    fn unknown(&self) -> Option<u32> {
        match self.alphabet {
            Alphabet::Bytes(_) => None,
            Alphabet::Characters { unknown, .. } => Some(unknown),
        }
    }

    /// One more place of a pair, and its piece's count.
    #[inline]
    fn add(&mut self, ids: (u32, u32), weight: u32, at: u32, touched: &mut Vec<u32>) {
        let next = self.pairs.len() as u32;
        let slot = *self.pair_of_key.entry(key(ids)).or_insert(next);
        if slot == next {
            touched.push(slot);
            self.pairs.push(Pair {
                ids,
                count: 0,
                places: Vec::new(),
                waits: true,
            });
        }
        let pair = &mut self.pairs[slot as usize];
        pair.count += u64::from(weight);
        pair.places.push(at);
    }

    #[inline]
    fn take(&mut self, ids: (u32, u32), weight: u32) {
        if let Some(&slot) = self.pair_of_key.get(&key(ids)) {
            let count = &mut self.pairs[slot as usize].count;
            *count = count.saturating_sub(u64::from(weight));
        }
    }

    /// Puts new pairs in the queue.
    fn enqueue(&mut self, new: Vec<u32>) {
        self.queue.extend(new.into_iter().map(|slot| {
            let pair = &self.pairs[slot as usize];
            (pair.count, Reverse(key(pair.ids)), slot)
        }));
    }

    /// Takes the next pair out of the queue; `None` once none reaches the minimum count.
    fn next_pair(&mut self) -> Option<u32> {
        loop {
            let mut top = self.queue.peek_mut()?;
            let pair = &mut self.pairs[top.2 as usize];
            if top.0 != pair.count {
                // The heap puts it where it belongs now.
                top.0 = pair.count;
            } else if pair.count < u64::from(self.settings.min_count.max(1)) {
                return None;
            } else {
                pair.waits = false;
                return Some(PeekMut::pop(top).2);
            }
        }
    }

    /// The next merge; `None` if no pair stands in the corpus as often as the settings ask.
    pub fn step(&mut self) -> Option<MergeStep> {
        loop {
            let slot = self.next_pair()?;
            let pair = &mut self.pairs[slot as usize];
            let (ids, count) = (pair.ids, pair.count);
            let places = std::mem::take(&mut pair.places);
            let token = [self.tokens.get(ids.0), self.tokens.get(ids.1)].concat();
            // A special token never comes out of text, not even of a text that spells it.
            if self.unknown().is_some() && token == UNKNOWN_TOKEN.as_bytes() {
                continue;
            }
            let length = self.lengths[ids.0 as usize] + self.lengths[ids.1 as usize];
            self.lengths.push(length);
            let id = self.tokens.push(&token);
            self.merges.push(Merge { pair: ids, id });
            self.apply(ids, id, &places);
            return Some(MergeStep {
                pair: ids,
                count,
                id,
                corpus_length: self.corpus_length,
            });
        }
    }

    /// Merges a pair at places in ascending order, so that in a a a the first two meet.
    fn apply(&mut self, ids: (u32, u32), id: u32, places: &[u32]) {
        debug_assert!(places.is_sorted());
        let (first, second) = ids;
        let (unknown, length) = (self.unknown(), self.lengths[id as usize]);
        let mut touched = Vec::new();
        for &at in places {
            let Some(next) = self.line.pair(at, ids, &self.lengths) else {
                continue;
            };
            let weight = self.weights[at as usize];
            let before = self.line.previous(at);
            let after = self.line.next(next, &self.lengths);
            self.line.merge(at, next, id, length);
            let known = |neighbour: Option<u32>| {
                let symbol = self.line.symbol(neighbour?)?;
                (Some(symbol) != unknown).then_some(symbol)
            };
            let (left, right) = (known(before), known(after));
            if let (Some(before), Some(left)) = (before, left) {
                self.take((left, first), weight);
                self.add((left, id), weight, before, &mut touched);
            }
            if let Some(right) = right {
                self.take((second, right), weight);
                self.add((id, right), weight, at, &mut touched);
            }
            self.corpus_length -= u64::from(weight);
        }
        self.enqueue(touched);
    }

    /// The pairs that could be merged next, the next one first; at most `most`.
    pub fn candidates(&self, most: usize) -> Vec<Candidate> {
        let mut pairs: Vec<&Pair> = self
            .pairs
            .iter()
            .filter(|pair| pair.waits && pair.count > 0)
            .collect();
        let order = |pair: &&Pair| (Reverse(pair.count), pair.ids);
        if pairs.len() > most && most > 0 {
            pairs.select_nth_unstable_by_key(most - 1, order);
        }
        pairs.truncate(most);
        pairs.sort_unstable_by_key(order);
        pairs
            .into_iter()
            .map(|pair| Candidate {
                pair: pair.ids,
                count: pair.count,
            })
            .collect()
    }

    /// Ids so far.
    pub fn vocabulary_size(&self) -> u32 {
        self.tokens.len()
    }

    /// Tokens in the corpus now.
    pub fn corpus_length(&self) -> u64 {
        self.corpus_length
    }

    /// The tokenizer of the merges so far.
    pub fn finish(self) -> Bpe {
        let specials = self.unknown().into_iter().collect();
        Bpe::assemble(
            self.alphabet,
            self.tokens,
            self.lengths,
            self.merges,
            self.settings.split.into(),
            specials,
            self.settings.dropout,
        )
    }
}

/// Learns to the end; see [`Bpe::learn`].
pub(super) fn learn(
    settings: &BpeSettings,
    text: &str,
    mut trace: Option<&mut BpeTrace>,
    watch: Watch,
) -> Result<Bpe, LearnError> {
    let mut learner = Learner::new(settings, text, watch)?;
    let (base, wanted) = (learner.base, settings.vocabulary);
    if let Some(trace) = trace.as_deref_mut() {
        *trace = BpeTrace {
            base,
            corpus_length: learner.corpus_length,
            steps: Vec::new(),
        };
    }
    let mut steps = 0u32;
    while learner.vocabulary_size() < wanted {
        if steps.is_multiple_of(16) {
            let done = (learner.vocabulary_size() - base) as f32 / (wanted - base) as f32;
            if !watch(COUNTING + (1.0 - COUNTING) * done) {
                return Err(LearnError::Cancelled);
            }
        }
        steps += 1;
        let Some(step) = learner.step() else {
            return Err(LearnError::VocabularyTooLarge {
                wanted,
                most: learner.vocabulary_size(),
            });
        };
        if let Some(trace) = trace.as_deref_mut() {
            trace.steps.push(step);
        }
    }
    Ok(learner.finish())
}

/// The distinct pieces of a text with their counts, in order of first appearance.
fn count_pieces<'a>(
    pattern: Pattern,
    text: &'a str,
    watch: Watch,
) -> Result<Vec<(&'a str, u32)>, LearnError> {
    /// Bytes between two looks at the watch.
    const STRETCH: usize = 1 << 18;
    let mut pieces: Vec<(&str, u32)> = Vec::new();
    let mut index: FxHashMap<&str, u32> = FxHashMap::default();
    let (mut read, mut next_look) = (0, 0);
    for piece in pattern.pieces(text) {
        if read >= next_look {
            next_look = read + STRETCH;
            if !watch(COUNTING * read as f32 / text.len() as f32) {
                return Err(LearnError::Cancelled);
            }
        }
        read += piece.len();
        let next = pieces.len() as u32;
        let at = *index.entry(piece).or_insert(next);
        if at == next {
            pieces.push((piece, 0));
        }
        pieces[at as usize].1 += 1;
    }
    Ok(pieces)
}

fn byte_alphabet() -> (Alphabet, Tokens) {
    let mut ids = Box::new([0; 256]);
    let mut tokens = Tokens::default();
    for byte in BYTES {
        ids[usize::from(byte)] = tokens.push(&[byte]);
    }
    (Alphabet::Bytes(ids), tokens)
}

/// The unknown token, then the characters in code point order; of very many the most frequent.
fn character_alphabet(pieces: &[(&str, u32)]) -> (Alphabet, Tokens) {
    let mut counts: FxHashMap<char, u64> = FxHashMap::default();
    for (piece, count) in pieces {
        for c in piece.chars() {
            *counts.entry(c).or_default() += u64::from(*count);
        }
    }
    let mut characters: Vec<(char, u64)> = counts.into_iter().collect();
    characters.sort_unstable_by_key(|&(c, count)| (Reverse(count), c));
    characters.truncate(MOST_CHARACTERS);
    characters.sort_unstable();
    let mut tokens = Tokens::default();
    let unknown = tokens.push(UNKNOWN_TOKEN.as_bytes());
    let ids = characters
        .into_iter()
        .map(|(c, _)| (c, tokens.push(c.encode_utf8(&mut [0; 4]).as_bytes())))
        .collect();
    (Alphabet::Characters { ids, unknown }, tokens)
}
