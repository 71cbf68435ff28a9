//! Learning: a seed vocabulary, then rounds of EM and pruning until the wanted size is reached (Kudo 2018, section 3.2).
//!
//! ```text
//! repeat   EM twice; drop what is expected less than half a time
//!          drop the quarter of the pieces that cost least, single characters never
//! cost(x) = c(x) · [ln p(x) − Σ ln p'(y)]    y: the best way to write x with other pieces, p': with x's count given to them
//! ```
//!
//! The end differs from SentencePiece's: it goes on with the same rule down to the wanted size and closes with EM, where
//! SentencePiece stops 10 % above and keeps the most probable pieces. Held-out likelihood is better so (figures in
//! tests/golden/README.md). The same text and settings give the same vocabulary: every order is fixed.

use std::cmp::Ordering;

use super::em::MStep;
use super::lattices::{Edge, Expectation, Lattices};
use super::seeds::{Piece, seeds};
use super::spaces::Spaces;
use super::trace::{Dropped, Round, RoundKind, UnigramTrace};
use super::units::Units;
use super::{Unigram, UnigramParts, UnigramSettings};
use crate::tokenizer::{LearnError, Watch};

/// A piece that is expected less often than this is dropped.
const LEAST_EXPECTED: f64 = 0.5;
/// Rounds of EM between prunings.
const ROUNDS: usize = 2;
/// Rounds of EM with the finished vocabulary.
const LAST_ROUNDS: usize = 2;

/// Learns a vocabulary; writes its rounds down where a trace is wanted.
pub fn learn(
    settings: &UnigramSettings,
    text: &str,
    mut trace: Option<&mut UnigramTrace>,
    watch: Watch,
) -> Result<Unigram, LearnError> {
    let wanted = settings.vocabulary;
    let mut report = |share: f32| {
        if watch(share) {
            Ok(())
        } else {
            Err(LearnError::Cancelled)
        }
    };
    report(0.0)?;
    let units = Units::of(text, u64::from(settings.min_count));
    if units.runs.is_empty() {
        return Err(LearnError::EmptyCorpus);
    }
    let least = units.characters.len() as u32 + 1;
    if wanted < least {
        return Err(LearnError::VocabularyTooSmall { wanted, least });
    }
    report(0.1)?;
    let (pieces, lattices) = seeds(
        &units,
        settings.longest.clamp(1, Edge::LONGEST),
        u64::from(settings.min_count.max(2)),
        (settings.seeds as usize).min(Edge::MOST_PIECES - units.characters.len()),
    );
    let most = pieces.len() as u32 + 1;
    if wanted > most {
        return Err(LearnError::VocabularyTooLarge { wanted, most });
    }
    if let Some(trace) = trace.as_deref_mut() {
        let text = |piece: &Piece| units.text(piece.start, piece.length);
        trace.pieces = pieces.iter().map(text).collect();
        trace.scores = pieces.iter().map(|piece| piece.log_p as f32).collect();
        trace.characters = units.known_characters;
    }
    let mut learner = Learner {
        numbers: (0..pieces.len() as u32).collect(),
        goal: wanted as usize - 1,
        m_step: settings.m_step,
        units: &units,
        pieces,
        lattices,
        expectation: Expectation {
            counts: Vec::new(),
            log_likelihood: 0.0,
        },
        trace,
    };
    // The share done: each pruning takes away the same factor.
    let size = |learner: &Learner| (learner.pieces.len() as f32).ln();
    let (first, goal) = (size(&learner), (learner.goal as f32).ln());
    report(0.3)?;
    while learner.pieces.len() > learner.goal {
        for _ in 0..ROUNDS {
            learner.em();
            report(0.3 + 0.65 * (first - size(&learner)) / (first - goal).max(0.1))?;
        }
        learner.prune(settings.shrink);
    }
    for _ in 0..LAST_ROUNDS {
        learner.em();
        report(0.97)?;
    }
    let unigram = learner.finish();
    report(1.0)?;
    Ok(unigram)
}

struct Learner<'a> {
    units: &'a Units,
    pieces: Vec<Piece>,
    /// The pieces' numbers in the seed vocabulary.
    numbers: Vec<u32>,
    lattices: Lattices,
    /// Wanted pieces.
    goal: usize,
    m_step: MStep,
    /// Of the last round of EM, for the pieces there are.
    expectation: Expectation,
    trace: Option<&'a mut UnigramTrace>,
}

impl Learner<'_> {
    fn em(&mut self) {
        let p: Vec<f64> = self.pieces.iter().map(|piece| piece.log_p.exp()).collect();
        self.expectation = self.lattices.expectation(self.units, &p);
        let vocabulary = self.pieces.len();
        let counts = &self.expectation.counts;
        // Rarest first; not more than there are to spare.
        let mut rare: Vec<u32> = (0..vocabulary as u32)
            .filter(|&i| {
                counts[i as usize] < LEAST_EXPECTED && !self.pieces[i as usize].is_character()
            })
            .collect();
        let spare = vocabulary.saturating_sub(self.goal);
        if rare.len() > spare {
            rare.sort_by(|&a, &b| by_value(counts[a as usize], counts[b as usize]));
            rare.truncate(spare);
        }
        let dropped: Vec<Dropped> = rare.iter().map(|&i| self.dropped(i, 0.0)).collect();
        let tokens: f64 = counts.iter().sum();
        self.drop_pieces(&rare);
        for count in &mut self.expectation.counts {
            *count = count.max(LEAST_EXPECTED);
        }
        let log_p = self.m_step.log_probabilities(&self.expectation.counts);
        for (piece, log_p) in self.pieces.iter_mut().zip(log_p) {
            piece.log_p = log_p;
        }
        self.note(RoundKind::Em, tokens, vocabulary, dropped);
    }

    /// Drops the pieces that cost least, until `shrink` of them are left or the goal is reached.
    fn prune(&mut self, shrink: f32) {
        let vocabulary = self.pieces.len();
        let left = ((vocabulary as f64 * f64::from(shrink)) as usize).max(self.goal);
        let costs = self.costs();
        let mut order: Vec<u32> = (0..vocabulary as u32)
            .filter(|&i| !self.pieces[i as usize].is_character())
            .collect();
        // Equal costs: the later seed goes first, whatever the sort does.
        order.sort_unstable_by(|&a, &b| {
            by_value(costs[a as usize], costs[b as usize]).then(b.cmp(&a))
        });
        order.truncate(vocabulary.saturating_sub(left));
        let dropped: Vec<Dropped> = order
            .iter()
            .map(|&i| self.dropped(i, costs[i as usize]))
            .collect();
        let tokens = self.expectation.counts.iter().sum();
        self.drop_pieces(&order);
        self.note(RoundKind::Pruning, tokens, vocabulary, dropped);
    }

    /// What the text's likelihood loses without each piece, in nats.
    fn costs(&self) -> Vec<f64> {
        let counts = &self.expectation.counts;
        let sum: f64 = counts.iter().sum();
        let log_sum = sum.ln();
        let mut instead = Vec::new();
        self.pieces
            .iter()
            .zip(counts)
            .map(|(piece, &count)| {
                if piece.is_character() {
                    return f64::INFINITY;
                }
                let log_p = |i: u32| self.pieces[i as usize].log_p;
                self.lattices
                    .second_best(piece.start, piece.length, log_p, &mut instead);
                let log_sum_without = (sum + count * (instead.len() as f64 - 1.0)).ln();
                let without: f64 = instead
                    .iter()
                    .map(|&i| (counts[i as usize] + count).ln() - log_sum_without)
                    .sum();
                count * (count.ln() - log_sum - without)
            })
            .collect()
    }

    fn dropped(&self, i: u32, cost: f64) -> Dropped {
        Dropped {
            piece: self.numbers[i as usize],
            count: self.expectation.counts[i as usize] as f32,
            cost: cost as f32,
        }
    }

    fn drop_pieces(&mut self, gone: &[u32]) {
        if gone.is_empty() {
            return;
        }
        let mut new_number = vec![0u32; self.pieces.len()];
        for &i in gone {
            new_number[i as usize] = u32::MAX;
        }
        let mut kept = 0;
        for (i, number) in new_number.iter_mut().enumerate() {
            if *number != u32::MAX {
                self.pieces[kept] = self.pieces[i];
                self.numbers[kept] = self.numbers[i];
                self.expectation.counts[kept] = self.expectation.counts[i];
                *number = kept as u32;
                kept += 1;
            }
        }
        self.pieces.truncate(kept);
        self.numbers.truncate(kept);
        self.expectation.counts.truncate(kept);
        self.lattices.renumber(&new_number);
    }

    fn note(&mut self, kind: RoundKind, tokens: f64, vocabulary: usize, dropped: Vec<Dropped>) {
        if let Some(trace) = self.trace.as_deref_mut() {
            trace.rounds.push(Round {
                kind,
                log_likelihood: self.expectation.log_likelihood,
                tokens,
                vocabulary: vocabulary as u32,
                dropped,
                scores: self.pieces.iter().map(|piece| piece.log_p as f32).collect(),
            });
        }
    }

    /// The tokenizer: pieces by probability, the most probable first.
    fn finish(self) -> Unigram {
        let mut pieces: Vec<(String, f64)> = self
            .pieces
            .iter()
            // Six decimals: files hold them exactly, and a platform's ln may differ in the last bits of an f64.
            .map(|piece| {
                let score = (piece.log_p * 1e6).round() / 1e6;
                (self.units.text(piece.start, piece.length), score)
            })
            .collect();
        pieces.sort_by(|a, b| by_value(b.1, a.1).then_with(|| a.0.cmp(&b.0)));
        Unigram::assemble(UnigramParts {
            pieces: Unigram::with_unknown(pieces),
            unknown: 0,
            specials: Vec::new(),
            spaces: Spaces::LEARNED,
        })
    }
}

fn by_value(a: f64, b: f64) -> Ordering {
    a.total_cmp(&b)
}
