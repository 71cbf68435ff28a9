//! Masked language modelling (Devlin et al. 2019, "BERT", §3.1; Liu et al. 2019, "RoBERTa", §4.1).
//!
//! ```text
//! source    [CLS] x₁ … x_n [SEP]        n = T − 2
//! chosen    every token with probability `mask_rate`, for itself or with its word
//! becomes   [MASK] : another token : itself  =  0.8 : 0.1 : 0.1
//! targets   the token of the text where chosen; no loss elsewhere
//! ```
//!
//! The draws of a token are those of its place p in the text: `uniform(key(k, p), 0)` chooses, `1` says what it becomes, `2` which
//! other. Static masking takes one key k for the whole run, so that a place is masked alike in every window over it; dynamic
//! masking has one for each example. A word is chosen by the draw of its first token, also where that lies before the window; one
//! that began more than [`LONGEST_WORD`] tokens ago counts as beginning there. A short row may have no chosen token at all.

use std::ops::Range;

use super::config::{Masking, ObjectiveConfig};
use super::specials::Specials;
use super::view::{CellKind, ExampleView};
use crate::data::batches::Draw;
use crate::rng::{below, hash32, stream, stream_key, uniform};

/// Tokens that are looked back for the beginning of a word.
pub const LONGEST_WORD: usize = 64;

/// Substream of an example's key.
const MASKS: u32 = 1;

/// Counters of a place's key.
const CHOSEN: u32 = 0;
const BECOMES: u32 = 1;
const OTHER: u32 = 2;

/// How tokens are masked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Masker {
    rate: f64,
    /// Of the chosen tokens, up to where \[MASK\] and then other tokens reach in 0..1.
    masks: f64,
    others: f64,
    masking: Masking,
    whole_words: bool,
    specials: Specials,
}

impl Masker {
    /// For a checked configuration.
    pub fn new(config: &ObjectiveConfig, specials: Specials) -> Self {
        let [mask, random, unchanged] = [
            config.mask_share,
            config.random_share,
            config.unchanged_share,
        ]
        .map(f64::from);
        let whole = mask + random + unchanged;
        Self {
            rate: f64::from(config.mask_rate),
            masks: mask / whole,
            others: (mask + random) / whole,
            masking: config.masking,
            whole_words: config.whole_words,
            specials,
        }
    }

    /// The window `range` of a text, framed and masked.
    pub fn example(
        &self,
        tokens: &[u32],
        word_starts: &[bool],
        range: Range<usize>,
        draw: Draw,
    ) -> ExampleView {
        let mut view = ExampleView::default();
        self.frame(self.specials.cls(), &mut view);
        self.append(tokens, word_starts, range, draw, &mut view);
        self.frame(self.specials.sep(), &mut view);
        view
    }

    /// Appends a special token.
    pub fn frame(&self, id: u32, view: &mut ExampleView) {
        view.push_empty(id, CellKind::Special);
        view.targets.push(None);
    }

    /// Appends the tokens of a range of the text, masked, with their targets.
    pub fn append(
        &self,
        tokens: &[u32],
        word_starts: &[bool],
        range: Range<usize>,
        draw: Draw,
        view: &mut ExampleView,
    ) {
        let key = self.key(draw);
        let begins_word = |at: usize| {
            !self.whole_words || word_starts.get(tokens[at] as usize).is_none_or(|&is| is)
        };
        let earliest = range.start.saturating_sub(LONGEST_WORD);
        let mut word = (earliest..=range.start)
            .rev()
            .find(|&at| begins_word(at))
            .unwrap_or(earliest);
        for at in range {
            if begins_word(at) {
                word = at;
            }
            let token = tokens[at];
            let place = view.original.len();
            view.original.push(token);
            let is_chosen = uniform(stream_key(key, word as u32), CHOSEN) < self.rate;
            let (id, kind) = if is_chosen {
                self.becomes(token, stream_key(key, at as u32))
            } else {
                (token, CellKind::Kept)
            };
            view.push(id, kind, place..place + 1);
            view.targets.push(is_chosen.then_some(token));
        }
    }

    fn becomes(&self, token: u32, key: u32) -> (u32, CellKind) {
        let share = uniform(key, BECOMES);
        if share < self.masks {
            (self.specials.mask(), CellKind::Masked)
        } else if share < self.others {
            let other = below(hash32(key, OTHER), self.specials.base);
            (other, CellKind::Random)
        } else {
            (token, CellKind::Unchanged)
        }
    }

    fn key(&self, draw: Draw) -> u32 {
        match (self.masking, draw) {
            (Masking::Dynamic, _) => stream_key(draw.key(), MASKS),
            (Masking::Static, Draw::Training { seed, .. }) => {
                stream_key(seed, stream::STATIC_MASKS)
            }
            (Masking::Static, Draw::Validation { .. }) => stream_key(0, stream::STATIC_MASKS),
        }
    }
}
