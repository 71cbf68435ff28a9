//! Looking inside: attention of every layer and head on a text, live while the model trains.

use super::super::engine::{Active, Engine};
use super::super::look::Look;
use super::super::prepare::token_text;
use super::super::writing::{candidates, log_softmax};
use super::{Moment, hidden};
use crate::data::batches::Batch;
use crate::graph::Globals;
use crate::models::Family;
use crate::session::protocol::{AttentionMaps, Event, FailedWhat, RunState};
use crate::train::{RunError, inspection, write_batch};

/// Longest text whose attention is shown: a matrix of more rows cannot be read.
const MOST_TOKENS: usize = 64;

/// Begins to look at a text, and shows it.
#[inline(never)]
pub fn looking(engine: &mut Engine, request: u32, text: String, live: bool) -> Moment<'_> {
    hidden(Box::pin(async move {
        engine.inspect(request, &text, live).await;
    }))
}

/// Shows the text that is looked at, with the weights as they stand.
#[inline(never)]
pub fn showing(engine: &mut Engine) -> Moment<'_> {
    hidden(Box::pin(engine.show()))
}

impl Engine {
    async fn inspect(&mut self, request: u32, text: &str, live: bool) {
        self.drain().await;
        self.stop_looking();
        if self.state == RunState::Broken {
            return self.fail(
                FailedWhat::Inspect,
                "The run has stopped; resume or rewind it first.",
            );
        }
        let Some(Active { run, texts, .. }) = &mut self.active else {
            return self.fail(
                FailedWhat::Inspect,
                "There is no model yet; apply a configuration first.",
            );
        };
        if !matches!(run.spec.model.family, Family::Decoder | Family::Encoder) {
            return self.fail(
                FailedWhat::Inspect,
                "Attention is looked at in decoder-only and encoder-only models. Choose one of them in Model.",
            );
        }
        if !run.spec.model.attention {
            return self.fail(
                FailedWhat::Inspect,
                "This model has no attention; switch it on in Model.",
            );
        }
        let mut tokens = texts.tokenizer.encode(text);
        tokens.truncate(MOST_TOKENS.min(run.spec.model.context as usize));
        if tokens.is_empty() {
            return self.fail(FailedWhat::Inspect, "Write some text to look at.");
        }
        let plan = inspection(
            &run.spec.model,
            run.spec.vocabulary,
            run.spec.rows,
            tokens.len(),
        )
        .map_err(RunError::from)
        .and_then(|plan| Ok(run.executor.install(plan)?));
        match plan {
            Ok(plan) => {
                self.look = Some(Look {
                    request,
                    tokens,
                    live,
                    plan,
                    shown: f64::NEG_INFINITY,
                });
                self.show().await;
            }
            Err(error) => self.fault(FailedWhat::Inspect, &error),
        }
    }

    async fn show(&mut self) {
        let (Some(look), Some(Active { run, texts, .. })) = (&mut self.look, &mut self.active)
        else {
            return;
        };
        look.shown = self.surroundings.now_secs();
        let batch = Batch {
            inputs: look.tokens.clone(),
            targets: vec![0; look.tokens.len()],
            ..Batch::default()
        };
        let vocabulary = run.spec.vocabulary;
        write_batch(&mut *run.executor, look.plan, &batch, vocabulary);
        let reading = run.executor.run(look.plan, &Globals::default(), 1, true);
        let numbers = match reading.expect("a reading was asked for").await {
            Ok(numbers) => numbers,
            Err(error) => return self.fault(FailedWhat::Inspect, &error.into()),
        };
        let (logits, weights) = numbers.split_at(look.tokens.len() * vocabulary);
        let tokenizer = &*texts.tokenizer;
        let maps = AttentionMaps {
            request: look.request,
            step: run.step(),
            tokens: look
                .tokens
                .iter()
                .map(|&id| token_text(tokenizer, id))
                .collect(),
            layers: run.spec.model.layers,
            heads: run.spec.model.heads,
            weights: weights.to_vec(),
            next: logits
                .chunks_exact(vocabulary)
                .map(|row| candidates(tokenizer, &log_softmax(row)))
                .collect(),
        };
        self.emit(Event::Attention(Box::new(maps)));
    }
}
