//! Text to text (Raffel et al. 2020, §2.4): every task is a source and the target that has to be written for it.
//!
//! ```text
//! source   s₁ … s_m [EOS] [PAD] …                   (S)
//! inputs   [BOS] t₁ … t_k [PAD] …                   (T)
//! targets  t₁ … t_k [EOS], no loss on padding       (T)
//! ```
//!
//! Nothing is cut off: an example that is too long is an error before training starts.

use std::cmp::Reverse;

use super::error::{ObjectiveError, Part};
use super::specials::Specials;
use super::view::{CellKind, ExampleView};

/// A source and its target as tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    pub source: Vec<u32>,
    pub target: Vec<u32>,
    /// How the source's text begins, to name the example in messages.
    pub opening: String,
}

/// What the encoder reads for a source.
pub fn source(tokens: &[u32], specials: Specials) -> Vec<u32> {
    let mut source = tokens.to_vec();
    source.push(specials.eos());
    source
}

/// Context that a pair needs.
pub fn needed(pair: &Pair) -> usize {
    pair.source.len().max(pair.target.len()) + 1
}

/// Whether all pairs are within a context.
///
/// Errors: [`ObjectiveError::ExampleTooLong`] names the longest.
pub fn check(pairs: &[Pair], part: Part, context: usize) -> Result<(), ObjectiveError> {
    check_by(needed, pairs, part, context)
}

/// Errors: [`ObjectiveError::ExampleTooLong`] names the longest pair (the first of several) if it needs more than the context.
pub(super) fn check_by(
    needed: fn(&Pair) -> usize,
    pairs: &[Pair],
    part: Part,
    context: usize,
) -> Result<(), ObjectiveError> {
    let longest = (0..pairs.len()).max_by_key(|&i| (needed(&pairs[i]), Reverse(i)));
    match longest {
        Some(i) if needed(&pairs[i]) > context => Err(ObjectiveError::ExampleTooLong {
            part,
            number: i + 1,
            opening: pairs[i].opening.clone(),
            needed: needed(&pairs[i]),
            context,
        }),
        _ => Ok(()),
    }
}

/// A pair as an example.
pub(super) fn example(pair: &Pair, specials: Specials) -> ExampleView {
    let mut view = ExampleView {
        original: pair.source.clone(),
        ..ExampleView::default()
    };
    for (at, &id) in pair.source.iter().enumerate() {
        view.push(id, CellKind::Kept, at..at + 1);
    }
    view.push_empty(specials.eos(), CellKind::Special);
    view.write(specials.bos(), &pair.target, specials.eos());
    view
}
