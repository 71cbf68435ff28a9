//! Training between commands: steps are launched ahead of their readings, so that the device never waits for the host.

use std::collections::VecDeque;

use super::chores::{Chore, Validation};
use super::compare::COMPARING;
use super::engine::Engine;
use crate::session::protocol::{Event, FailedWhat, RunState, StepMetrics};
use crate::train::{Launched, Run, Spec};

/// Steps launched ahead of the oldest unread loss.
const AHEAD: usize = 3;
/// Seconds of steps between two looks at the commands.
const SLICE_SECS: f64 = 0.02;
/// Seconds between two batches of metrics for the page.
const REPORT_SECS: f64 = 0.05;
/// Seconds from the start of a run to its first snapshot, and between two.
const FIRST_SNAPSHOT_SECS: f64 = 2.0;
const SNAPSHOT_SECS: f64 = 15.0;
/// Steps the speed is measured over.
const SPEED_STEPS: usize = 32;

/// Time spent training, and speed.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Seconds before `running_since`.
    spent: f64,
    running_since: Option<f64>,
    reported: f64,
    /// When weights were last kept, or the run began.
    snapshot: Option<f64>,
    /// When the last steps were read.
    finished: VecDeque<f64>,
    /// What this device was seen to do.
    pub flops_per_sec: Option<f64>,
}

impl Clock {
    /// A new run on the same device.
    pub fn reset(&mut self) {
        *self = Self {
            flops_per_sec: self.flops_per_sec,
            ..Self::default()
        };
    }

    fn start(&mut self, now: f64) {
        if self.running_since.is_none() {
            self.running_since = Some(now);
            self.snapshot.get_or_insert(now);
            self.finished.clear();
        }
    }

    pub fn stop(&mut self, now: f64) {
        if let Some(since) = self.running_since.take() {
            self.spent += now - since;
        }
    }

    fn elapsed(&self, now: f64) -> f64 {
        self.spent + self.running_since.map_or(0.0, |since| now - since)
    }

    /// Steps per second over the last steps.
    fn note_step(&mut self, now: f64) -> f64 {
        self.finished.push_back(now);
        if self.finished.len() > SPEED_STEPS {
            self.finished.pop_front();
        }
        let first = self.finished.front().copied().unwrap_or(now);
        if now > first {
            (self.finished.len() - 1) as f64 / (now - first)
        } else {
            0.0
        }
    }
}

impl Engine {
    pub(super) fn play(&mut self) {
        if self.is_comparing() {
            return self.fail(FailedWhat::Train, COMPARING);
        }
        match (&self.active, self.state) {
            (None, _) => self.fail(
                FailedWhat::Train,
                "Nothing is prepared yet; apply a configuration first.",
            ),
            (Some(_), RunState::Paused) => {
                self.clock.start(self.surroundings.now_secs());
                self.set_state(RunState::Running);
            }
            _ => {}
        }
    }

    pub(super) async fn pause(&mut self) {
        self.drain().await;
        if self.state == RunState::Running {
            self.set_state(RunState::Paused);
            self.keep_snapshot().await;
        }
    }

    pub(super) async fn single_step(&mut self) {
        self.pause().await;
        if self.active.is_none() || !matches!(self.state, RunState::Paused | RunState::Finished) {
            return;
        }
        // What is due after the step before belongs to its weights.
        while self.do_chore().await || self.ask_slice().await {}
        self.clock.start(self.surroundings.now_secs());
        self.launch();
        self.drain().await;
        self.after_step().await;
        if matches!(self.state, RunState::Paused | RunState::Finished) {
            self.set_state(RunState::Paused);
        }
        self.show_live(true).await;
    }

    /// Step 0 again, with the same weights or those of a new seed; on a new device when the old one is gone.
    pub(super) async fn rewind(&mut self, seed: Option<u32>) {
        if self.active.is_none() || !self.revive().await {
            return;
        }
        self.in_flight.clear();
        self.metrics.clear();
        self.chores.clear();
        self.drop_questions();
        self.snapshot = None;
        self.clock.reset();
        let Some(active) = &mut self.active else {
            return;
        };
        if let Some(seed) = seed {
            active.playground.seed = seed;
            active.run.spec.seed = seed;
        }
        active.run.rewind();
        active.target.reset();
        if let Some(writing) = &mut self.writing {
            writing.generation.forget_cache();
        }
        self.emit(Event::Rewound);
        self.set_state(RunState::Paused);
        self.show_live(true).await;
    }

    pub(super) fn set_learning_rate(&mut self, learning_rate: f32) {
        if let Some(active) = &mut self.active
            && learning_rate.is_finite()
        {
            active.playground.training.learning_rate = learning_rate.clamp(0.0, 10.0);
            active.run.spec.schedule = active.playground.training.learning_rates();
        }
    }

    /// From the last snapshot, on a new device when the old one is gone.
    pub(super) async fn resume(&mut self) {
        if self.is_comparing() {
            return self.fail(FailedWhat::Train, COMPARING);
        }
        if !self.revive().await {
            return;
        }
        let Some(active) = &mut self.active else {
            return;
        };
        match &self.snapshot {
            Some(snapshot) => active.run.restore(snapshot),
            None => active.run.rewind(),
        }
        // What it has read belongs to steps that are taken again.
        active.target.reset();
        self.clock.start(self.surroundings.now_secs());
        self.set_state(RunState::Running);
    }

    /// Puts the run on a new device where the old one is gone; false, and said, when that cannot be done.
    async fn revive(&mut self) -> bool {
        let Some(mut active) = self.active.take() else {
            self.fail(
                FailedWhat::Train,
                "There is no run to resume; apply a configuration first.",
            );
            return false;
        };
        self.in_flight.clear();
        if active.run.executor.lost().is_some() {
            let spec: Spec = active.run.spec.clone();
            let acquired = match self.surroundings.acquire(self.backend).await {
                Ok(acquired) => acquired,
                Err(message) => {
                    self.active = Some(active);
                    self.fail(FailedWhat::Backend, message);
                    return false;
                }
            };
            let info = self.take(acquired);
            self.emit(Event::Backend(info));
            self.look = None;
            self.drop_questions();
            let executor = self.spare.take().expect("an executor was just kept");
            match Run::new(executor, spec) {
                Ok(run) => {
                    active.run.executor.retire();
                    active.run = run;
                }
                Err((executor, error)) => {
                    self.spare = Some(executor);
                    self.active = Some(active);
                    self.fail(FailedWhat::Train, error.to_string());
                    return false;
                }
            }
        }
        self.active = Some(active);
        true
    }

    /// Launches steps for a moment, reading what comes back.
    pub(super) async fn train_slice(&mut self) {
        let until = self.surroundings.now_secs() + SLICE_SECS;
        while self.state == RunState::Running && !self.is_over() {
            self.launch();
            while self.in_flight.len() > AHEAD {
                self.read_oldest().await;
            }
            if self.is_event_due() {
                self.drain().await;
                self.after_step().await;
                break;
            }
            if self.surroundings.now_secs() >= until {
                break;
            }
        }
        self.show_live(false).await;
    }

    fn launch(&mut self) {
        let Some(active) = &mut self.active else {
            return;
        };
        match active.run.launch_step() {
            Ok(launched) => self.in_flight.push_back(launched),
            Err(error) => self.fault(FailedWhat::Train, &error),
        }
    }

    /// Reads every launched step.
    pub(super) async fn drain(&mut self) {
        while !self.in_flight.is_empty() {
            self.read_oldest().await;
        }
        self.flush_metrics();
    }

    async fn read_oldest(&mut self) {
        let Some(Launched {
            step,
            learning_rate,
            reading,
        }) = self.in_flight.pop_front()
        else {
            return;
        };
        let numbers = match reading.await {
            Ok(numbers) => numbers,
            Err(error) => return self.fault(FailedWhat::Train, &error.into()),
        };
        let (loss, grad_norm) = (numbers[0], numbers[1]);
        if !loss.is_finite() || !grad_norm.is_finite() {
            self.in_flight.clear();
            self.flush_metrics();
            self.set_state(RunState::Broken);
            return self.emit(Event::NonFinite {
                step,
                learning_rate,
                grad_norm,
                loss,
            });
        }
        let now = self.surroundings.now_secs();
        let steps_per_sec = self.clock.note_step(now);
        if let Some(active) = &mut self.active {
            active.target.note_training(step, loss);
            let playground = &active.playground;
            let tokens = playground.training.rows() as f64 * f64::from(playground.model.context);
            if steps_per_sec > 0.0 {
                self.clock.flops_per_sec = Some(steps_per_sec * active.flops_per_step as f64);
            }
            self.metrics.push(StepMetrics {
                step,
                loss,
                learning_rate,
                grad_norm,
                tokens_per_sec: (steps_per_sec * tokens) as f32,
                elapsed_secs: self.clock.elapsed(now) as f32,
            });
        }
        if now - self.clock.reported >= REPORT_SECS {
            self.clock.reported = now;
            self.flush_metrics();
        }
    }

    pub(super) fn flush_metrics(&mut self) {
        if !self.metrics.is_empty() {
            let metrics = std::mem::take(&mut self.metrics);
            self.emit(Event::Metrics(metrics));
        }
    }

    /// Whether validation, a sample, a snapshot or the end is due at the step just launched.
    fn is_event_due(&self) -> bool {
        let Some(active) = &self.active else {
            return false;
        };
        let settings = &active.playground.training;
        let step = active.run.step();
        // What is counted has one step, which ends it.
        let is_counted = active.run.most_steps().is_some();
        let is_due = |every: u32| every > 0 && (is_counted || step.is_multiple_of(every));
        is_due(settings.validation_every)
            || is_due(settings.sample_every)
            || step >= active.total_steps()
            || active.target.is_due(step)
            || self.is_snapshot_due()
    }

    fn is_snapshot_due(&self) -> bool {
        let wait = match self.snapshot {
            Some(_) => SNAPSHOT_SECS,
            None => FIRST_SNAPSHOT_SECS,
        };
        let now = self.surroundings.now_secs();
        self.clock.snapshot.is_none_or(|last| now - last > wait)
    }

    /// Notes what is due after the last launched step; every one has been read.
    async fn after_step(&mut self) {
        if self.state == RunState::Broken {
            return;
        }
        let Some(active) = &self.active else {
            return;
        };
        let settings = &active.playground.training;
        let step = active.run.step();
        // What is counted has one step, which ends it.
        let is_counted = active.run.most_steps().is_some();
        let is_due = |every: u32| every > 0 && (is_counted || step.is_multiple_of(every));
        let spec = &active.run.spec;
        let can_validate = spec.examples.has_validation(spec.rows.time);
        if is_due(settings.validation_every) && can_validate {
            self.chores
                .push_back(Chore::Validate(Validation::default()));
        }
        if is_due(settings.sample_every) {
            let writing = self.sample_of(settings.sample_tokens);
            self.chores.extend(writing.map(Chore::Sample));
        }
        if self.is_snapshot_due() {
            self.keep_snapshot().await;
        }
    }

    /// Whether every step is done, or the target loss reached.
    fn is_over(&self) -> bool {
        self.active
            .as_ref()
            .is_some_and(|a| a.run.step() >= a.total_steps() || a.target.is_reached())
    }

    /// The end of the run, once nothing is left to do; false before it.
    pub(super) async fn finish(&mut self) -> bool {
        let is_over = self.is_over();
        if is_over {
            self.drain().await;
            self.keep_snapshot().await;
            if self.state == RunState::Running {
                self.set_state(RunState::Finished);
            }
        }
        is_over
    }

    async fn keep_snapshot(&mut self) {
        let Some(active) = &mut self.active else {
            return;
        };
        let kept = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.step);
        self.clock.snapshot = Some(self.surroundings.now_secs());
        if active.run.step() == kept {
            return;
        }
        match active.run.snapshot().await {
            // Weights that are no numbers any more are not good weights.
            Ok(snapshot) if snapshot.weights.iter().all(|w| w.is_finite()) => {
                self.snapshot = Some(snapshot);
            }
            Ok(_) => {}
            Err(error) => self.fault(FailedWhat::Train, &error),
        }
    }
}
