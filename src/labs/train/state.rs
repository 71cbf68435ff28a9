//! What the training laboratory knows: the history of the run in force. A pure reducer.

use crate::session::history::{RunHistory, Sample};
use crate::session::protocol::Event;

/// The run's history, and what is needed to say it in other units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub history: RunHistory,
    /// Mean UTF-8 bytes per token, to say losses in bits per byte; 0 before anything is prepared.
    pub bytes_per_token: f64,
}

impl State {
    /// Orders empty nothing: what is still on its way belongs to the old curves, and a preparation may be refused.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Prepared(prepared) => {
                self.history = RunHistory::default();
                self.bytes_per_token = prepared.bytes_per_token;
            }
            Event::Rewound => self.history = RunHistory::default(),
            Event::Metrics(steps) => {
                for step in steps {
                    self.history.append(step);
                }
            }
            Event::Validation { step, loss } => self.history.append_validation(*step, *loss),
            Event::Sample { step, prompt, text } => self.history.append_sample(Sample {
                step: *step,
                prompt: prompt.clone(),
                text: text.clone(),
            }),
            _ => {}
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::session::protocol::StepMetrics;

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
            text: "b".into(),
        }
    }

    #[test]
    fn rewinding_empties_the_curves_with_all_that_was_on_its_way() {
        let mut state = State::default();
        state.apply(&Event::Metrics(
            (1..=5).map(|step| metrics(step, 2.0)).collect(),
        ));
        state.apply(&Event::Validation { step: 5, loss: 2.0 });
        state.apply(&sample(5));
        state.apply(&Event::Rewound);
        assert_eq!(state.history, RunHistory::default());
        state.apply(&Event::Metrics(vec![metrics(1, 4.0)]));
        assert_eq!(state.history.latest, Some(metrics(1, 4.0)));
        assert_eq!(state.history.loss.buckets().len(), 1);
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
        assert_eq!(state.history.loss.buckets().len(), 5);
        assert!(state.history.validation.buckets().is_empty());
        assert!(state.history.samples.is_empty());
    }
}
