//! Answers to prompts with a decoder alone: the loss is on the answer only.
//!
//! ```text
//! source    p₁ … p_m [SEP] a₁ … a_k [PAD] …              (T)
//! targets    –  …  –   a₁  a₂ … [EOS]                    (T)
//! ```
//!
//! A prompt is what a pair's source is, an answer what its target is. Nothing is cut off.

use super::error::{ObjectiveError, Part};
use super::specials::Specials;
use super::text_to_text::{Pair, check_by};
use super::view::{CellKind, ExampleView};

/// What a model reads before it writes the answer.
pub fn prompt(tokens: &[u32], specials: Specials) -> Vec<u32> {
    let mut prompt = tokens.to_vec();
    prompt.push(specials.sep());
    prompt
}

/// Context that a pair needs.
pub fn needed(pair: &Pair) -> usize {
    pair.source.len() + 1 + pair.target.len()
}

/// Whether all pairs are within a context.
///
/// Errors: [`ObjectiveError::ExampleTooLong`] names the longest.
pub fn check(pairs: &[Pair], part: Part, context: usize) -> Result<(), ObjectiveError> {
    check_by(needed, pairs, part, context)
}

/// A pair as an example.
pub(super) fn example(pair: &Pair, specials: Specials) -> ExampleView {
    let mut view = ExampleView {
        original: [&*pair.source, &*pair.target].concat(),
        ..ExampleView::default()
    };
    for (at, &id) in view.original.clone().iter().enumerate() {
        if at == pair.source.len() {
            view.push_empty(specials.sep(), CellKind::Special);
        }
        view.push(id, CellKind::Kept, at..at + 1);
    }
    if pair.target.is_empty() {
        view.push_empty(specials.sep(), CellKind::Special);
    }
    view.targets = vec![None; pair.source.len()];
    view.targets.extend(pair.target.iter().map(|&id| Some(id)));
    view.targets.push(Some(specials.eos()));
    view
}
