//! Every objective through its front: to the id against an independent script, by its laws, by its rates, on bad input.

mod bad_input;
mod golden;
mod laws;
mod rates;

use std::ops::Range;
use std::rc::Rc;

use super::*;

/// Objectives on running text.
const ON_TEXT: [Objective; 5] = [
    Objective::Causal,
    Objective::Masked,
    Objective::NextSentence,
    Objective::Denoising,
    Objective::Spans,
];

fn config(objective: Objective) -> ObjectiveConfig {
    ObjectiveConfig {
        objective,
        ..ObjectiveConfig::default()
    }
}

fn part(tokens: Vec<u32>, documents: Vec<Range<usize>>) -> PartData {
    PartData {
        tokens: Rc::new(tokens),
        documents,
        pairs: Vec::new(),
    }
}

/// The text of `tests/golden/objectives.py`, for training and for validation.
fn small_text() -> ObjectiveData {
    let tokens: Vec<u32> = (0..36).map(|i| 5 * i % 12).collect();
    let text = part(tokens, vec![0..14, 14..25, 25..36]);
    ObjectiveData {
        training: text.clone(),
        validation: Some(text),
        word_starts: (0..12).map(|id| id < 8).collect(),
        sentence_ends: (0..12).map(|id| id == 3 || id == 9).collect(),
    }
}

fn pair(source: &[u32], target: &[u32]) -> Pair {
    Pair {
        source: source.to_vec(),
        target: target.to_vec(),
        opening: format!("{source:?}"),
    }
}

fn maker(config: &ObjectiveConfig, data: ObjectiveData, context: usize, base: u32) -> Maker {
    Maker::new(config, Rc::new(data), context, Specials { base }).unwrap()
}

/// The tokens of a source, as they stand in a batch.
fn ids(view: &ExampleView) -> Vec<u32> {
    view.source.iter().map(|cell| cell.id).collect()
}
