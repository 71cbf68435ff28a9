//! The run as every laboratory and the top bar see it: device, state, newest numbers, trouble. A pure reducer.

use crate::session::protocol::{
    Command, DeviceInfo, Event, FailedWhat, RunState, StepMetrics, Work,
};

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
    /// The newest configuration that was ordered, until it is answered.
    pub preparing: Option<u32>,
    pub progress: Option<Progress>,
    pub last: Option<StepMetrics>,
    pub trouble: Option<Trouble>,
    /// The worker has ended, with everything it held; only a new page helps.
    pub is_over: bool,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            ready: false,
            device: None,
            state: RunState::Empty,
            preparing: None,
            progress: None,
            last: None,
            trouble: None,
            is_over: false,
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
        matches!(self.state, RunState::Paused | RunState::Running) && !self.is_preparing()
    }

    /// Whether a question to the model would be answered.
    pub fn can_be_asked(&self) -> bool {
        !self.is_preparing() && self.state != RunState::Broken && !self.is_over
    }

    /// A configuration is being prepared.
    pub fn is_preparing(&self) -> bool {
        self.preparing.is_some()
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

    /// A configuration was ordered. The run that stands stays on show until the new one is there: it may be refused.
    pub fn ordered(&mut self, request: u32) {
        self.preparing = Some(request);
    }

    /// What an order changes before the worker answers. A rewind waits for its answer: steps may still be on their way.
    pub fn sent(&mut self, command: &Command) {
        if *command == Command::Resume {
            self.trouble = None;
        }
    }

    /// The worker has ended: nothing it was doing goes on.
    pub fn end(&mut self) {
        self.state = RunState::Empty;
        self.preparing = None;
        self.progress = None;
        self.trouble = None;
        self.is_over = true;
    }

    /// An order was answered; a newer one may still be under way.
    fn answered(&mut self, request: u32) {
        if self.preparing.is_none_or(|newest| newest == request) {
            self.preparing = None;
            self.progress = None;
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
            Event::Prepared(prepared) => {
                self.answered(prepared.request);
                self.last = None;
                self.trouble = None;
                if self.state == RunState::Empty {
                    self.state = RunState::Paused;
                }
            }
            Event::Rewound => {
                self.last = None;
                self.trouble = None;
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
            Event::Estimated(_) if !self.is_preparing() => self.progress = None,
            Event::Cancelled { request } => self.answered(*request),
            Event::Failed { what, request, .. } => match (what, request) {
                (_, Some(request)) => self.answered(*request),
                // The order that waited for this device is given up with it.
                (FailedWhat::Backend, None) => {
                    self.preparing = None;
                    self.progress = None;
                }
                (FailedWhat::Estimate, None) if !self.is_preparing() => self.progress = None,
                _ => {}
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::protocol::Prepared;

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
    fn steps_on_their_way_do_not_outlive_a_rewind() {
        let mut run = Run::default();
        run.apply(&Event::Metrics(vec![metrics(7)]));
        run.sent(&Command::Rewind);
        run.apply(&Event::Metrics(vec![metrics(8)]));
        run.apply(&Event::Rewound);
        run.apply(&Event::State(RunState::Paused));
        assert_eq!(run.step(), 0);
    }

    #[test]
    fn preparing_ends_with_the_answer_to_the_newest_order_and_nothing_else() {
        let failed = |what, request| Event::Failed {
            what,
            request,
            message: String::new(),
        };
        let prepared = |request| {
            let answer = crate::labs::model::state::tests::prepared();
            Event::Prepared(Box::new(Prepared { request, ..answer }))
        };
        let mut run = Run::default();
        run.ordered(1);
        run.ordered(2);
        for event in [
            failed(FailedWhat::Score, None),
            failed(FailedWhat::Estimate, None),
            prepared(1),
            Event::Cancelled { request: 1 },
        ] {
            run.apply(&event);
            assert!(run.is_preparing(), "{event:?}");
        }
        for event in [
            failed(FailedWhat::Prepare, Some(2)),
            failed(FailedWhat::Backend, None),
            Event::Cancelled { request: 2 },
            prepared(2),
        ] {
            let mut run = run.clone();
            run.apply(&event);
            assert!(!run.is_preparing(), "{event:?}");
        }
    }

    #[test]
    fn nothing_goes_on_without_the_worker() {
        let mut run = Run::default();
        run.apply(&Event::State(RunState::Running));
        run.ordered(1);
        run.apply(&Event::Progress {
            what: Work::Fetch,
            done: 1,
            total: 4,
        });
        run.end();
        assert!(!run.is_running() && !run.can_train() && !run.is_preparing());
        assert!(run.progress.is_none() && run.is_over);
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
