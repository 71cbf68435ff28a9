//! What the bench keeps while a laboratory is open.

use leptos::prelude::*;

use super::super::workbench::Workbench;
use super::state::{Job, State, TOKENIZE};
use crate::session::protocol::Command;
use crate::session::reading::Order;

/// What the bench keeps while a laboratory is open.
#[derive(Clone, Copy)]
pub struct Bench {
    pub state: RwSignal<State>,
    pub(super) job: RwSignal<Job>,
    requests: StoredValue<u32>,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::default()),
            job: RwSignal::new(Job::default()),
            requests: StoredValue::new(0),
        }
    }

    /// Runs a job, on a device of its own: the run that stands is only paused.
    pub fn run(self, bench: Workbench, job: Job) {
        let request = self.requests.get_value() + 1;
        self.requests.set_value(request);
        self.job.set(job.clone());
        self.state.update(|state| state.start(request));
        if job.workload == TOKENIZE {
            let runs = job.runs;
            return bench.ask(Order::Bench { request, runs });
        }
        bench.send(Command::Bench {
            request,
            backend: job.backend,
            workload: job.workload,
            config: job.config,
            runs: job.runs,
        });
    }
}
