//! Devices that are lost or refuse the work.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;

use seedling::graph::Globals;
use seedling::plan::{
    Buffer, CpuExecutor, Executor, ExecutorError, Plan, PlanId, Reading, Statistics,
};
use seedling::session::config::BackendChoice;
use seedling::session::protocol::{Command, Event, FailedWhat, RunState};
use seedling::session::reading::{Given, Want};
use seedling::worker::native::Native;
use seedling::worker::{Acquired, Outside, Pending, Progress, Surroundings};

use super::bench::{prepared, small};
use super::desk::{Desk, failure, losses, native, prepare};

#[test]
fn a_lost_device_stops_the_run_and_resuming_goes_on_from_the_snapshot() {
    let mut desk = prepared(BackendChoice::WebGpu);
    desk.tell(Command::Play);
    desk.work_until(|e| matches!(e, Event::Metrics(m) if m.last().is_some_and(|s| s.step >= 3)));
    desk.surroundings.ahead.set(60.0); // a snapshot is due
    desk.work_until(|e| matches!(e, Event::Metrics(_)));
    desk.tell(Command::DestroyDevice);
    let said = desk.work_until(|e| matches!(e, Event::DeviceLost { .. }));
    let kept = said
        .iter()
        .find_map(|e| match e {
            Event::DeviceLost { snapshot_step, .. } => Some(*snapshot_step),
            _ => None,
        })
        .unwrap();
    assert!(kept > 0);
    assert!(said.contains(&Event::State(RunState::Broken)));
    let said = desk.tell(Command::Resume);
    assert!(said.contains(&Event::State(RunState::Running)), "{said:?}");
    let said = desk.work_until(|e| matches!(e, Event::Metrics(_)));
    let next = said
        .iter()
        .find_map(|e| match e {
            Event::Metrics(m) => m.first().map(|s| s.step),
            _ => None,
        })
        .unwrap();
    assert_eq!(next, kept + 1);
}

#[test]
fn a_paused_run_has_kept_its_weights() {
    let mut desk = prepared(BackendChoice::WebGpu);
    desk.tell(Command::Play);
    desk.work_until(|e| matches!(e, Event::Metrics(m) if m.last().is_some_and(|s| s.step >= 3)));
    let said = desk.tell(Command::Pause);
    let last = said.iter().find_map(|e| match e {
        Event::Metrics(steps) => steps.last().map(|s| s.step),
        _ => None,
    });
    desk.tell(Command::DestroyDevice);
    let said = desk.tell(Command::Step);
    let kept = said.iter().find_map(|e| match e {
        Event::DeviceLost { snapshot_step, .. } => Some(*snapshot_step),
        _ => None,
    });
    assert!(kept.is_some_and(|step| step >= 3) && last.is_none_or(|last| kept == Some(last)));
}

#[test]
fn rewinding_and_reseeding_a_lost_device_take_a_new_one() {
    let mut desk = prepared(BackendChoice::WebGpu);
    let first = losses(&desk.tell(Command::Step));
    desk.tell(Command::Play);
    desk.tell(Command::DestroyDevice);
    desk.work_until(|e| matches!(e, Event::DeviceLost { .. }));
    let said = desk.tell(Command::Rewind);
    assert!(
        said.iter().any(|e| matches!(e, Event::Backend(_))),
        "{said:?}"
    );
    assert!(said.contains(&Event::Rewound));
    assert_eq!(said.last(), Some(&Event::State(RunState::Paused)));
    assert_eq!(losses(&desk.tell(Command::Step)), first);
    desk.tell(Command::DestroyDevice);
    desk.tell(Command::Reseed { seed: 99 });
    let other = losses(&desk.tell(Command::Step));
    assert_eq!(other.len(), 1);
    assert_ne!(other, first);
}

#[test]
fn a_broken_run_refuses_to_score_and_to_look() {
    let mut desk = prepared(BackendChoice::WebGpu);
    desk.tell(Command::Play);
    desk.tell(Command::DestroyDevice);
    desk.work_until(|e| matches!(e, Event::DeviceLost { .. }));
    let text = || "The fox".to_owned();
    let said = desk.tell(Command::Score {
        request: 1,
        text: text(),
    });
    assert!(failure(&said, FailedWhat::Score).contains("resume or rewind"));
    let said = desk.tell(Command::Inspect {
        request: 1,
        text: text(),
        live: true,
    });
    assert!(failure(&said, FailedWhat::Inspect).contains("resume or rewind"));
}

/// A device that works until it is told to refuse everything, as one that has run out of memory.
struct Refusing {
    executor: CpuExecutor,
    refuses: Rc<Cell<bool>>,
}

impl Executor for Refusing {
    fn install(&mut self, plan: Plan) -> Result<PlanId, ExecutorError> {
        self.executor.install(plan)
    }
    fn plan(&self, id: PlanId) -> &Plan {
        self.executor.plan(id)
    }
    fn remove(&mut self, id: PlanId) {
        self.executor.remove(id);
    }
    fn clear(&mut self) {
        self.executor.clear();
    }
    fn write(&mut self, id: PlanId, buffer: &Buffer, offset: usize, words: &[u32]) {
        self.executor.write(id, buffer, offset, words);
    }
    fn run(&mut self, id: PlanId, globals: &Globals, repeats: u32, read: bool) -> Option<Reading> {
        match self.lost() {
            Some(reason) => Some(Box::pin(ready(Err(ExecutorError::Device(reason))))),
            None => self.executor.run(id, globals, repeats, read),
        }
    }
    fn read(&mut self, id: PlanId, buffer: &Buffer, offset: usize, len: usize) -> Reading {
        self.executor.read(id, buffer, offset, len)
    }
    fn statistics(&self) -> Statistics {
        self.executor.statistics()
    }
    fn lost(&self) -> Option<String> {
        self.refuses.get().then(|| "out of memory".to_owned())
    }
}

/// This machine with such a device.
struct Shaky {
    native: Native,
    refuses: RefCell<Rc<Cell<bool>>>,
}

impl Outside for Shaky {
    fn now_secs(&self) -> f64 {
        self.native.now_secs()
    }
    fn fetch_text(&self, file: &str, progress: Progress) -> Pending<Result<Vec<u8>, String>> {
        self.native.fetch_text(file, progress)
    }
}

impl Surroundings for Shaky {
    fn ask_reader(&self, want: Want) -> Pending<Result<Given, String>> {
        self.native.ask_reader(want)
    }
    fn acquire(&self, _: BackendChoice) -> Pending<Result<Acquired, String>> {
        let acquired = self.native.acquire(BackendChoice::Cpu);
        let refuses = Rc::new(Cell::new(false));
        self.refuses.replace(refuses.clone());
        Box::pin(async move {
            let executor = CpuExecutor::new();
            let executor = Box::new(Refusing { executor, refuses });
            Ok(Acquired {
                executor,
                ..acquired.await?
            })
        })
    }
}

#[test]
fn a_device_that_refuses_the_work_is_given_up_for_another() {
    let bench = Shaky {
        native: native(),
        refuses: RefCell::default(),
    };
    let mut desk = Desk::with(bench, BackendChoice::Auto);
    desk.tell(prepare(small()));
    assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
    desk.surroundings.refuses.borrow().set(true);
    let said = desk.tell(Command::Step);
    let reason = said.iter().find_map(|e| match e {
        Event::DeviceLost { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    assert_eq!(reason, Some("out of memory"), "{said:?}");
    // A smaller model gets a device that works.
    let mut smaller = small();
    smaller.training.batch = 1;
    let said = desk.tell(prepare(smaller));
    assert!(said.iter().any(|e| matches!(e, Event::Backend(_))));
    assert!(said.iter().any(|e| matches!(e, Event::Prepared(_))));
    assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
    desk.surroundings.refuses.borrow().set(true);
    desk.tell(Command::Step);
    let said = desk.tell(Command::Resume);
    assert_eq!(said.last(), Some(&Event::State(RunState::Running)));
}
