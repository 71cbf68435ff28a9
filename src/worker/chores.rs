//! What is done for the page between two training steps, piece by piece, so that commands are heard in between: the
//! validation and the sample of a step. Training waits, since both belong to the weights of that step.

use super::engine::{Active, Engine};
use super::writing::Sample;
use crate::session::protocol::{Event, FailedWhat};
use crate::train::HISTORY;

/// Validation batches launched between two looks at the commands.
const BATCHES: u32 = 4;

/// A validation under way.
#[derive(Debug, Default)]
pub(super) struct Validation {
    done: u32,
    /// Sum of the batches' mean losses, nats per token.
    total: f64,
}

pub(super) enum Chore {
    Validate(Validation),
    Sample(Sample),
}

impl Engine {
    /// A piece of the first chore; false when there is none.
    pub(super) async fn do_chore(&mut self) -> bool {
        let Some(chore) = self.chores.pop_front() else {
            return false;
        };
        let left = match chore {
            Chore::Validate(validation) => {
                let left = self.validate_on(validation).await;
                left.map(Chore::Validate)
            }
            Chore::Sample(sample) => self.sample_on(sample).await.map(Chore::Sample),
        };
        if let Some(left) = left {
            self.chores.push_front(left);
        }
        true
    }

    async fn validate_on(&mut self, mut validation: Validation) -> Option<Validation> {
        let Active { run, target, .. } = self.active.as_mut()?;
        let batches = run.spec.validation_batches.max(1);
        let end = (validation.done + BATCHES).min(batches);
        match run.validate_batches(validation.done..end).await {
            Ok(losses) => validation.total += losses,
            Err(error) => {
                self.fault(FailedWhat::Train, &error);
                return None;
            }
        }
        validation.done = end;
        if end < batches {
            return Some(validation);
        }
        let step = run.step();
        let loss = (validation.total / f64::from(batches)) as f32;
        target.note_validation(loss);
        self.emit(Event::Validation { step, loss });
        None
    }

    async fn sample_on(&mut self, mut sample: Sample) -> Option<Sample> {
        let Active { run, texts, .. } = self.active.as_mut()?;
        let left = sample.left().min(HISTORY);
        if let Err(error) = sample.generation.advance(run, left).await {
            self.fault(FailedWhat::Generate, &error);
            return None;
        }
        // The cache on the device is now this sample's.
        if let Some(writing) = &mut self.writing {
            writing.generation.forget_cache();
        }
        if sample.left() > 0 {
            return Some(sample);
        }
        let text = sample.text(&*texts.tokenizer);
        let step = run.step();
        self.emit(Event::Sample {
            step,
            prompt: sample.prompt,
            text,
        });
        None
    }
}
