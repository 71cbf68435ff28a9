//! What the training laboratory knows: every step, every validation, the newest samples.

use crate::session::protocol::{Command, Event, StepMetrics};

/// Text written at a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub step: u32,
    pub prompt: String,
    pub text: String,
}

/// The history of the run in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub steps: Vec<StepMetrics>,
    /// (steps done, nats per token).
    pub validation: Vec<(u32, f32)>,
    /// Newest first.
    pub samples: Vec<Sample>,
    /// Mean UTF-8 bytes per token, to say losses in bits per byte; 0 before anything is prepared.
    pub bytes_per_token: f64,
}

/// Older samples are forgotten.
const SAMPLES_KEPT: usize = 40;

impl State {
    fn clear(&mut self) {
        self.steps.clear();
        self.validation.clear();
        self.samples.clear();
    }

    /// An order that starts over empties the curves at once.
    pub fn sent(&mut self, command: &Command) {
        if matches!(
            command,
            Command::Prepare(_) | Command::Rewind | Command::Reseed { .. }
        ) {
            self.clear();
        }
    }

    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Prepared(prepared) => {
                self.clear();
                self.bytes_per_token = prepared.bytes_per_token;
            }
            Event::Metrics(steps) => {
                if let Some(first) = steps.first() {
                    self.cut_from(first.step);
                }
                self.steps.extend_from_slice(steps);
            }
            Event::Validation { step, loss } => {
                self.validation.retain(|(at, _)| at < step);
                self.validation.push((*step, *loss));
            }
            Event::Sample { step, prompt, text } => {
                self.samples.retain(|sample| sample.step < *step);
                self.samples.insert(
                    0,
                    Sample {
                        step: *step,
                        prompt: prompt.clone(),
                        text: text.clone(),
                    },
                );
                self.samples.truncate(SAMPLES_KEPT);
            }
            _ => {}
        }
    }

    /// Forgets what lies at or after `step`: the run was rewound, or resumed from a snapshot.
    fn cut_from(&mut self, step: u32) {
        if self.steps.last().is_some_and(|last| last.step >= step) {
            self.steps.retain(|metrics| metrics.step < step);
            self.validation.retain(|(at, _)| *at < step);
            self.samples.retain(|sample| sample.step < step);
        }
    }

    /// The newest training loss, smoothed as the curve is.
    pub fn loss(&self) -> Option<f64> {
        self.steps.last().map(|last| f64::from(last.loss))
    }
}

/// Nats per token as bits per token.
pub fn bits(nats: f64) -> f64 {
    nats / std::f64::consts::LN_2
}

/// Nats per token as bits per byte of text.
pub fn bits_per_byte(nats: f64, bytes_per_token: f64) -> f64 {
    bits(nats) / bytes_per_token
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn metrics(step: u32, loss: f32) -> StepMetrics {
        StepMetrics {
            step,
            loss,
            learning_rate: 1e-3,
            grad_norm: 1.0,
            tokens_per_sec: 1000.0,
            elapsed_secs: step as f32,
        }
    }

    fn sample(step: u32) -> Event {
        Event::Sample {
            step,
            prompt: "a".into(),
            text: "ab".into(),
        }
    }

    #[test]
    fn rewinding_empties_the_curves_and_late_steps_do_not_mix() {
        let mut state = State::default();
        state.apply(&Event::Metrics(
            (1..=5).map(|step| metrics(step, 2.0)).collect(),
        ));
        state.sent(&Command::Rewind);
        assert!(state.steps.is_empty());
        // Steps that were already on their way when the order was given.
        state.apply(&Event::Metrics(vec![metrics(6, 2.0)]));
        state.apply(&Event::Metrics(vec![metrics(1, 4.0)]));
        assert_eq!(state.steps, vec![metrics(1, 4.0)]);
    }

    #[test]
    fn resuming_from_a_snapshot_overwrites_the_lost_steps() {
        let mut state = State::default();
        state.apply(&Event::Metrics(
            (1..=9).map(|step| metrics(step, 2.0)).collect(),
        ));
        state.apply(&Event::Validation { step: 8, loss: 2.0 });
        state.apply(&sample(8));
        state.apply(&Event::Metrics(vec![metrics(5, 1.0)]));
        assert_eq!(state.steps.len(), 5);
        assert!(state.validation.is_empty() && state.samples.is_empty());
    }

    #[test]
    fn samples_are_newest_first_and_bounded() {
        let mut state = State::default();
        for step in 1..=60 {
            state.apply(&sample(step));
        }
        assert_eq!(state.samples.len(), SAMPLES_KEPT);
        assert_eq!(state.samples[0].step, 60);
    }

    #[test]
    fn units_of_loss() {
        assert!((bits(std::f64::consts::LN_2) - 1.0).abs() < 1e-12);
        assert!((bits_per_byte(std::f64::consts::LN_2, 2.0) - 0.5).abs() < 1e-12);
    }
}
