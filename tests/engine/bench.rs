//! A machine whose clock and connection are in the test's hand, and a small run on it.

use std::cell::Cell;
use std::future::ready;

use seedling::session::config::{BackendChoice, Playground};
use seedling::session::presets;
use seedling::session::protocol::{Event, RunState};
use seedling::session::reading::{Given, Want};
use seedling::worker::native::Native;
use seedling::worker::{Acquired, Outside, Pending, Progress, Surroundings};

use super::desk::{Desk, native};

/// This machine, with a clock that can be put forward to make intervals pass, and a connection that can be cut.
pub struct Bench {
    native: Native,
    pub ahead: Cell<f64>,
    pub is_offline: Cell<bool>,
}

impl Bench {
    pub fn new() -> Self {
        Self {
            native: native(),
            ahead: Cell::new(0.0),
            is_offline: Cell::new(false),
        }
    }
}

impl Outside for Bench {
    fn now_secs(&self) -> f64 {
        self.native.now_secs() + self.ahead.get()
    }

    fn fetch_text(&self, file: &str, progress: Progress) -> Pending<Result<Vec<u8>, String>> {
        self.native.fetch_text(file, progress)
    }
}

impl Surroundings for Bench {
    fn ask_reader(&self, want: Want) -> Pending<Result<Given, String>> {
        self.native.ask_reader(want)
    }

    fn acquire(&self, choice: BackendChoice) -> Pending<Result<Acquired, String>> {
        self.native.acquire(choice)
    }

    fn second_part(&self) -> Pending<Result<(), String>> {
        Box::pin(ready(match self.is_offline.get() {
            true => Err("Try again.".to_owned()),
            false => Ok(()),
        }))
    }
}

/// A desk at such a machine.
pub fn desk(backend: BackendChoice) -> Desk<Bench> {
    Desk::with(Bench::new(), backend)
}

pub fn small() -> Playground {
    let mut playground = presets::first_minute();
    playground.model.layers = 1;
    playground.model.channels = 32;
    playground.model.context = 16;
    playground.training.batch = 4;
    playground.training.total_steps = 30;
    playground.training.validation_every = 10;
    playground.training.sample_every = 15;
    playground.training.sample_tokens = 40;
    playground
}

/// A desk with [`small`] at step 0.
pub fn prepared(backend: BackendChoice) -> Desk<Bench> {
    let mut desk = desk(backend);
    let said = desk.prepare(&small());
    assert_eq!(said.last(), Some(&Event::State(RunState::Paused)));
    desk
}
