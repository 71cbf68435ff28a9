//! The run as every laboratory and the top bar see it: device, state, newest numbers, trouble. A pure reducer.

use crate::session::protocol::{Command, DeviceInfo, Event, RunState, StepMetrics, Work};

/// Long work in the worker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    pub what: Work,
    pub done: u64,
    pub total: u64,
}

impl Progress {
    /// Share done, when the total is known.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| (self.done as f64 / self.total as f64).min(1.0))
    }
}

/// Why a run broke off; one click resumes from the last good weights.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    NonFinite {
        step: u32,
        learning_rate: f32,
        grad_norm: f32,
        loss: f32,
    },
    DeviceLost {
        reason: String,
        snapshot_step: u32,
    },
}

/// The run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The worker listens.
    pub ready: bool,
    pub device: Option<DeviceInfo>,
    pub state: RunState,
    /// A configuration is being prepared.
    pub preparing: bool,
    pub progress: Option<Progress>,
    pub last: Option<StepMetrics>,
    pub trouble: Option<Trouble>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            ready: false,
            device: None,
            state: RunState::Empty,
            preparing: false,
            progress: None,
            last: None,
            trouble: None,
        }
    }
}

impl Run {
    /// The number of finished steps.
    pub fn step(&self) -> u32 {
        self.last.map_or(0, |metrics| metrics.step)
    }

    /// Whether a step can be asked for.
    pub fn can_train(&self) -> bool {
        matches!(self.state, RunState::Paused | RunState::Running) && !self.preparing
    }

    pub fn is_running(&self) -> bool {
        self.state == RunState::Running
    }

    /// Seconds until `total_steps`, from the recent speed.
    pub fn secs_left(&self, total_steps: u32, tokens_per_step: f64) -> Option<f64> {
        let last = self.last?;
        let speed = f64::from(last.tokens_per_sec);
        let steps = f64::from(total_steps.saturating_sub(last.step));
        (speed > 0.0 && steps > 0.0).then(|| steps * tokens_per_step / speed)
    }

    /// What an order changes before the worker answers, so that the page never shows an old run as the new one.
    pub fn sent(&mut self, command: &Command) {
        match command {
            // The run that stands stays on show until the new one is there: it may be refused.
            Command::Prepare(_) => self.preparing = true,
            Command::Rewind | Command::Reseed { .. } => {
                self.last = None;
                self.trouble = None;
            }
            Command::Resume => self.trouble = None,
            _ => {}
        }
    }

    /// What the worker said.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Ready => self.ready = true,
            Event::Backend(device) => {
                self.device = Some(device.clone());
                self.progress = None;
            }
            Event::Progress { what, done, total } => {
                let finished = *total > 0 && done >= total;
                self.progress = (!finished).then_some(Progress {
                    what: *what,
                    done: *done,
                    total: *total,
                });
            }
            Event::Prepared(_) => {
                self.preparing = false;
                self.progress = None;
                self.last = None;
                self.trouble = None;
                if self.state == RunState::Empty {
                    self.state = RunState::Paused;
                }
            }
            Event::State(state) => {
                self.state = *state;
                if *state != RunState::Broken {
                    self.trouble = None;
                }
            }
            Event::Metrics(steps) => {
                if let Some(last) = steps.last() {
                    self.last = Some(*last);
                }
            }
            Event::NonFinite {
                step,
                learning_rate,
                grad_norm,
                loss,
            } => {
                self.state = RunState::Broken;
                self.trouble = Some(Trouble::NonFinite {
                    step: *step,
                    learning_rate: *learning_rate,
                    grad_norm: *grad_norm,
                    loss: *loss,
                });
            }
            Event::DeviceLost {
                reason,
                snapshot_step,
            } => {
                self.state = RunState::Broken;
                self.trouble = Some(Trouble::DeviceLost {
                    reason: reason.clone(),
                    snapshot_step: *snapshot_step,
                });
            }
            // A text may have been fetched only to estimate what it would cost.
            Event::Estimated(_) if !self.preparing => self.progress = None,
            Event::Cancelled | Event::Failed { .. } => {
                self.preparing = false;
                self.progress = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(step: u32) -> StepMetrics {
        StepMetrics {
            step,
            loss: 2.0,
            learning_rate: 1e-3,
            grad_norm: 1.0,
            tokens_per_sec: 1000.0,
            elapsed_secs: 1.0,
        }
    }

    #[test]
    fn a_run_goes_from_empty_to_running() {
        let mut run = Run::default();
        assert!(!run.can_train());
        run.apply(&Event::Ready);
        run.apply(&Event::Prepared(Box::new(
            crate::labs::model::state::tests::prepared(),
        )));
        assert!(run.can_train() && !run.is_running());
        run.apply(&Event::State(RunState::Running));
        run.apply(&Event::Metrics(vec![metrics(1), metrics(2)]));
        assert!(run.is_running());
        assert_eq!(run.step(), 2);
        assert_eq!(run.secs_left(12, 100.0), Some(1.0));
    }

    #[test]
    fn rewinding_shows_step_zero_at_once() {
        let mut run = Run::default();
        run.apply(&Event::Metrics(vec![metrics(7)]));
        run.sent(&Command::Rewind);
        assert_eq!(run.step(), 0);
    }

    #[test]
    fn trouble_stays_until_it_is_resumed() {
        let mut run = Run::default();
        run.apply(&Event::DeviceLost {
            reason: "driver reset".into(),
            snapshot_step: 40,
        });
        run.apply(&Event::State(RunState::Broken));
        assert!(run.trouble.is_some() && !run.can_train());
        run.apply(&Event::State(RunState::Paused));
        assert!(run.trouble.is_none());
    }

    #[test]
    fn progress_ends_with_its_total_or_with_a_failure() {
        let mut run = Run::default();
        let progress = |done| Event::Progress {
            what: Work::Fetch,
            done,
            total: 4,
        };
        run.apply(&progress(1));
        assert_eq!(run.progress.as_ref().and_then(Progress::share), Some(0.25));
        run.apply(&progress(4));
        assert_eq!(run.progress, None);
    }
}
