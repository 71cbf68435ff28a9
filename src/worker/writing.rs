//! Writing text for the page.

use super::engine::{Active, Engine};
use super::prepare::{token_bytes, token_text};
use crate::data::objective::{Specials, prompted};
use crate::models::Family;
use crate::ops::sampler::DrawSettings;
use crate::session::config::{Objective, SamplingConfig};
use crate::session::protocol::{Candidate, Event, FailedWhat, RunState, TokenScore};
use crate::session::validate::MOST_PROMPT;
use crate::tokenizer::{StreamDecoder, Tokenizer};
use crate::train::{Drawn, Generation, HISTORY};

/// Candidates told for each place.
const CANDIDATES: usize = 8;
/// Tokens of the first piece, so that something appears at once.
const FIRST_PIECE: usize = 4;

/// A text being written for the page.
pub(super) struct Writing {
    pub request: u32,
    pub generation: Generation,
    decoder: StreamDecoder,
    /// The token after which nothing more is written.
    end: Option<u32>,
    /// Tokens in all, and those still to be written.
    asked: usize,
    left: usize,
    is_first: bool,
    /// Training step of the weights that the cache was filled with.
    step: u32,
}

/// A sample at a training step, being written.
pub(super) struct Sample {
    pub prompt: String,
    pub generation: Generation,
    /// Tokens of the prompt.
    given: usize,
    wanted: usize,
}

impl Sample {
    /// The beginning of a text of `count` tokens.
    pub fn new(
        tokenizer: &dyn Tokenizer,
        objective: Objective,
        prompt: String,
        count: u32,
        sampling: &SamplingConfig,
    ) -> Self {
        let (tokens, _) = framed(tokenizer, objective, &prompt);
        Self {
            prompt,
            given: tokens.len(),
            wanted: count as usize,
            generation: Generation::new(tokens, settings(sampling), sampling.seed),
        }
    }

    /// Tokens still to be written.
    pub fn left(&self) -> usize {
        self.given + self.wanted - self.generation.tokens.len()
    }

    /// What was written after the prompt.
    pub fn text(&self, tokenizer: &dyn Tokenizer) -> String {
        decoded(tokenizer, &self.generation.tokens[self.given..])
    }
}

pub(super) fn settings(sampling: &SamplingConfig) -> DrawSettings {
    DrawSettings {
        temperature: sampling.temperature.clamp(0.0, 10.0),
        top_k: sampling.top_k,
        top_p: sampling.top_p.clamp(0.0, 1.0),
    }
}

/// Tokens to be written.
fn asked(sampling: &SamplingConfig) -> usize {
    (sampling.max_tokens as usize).clamp(1, 100_000)
}

/// Why a model of this family does not write on; what it can do instead.
fn refusal(family: Family) -> Option<&'static str> {
    match family {
        Family::Encoder => Some(
            "An encoder-only model does not generate: every token sees those after it, so it was never asked what comes next. Let it fill masks instead.",
        ),
        Family::EncoderDecoder | Family::Seq2Seq => Some(
            "This model writes an answer to a source, not the next words of a text. Give it a source under text to text.",
        ),
        _ => None,
    }
}

/// Ids that are the tokenizer's own as text.
pub(super) fn decoded(tokenizer: &dyn Tokenizer, tokens: &[u32]) -> String {
    let known = tokenizer.vocabulary_size();
    let own: Vec<u32> = tokens.iter().copied().filter(|&id| id < known).collect();
    tokenizer.decode(&own)
}

/// The prompt's ids as the objective frames them, and the token that ends what is written, where one does.
pub(super) fn framed(
    tokenizer: &dyn Tokenizer,
    objective: Objective,
    prompt: &str,
) -> (Vec<u32>, Option<u32>) {
    if objective != Objective::Prompted {
        return (prompt_tokens(tokenizer, prompt), None);
    }
    let specials = Specials {
        base: tokenizer.vocabulary_size(),
    };
    let tokens = prompted::prompt(&tokenizer.encode(prompt), specials);
    (tokens, Some(specials.eos()))
}

/// The prompt's ids; an empty prompt begins after a line break, or after the first token of the vocabulary.
fn prompt_tokens(tokenizer: &dyn Tokenizer, prompt: &str) -> Vec<u32> {
    let mut tokens = tokenizer.encode(prompt);
    if tokens.is_empty() {
        tokens = tokenizer.encode("\n");
    }
    if tokens.is_empty() {
        tokens.push(0);
    }
    tokens
}

/// The most probable tokens of a row of log-probabilities, best first.
pub(super) fn candidates(tokenizer: &dyn Tokenizer, log_probabilities: &[f32]) -> Vec<Candidate> {
    let mut order: Vec<u32> = (0..log_probabilities.len() as u32).collect();
    let count = CANDIDATES.min(order.len());
    let by_probability = |a: &u32, b: &u32| {
        let (a, b) = (
            log_probabilities[*a as usize],
            log_probabilities[*b as usize],
        );
        b.total_cmp(&a)
    };
    if count < order.len() {
        order.select_nth_unstable_by(count, by_probability);
        order.truncate(count);
    }
    order.sort_unstable_by(by_probability);
    order
        .into_iter()
        .map(|id| Candidate {
            id,
            text: token_text(tokenizer, id),
            bytes: token_bytes(tokenizer, id),
            probability: log_probabilities[id as usize].exp(),
        })
        .collect()
}

/// ln softmax of one row of logits.
pub(super) fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().fold(f32::NEG_INFINITY, |m, &x| m.max(x));
    let sum: f64 = logits.iter().map(|&x| f64::from(x - largest).exp()).sum();
    let shift = largest + sum.ln() as f32;
    logits.iter().map(|&x| x - shift).collect()
}

fn score_of(tokenizer: &dyn Tokenizer, drawn: &Drawn, text: String) -> TokenScore {
    TokenScore {
        id: drawn.token,
        text,
        bytes: token_bytes(tokenizer, drawn.token),
        log_probability: drawn.log_probabilities.get(drawn.token as usize).copied(),
        candidates: candidates(tokenizer, &drawn.log_probabilities),
    }
}

impl Engine {
    pub(super) fn generate(&mut self, request: u32, prompt: &str, sampling: SamplingConfig) {
        let Some(active) = &self.active else {
            return self.fail(
                FailedWhat::Generate,
                "There is no model yet; apply a configuration first.",
            );
        };
        if self.state == RunState::Broken {
            return self.fail(
                FailedWhat::Generate,
                "The run has stopped; resume or rewind it first.",
            );
        }
        if let Some(reason) = refusal(active.playground.model.family) {
            return self.fail(FailedWhat::Generate, reason);
        }
        let objective = active.playground.objective.objective;
        let (tokens, end) = framed(&*active.texts.tokenizer, objective, prompt);
        self.writing = Some(Writing {
            request,
            end,
            generation: Generation::new(tokens, settings(&sampling), sampling.seed),
            decoder: StreamDecoder::default(),
            asked: asked(&sampling),
            left: asked(&sampling),
            is_first: true,
            step: active.run.step(),
        });
    }

    /// For the samples to come, and for the text that is being written.
    pub(super) fn set_sampling(&mut self, sampling: SamplingConfig) {
        if let Some(writing) = &mut self.writing {
            let generation = &mut writing.generation;
            generation.set_sampling(settings(&sampling), sampling.seed);
            let written = writing.asked - writing.left;
            writing.asked = asked(&sampling).max(written + 1);
            writing.left = writing.asked - written;
        }
        if let Some(active) = &mut self.active {
            active.playground.sampling = sampling;
        }
    }

    /// For the samples to come.
    pub(super) fn set_prompt(&mut self, mut prompt: String) {
        if let Some((end, _)) = prompt.char_indices().nth(MOST_PROMPT as usize) {
            prompt.truncate(end);
        }
        if let Some(active) = &mut self.active {
            active.playground.prompt = prompt;
        }
    }

    pub(super) fn stop_generating(&mut self) {
        if let Some(writing) = self.writing.take() {
            self.emit(Event::Generated {
                request: writing.request,
                tokens: Vec::new(),
                done: true,
            });
        }
    }

    /// The next piece of the text.
    pub(super) async fn write_slice(&mut self) {
        let (Some(active), Some(mut writing)) = (&mut self.active, self.writing.take()) else {
            return;
        };
        let Active { run, texts, .. } = active;
        if writing.step != run.step() {
            writing.step = run.step();
            writing.generation.forget_cache();
        }
        let piece = if writing.is_first {
            FIRST_PIECE
        } else {
            HISTORY
        };
        writing.is_first = false;
        let drawn = writing
            .generation
            .advance(run, piece.min(writing.left))
            .await;
        let drawn = match drawn {
            Ok(drawn) => drawn,
            Err(error) => {
                self.emit(Event::Generated {
                    request: writing.request,
                    tokens: Vec::new(),
                    done: true,
                });
                return self.fault(FailedWhat::Generate, &error);
            }
        };
        writing.left -= drawn.len();
        let tokenizer = &*texts.tokenizer;
        let known = tokenizer.vocabulary_size();
        let mut drawn = drawn;
        if let Some(end) = drawn.iter().position(|d| Some(d.token) == writing.end) {
            drawn.truncate(end + 1);
            writing.left = 0;
        }
        let mut tokens: Vec<TokenScore> = drawn
            .iter()
            .map(|d| {
                let text = if d.token < known {
                    writing.decoder.push(tokenizer, d.token)
                } else {
                    String::new()
                };
                score_of(tokenizer, d, text)
            })
            .collect();
        let done = writing.left == 0;
        if done && let Some(last) = tokens.last_mut() {
            last.text += &writing.decoder.finish();
        }
        self.emit(Event::Generated {
            request: writing.request,
            tokens,
            done,
        });
        if !done {
            self.writing = Some(writing);
        }
    }

    /// The beginning of a sample of `count` tokens, with the playground's prompt and settings.
    pub(super) fn sample_of(&self, count: u32) -> Option<Sample> {
        let active = self.active.as_ref()?;
        let playground = &active.playground;
        if !playground.model.family.predicts_next() {
            return None;
        }
        let prompt = playground.prompt.clone();
        let sampling = &playground.sampling;
        let objective = playground.objective.objective;
        let tokenizer = &*active.texts.tokenizer;
        Some(Sample::new(tokenizer, objective, prompt, count, sampling))
    }
}
