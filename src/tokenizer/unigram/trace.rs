//! What happened while a vocabulary was learned, as plain data: every round of EM and of pruning, and what each dropped.
//!
//! Pieces are named by their number in [`UnigramTrace::pieces`], the seed vocabulary; the vocabulary of any round can be had back
//! with [`UnigramTrace::vocabulary`].

use serde::{Deserialize, Serialize};

use super::spaces::Spaces;
use super::{Unigram, UnigramParts};

/// A piece that a round dropped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dropped {
    /// Number in [`UnigramTrace::pieces`].
    pub piece: u32,
    /// Its expected count in the text when it was dropped.
    pub count: f32,
    /// How many nats the text's likelihood was expected to lose without it; 0 for a piece that EM had given up.
    pub cost: f32,
}

/// What a round did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoundKind {
    /// Expected counts, then probabilities from them; pieces with an expected count below ½ are dropped.
    Em,
    /// The pieces that cost least are dropped.
    Pruning,
}

/// One round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    pub kind: RoundKind,
    /// ln of the probability of the text under the vocabulary the round began with, summed over all segmentations, in nats.
    /// Comparable between rounds of EM: pruning repeats the value of the round before it.
    pub log_likelihood: f64,
    /// Expected tokens in the text at that point.
    pub tokens: f64,
    /// Pieces before the round, the unknown token not counted.
    pub vocabulary: u32,
    /// What the round dropped, cheapest first.
    pub dropped: Vec<Dropped>,
    /// ln p of every piece that is left, in the order of their numbers.
    pub scores: Vec<f32>,
}

/// The learning of a vocabulary from its seed to its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnigramTrace {
    /// Every piece of the seed vocabulary, blanks as blanks.
    pub pieces: Vec<String>,
    /// ln p of the seeds.
    pub scores: Vec<f32>,
    /// Characters of the text that have a piece: divide likelihoods by it for nats per character.
    pub characters: u64,
    pub rounds: Vec<Round>,
}

impl UnigramTrace {
    /// Numbers and scores of the pieces that are left after so many rounds; 0 gives the seeds.
    pub fn vocabulary(&self, rounds: usize) -> Vec<(u32, f32)> {
        let rounds = &self.rounds[..rounds.min(self.rounds.len())];
        let mut is_left = vec![true; self.pieces.len()];
        for dropped in rounds.iter().flat_map(|round| &round.dropped) {
            is_left[dropped.piece as usize] = false;
        }
        let scores = rounds.last().map_or(&self.scores, |round| &round.scores);
        (0..self.pieces.len() as u32)
            .filter(|&piece| is_left[piece as usize])
            .zip(scores.iter().copied())
            .collect()
    }

    /// The tokenizer as it stood after so many rounds, to cut a sample with. Its ids are those of [`UnigramTrace::vocabulary`]'s
    /// order, after the unknown token.
    pub fn tokenizer(&self, rounds: usize) -> Unigram {
        let pieces = self
            .vocabulary(rounds)
            .into_iter()
            .map(|(piece, score)| (self.pieces[piece as usize].clone(), f64::from(score)));
        Unigram::assemble(UnigramParts {
            pieces: Unigram::with_unknown(pieces),
            unknown: 0,
            specials: Vec::new(),
            spaces: Spaces::LEARNED,
        })
    }
}
