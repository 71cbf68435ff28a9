//! Unigram segmentation (Kudo 2018, "Subword regularization"): every piece has a probability, and a text is cut into the pieces
//! whose probabilities multiply to the most.
//!
//! ```text
//! P(x₁ … x_m) = Π p(xᵢ)        encode(text) = the segmentation with the greatest P (Viterbi)
//! ```
//!
//! Every character of the training text has a piece of its own; others become the unknown token, neighbours one token together.
//! Lost are, besides them, only "▁" signs, which come back as blanks ([`spaces`]). Ids: the unknown token first, then pieces by
//! probability.

mod em;
mod lattice;
mod lattices;
mod learn;
mod seeds;
pub mod spaces;
mod suffix_array;
mod trace;
mod units;
mod viterbi;

pub use em::MStep;
pub use lattice::{Lattice, LatticeEdge, Segmentation};
pub use trace::{Dropped, Round, RoundKind, UnigramTrace};

use super::double_array::DoubleArray;
use super::{LearnError, REPLACEMENT, Span, Tokenizer, Watch};
use serde::{Deserialize, Serialize};
use spaces::{BLANK_SIGN, Places, Spaces};
use viterbi::Viterbi;

/// How the unknown token is written in vocabulary files.
pub const UNKNOWN_TOKEN: &str = "<unk>";
/// The unknown token's own score in learned vocabularies: so low that no text spells it.
const UNKNOWN_SCORE: f64 = -1000.0;
/// What an unknown character costs beyond the least probable piece, in nats (SentencePiece's).
const UNKNOWN_PENALTY: f64 = 10.0;

/// What a vocabulary is learned with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnigramSettings {
    /// Wanted vocabulary V, the unknown token and all characters included.
    pub vocabulary: u32,
    /// A character or stretch that is rarer gets no piece; stretches need at least 2.
    pub min_count: u32,
    /// Greatest length of a piece in characters, 1 to 32.
    pub longest: u32,
    /// Most stretches in the seed vocabulary.
    pub seeds: u32,
    /// Share of the pieces that one pruning leaves.
    pub shrink: f32,
    pub m_step: MStep,
}

impl UnigramSettings {
    /// The usual settings (SentencePiece's) for a vocabulary of this size.
    pub const fn of_size(vocabulary: u32) -> Self {
        Self {
            vocabulary,
            min_count: 2,
            longest: 16,
            seeds: 1_000_000,
            shrink: 0.75,
            m_step: MStep::Sparse,
        }
    }
}

/// What makes a Unigram tokenizer, as a vocabulary file has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnigramParts {
    /// Pieces by id, blanks as "▁" or ' ', with ln p.
    pub pieces: Vec<(String, f64)>,
    /// The id of what has no piece.
    pub unknown: u32,
    /// Ids that no text becomes.
    pub specials: Vec<u32>,
    pub spaces: Spaces,
}

/// Why parts make no tokenizer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnigramError {
    #[error(
        "The unknown token is number {unknown}, but the vocabulary has {pieces} pieces. Name one of them."
    )]
    NoUnknown { unknown: u32, pieces: usize },
    #[error(
        "Special token {0} is not in the vocabulary. Take the special tokens from the same file."
    )]
    SpecialWithoutPiece(u32),
    #[error(
        "Piece {0} has a score that is not a finite number. Give it the logarithm of a probability."
    )]
    ScoreNotFinite(u32),
    #[error(
        "The vocabulary has {0} bytes of pieces; at most {1} can be held. Choose a smaller one."
    )]
    TooLarge(usize, u32),
}

/// A Unigram tokenizer.
#[derive(Clone, Debug)]
pub struct Unigram {
    /// Pieces one after another, with plain blanks.
    text: String,
    /// Piece i is `text[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    scores: Vec<f64>,
    trie: DoubleArray,
    unknown: u32,
    /// What an unknown character scores.
    unknown_score: f64,
    specials: Vec<u32>,
    spaces: Spaces,
    /// Sharpness with which pieces are drawn while training text is cut; 0 is off.
    sampling: f32,
}

impl Unigram {
    /// Learns a vocabulary from a text. The same text and settings give the same vocabulary.
    ///
    /// # Errors
    /// For an empty text, a vocabulary that is too small for the text's characters or larger than the text has stretches for,
    /// and when `watch` cancels.
    pub fn learn(settings: &UnigramSettings, text: &str, watch: Watch) -> Result<Self, LearnError> {
        learn::learn(settings, text, None, watch)
    }

    /// As [`Unigram::learn`], with every round written down.
    pub fn learn_traced(
        settings: &UnigramSettings,
        text: &str,
        watch: Watch,
    ) -> Result<(Self, UnigramTrace), LearnError> {
        let mut trace = UnigramTrace::default();
        let unigram = learn::learn(settings, text, Some(&mut trace), watch)?;
        Ok((unigram, trace))
    }

    /// The tokenizer of parts.
    ///
    /// # Errors
    /// For parts that do not fit together; see [`UnigramError`].
    pub fn from_parts(parts: UnigramParts) -> Result<Self, UnigramError> {
        let bytes: usize = parts.pieces.iter().map(|(piece, _)| piece.len()).sum();
        const MOST: u32 = u32::MAX >> 1;
        if bytes.max(parts.pieces.len()) > MOST as usize {
            return Err(UnigramError::TooLarge(bytes, MOST));
        }
        let pieces = parts.pieces.len();
        if parts.unknown as usize >= pieces {
            return Err(UnigramError::NoUnknown {
                unknown: parts.unknown,
                pieces,
            });
        }
        if let Some(&id) = parts.specials.iter().find(|&&id| id as usize >= pieces) {
            return Err(UnigramError::SpecialWithoutPiece(id));
        }
        if let Some(id) = parts
            .pieces
            .iter()
            .position(|(_, score)| !score.is_finite())
        {
            return Err(UnigramError::ScoreNotFinite(id as u32));
        }
        Ok(Self::assemble(parts))
    }

    /// Parts that are known to fit.
    fn assemble(parts: UnigramParts) -> Self {
        let mut text = String::new();
        let mut starts = vec![0];
        for (piece, _) in &parts.pieces {
            text.extend(piece.chars().map(|c| if c == BLANK_SIGN { ' ' } else { c }));
            starts.push(text.len() as u32);
        }
        let mut specials = parts.specials;
        specials.push(parts.unknown);
        specials.sort_unstable();
        specials.dedup();
        let scores: Vec<f64> = parts.pieces.iter().map(|&(_, score)| score).collect();
        let piece = |id: u32| {
            &text.as_bytes()[starts[id as usize] as usize..starts[id as usize + 1] as usize]
        };
        let ordinary = (0..scores.len() as u32)
            .filter(|id| specials.binary_search(id).is_err())
            .map(|id| (piece(id), id));
        let trie = DoubleArray::of(ordinary);
        let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
        Self {
            trie,
            unknown: parts.unknown,
            unknown_score: least - UNKNOWN_PENALTY,
            specials,
            spaces: parts.spaces,
            sampling: 0.0,
            text,
            starts,
            scores,
        }
    }

    /// A vocabulary with the unknown token before its pieces.
    fn with_unknown(pieces: impl IntoIterator<Item = (String, f64)>) -> Vec<(String, f64)> {
        std::iter::once((UNKNOWN_TOKEN.to_owned(), UNKNOWN_SCORE))
            .chain(pieces)
            .collect()
    }

    /// Sharpness with which pieces are drawn while training text is cut (see [`Unigram::sample`]); 0 is off.
    pub fn sampling(&self) -> f32 {
        self.sampling
    }

    /// The same tokenizer with another sharpness for training text.
    pub fn with_sampling(self, sampling: f32) -> Self {
        Self { sampling, ..self }
    }

    /// The parts of this tokenizer, blanks written as "▁"; [`Unigram::from_parts`] makes it again (sampling, which is no part of
    /// a vocabulary, aside).
    pub fn parts(&self) -> UnigramParts {
        UnigramParts {
            pieces: (0..self.vocabulary_size())
                .map(|id| {
                    let piece = self.piece(id).replace(' ', &BLANK_SIGN.to_string());
                    (piece, self.scores[id as usize])
                })
                .collect(),
            unknown: self.unknown,
            specials: self.specials.clone(),
            spaces: self.spaces,
        }
    }

    /// The text of a piece, blanks as blanks; special tokens as they are written.
    pub fn piece(&self, id: u32) -> &str {
        let id = id as usize;
        &self.text[self.starts[id] as usize..self.starts[id + 1] as usize]
    }

    /// The id of a piece (blanks as blanks), where the vocabulary has it.
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.trie.get(piece.as_bytes())
    }

    /// How blanks and cuts are handled.
    pub fn spaces(&self) -> Spaces {
        self.spaces
    }

    /// The ids of a stretch of text between special tokens; `is_first` where none stands before it.
    pub fn encode_part(&self, text: &str, is_first: bool) -> Vec<u32> {
        let text = self.spaces.normalise(text, is_first);
        let mut viterbi = Viterbi::default();
        let mut ids = Vec::with_capacity(text.len() / 3);
        for stretch in self.spaces.stretches(&text) {
            viterbi.best(self, stretch.as_bytes());
            ids.extend(viterbi.tokens().map(|token| token.id));
        }
        ids
    }

    /// As [`Unigram::encode_part`], with the bytes of the stretch that each id covers.
    pub fn spans_of_part(&self, text: &str, is_first: bool) -> Vec<Span> {
        let normalised = self.spaces.normalise(text, is_first);
        let mut places = Places::of(text, &normalised);
        let mut viterbi = Viterbi::default();
        let mut spans = Vec::new();
        let mut at = 0;
        for stretch in self.spaces.stretches(&normalised) {
            viterbi.best(self, stretch.as_bytes());
            for token in viterbi.tokens() {
                let start = places.original(at + token.start as usize) as u32;
                let end = places.original(at + token.end as usize) as u32;
                spans.push(Span {
                    id: token.id,
                    start,
                    end,
                });
            }
            at += stretch.len();
        }
        spans
    }

    /// As [`Tokenizer::encode`], but segmentations are drawn with probability ∝ P^`sharpness` (subword regularisation, Kudo
    /// 2018, section 3.3): 0 draws all alike, 1 as probable as they are, more comes closer to the best. Draw k of a text uses
    /// random number k of the seed.
    pub fn sample(&self, text: &str, sharpness: f64, seed: u32) -> Vec<u32> {
        let text = self.spaces.normalise(text, true);
        let mut counter = 0;
        let mut ids = Vec::new();
        for stretch in self.spaces.stretches(&text) {
            let lattice = self.lattice(stretch);
            ids.extend(lattice.sample(sharpness, seed, &mut counter).tokens());
        }
        ids
    }

    /// The lattice of a stretch of text, usually a word with its blank: every piece that could stand in it. No cut is made.
    pub fn lattice(&self, stretch: &str) -> Lattice {
        Lattice::of(self, stretch)
    }
}

impl Tokenizer for Unigram {
    fn vocabulary_size(&self) -> u32 {
        self.scores.len() as u32
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        self.encode_part(text, true)
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        self.spans_of_part(text, true)
    }

    /// False: "▁" comes back as a blank, and unknown characters do not come back.
    fn is_lossless(&self) -> bool {
        false
    }

    fn token_bytes(&self, id: u32) -> &[u8] {
        if id >= self.vocabulary_size() || id == self.unknown {
            return REPLACEMENT;
        }
        self.piece(id).as_bytes()
    }

    fn encode_for_training(&self, text: &str, seed: u32) -> Vec<u32> {
        if self.sampling > 0.0 {
            self.sample(text, f64::from(self.sampling), seed)
        } else {
            self.encode(text)
        }
    }

    fn score(&self, id: u32) -> Option<f32> {
        let score = self.scores.get(id as usize)?;
        self.specials
            .binary_search(&id)
            .is_err()
            .then_some(*score as f32)
    }

    fn unknown(&self) -> Option<u32> {
        Some(self.unknown)
    }
}

#[cfg(test)]
mod tests;
