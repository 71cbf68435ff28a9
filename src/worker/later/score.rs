//! The probability of a given text, token by token.

use super::super::engine::{Active, Engine};
use super::super::prepare::{token_bytes, token_text};
use super::super::writing::{candidates, log_softmax};
use super::{Moment, hidden};
use crate::models::Family;
use crate::session::protocol::{Event, FailedWhat, RunState, TokenScore};

/// Scores a text.
#[inline(never)]
pub fn scoring(engine: &mut Engine, request: u32, text: String) -> Moment<'_> {
    hidden(Box::pin(async move { engine.score(request, &text).await }))
}

/// Why a model of this family gives a text no probability token by token.
fn no_score(family: Family) -> Option<&'static str> {
    match family {
        Family::Encoder => Some(
            "An encoder-only model gives a text no probability by the chain rule: it sees each token's right neighbours. Its pseudo-perplexity is told where masks are filled.",
        ),
        Family::EncoderDecoder | Family::Seq2Seq => Some(
            "This model gives an answer a probability, not a text by itself. Give it a source under text to text.",
        ),
        _ => None,
    }
}

impl Engine {
    /// ln p of every token of a text. Text longer than the context is scored in windows that overlap by half.
    async fn score(&mut self, request: u32, text: &str) {
        const MOST_TOKENS: usize = 4096;
        self.drain().await;
        if self.state == RunState::Broken {
            return self.fail(
                FailedWhat::Score,
                "The run has stopped; resume or rewind it first.",
            );
        }
        let Some(Active { run, texts, .. }) = &mut self.active else {
            return self.fail(
                FailedWhat::Score,
                "There is no model yet; apply a configuration first.",
            );
        };
        if let Some(reason) = no_score(run.spec.model.family) {
            return self.fail(FailedWhat::Score, reason);
        }
        let tokenizer = &*texts.tokenizer;
        let tokens = tokenizer.encode(text);
        if tokens.len() < 2 {
            return self.fail(FailedWhat::Score, "Scoring needs at least two tokens: the first has nothing before it. Write some more text.");
        }
        if tokens.len() > MOST_TOKENS {
            let message = format!(
                "The text has {} tokens; at most {MOST_TOKENS} are scored at once. Shorten it.",
                tokens.len()
            );
            return self.fail(FailedWhat::Score, message);
        }
        let context = run.spec.model.context as usize;
        let vocabulary = run.spec.vocabulary;
        let mut scores = vec![TokenScore {
            id: tokens[0],
            text: token_text(tokenizer, tokens[0]),
            bytes: token_bytes(tokenizer, tokens[0]),
            log_probability: None,
            candidates: Vec::new(),
        }];
        let mut total = 0.0;
        let mut start = 0;
        while scores.len() < tokens.len() {
            let window = &tokens[start..tokens.len().min(start + context)];
            let logits = match run.logits(window).await {
                Ok(logits) => logits,
                Err(error) => return self.fault(FailedWhat::Score, &error),
            };
            let end = (start + context + 1).min(tokens.len());
            for position in scores.len()..end {
                let row = (position - 1 - start) * vocabulary;
                let log_probabilities = log_softmax(&logits[row..row + vocabulary]);
                let id = tokens[position];
                let log_p = log_probabilities[id as usize];
                total += f64::from(log_p);
                scores.push(TokenScore {
                    id,
                    text: token_text(tokenizer, id),
                    bytes: token_bytes(tokenizer, id),
                    log_probability: Some(log_p),
                    candidates: candidates(tokenizer, &log_probabilities),
                });
            }
            start += (context / 2).max(1);
        }
        let scored = (scores.len() - 1) as f64;
        self.emit(Event::Scored {
            request,
            tokens: scores,
            total_log_probability: total,
            perplexity: (-total / scored).exp(),
        });
    }
}
