//! What a run's batches are made of: windows of the text, windows that follow one another, or an objective's examples.

use std::rc::Rc;

use super::run::RunError;
use crate::data::batches::{Batch, Windows};
use crate::data::objective::{ExampleView, Maker, causal};

/// Where batches come from.
#[derive(Clone, Debug)]
pub struct Examples {
    /// Ids of the training text.
    pub train: Rc<Vec<u32>>,
    /// Ids of the text held out.
    pub validation: Rc<Vec<u32>>,
    /// None for the next token, whose windows are cut from the two.
    pub maker: Option<Maker>,
    /// Whether each row goes on where it ended in the batch before, for states that are carried over.
    pub is_carried: bool,
}

impl Examples {
    /// Windows anywhere in the text, each token's target the one after it.
    pub fn next_tokens(train: Rc<Vec<u32>>, validation: Rc<Vec<u32>>) -> Self {
        Self {
            train,
            validation,
            maker: None,
            is_carried: false,
        }
    }

    /// The batch of update `step`, counted from 0, with `rows` (B) rows of `context` (T) tokens.
    ///
    /// # Errors
    /// A text too short for the windows.
    pub fn training_batch(
        &self,
        seed: u32,
        step: u32,
        rows: u32,
        context: usize,
    ) -> Result<Batch, RunError> {
        match &self.maker {
            Some(maker) => Ok(maker.training_batch(seed, step, rows)),
            None if self.is_carried => {
                let needed = rows as usize * (context + 1);
                Windows::following(&self.train, context, step, rows).ok_or(
                    RunError::TooShortToCarry {
                        tokens: self.train.len(),
                        rows,
                        needed,
                    },
                )
            }
            None => Ok(Windows::new(&self.train, context)?.training_batch(seed, step, rows)),
        }
    }

    /// Row `row`, below `rows`, of update `step` as it is made. With the draws of update `again` for its text, see
    /// [`Maker::example_again`]; the next token needs none.
    ///
    /// # Errors
    /// As [`Self::training_batch`].
    pub fn example(
        &self,
        seed: u32,
        [step, again]: [u32; 2],
        [row, rows]: [u32; 2],
        context: usize,
    ) -> Result<ExampleView, RunError> {
        if let Some(maker) = &self.maker {
            return Ok(maker.example_again(seed, step, row, again));
        }
        let batch = self.training_batch(seed, step, rows, context)?;
        let row = row as usize * context..(row as usize + 1) * context;
        let mut window = batch.inputs[row.clone()].to_vec();
        window.extend(batch.targets[row].last());
        Ok(causal::example(&window))
    }

    /// Whether there are validation batches of `context` tokens.
    pub fn has_validation(&self, context: usize) -> bool {
        match &self.maker {
            Some(maker) => maker.has_validation(),
            None => Windows::new(&self.validation, context).is_ok(),
        }
    }

    /// Batch `index` of `batches` fixed ones with `rows` rows each.
    ///
    /// # Errors
    /// A held-out text shorter than the context.
    pub fn validation_batch(
        &self,
        index: u32,
        batches: u32,
        rows: u32,
        context: usize,
    ) -> Result<Batch, RunError> {
        match &self.maker {
            Some(maker) => Ok(maker.validation_batch(index, batches, rows)),
            None => {
                let windows = Windows::new(&self.validation, context)?;
                Ok(windows.validation_batch(index, batches, rows))
            }
        }
    }
}
