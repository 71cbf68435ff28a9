//! The learning player's end in the worker: a tokenizer learned with every step written down, and any moment of it again.

use std::rc::Rc;

use super::Reader;
use super::samples::sample;
use super::tokens::cut_of;
use crate::data::split::split;
use crate::session::config::{Dials, Recipe, TokenizerKind};
use crate::session::protocol::Job;
use crate::session::tokens::{
    Answer, Cut, DoomedRow, EdgeView, LatticeView, Learning, MergeRow, Moment, Next, PairRow,
    PathView, RoundRow, Source,
};
use crate::tokenizer::bpe::{Bpe, BpeSettings, BpeTrace, Candidate, Learner};
use crate::tokenizer::unigram::{RoundKind, Unigram, UnigramSettings, UnigramTrace};
use crate::tokenizer::{LearnError, Tokenizer, Watch};

/// Largest vocabulary that is played: beyond it nobody steps, and every step's candidates are kept.
pub(super) const MOST_PLAYED: u32 = 8192;
/// Candidates kept of every merge.
const CANDIDATES: usize = 10;
/// Pieces shown that a pruning is about to drop.
const DOOMED: usize = 24;
/// Ways to cut a word that are shown.
const PATHS: usize = 8;
/// Longest word whose ways are shown, bytes.
const LONGEST_WORD: usize = 48;

/// What was learned last.
pub(super) enum Played {
    Merges {
        bpe: Bpe,
        trace: BpeTrace,
        /// By merges done.
        candidates: Vec<Vec<Candidate>>,
    },
    Rounds(UnigramTrace),
}

impl Reader {
    pub(super) async fn play_learning(
        &mut self,
        request: u32,
        dials: &Dials,
        source: &Source,
    ) -> Result<Answer, String> {
        let (recipe, text) = match source {
            Source::Learned {
                corpus,
                recipe,
                held_out,
            } => {
                let corpus = self.corpus(corpus, dials).await?;
                (recipe, split(&corpus.text, *held_out).0.into_owned())
            }
            Source::Sample { kind, recipe } => (recipe, sample(*kind)),
            Source::Imported { .. } => {
                return Err(
                    "A tokenizer from a file has been learned already; choose a recipe to watch."
                        .to_owned(),
                );
            }
        };
        let outside = Rc::clone(&self.outside);
        let progress = self.progress(request);
        let mut watch = |share: f32| {
            progress(share);
            !outside.is_cancelled(Job::Tokens)
        };
        let played = learn(recipe, &text, &mut watch).map_err(|e| e.to_string())?;
        let told = match &played {
            Played::Merges { bpe, trace, .. } => merges_of(bpe, trace),
            Played::Rounds(trace) => rounds_of(trace),
        };
        self.cutting.played = Some(played);
        Ok(Answer::Learned(told))
    }

    pub(super) fn moment(&self, at: u32, sample: &str, word: &str) -> Result<Answer, String> {
        let played = self.cutting.played.as_ref();
        let played = played.ok_or("Nothing has been learned yet; start the learning first.")?;
        let moment = match played {
            Played::Merges {
                bpe,
                trace,
                candidates,
            } => merge_moment(bpe, trace, candidates, at, sample),
            Played::Rounds(trace) => round_moment(trace, at, sample, word),
        };
        Ok(Answer::Moment(Box::new(moment)))
    }
}

fn learn(recipe: &Recipe, text: &str, watch: Watch) -> Result<Played, LearnError> {
    let vocabulary = recipe.vocabulary.min(MOST_PLAYED);
    match recipe.kind {
        TokenizerKind::Unigram => {
            let settings = UnigramSettings {
                min_count: recipe.min_count,
                ..UnigramSettings::of_size(vocabulary)
            };
            let (_, trace) = Unigram::learn_traced(&settings, text, watch)?;
            Ok(Played::Rounds(trace))
        }
        kind => {
            let settings = BpeSettings {
                vocabulary,
                split: recipe.split,
                min_count: recipe.min_count,
                is_byte_level: kind != TokenizerKind::BpeCharacters,
                dropout: 0.0,
            };
            learn_merges(&settings, text, watch)
        }
    }
}

/// As `Bpe::learn_traced`, with the candidates of every step; where the text runs out of pairs, the merges so far.
fn learn_merges(settings: &BpeSettings, text: &str, watch: Watch) -> Result<Played, LearnError> {
    let mut learner = Learner::new(settings, text, watch)?;
    let base = learner.vocabulary_size();
    let mut trace = BpeTrace {
        base,
        corpus_length: learner.corpus_length(),
        steps: Vec::new(),
    };
    let mut candidates = vec![learner.candidates(CANDIDATES)];
    while learner.vocabulary_size() < settings.vocabulary {
        let done = learner.vocabulary_size() - base;
        if done.is_multiple_of(16) && !watch(done as f32 / (settings.vocabulary - base) as f32) {
            return Err(LearnError::Cancelled);
        }
        let Some(step) = learner.step() else { break };
        trace.steps.push(step);
        candidates.push(learner.candidates(CANDIDATES));
    }
    Ok(Played::Merges {
        bpe: learner.finish(),
        trace,
        candidates,
    })
}

fn merges_of(bpe: &Bpe, trace: &BpeTrace) -> Learning {
    let merges = trace.steps.iter().map(|step| MergeRow {
        left: bpe.token_label(step.pair.0),
        right: bpe.token_label(step.pair.1),
        made: bpe.token_label(step.id),
        count: step.count,
        length: step.corpus_length,
    });
    Learning::Merges {
        length: trace.corpus_length,
        base: trace.base,
        merges: merges.collect(),
    }
}

fn rounds_of(trace: &UnigramTrace) -> Learning {
    let rounds = trace.rounds.iter().map(|round| RoundRow {
        is_pruning: round.kind == RoundKind::Pruning,
        log_likelihood: round.log_likelihood,
        tokens: round.tokens,
        vocabulary: round.vocabulary,
        dropped: round.dropped.len() as u32,
    });
    Learning::Rounds {
        characters: trace.characters,
        seeds: trace.pieces.len() as u32,
        rounds: rounds.collect(),
    }
}

fn merge_moment(
    bpe: &Bpe,
    trace: &BpeTrace,
    candidates: &[Vec<Candidate>],
    at: u32,
    sample: &str,
) -> Moment {
    let at = at.min(trace.steps.len() as u32);
    let spans = bpe.spans_with_merges(sample, at as usize);
    let pairs = candidates.get(at as usize).map_or(&[][..], Vec::as_slice);
    let pairs = pairs.iter().map(|candidate| PairRow {
        left: bpe.token_label(candidate.pair.0),
        right: bpe.token_label(candidate.pair.1),
        count: candidate.count,
    });
    Moment {
        at,
        cut: Cut {
            vocabulary: trace.base + at,
            ..cut_of(bpe, &spans)
        },
        next: Next::Pairs(pairs.collect()),
    }
}

fn round_moment(trace: &UnigramTrace, at: u32, sample: &str, word: &str) -> Moment {
    let at = at.min(trace.rounds.len() as u32);
    let unigram = trace.tokenizer(at as usize);
    // What the next pruning drops is known only once the rounds of EM before it are done; its costs are told then.
    let next = trace.rounds[at as usize..]
        .iter()
        .find(|round| round.kind == RoundKind::Pruning);
    let doomed = next.map_or(&[][..], |round| &round.dropped);
    let doomed = doomed.iter().take(DOOMED).map(|dropped| DoomedRow {
        piece: visible(&trace.pieces[dropped.piece as usize]),
        count: dropped.count,
        cost: dropped.cost,
    });
    Moment {
        at,
        cut: cut_of(&unigram, &unigram.spans(sample)),
        next: Next::Pieces {
            doomed: doomed.collect(),
            lattice: lattice_of(&unigram, super::tokens::beginning(word, LONGEST_WORD)),
        },
    }
}

fn visible(piece: &str) -> String {
    piece.replace(' ', "␣").replace('\n', "↵")
}

fn lattice_of(unigram: &Unigram, word: &str) -> LatticeView {
    if word.is_empty() {
        return LatticeView::default();
    }
    let lattice = unigram.lattice(word);
    let paths = lattice.best(PATHS).into_iter().map(|path| PathView {
        edges: path.edges,
        log_p: path.log_p,
        probability: path.probability,
    });
    LatticeView {
        word: word.to_owned(),
        paths: paths.collect(),
        edges: lattice
            .edges
            .iter()
            .map(|edge| EdgeView {
                label: unigram.token_label(edge.id),
                start: edge.start,
                end: edge.end,
                log_p: edge.log_p,
                posterior: edge.posterior,
            })
            .collect(),
        log_z: lattice.log_z,
    }
}
