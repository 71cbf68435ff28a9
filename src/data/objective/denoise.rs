//! Denoising (Lewis et al. 2020, "BART", §2.2): a damaged text in, the whole text out.
//!
//! ```text
//! original   x₁ … x_n                          n = T − 1
//! source     the original after the steps below, then [EOS]        at most S = T tokens
//! inputs     [BOS] x₁ … x_n        targets   x₁ … x_n [EOS]
//!
//! permute    with its chance: the sentences shuffled
//! rotate     with its chance: begins at any token, what stood before it comes last
//! infill     spans with Poisson(λ) lengths, together `infill · n` tokens, become one [MASK] each; a span of length 0 puts one in
//! mask       each token left, with its chance, becomes [MASK]
//! delete     each token left after that, with its chance, goes
//! ```
//!
//! Span lengths are drawn until their sum is reached and the last is cut to it (as in fairseq's BART). Where the spans lie is
//! any arrangement of spans and single tokens alike. As a span of length 0 makes the text longer, there are no more of them than
//! the other spans make it shorter. Sentences end after the tokens marked so in the vocabulary, and with the example.

use super::config::ObjectiveConfig;
use super::draw::choose;
use super::specials::Specials;
use super::view::{CellKind, ExampleView};
use crate::data::chance::{Dice, Odds};
use crate::rng::{stream_key, uniform};

/// Substreams of an example's key.
const MOVES: u32 = 0;
const TOKENS: u32 = 1;

/// Counters of a place's key.
const MASKED: u32 = 0;
const DELETED: u32 = 1;

/// How a text is damaged.
#[derive(Clone, Debug)]
pub(super) struct Noise {
    mask: f64,
    delete: f64,
    infill: f64,
    lengths: Odds,
    permute: f64,
    rotate: f64,
    specials: Specials,
}

impl Noise {
    /// For a checked configuration.
    pub fn new(config: &ObjectiveConfig, specials: Specials) -> Self {
        Self {
            mask: f64::from(config.noise_mask),
            delete: f64::from(config.noise_delete),
            infill: f64::from(config.infill),
            lengths: poisson(f64::from(config.infill_mean)),
            permute: f64::from(config.permute),
            rotate: f64::from(config.rotate),
            specials,
        }
    }

    /// `original` damaged by the draws of a key; `sentence_ends` is over the vocabulary.
    pub fn example(&self, original: &[u32], sentence_ends: &[bool], key: u32) -> ExampleView {
        let mut dice = Dice::new(stream_key(key, MOVES));
        let moved = self.moved(original, sentence_ends, &mut dice);
        let spans = self.spans(original.len(), &mut dice);
        let kept = original.len() - spans.iter().sum::<usize>();
        let is_span = choose(spans.len(), kept + spans.len(), &mut dice);
        let mut view = ExampleView {
            original: original.to_vec(),
            ..ExampleView::default()
        };
        if moved.iter().any(|place| place.is_moved) {
            view.order = moved.iter().map(|place| place.from as u32).collect();
        }
        let key = stream_key(key, TOKENS);
        let mut spans = spans.into_iter();
        let mut place = 0;
        for is_span in is_span {
            let length = if is_span {
                spans.next().unwrap_or(0)
            } else {
                1
            };
            let (at, range) = (place, place..place + length);
            place = range.end;
            let is_drawn = |counter, chance| uniform(stream_key(key, at as u32), counter) < chance;
            if is_span && length == 0 {
                view.push(self.specials.mask(), CellKind::Inserted, range);
            } else if is_span || is_drawn(MASKED, self.mask) {
                view.push(self.specials.mask(), CellKind::Masked, range);
            } else if !is_drawn(DELETED, self.delete) {
                let Place { from, is_moved } = moved[at];
                let kind = if is_moved {
                    CellKind::Moved
                } else {
                    CellKind::Kept
                };
                view.push(original[from], kind, range);
            }
        }
        view.push_empty(self.specials.eos(), CellKind::Special);
        view.write(self.specials.bos(), original, self.specials.eos());
        view
    }

    /// The places of the original in their new order.
    fn moved(&self, original: &[u32], sentence_ends: &[bool], dice: &mut Dice) -> Vec<Place> {
        let ends = |token: &u32| sentence_ends.get(*token as usize).is_some_and(|&is| is);
        let lengths: Vec<usize> = original.split_inclusive(ends).map(<[u32]>::len).collect();
        let mut order: Vec<usize> = (0..lengths.len()).collect();
        if dice.happens(self.permute) {
            for i in (1..order.len()).rev() {
                order.swap(i, dice.pick_below(i + 1));
            }
        }
        let starts: Vec<usize> = lengths
            .iter()
            .scan(0, |start, length| {
                *start += length;
                Some(*start - length)
            })
            .collect();
        let mut places: Vec<Place> = order
            .iter()
            .enumerate()
            .flat_map(|(i, &sentence)| {
                let start = starts[sentence];
                (start..start + lengths[sentence]).map(move |from| Place {
                    from,
                    is_moved: i != sentence,
                })
            })
            .collect();
        if dice.happens(self.rotate) && !places.is_empty() {
            let first = dice.pick_below(places.len());
            places.rotate_left(first);
            for place in &mut places {
                place.is_moved |= first > 0;
            }
        }
        places
    }

    /// Lengths of the spans to fill in, in the order of the text.
    fn spans(&self, tokens: usize, dice: &mut Dice) -> Vec<usize> {
        let wanted = (self.infill * tokens as f64).round() as usize;
        let mut lengths = Vec::new();
        let mut sum = 0;
        while sum < wanted {
            let length = dice.pick(&self.lengths).min(wanted - sum);
            sum += length;
            lengths.push(length);
        }
        let mut spare = sum - lengths.iter().filter(|&&length| length > 0).count();
        lengths.retain(|&length| {
            let fits = length > 0 || spare > 0;
            spare -= usize::from(length == 0 && fits);
            fits
        });
        lengths
    }
}

/// A token of the original in the new order.
#[derive(Clone, Copy, Debug)]
struct Place {
    from: usize,
    /// Whether its sentence has another number than before, or the text was rotated.
    is_moved: bool,
}

/// Poisson(λ), P(k) = λᵏ e⁻λ / k!, up to the first k beyond λ with P(k) ≤ 10⁻⁷, which gets what is left; λ at least ½.
fn poisson(mean: f64) -> Odds {
    let mut odds = Vec::new();
    let mut p = (-mean).exp();
    let mut sum = 0.0;
    while odds.len() as f64 <= mean || p > 1e-7 {
        odds.push(p);
        sum += p;
        p *= mean / odds.len() as f64;
    }
    odds.push(1.0 - sum);
    Odds::Weighted(odds)
}
