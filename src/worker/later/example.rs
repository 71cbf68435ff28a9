//! An example of the objective, as the run is trained on it.

use std::collections::BTreeSet;

use super::{Advance, Answering, Piece};
use crate::data::objective::ExampleView;
use crate::session::questions::Told;
use crate::train::RunError;
use crate::worker::engine::Active;
use crate::worker::prepare::token_text;

/// See [`Question::Example`](crate::session::questions::Question::Example).
pub struct Example {
    pub step: u32,
    pub row: u32,
    pub again: u32,
}

impl Answering for Example {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move {
            let view = self.view(active)?;
            let tokenizer = &*active.texts.tokenizer;
            let texts = ids(&view)
                .into_iter()
                .map(|id| (id, token_text(tokenizer, id)));
            Ok(Piece::last(Told::Example {
                texts: texts.collect(),
                view: Box::new(view),
            }))
        })
    }
}

impl Example {
    fn view(&self, active: &Active) -> Result<ExampleView, RunError> {
        let spec = &active.run.spec;
        let rows = spec.recipe.rows().max(1) as u32;
        let steps = [self.step, self.again];
        let row = [self.row % rows, rows];
        spec.examples.example(spec.seed, steps, row, spec.rows.time)
    }
}

/// Every token of an example, each once.
fn ids(view: &ExampleView) -> BTreeSet<u32> {
    let source = view.source.iter().map(|cell| cell.id);
    let read = source.chain(view.inputs.iter().copied());
    let targets = view.targets.iter().copied().flatten();
    read.chain(targets)
        .chain(view.original.iter().copied())
        .collect()
}
