//! What tests of comparisons share: small entries, a device that is weighed, and the story of each entry.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use seedling::graph::Globals;
use seedling::plan::{Buffer, Executor, ExecutorError, Plan, PlanId, Reading, Statistics};
use seedling::session::compare::{
    Budget, Comparison, Ending, Facts, News, Spent, TrainingPoint, Turns,
};
use seedling::session::config::{BackendChoice, Playground};
use seedling::session::presets;
use seedling::session::protocol::{Command, Event};
use seedling::session::reading::{Given, Want};
use seedling::worker::native::Native;
use seedling::worker::{Acquired, Outside, Pending, Progress, Surroundings};

use super::desk::{Desk, native};

/// What the executors of entries hold on their device.
#[derive(Default)]
pub struct Tally {
    /// Bytes each had when it was dropped.
    pub left: RefCell<Vec<u64>>,
    /// Bytes each had at most.
    pub most: RefCell<Vec<u64>>,
    /// Kernels that all of them compiled.
    pub compiled: Cell<u64>,
    pub alive: Cell<usize>,
    pub most_alive: Cell<usize>,
}

/// An executor that tells what it holds.
struct Weighed {
    executor: Box<dyn Executor>,
    tally: Rc<Tally>,
    most: u64,
}

impl Weighed {
    fn new(executor: Box<dyn Executor>, tally: Rc<Tally>) -> Self {
        tally.alive.set(tally.alive.get() + 1);
        tally
            .most_alive
            .set(tally.most_alive.get().max(tally.alive.get()));
        Self {
            executor,
            tally,
            most: 0,
        }
    }
}

impl Drop for Weighed {
    fn drop(&mut self) {
        let left = self.executor.statistics().live_bytes;
        self.tally.left.borrow_mut().push(left);
        let compiled = self.executor.statistics().pipelines_created;
        self.tally
            .compiled
            .set(self.tally.compiled.get() + compiled);
        self.tally.most.borrow_mut().push(self.most);
        self.tally.alive.set(self.tally.alive.get() - 1);
    }
}

impl Executor for Weighed {
    fn install(&mut self, plan: Plan) -> Result<PlanId, ExecutorError> {
        let installed = self.executor.install(plan);
        self.most = self.most.max(self.executor.statistics().live_bytes);
        installed
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
        self.executor.run(id, globals, repeats, read)
    }
    fn read(&mut self, id: PlanId, buffer: &Buffer, offset: usize, len: usize) -> Reading {
        self.executor.read(id, buffer, offset, len)
    }
    fn statistics(&self) -> Statistics {
        self.executor.statistics()
    }
    fn lost(&self) -> Option<String> {
        self.executor.lost()
    }
}

/// This machine; what entries hold on it is weighed, and it may be said to have less memory than it has.
pub struct Bench {
    native: Native,
    pub tally: Rc<Tally>,
    max_total_bytes: Option<u64>,
}

impl Outside for Bench {
    fn now_secs(&self) -> f64 {
        self.native.now_secs()
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
        let acquired = self.native.acquire(choice);
        let tally = self.tally.clone();
        let most = self.max_total_bytes;
        Box::pin(async move {
            let acquired = acquired.await?;
            let further = acquired.further;
            Ok(Acquired {
                further: Rc::new(move || Box::new(Weighed::new(further(), tally.clone()))),
                max_total_bytes: most.or(acquired.max_total_bytes),
                ..acquired
            })
        })
    }
}

pub fn desk(backend: BackendChoice) -> Desk<Bench> {
    desk_with_memory(backend, None)
}

pub fn desk_with_memory(backend: BackendChoice, max_total_bytes: Option<u64>) -> Desk<Bench> {
    let bench = Bench {
        native: native(),
        tally: Rc::default(),
        max_total_bytes,
    };
    Desk::with(bench, backend)
}

impl Desk<Bench> {
    pub fn compare(&mut self, comparison: &Comparison) -> Vec<Event> {
        self.tell(Command::Compare {
            request: 5,
            comparison: Box::new(comparison.clone()),
        })
    }

    /// Works until a piece of news is as wanted; all of them until then.
    pub fn until(&mut self, wanted: impl Fn(&News) -> bool) -> Vec<News> {
        let mut heard = Vec::new();
        for _ in 0..100_000 {
            self.work();
            let news = news(self.events.take());
            let is_found = news.iter().any(&wanted);
            heard.extend(news);
            if is_found {
                return heard;
            }
        }
        panic!("waited in vain; heard {heard:?}");
    }

    /// Everything that a comparison comes to.
    pub fn outcome(&mut self, comparison: &Comparison) -> Vec<News> {
        let said = self.compare(comparison);
        assert_eq!(said, []);
        self.until(|it| *it == News::Over)
    }
}

pub fn news(said: Vec<Event>) -> Vec<News> {
    said.into_iter()
        .map(|event| match event {
            Event::Compared { request: 5, news } => news,
            other => panic!("{other:?}"),
        })
        .collect()
}

pub fn small() -> Playground {
    let mut playground = presets::first_minute();
    playground.model.layers = 1;
    playground.model.channels = 16;
    playground.model.heads = 2;
    playground.model.context = 16;
    playground.training.batch = 4;
    playground.training.total_steps = 100;
    playground.training.warmup_steps = 10;
    playground.training.validation_batches = 6;
    playground
}

/// Tokens of a step of [`small`].
pub const STEP: f64 = 64.0;

pub fn comparison(entries: Vec<Playground>, budget: Budget, turns: Turns) -> Comparison {
    Comparison {
        entries,
        budget,
        turns,
        validations: 3,
        prompt: "The small fox".to_owned(),
        sample_tokens: 20,
        target_bits_per_byte: 0.0,
    }
}

/// A small model, a wider one, and one that sees more tokens at a time.
pub fn three() -> Vec<Playground> {
    let mut wide = small();
    wide.model.channels = 32;
    let mut long = small();
    long.model.context = 32;
    vec![small(), wide, long]
}

/// What was said of one entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    pub facts: Facts,
    pub points: Vec<TrainingPoint>,
    pub validated: Vec<(Spent, f64)>,
    pub answered: Vec<(Spent, u32, u32)>,
    pub wrote: Vec<String>,
    pub finished: Option<(Spent, Ending)>,
    pub failed: Option<String>,
}

impl Story {
    /// Without the time, which is never the same.
    pub fn timeless(mut self) -> Self {
        for point in &mut self.points {
            point.at.secs = 0.0;
        }
        for it in &mut self.validated {
            it.0.secs = 0.0;
        }
        for it in &mut self.answered {
            it.0.secs = 0.0;
        }
        if let Some(it) = &mut self.finished {
            it.0.secs = 0.0;
        }
        self
    }

    pub fn end(&self) -> (Spent, Ending) {
        self.finished.unwrap_or_else(|| panic!("{self:?}"))
    }
}

pub fn stories(heard: Vec<News>, entries: usize) -> Vec<Story> {
    let mut stories = vec![Story::default(); entries];
    for news in heard {
        match news {
            News::Prepared { entry, facts } => stories[entry as usize].facts = *facts,
            News::Trained { entry, points } => stories[entry as usize].points.extend(points),
            News::Validated { entry, at, loss } => {
                stories[entry as usize].validated.push((at, loss));
            }
            News::Answered {
                entry,
                at,
                right,
                asked,
            } => stories[entry as usize].answered.push((at, right, asked)),
            News::Wrote { entry, text } => stories[entry as usize].wrote.push(text),
            News::Finished { entry, at, ending } => {
                stories[entry as usize].finished = Some((at, ending));
            }
            News::Failed { entry, message } => stories[entry as usize].failed = Some(message),
            News::Over => {}
        }
    }
    stories
}
