//! Span corruption (Raffel et al. 2020, "T5", §3.1.4 and §3.3.4): spans of the text are left out, and have to be written.
//!
//! ```text
//! original   a b c d e f g h
//! source     a b <0> f g <1> [EOS]        kept tokens, one sentinel for each span
//! targets    <0> c d e <1> h <2>          each sentinel and its span, then the sentinel that ends it
//! inputs     [BOS] <0> c d e <1> h
//!
//! dropped d = round(n · rate), 1 ≤ d ≤ n − 1        spans k = round(d / mean), 1 ≤ k ≤ min(d, n − d)
//! S = n − d + k + 1                                 T = d + k + 1
//! ```
//!
//! The d dropped and the n − d kept tokens are each cut into k runs, none empty, every way of cutting alike, and the runs take
//! turns, a kept one first (`random_spans_noise_mask` of the T5 code; rounding is to even as there). n is the largest for which
//! both S and T are within the context, so that no row has padding.

use super::draw::choose;
use super::specials::Specials;
use super::view::{CellKind, ExampleView};
use crate::data::chance::Dice;

/// How many tokens of a text are kept and dropped, in how many spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    pub kept: usize,
    pub dropped: usize,
    pub spans: usize,
}

impl Split {
    /// Of n tokens, at least 2; rate above 0 and below 1, mean at least 1.
    pub fn of(tokens: usize, rate: f32, mean: f32) -> Self {
        let tokens = tokens.max(2);
        let dropped = (tokens as f32 * rate).round_ties_even() as usize;
        let dropped = dropped.clamp(1, tokens - 1);
        let kept = tokens - dropped;
        let spans = (dropped as f32 / mean).round_ties_even() as usize;
        Self {
            kept,
            dropped,
            spans: spans.clamp(1, dropped.min(kept)),
        }
    }

    /// n
    pub fn tokens(self) -> usize {
        self.kept + self.dropped
    }

    /// S, with \[EOS\].
    pub fn source_length(self) -> usize {
        self.kept + self.spans + 1
    }

    /// T, with the last sentinel.
    pub fn target_length(self) -> usize {
        self.dropped + self.spans + 1
    }
}

/// The most tokens n whose source and target are within a context of at least 3.
pub fn fit(context: usize, rate: f32, mean: f32) -> usize {
    let fits = |tokens: usize| {
        let split = Split::of(tokens, rate, mean);
        split.source_length().max(split.target_length()) <= context
    };
    (2..).take_while(|&tokens| fits(tokens)).last().unwrap_or(2)
}

/// `original` without spans, by the draws of a key. It has `split.tokens()` tokens.
pub(super) fn example(original: &[u32], split: Split, specials: Specials, key: u32) -> ExampleView {
    let mut dice = Dice::new(key);
    let dropped = runs(split.dropped, split.spans, &mut dice);
    let kept = runs(split.kept, split.spans, &mut dice);
    let mut view = ExampleView {
        original: original.to_vec(),
        ..ExampleView::default()
    };
    let mut answer = Vec::with_capacity(split.target_length());
    let mut place = 0;
    for (span, (kept, dropped)) in kept.into_iter().zip(dropped).enumerate() {
        for at in place..place + kept {
            view.push(original[at], CellKind::Kept, at..at + 1);
        }
        let left_out = place + kept..place + kept + dropped;
        place = left_out.end;
        let sentinel = specials.sentinel(span);
        answer.push(sentinel);
        answer.extend_from_slice(&original[left_out.clone()]);
        view.push(sentinel, CellKind::Sentinel, left_out);
    }
    view.push_empty(specials.eos(), CellKind::Special);
    view.write(specials.bos(), &answer, specials.sentinel(split.spans));
    view
}

/// `items` items cut into `count` runs, none empty. `count` is from 1 to `items`.
fn runs(items: usize, count: usize, dice: &mut Dice) -> Vec<usize> {
    let mut runs = vec![1];
    for begins in choose(count - 1, items - 1, dice) {
        match runs.last_mut() {
            Some(run) if !begins => *run += 1,
            _ => runs.push(1),
        }
    }
    runs
}
