//! When a run has learned enough: its loss has come down to a target.
//!
//! The loss is that of the validation; where there is none, the mean of the last [`TREND`] training losses, looked at every
//! [`EVERY`] steps, so that the same run ends at the same step however its steps were read. Nats per token.

use std::collections::VecDeque;

/// Training losses of the mean.
const TREND: usize = 20;
/// Steps between two looks at it.
const EVERY: u32 = 10;

/// See the file's head.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// 0: there is none.
    loss: f32,
    validates: bool,
    recent: VecDeque<f32>,
    is_reached: bool,
}

impl Target {
    /// `validates`: whether the run has a validation.
    pub fn new(loss: f32, validates: bool) -> Self {
        Self {
            loss,
            validates,
            recent: VecDeque::new(),
            is_reached: false,
        }
    }

    /// As at step 0 again.
    pub fn reset(&mut self) {
        *self = Self::new(self.loss, self.validates);
    }

    pub fn is_reached(&self) -> bool {
        self.is_reached
    }

    /// Whether the losses up to `step` (1 is the first) must all be read before the next step is launched.
    pub fn is_due(&self, step: u32) -> bool {
        self.loss > 0.0 && !self.validates && step >= TREND as u32 && step.is_multiple_of(EVERY)
    }

    /// The loss of training step `step` (1 is the first).
    pub fn note_training(&mut self, step: u32, loss: f32) {
        if self.recent.len() == TREND {
            self.recent.pop_front();
        }
        self.recent.push_back(loss);
        if self.is_due(step) && self.recent.len() == TREND {
            let mean = self.recent.iter().sum::<f32>() / TREND as f32;
            self.is_reached |= mean <= self.loss;
        }
    }

    pub fn note_validation(&mut self, loss: f32) {
        self.is_reached |= self.validates && self.loss > 0.0 && loss <= self.loss;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validation_decides_where_there_is_one() {
        let mut target = Target::new(2.0, true);
        for step in 1..=50 {
            target.note_training(step, 0.1);
            assert!(!target.is_due(step));
        }
        target.note_validation(2.1);
        assert!(!target.is_reached());
        target.note_validation(2.0);
        assert!(target.is_reached());
        target.note_validation(3.0);
        assert!(target.is_reached(), "what was reached stays so");
        target.reset();
        assert!(!target.is_reached());
    }

    #[test]
    fn without_validation_the_mean_of_the_last_losses_decides_at_fixed_steps() {
        let mut target = Target::new(2.0, false);
        // The mean of the last 20 passes 2 at step 45, and is looked at in step 50.
        for step in 1..=60 {
            target.note_training(step, if step <= 35 { 3.0 } else { 1.0 });
            assert_eq!(target.is_reached(), step >= 50, "{step}");
        }
        assert_eq!(
            [10, 20, 25, 30].map(|step| target.is_due(step)),
            [false, true, false, true]
        );
        // One low loss is not enough.
        target.reset();
        for step in 1..=40 {
            target.note_training(step, if step == 30 { 0.0 } else { 3.0 });
        }
        assert!(!target.is_reached());
    }

    #[test]
    fn zero_is_no_target() {
        for validates in [true, false] {
            let mut target = Target::new(0.0, validates);
            for step in 1..=40 {
                target.note_training(step, 0.0);
                target.note_validation(0.0);
                assert!(!target.is_due(step));
            }
            assert!(!target.is_reached());
        }
    }
}
