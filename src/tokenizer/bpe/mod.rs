//! Byte-pair encoding (Sennrich, Haddow, Birch 2016): a vocabulary grown by merging the most frequent neighbours, over bytes
//! (Radford et al. 2019) or over characters.
//!
//! Over bytes nothing is unknown and nothing is lost. Over characters, those that the training text does not have become the
//! unknown token.
//!
//! Ids are laid out as the `tokenizers` crate lays them out: the unknown token first where there is one, then bytes (in the order
//! of GPT-2's byte alphabet) or characters (by code point), then one id a merge. Merges and ids equal that crate's on the same
//! text and settings.

mod alphabet;
mod dropout;
mod encode;
mod learn;
mod line;
mod parts;
mod tokens;
mod trace;

use rustc_hash::FxHashMap;

pub use alphabet::{byte_of_character, character_of_byte};
pub use learn::Learner;
pub use parts::{BpeParts, PartsError};
pub use trace::{BpeTrace, Candidate, MergeStep};

use super::presplit::Pattern;
use super::{LearnError, REPLACEMENT, Span, Split, Tokenizer, Watch};
use alphabet::Alphabet;
use encode::Encoder;
use learn::key;
use line::Line;
use tokens::Tokens;

/// How the unknown token is written in vocabulary files.
pub const UNKNOWN_TOKEN: &str = "<unk>";

/// What merges are learned with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BpeSettings {
    /// Wanted vocabulary V, single bytes or characters included.
    pub vocabulary: u32,
    /// No merge crosses its cuts.
    pub split: Split,
    /// A pair that stands in the text less often is not merged; 0 and 1 are the same.
    pub min_count: u32,
    /// Bytes, or else characters.
    pub is_byte_level: bool,
    /// Probability that a merge is left out while training text is cut; 0 is off.
    pub dropout: f32,
}

/// A merge: the pair and what it becomes. Its place in the list is its rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    pub pair: (u32, u32),
    pub id: u32,
}

/// A byte-pair tokenizer.
#[derive(Clone)]
pub struct Bpe {
    alphabet: Alphabet,
    tokens: Tokens,
    /// Bytes or characters by id.
    lengths: Vec<u32>,
    merges: Vec<Merge>,
    /// Rank by pair; of a pair that is listed twice, the later.
    ranks: FxHashMap<u64, u32>,
    /// Rank of the first merge that makes an id.
    maker: Vec<u32>,
    /// Whether every merge comes before those its result takes part in.
    is_ordered: bool,
    pattern: Pattern,
    /// Ids that no text becomes, in ascending order.
    specials: Vec<u32>,
    /// Ids of pieces that are taken whole, whatever the merges say (`ignore_merges` of vocabulary files).
    wholes: Option<FxHashMap<Box<[u8]>, u32>>,
    dropout: f32,
}

impl Bpe {
    /// Learns merges from a text until the vocabulary has its size. The same text and settings give the same merges.
    ///
    /// # Errors
    /// For an empty text, a vocabulary that is too small for the bytes or characters or larger than the text has merges for,
    /// and when `watch` cancels.
    pub fn learn(settings: &BpeSettings, text: &str, watch: Watch) -> Result<Self, LearnError> {
        learn::learn(settings, text, None, watch)
    }

    /// As [`Bpe::learn`], with every merge written down.
    pub fn learn_traced(
        settings: &BpeSettings,
        text: &str,
        watch: Watch,
    ) -> Result<(Self, BpeTrace), LearnError> {
        let mut trace = BpeTrace::default();
        let bpe = learn::learn(settings, text, Some(&mut trace), watch)?;
        Ok((bpe, trace))
    }

    fn assemble(
        alphabet: Alphabet,
        tokens: Tokens,
        lengths: Vec<u32>,
        merges: Vec<Merge>,
        pattern: Pattern,
        specials: Vec<u32>,
        dropout: f32,
    ) -> Self {
        let mut ranks = FxHashMap::default();
        ranks.reserve(merges.len());
        let mut maker = vec![u32::MAX; tokens.len() as usize];
        let mut last_made = vec![0; tokens.len() as usize];
        for (rank, merge) in merges.iter().enumerate() {
            let rank = rank as u32;
            ranks.insert(key(merge.pair), rank);
            let first = &mut maker[merge.id as usize];
            *first = (*first).min(rank);
            last_made[merge.id as usize] = rank + 1;
        }
        let is_ordered = merges.iter().enumerate().all(|(rank, merge)| {
            let made = |id: u32| last_made[id as usize] as usize <= rank;
            made(merge.pair.0) && made(merge.pair.1)
        });
        Self {
            alphabet,
            tokens,
            lengths,
            merges,
            ranks,
            maker,
            is_ordered,
            pattern,
            specials,
            wholes: None,
            dropout,
        }
    }

    /// The merges by rank. A vocabulary file may list a pair twice; then the later rank holds.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// How text is cut before merging.
    pub fn pattern(&self) -> Pattern {
        self.pattern
    }

    /// Whether the smallest tokens are bytes, or else characters.
    pub fn is_byte_level(&self) -> bool {
        matches!(self.alphabet, Alphabet::Bytes(_))
    }

    /// Ids that no text becomes, in ascending order: the unknown token, and what a vocabulary file names as special.
    pub fn specials(&self) -> &[u32] {
        &self.specials
    }

    /// Probability that a merge is left out while training text is cut.
    pub fn dropout(&self) -> f32 {
        self.dropout
    }

    /// The same tokenizer with another dropout.
    pub fn with_dropout(self, dropout: f32) -> Self {
        Self { dropout, ..self }
    }

    /// The ids of a text as if only the first `merges` merges had been learned.
    pub fn encode_with_merges(&self, text: &str, merges: usize) -> Vec<u32> {
        let ranks = u32::try_from(merges).unwrap_or(u32::MAX);
        let mut encoder = Encoder::new(self, ranks);
        let mut ids = Vec::with_capacity(text.len() / 3);
        for piece in self.pattern.pieces(text) {
            encoder.piece(piece, &mut ids);
        }
        ids
    }

    /// As [`Tokenizer::spans`], as if only the first `merges` merges had been learned.
    pub fn spans_with_merges(&self, text: &str, merges: usize) -> Vec<Span> {
        self.located(self.encode_with_merges(text, merges), text)
    }

    /// The ids of a text with every merge left out with `probability` (BPE-dropout); the same for the same (seed, counter).
    pub fn encode_with_dropout(
        &self,
        text: &str,
        probability: f32,
        seed: u32,
        counter: u32,
    ) -> Vec<u32> {
        dropout::encode(self, text, probability, seed, counter)
    }

    /// The ids of a text in which special tokens, where they are spelled out, stand for themselves. Of two that start at the
    /// same place the longer is taken. Only for text that one trusts.
    pub fn encode_with_specials(&self, text: &str) -> Vec<u32> {
        let names: Vec<(u32, &str)> = self
            .specials
            .iter()
            .filter_map(|&id| Some((id, std::str::from_utf8(self.tokens.get(id)).ok()?)))
            .filter(|(_, name)| !name.is_empty())
            .collect();
        let mut found: Vec<Option<usize>> = names.iter().map(|(_, name)| text.find(name)).collect();
        let mut ids = Vec::new();
        let mut at = 0;
        loop {
            for ((_, name), found) in names.iter().zip(&mut found) {
                if found.is_some_and(|found| found < at) {
                    *found = text[at..].find(name).map(|found| at + found);
                }
            }
            let first = names
                .iter()
                .zip(&found)
                .filter_map(|(&(id, name), &found)| Some((found?, name, id)))
                .min_by_key(|&(found, name, _)| (found, std::cmp::Reverse(name.len())));
            let Some((start, name, id)) = first else {
                ids.extend(self.encode(&text[at..]));
                return ids;
            };
            ids.extend(self.encode(&text[at..start]));
            ids.push(id);
            at = start + name.len();
        }
    }

    /// The id of a piece that is taken whole.
    #[inline]
    fn whole(&self, piece: &str) -> Option<u32> {
        self.wholes.as_ref()?.get(piece.as_bytes()).copied()
    }

    /// The rank of a pair, if it has one below `ranks`.
    #[inline]
    fn rank(&self, first: u32, second: u32, ranks: u32) -> Option<u32> {
        self.ranks
            .get(&key((first, second)))
            .copied()
            .filter(|&rank| rank < ranks)
    }

    /// The pairs of the symbol at a place with its neighbours that have a rank: the places of their firsts, and the ranks.
    #[inline]
    fn pairs_around(
        &self,
        line: &Line,
        at: u32,
        ranks: u32,
    ) -> impl Iterator<Item = (u32, u32)> + use<> {
        let pair = |first: u32, second: u32| {
            let rank = self.rank(line.symbol(first)?, line.symbol(second)?, ranks)?;
            Some((first, rank))
        };
        let before = line.previous(at).and_then(|before| pair(before, at));
        let after = line
            .next(at, &self.lengths)
            .and_then(|after| pair(at, after));
        before.into_iter().chain(after)
    }

    fn located(&self, ids: Vec<u32>, text: &str) -> Vec<Span> {
        let unknown = self.unknown();
        let mut start = 0;
        ids.into_iter()
            .map(|id| {
                let length = if Some(id) == unknown {
                    text[start..].chars().next().map_or(0, char::len_utf8)
                } else {
                    self.tokens.get(id).len()
                };
                let span = Span {
                    id,
                    start: start as u32,
                    end: (start + length) as u32,
                };
                start += length;
                span
            })
            .collect()
    }
}

impl std::fmt::Debug for Bpe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bpe")
            .field("vocabulary_size", &self.tokens.len())
            .field("merges", &self.merges.len())
            .field("is_byte_level", &self.is_byte_level())
            .field("pattern", &self.pattern)
            .finish_non_exhaustive()
    }
}

impl Tokenizer for Bpe {
    fn vocabulary_size(&self) -> u32 {
        self.tokens.len()
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        self.encode_with_merges(text, usize::MAX)
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        self.located(self.encode(text), text)
    }

    /// Over bytes; over characters those that have no id are lost.
    fn is_lossless(&self) -> bool {
        self.is_byte_level()
    }

    fn token_bytes(&self, id: u32) -> &[u8] {
        if id >= self.tokens.len() || Some(id) == self.unknown() {
            return REPLACEMENT;
        }
        self.tokens.get(id)
    }

    fn encode_for_training(&self, text: &str, seed: u32) -> Vec<u32> {
        if self.dropout > 0.0 {
            self.encode_with_dropout(text, self.dropout, seed, 0)
        } else {
            self.encode(text)
        }
    }

    fn made_of(&self, id: u32) -> Option<(u32, u32)> {
        let rank = *self.maker.get(id as usize)?;
        self.merges.get(rank as usize).map(|merge| merge.pair)
    }

    fn unknown(&self) -> Option<u32> {
        match self.alphabet {
            Alphabet::Bytes(_) => None,
            Alphabet::Characters { unknown, .. } => Some(unknown),
        }
    }
}

#[cfg(test)]
mod tests;
