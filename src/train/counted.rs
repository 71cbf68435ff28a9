//! An n-gram model as a run: one step counts the whole text, and afterwards it answers as a neural model does. The functions here are
//! where the code of n-grams is entered, which comes with the second part of the page (`xtask/src/reach.rs`).

use super::examples::Examples;
use super::generate::Drawn;
use super::run::RunError;
use crate::data::batches::Batch;
use crate::models::ModelConfig;
use crate::models::ngram::{Ngram, NgramConfig};
use crate::ops::sampler::DrawSettings;
use crate::rng;

/// Steps of a run that counts.
pub const STEPS: u32 = 1;

/// Rows of the training text that its loss is measured on.
const MEASURED_ROWS: u32 = 64;

impl From<&ModelConfig> for NgramConfig {
    fn from(model: &ModelConfig) -> Self {
        Self {
            order: model.order,
            smoothing: model.smoothing,
            add_k: model.add_k,
            back_off: model.back_off,
        }
    }
}

/// Counts the training text. Gives the model and its loss on some windows of that text, nats per token.
///
/// # Errors
/// Settings or a text that no model can be made of.
#[inline(never)]
pub(super) fn count(
    model: &ModelConfig,
    vocabulary: usize,
    examples: &Examples,
    seed: u32,
) -> Result<(Ngram, f32), RunError> {
    let counts = Ngram::train(&examples.train, vocabulary, &model.into())?;
    let context = model.context as usize;
    let batch = examples.training_batch(seed, 0, MEASURED_ROWS, context)?;
    let loss = loss(&counts, &batch, context) as f32;
    Ok((counts, loss))
}

/// Mean loss of a batch of windows, each begun without context, as a neural model reads them; nats per token, infinite where
/// something was impossible.
#[inline(never)]
pub(super) fn loss(counts: &Ngram, batch: &Batch, context: usize) -> f64 {
    let rows = batch
        .inputs
        .chunks(context)
        .zip(batch.targets.chunks(context));
    let mut total = 0.0;
    for (inputs, targets) in rows {
        for (t, &target) in targets.iter().enumerate() {
            total -= counts.probability(&inputs[..=t], target).ln();
        }
    }
    total / batch.targets.len().max(1) as f64
}

/// ln p of every next token after each of `tokens`: (T, V).
#[inline(never)]
pub(super) fn log_probabilities(counts: &Ngram, tokens: &[u32]) -> Vec<f32> {
    let vocabulary = counts.vocabulary();
    let mut all = vec![0.0; tokens.len() * vocabulary];
    for (t, row) in all.chunks_exact_mut(vocabulary).enumerate() {
        counts.log_probabilities(&tokens[..=t], row);
    }
    all
}

/// Writes `count` more tokens. What is drawn at a place depends on the seed and the place alone.
#[inline(never)]
pub(super) fn write(
    counts: &Ngram,
    tokens: &mut Vec<u32>,
    count: usize,
    settings: DrawSettings,
    seed: u32,
) -> Vec<Drawn> {
    let draw = |tokens: &mut Vec<u32>| {
        let mut log_probabilities = vec![0.0; counts.vocabulary()];
        counts.log_probabilities(tokens, &mut log_probabilities);
        let bits = rng::random_u32(seed, rng::stream::SAMPLING, tokens.len() as u32);
        let token = counts.sample(tokens, settings, rng::uniform01(bits));
        tokens.push(token);
        Drawn {
            token,
            log_probabilities,
        }
    };
    (0..count).map(|_| draw(tokens)).collect()
}
