//! How the probabilities of an n-gram model come about.

use std::future::ready;

use super::{Advance, Answering, Piece};
use crate::models::Family;
use crate::models::ngram::Ngram;
use crate::session::questions::{Counted, Told};
use crate::tokenizer::Tokenizer;
use crate::worker::engine::Active;
use crate::worker::prepare::token_text;

/// Longest text that is looked at.
const MOST_TOKENS: usize = 256;
/// Next tokens that are told.
const NEXT: usize = 12;

/// See `Question::Counts`.
pub struct Counts {
    pub text: String,
    pub place: Option<u32>,
    pub token: Option<u32>,
}

impl Answering for Counts {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        let piece = self.answer(active);
        Box::pin(ready(Ok(piece)))
    }
}

impl Counts {
    fn answer(&self, active: &Active) -> Piece {
        if active.run.spec.model.family != Family::Ngram {
            return Piece::failed("Only n-gram models have counts. Choose one in Model.");
        }
        let Some(counts) = active.run.ngram() else {
            return Piece::failed(
                "Nothing is counted yet. Press play: the text is counted at once.",
            );
        };
        let counted = self.counted(counts, &*active.texts.tokenizer);
        Piece::last(Told::Counted(Box::new(counted)))
    }

    fn counted(&self, counts: &Ngram, tokenizer: &dyn Tokenizer) -> Counted {
        let named = |id: u32| (id, token_text(tokenizer, id));
        let mut tokens = tokenizer.encode(&self.text);
        tokens.truncate(MOST_TOKENS);
        let place = self.place.map_or(tokens.len(), |place| place as usize);
        let place = place.min(tokens.len());
        let seen = (counts.config().order as usize).saturating_sub(1);
        let context = &tokens[place.saturating_sub(seen)..place];
        let next = most_probable(counts, context);
        let token = self.token.or_else(|| tokens.get(place).copied());
        let token = token.unwrap_or(next[0].0);
        let next = next.into_iter().map(|(id, probability)| {
            let count = counts.explain(context, id).steps[0].count;
            (id, token_text(tokenizer, id), count, probability)
        });
        Counted {
            place: place as u32,
            context: context.iter().copied().map(named).collect(),
            explanation: counts.explain(context, token),
            text: token_text(tokenizer, token),
            next: next.collect(),
            tokens: tokens.iter().map(|&id| token_text(tokenizer, id)).collect(),
        }
    }
}

/// The most probable next tokens with their probabilities, best first; at least one.
fn most_probable(counts: &Ngram, context: &[u32]) -> Vec<(u32, f64)> {
    let mut all = vec![0.0; counts.vocabulary()]; // (V)
    counts.distribution(context, &mut all);
    let mut best = Vec::with_capacity(NEXT);
    for _ in 0..NEXT.min(all.len()) {
        let largest = all.iter().copied().fold(-1.0, f64::max);
        let place = all.iter().position(|&p| p == largest).unwrap_or_default();
        best.push((place as u32, largest));
        // It is not found again.
        all[place] = -1.0;
    }
    best
}
