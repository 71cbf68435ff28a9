//! Comparisons, driven by commands as the page drives them.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use seedling::gpu::DeviceOptions;
use seedling::graph::Globals;
use seedling::models::Family;
use seedling::plan::{Buffer, Executor, ExecutorError, Plan, PlanId, Reading, Statistics};
use seedling::session::compare::{
    Budget, Comparison, Ending, Facts, News, Spent, TrainingPoint, Turns,
};
use seedling::session::config::{
    BackendChoice, Corpus, HeldOutBy, Objective, OptimizerKind, Playground, ScheduleKind, TaskKind,
};
use seedling::session::presets;
use seedling::session::protocol::{Command, Event, FailedWhat, RunState};
use seedling::session::reading::{Given, Want};
use seedling::worker::native::Native;
use seedling::worker::{Acquired, Engine, Outside, Pending, Progress, Surroundings};

/// What the executors of entries hold on their device.
#[derive(Default)]
struct Tally {
    /// Bytes each had when it was dropped.
    left: RefCell<Vec<u64>>,
    /// Bytes each had at most.
    most: RefCell<Vec<u64>>,
    /// Kernels that all of them compiled.
    compiled: Cell<u64>,
    alive: Cell<usize>,
    most_alive: Cell<usize>,
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
struct Bench {
    native: Native,
    tally: Rc<Tally>,
    max_total_bytes: Cell<Option<u64>>,
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
        let most = self.max_total_bytes.get();
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

struct Desk {
    engine: Engine,
    bench: Rc<Bench>,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Desk {
    fn new(backend: BackendChoice) -> Self {
        Self::with_memory(backend, None)
    }

    fn with_memory(backend: BackendChoice, max_total_bytes: Option<u64>) -> Self {
        let bench = Rc::new(Bench {
            native: Native::new(DeviceOptions {
                default_limits: true,
            }),
            tally: Rc::default(),
            max_total_bytes: Cell::new(max_total_bytes),
        });
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = events.clone();
        let engine = Engine::new(bench.clone(), move |event| heard.borrow_mut().push(event));
        let mut desk = Self {
            engine,
            bench,
            events,
        };
        let said = desk.tell(Command::Start { backend });
        assert!(matches!(said[..], [Event::Backend(_)]), "{said:?}");
        desk
    }

    fn tell(&mut self, command: Command) -> Vec<Event> {
        pollster::block_on(self.engine.handle(command));
        self.events.take()
    }

    fn compare(&mut self, comparison: &Comparison) -> Vec<Event> {
        self.tell(Command::Compare {
            request: 5,
            comparison: Box::new(comparison.clone()),
        })
    }

    /// Works until a piece of news is as wanted; all of them until then.
    fn until(&mut self, wanted: impl Fn(&News) -> bool) -> Vec<News> {
        let mut heard = Vec::new();
        for _ in 0..100_000 {
            pollster::block_on(self.engine.work());
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
    fn outcome(&mut self, comparison: &Comparison) -> Vec<News> {
        let said = self.compare(comparison);
        assert_eq!(said, []);
        self.until(|it| *it == News::Over)
    }
}

fn news(said: Vec<Event>) -> Vec<News> {
    said.into_iter()
        .map(|event| match event {
            Event::Compared { request: 5, news } => news,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn small() -> Playground {
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
const STEP: f64 = 64.0;

fn comparison(entries: Vec<Playground>, budget: Budget, turns: Turns) -> Comparison {
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
fn three() -> Vec<Playground> {
    let mut wide = small();
    wide.model.channels = 32;
    let mut long = small();
    long.model.context = 32;
    vec![small(), wide, long]
}

/// What was said of one entry.
#[derive(Clone, Debug, Default, PartialEq)]
struct Story {
    facts: Facts,
    points: Vec<TrainingPoint>,
    validated: Vec<(Spent, f64)>,
    answered: Vec<(Spent, u32, u32)>,
    wrote: Vec<String>,
    finished: Option<(Spent, Ending)>,
    failed: Option<String>,
}

impl Story {
    /// Without the time, which is never the same.
    fn timeless(mut self) -> Self {
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

    fn end(&self) -> (Spent, Ending) {
        self.finished.unwrap_or_else(|| panic!("{self:?}"))
    }
}

fn stories(heard: Vec<News>, entries: usize) -> Vec<Story> {
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

#[test]
fn an_equal_number_of_tokens_is_what_each_entry_gets() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let order = comparison(three(), Budget::Tokens(60.0 * STEP), Turns::InTurn);
    let stories = stories(desk.outcome(&order), 3);
    for (story, steps) in stories.iter().zip([60, 60, 30]) {
        let (at, ending) = story.end();
        assert_eq!((at.step, ending), (steps, Ending::Budget));
        assert_eq!((at.tokens, story.facts.steps), (60.0 * STEP, steps));
        assert_eq!(at.flops, at.tokens * story.facts.flops_per_token);
        assert!(at.secs > 0.0);
        let places: Vec<u32> = story.validated.iter().map(|it| it.0.step).collect();
        assert_eq!(places, [steps / 3, 2 * steps / 3, steps]);
        assert!(story.validated[2].1 < story.validated[0].1);
        assert_eq!(story.points.last().map(|it| it.at.step), Some(steps));
        assert_eq!(story.wrote.len(), 1);
        assert!(story.wrote[0].chars().count() == 20 && story.facts.is_next_token);
        assert_eq!(story.answered, []);
        assert!(story.facts.memory_bytes > 4 * story.facts.parameters);
        assert!(story.facts.dispatches_per_step > 10);
    }
    assert!(stories[1].facts.parameters > stories[0].facts.parameters);
}

#[test]
fn an_equal_number_of_operations_is_fewer_steps_for_a_larger_model() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let order = comparison(three(), Budget::Flops(4e7), Turns::Interleaved);
    let stories = stories(desk.outcome(&order), 3);
    let steps: Vec<u32> = stories.iter().map(|it| it.end().0.step).collect();
    assert!(steps[0] > 2 * steps[1] && steps[1] > 5, "{steps:?}");
    for story in stories {
        let (at, ending) = story.end();
        let step = at.flops / f64::from(at.step);
        assert_eq!(ending, Ending::Budget);
        assert!(at.flops >= 4e7 && at.flops < 4e7 + step, "{at:?}");
    }
}

#[test]
fn equal_seconds_are_of_training_alone() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut entries = three();
    // Validating takes much longer than training; it is not counted.
    entries[0].training.validation_batches = 256;
    let order = comparison(entries, Budget::Seconds(0.15), Turns::Interleaved);
    let start = std::time::Instant::now();
    let stories = stories(desk.outcome(&order), 3);
    let wall = start.elapsed().as_secs_f64();
    let mut sum = 0.0;
    for story in &stories {
        let (at, ending) = story.end();
        assert_eq!(ending, Ending::Budget);
        assert!(at.secs >= 0.15, "{at:?}");
        assert_eq!(story.validated.last().map(|it| it.0), Some(at));
        assert!(at.step > 1 && story.points.len() <= 201);
        sum += at.secs;
    }
    assert!(sum < wall);
}

#[test]
fn the_schedule_is_laid_out_over_the_budget_and_not_over_the_steps_of_the_entry() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    // The same run by hand: as many steps as the budget comes to, warm-up in its share.
    let mut alone = small();
    alone.training.total_steps = 40;
    alone.training.warmup_steps = 4;
    alone.training.validation_every = 0;
    alone.training.sample_every = 0;
    desk.tell(Command::Prepare {
        request: 1,
        playground: Box::new(alone),
    });
    let mut losses = Vec::new();
    for _ in 0..40 {
        for event in desk.tell(Command::Step) {
            if let Event::Metrics(steps) = event {
                losses.extend(steps.iter().map(|it| it.loss));
            }
        }
    }
    let order = comparison(vec![small()], Budget::Tokens(40.0 * STEP), Turns::InTurn);
    let story = &stories(desk.outcome(&order), 1)[0];
    let compared: Vec<f32> = story.points.iter().map(|it| it.loss).collect();
    assert_eq!(compared, losses);
}

#[test]
fn entries_come_to_the_same_numbers_in_turn_and_interleaved() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut of = |turns| {
        let order = comparison(three(), Budget::Tokens(300.0 * STEP), turns);
        let heard = desk.outcome(&order);
        let place = |news: &News, entry| match news {
            News::Trained { entry: e, .. } => *e == entry,
            _ => false,
        };
        let last_of_first = heard.iter().rposition(|it| place(it, 0)).unwrap();
        let first_of_last = heard.iter().position(|it| place(it, 2)).unwrap();
        let is_together = first_of_last < last_of_first;
        let stories = stories(heard, 3).into_iter().map(Story::timeless);
        (is_together, Vec::from_iter(stories))
    };
    let (together, interleaved) = of(Turns::Interleaved);
    let (apart, in_turn) = of(Turns::InTurn);
    assert!(together && !apart);
    assert_eq!(interleaved, in_turn);
    // 300 steps are told in 150 points of two, the mean of both.
    assert_eq!(interleaved[0].points.len(), 150);
    let places: Vec<u32> = interleaved[0].points.iter().map(|it| it.at.step).collect();
    assert!(places.windows(2).all(|pair| pair[1] - pair[0] == 2));
}

#[test]
fn a_comparison_can_be_paused_and_stopped_and_the_run_that_stands_is_kept() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut standing = small();
    standing.training.total_steps = 1_000_000;
    // It says nothing of itself while it stands.
    standing.training.validation_every = 0;
    standing.training.sample_every = 0;
    desk.tell(Command::Prepare {
        request: 1,
        playground: Box::new(standing),
    });
    desk.tell(Command::Play);
    let order = comparison(three(), Budget::Tokens(20_000.0 * STEP), Turns::Interleaved);
    let said = desk.compare(&order);
    assert!(
        said.contains(&Event::State(RunState::Paused)),
        "the run gives way: {said:?}"
    );
    desk.until(|it| matches!(it, News::Trained { .. }));
    let refused = |said: &[Event]| {
        matches!(said, [Event::Failed { what: FailedWhat::Train, message, .. }]
            if message == "A comparison is running. Pause or stop it first.")
    };
    assert!(refused(&desk.tell(Command::Play)));
    assert!(refused(&desk.tell(Command::Resume)));
    let pause = |is_paused| Command::PauseComparing { is_paused };
    assert_eq!(desk.tell(pause(true)), []);
    assert!(!pollster::block_on(desk.engine.work()), "nothing is to do");
    // Now the run may go on, and gives way again.
    assert_eq!(desk.tell(Command::Play), [Event::State(RunState::Running)]);
    assert!(pollster::block_on(desk.engine.work()));
    let said = desk.tell(pause(false));
    assert!(said.contains(&Event::State(RunState::Paused)), "{said:?}");
    desk.until(|it| matches!(it, News::Trained { entry: 2, .. }));
    let heard = news(desk.tell(Command::StopComparing));
    assert_eq!(heard.last(), Some(&News::Over));
    for story in stories(heard, 3) {
        let (at, ending) = story.end();
        assert_eq!(ending, Ending::Stopped);
        assert!(at.step > 0 && at.secs > 0.0, "{at:?}");
    }
    assert_eq!(desk.bench.tally.left.take(), [0, 0, 0]);
    assert_eq!(desk.tell(Command::Play), [Event::State(RunState::Running)]);
    // A new comparison takes the place of one that is not over.
    let order = comparison(vec![small()], Budget::Tokens(STEP), Turns::InTurn);
    desk.tell(Command::Compare {
        request: 4,
        comparison: Box::new(order.clone()),
    });
    let mut said = desk.compare(&order);
    assert_eq!(said.len(), 2, "{said:?}");
    let last = Event::Compared {
        request: 4,
        news: News::Over,
    };
    assert_eq!(said.pop(), Some(last));
    desk.until(|it| *it == News::Over);
}

#[test]
fn an_entry_that_cannot_be_trained_does_not_stop_the_others() {
    let mut entries = three();
    entries[0].corpus = Corpus::Own;
    entries[2].model.channels = 1024;
    entries[2].model.layers = 24;
    entries[2].model.context = 1024;
    entries[2].training.batch = 512;
    for turns in [Turns::InTurn, Turns::Interleaved] {
        let mut desk = Desk::new(BackendChoice::Cpu);
        let order = comparison(entries.clone(), Budget::Tokens(10.0 * STEP), turns);
        let heard = desk.outcome(&order);
        let trained = heard
            .iter()
            .position(|it| matches!(it, News::Trained { .. }));
        let failed = heard
            .iter()
            .rposition(|it| matches!(it, News::Failed { .. }));
        assert!(
            failed < trained,
            "what does not fit is refused before any trains"
        );
        let stories = stories(heard, 3);
        let failure = |entry: usize| stories[entry].failed.clone().unwrap_or_default();
        assert!(failure(0).contains("Paste one"), "{}", failure(0));
        assert!(failure(2).contains("does not fit"), "{}", failure(2));
        assert_eq!(stories[1].end().1, Ending::Budget);
    }
}

#[test]
fn an_entry_that_diverges_ends_alone() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut entries = three();
    let training = &mut entries[1].training;
    training.learning_rate = 10.0;
    training.schedule = ScheduleKind::Constant;
    training.warmup_steps = 0;
    training.clip_norm = 0.0;
    training.optimizer = OptimizerKind::Sgd;
    let order = comparison(entries, Budget::Tokens(400.0 * STEP), Turns::Interleaved);
    let stories = stories(desk.outcome(&order), 3);
    let (at, ending) = stories[1].end();
    assert_eq!(ending, Ending::Diverged);
    assert!(at.step > 1 && at.step < 400);
    assert!(stories[1].points.iter().all(|it| it.loss.is_finite()));
    assert_eq!(stories[1].wrote.len(), 0);
    assert_eq!(stories[0].end().1, Ending::Budget);
    assert_eq!(stories[2].end().1, Ending::Budget);
    assert_eq!(desk.bench.tally.left.take(), [0, 0, 0]);
}

#[test]
fn an_entry_is_over_when_it_comes_to_the_target() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut order = comparison(vec![small()], Budget::Tokens(1000.0 * STEP), Turns::InTurn);
    order.validations = 50;
    order.target_bits_per_byte = 4.0;
    let story = &stories(desk.outcome(&order), 1)[0];
    let (at, ending) = story.end();
    assert_eq!(ending, Ending::Target);
    assert!(at.step < 1000);
    let bits = |loss: f64| loss / std::f64::consts::LN_2 / story.facts.bytes_per_token;
    let (last, before) = story.validated.split_last().unwrap();
    assert!(bits(last.1) <= 4.0 && last.0 == at);
    assert!(before.iter().all(|it| bits(it.1) > 4.0));
    assert_eq!(story.wrote.len(), 1, "it writes where it ends");
}

#[test]
fn held_out_examples_of_a_task_are_asked_and_answered() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut hard = small();
    hard.corpus = Corpus::Task;
    hard.training.held_out_by = HeldOutBy::Document;
    hard.task.choose(TaskKind::Multiplication);
    hard.task.size_1 = 4;
    hard.task.kilobytes = 20;
    // A letter is copied by whoever sees the last two characters.
    let mut easy = hard.clone();
    easy.task.choose(TaskKind::Copy);
    easy.task.size_1 = 1;
    easy.task.size_2 = 2;
    // Of two different lines neither can be held out whole.
    easy.training.held_out_by = HeldOutBy::Position;
    easy.model.family = Family::FeedForward;
    easy.model.window = 3;
    let mut counted = easy.clone();
    counted.model.family = Family::Ngram;
    counted.model.order = 3;
    let mut order = comparison(
        vec![easy, hard, counted],
        Budget::Tokens(300.0 * STEP),
        Turns::InTurn,
    );
    order.validations = 2;
    let stories = stories(desk.outcome(&order), 3);
    for story in &stories[..2] {
        let asked: Vec<(u32, u32)> = story.answered.iter().map(|it| (it.0.step, it.2)).collect();
        assert_eq!(asked, [(150, 32), (300, 32)]);
    }
    let right = |entry: usize| stories[entry].answered[1].1;
    let right = [right(0), right(1)];
    assert!(
        right[0] > 24 && right[1] < 8,
        "a letter is soon copied, four digits are not soon multiplied: {right:?}"
    );
    let answered: Vec<(u32, u32)> = stories[2].answered.iter().map(|it| (it.1, it.2)).collect();
    assert_eq!(answered, [(32, 32)]);
}

#[test]
fn a_model_that_reads_a_source_is_asked_the_examples_of_its_task() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut easy = small();
    easy.corpus = Corpus::Task;
    easy.task.choose(TaskKind::Copy);
    // Sources that are held out are no others' than theirs, so there must be some.
    easy.task.size_1 = 2;
    easy.task.size_2 = 6;
    easy.task.kilobytes = 20;
    easy.model.family = Family::Seq2Seq;
    easy.model.channels = 32;
    easy.objective.objective = Objective::TextToText;
    easy.training.batch = 16;
    easy.training.learning_rate = 5e-3;
    let mut order = comparison(
        vec![easy],
        Budget::Tokens(300.0 * 4.0 * STEP),
        Turns::InTurn,
    );
    order.validations = 2;
    let stories = stories(desk.outcome(&order), 1);
    let asked: Vec<(u32, u32)> = stories[0]
        .answered
        .iter()
        .map(|it| (it.0.step, it.2))
        .collect();
    assert_eq!(asked, [(150, 32), (300, 32)]);
    let right = stories[0].answered[1].1;
    assert!(right > 24, "two letters are copied: {right} of 32");
}

#[test]
fn models_of_every_kind_are_compared() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let families = [
        Family::Ngram,
        Family::Lstm,
        Family::Encoder,
        Family::EncoderDecoder,
    ];
    let entries = families.map(|family| {
        let mut playground = small();
        playground.model.family = family;
        playground
    });
    let order = comparison(
        entries.to_vec(),
        Budget::Tokens(24.0 * STEP),
        Turns::Interleaved,
    );
    let stories = stories(desk.outcome(&order), 4);
    for (story, family) in stories.iter().zip(families) {
        let (at, ending) = story.end();
        assert_eq!(ending, Ending::Budget, "{family:?}");
        assert_eq!(at.step, story.facts.steps, "{family:?}");
        assert_eq!(story.facts.is_next_token, family.predicts_next());
        assert_eq!(story.wrote.len(), usize::from(family.predicts_next()));
        assert!(story.validated.iter().all(|it| it.1.is_finite()));
        assert_eq!(story.validated.last().map(|it| it.0), Some(at));
    }
    // The whole text is counted at once; only then is it known how many n-grams there are.
    let [counted, lstm, encoder, _] = &stories[..] else {
        unreachable!();
    };
    let (at, _) = counted.end();
    assert_eq!((at.step, at.flops), (1, 0.0));
    assert!(at.tokens > 10_000.0 && counted.facts.parameters > 1_000);
    assert_eq!((counted.points.len(), counted.validated.len()), (1, 1));
    assert_eq!(lstm.end().0.step, 24);
    assert_eq!(encoder.validated.len(), 3);
    assert!(
        encoder.facts.vocabulary > lstm.facts.vocabulary,
        "special tokens"
    );
}

#[test]
fn texts_are_written_with_one_seed_and_the_settings_of_the_first() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut other = small();
    other.sampling.seed = 9;
    other.sampling.temperature = 3.0;
    let order = comparison(vec![small(), other], Budget::Tokens(STEP), Turns::InTurn);
    let stories = stories(desk.outcome(&order), 2);
    assert_eq!(stories[0].wrote, stories[1].wrote);
}

#[test]
fn without_a_held_out_part_an_entry_trains_all_the_same() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut whole = small();
    whole.training.validation_fraction = 0.0;
    let order = comparison(vec![whole], Budget::Tokens(5.0 * STEP), Turns::InTurn);
    let story = &stories(desk.outcome(&order), 1)[0];
    assert_eq!(story.end().1, Ending::Budget);
    assert_eq!(story.validated, []);
}

#[test]
fn what_fits_alone_but_not_together_is_sent_to_train_in_turn() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let order = |turns| comparison(vec![small(); 4], Budget::Tokens(STEP), turns);
    let need = stories(desk.outcome(&order(Turns::InTurn)), 4)[0]
        .facts
        .memory_bytes;
    let mut desk = Desk::with_memory(BackendChoice::Cpu, Some(2 * need));
    for story in stories(desk.outcome(&order(Turns::Interleaved)), 4) {
        let message = story.failed.unwrap_or_default();
        assert!(message.ends_with("Train them in turn."), "{message}");
    }
    for story in stories(desk.outcome(&order(Turns::InTurn)), 4) {
        assert_eq!(story.end().1, Ending::Budget);
    }
    assert_eq!(desk.bench.tally.most_alive.get(), 1, "one at a time");
}

#[test]
fn an_order_that_is_none_is_refused_with_the_cure() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut refusal = |entries: usize, budget| {
        let order = comparison(vec![small(); entries], budget, Turns::InTurn);
        match &desk.compare(&order)[..] {
            [
                Event::Failed {
                    what: FailedWhat::Compare,
                    request: Some(5),
                    message,
                },
                Event::Compared {
                    news: News::Over, ..
                },
            ] => message.clone(),
            said => panic!("{said:?}"),
        }
    };
    assert!(refusal(0, Budget::Tokens(1.0)).contains("from 1 to 64"));
    assert!(refusal(65, Budget::Tokens(1.0)).contains("from 1 to 64"));
    for budget in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(refusal(1, Budget::Seconds(budget)).contains("above 0"));
    }
}

#[test]
fn another_device_ends_a_comparison() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let order = comparison(three(), Budget::Tokens(20_000.0 * STEP), Turns::InTurn);
    desk.compare(&order);
    desk.until(|it| matches!(it, News::Trained { .. }));
    let backend = BackendChoice::Cpu;
    let mut said = desk.tell(Command::Start { backend });
    assert!(matches!(said.pop(), Some(Event::Backend(_))));
    for story in stories(news(said), 3) {
        let message = story.failed.unwrap_or_default();
        assert!(message.contains("Start the comparison again"), "{message}");
    }
    assert_eq!(desk.bench.tally.left.take(), [0]);
}

#[test]
fn a_lost_device_fails_every_entry_and_breaks_the_run_that_stands() {
    let mut desk = Desk::new(BackendChoice::WebGpu);
    desk.tell(Command::Prepare {
        request: 1,
        playground: Box::new(small()),
    });
    let order = comparison(
        vec![small(); 2],
        Budget::Tokens(20_000.0 * STEP),
        Turns::Interleaved,
    );
    desk.compare(&order);
    desk.until(|it| matches!(it, News::Trained { entry: 1, .. }));
    desk.tell(Command::DestroyDevice);
    let mut said = Vec::new();
    while pollster::block_on(desk.engine.work()) {
        said.extend(desk.events.take());
    }
    said.extend(desk.events.take());
    assert!(said.iter().any(|it| matches!(it, Event::DeviceLost { .. })));
    said.retain(|it| matches!(it, Event::Compared { .. }));
    for story in stories(news(said), 2) {
        let message = story.failed.unwrap_or_default();
        assert!(message.contains("Start the comparison again"), "{message}");
    }
    // It cannot be compared on before the run has another device.
    let said = desk.compare(&order);
    assert!(
        matches!(&said[0], Event::Failed { message, .. } if message.contains("Resume the run")),
        "{said:?}"
    );
    desk.tell(Command::Resume);
    desk.tell(Command::Pause);
    let order = comparison(vec![small()], Budget::Tokens(STEP), Turns::InTurn);
    let story = &stories(desk.outcome(&order), 1)[0];
    assert_eq!(story.end().1, Ending::Budget);
}

/// Every executor is empty when it is dropped: in a browser what is only dropped keeps its memory.
#[test]
fn eight_entries_leave_nothing_on_the_device() {
    for (backend, steps) in [(BackendChoice::Cpu, 20.0), (BackendChoice::WebGpu, 6.0)] {
        let mut desk = Desk::new(backend);
        let mut task = small();
        task.corpus = Corpus::Task;
        task.task.kilobytes = 20;
        let mut entries: Vec<Playground> = (0..7)
            .map(|index| {
                let mut playground = small();
                playground.model.channels = 8 * (1 + index % 3);
                playground.model.heads = 1;
                playground.training.validation_batches = 2;
                playground
            })
            .collect();
        entries.push(task);
        for turns in [Turns::Interleaved, Turns::InTurn] {
            let mut order = comparison(entries.clone(), Budget::Tokens(steps * STEP), turns);
            order.validations = 1;
            let heard = desk.outcome(&order);
            for story in stories(heard, 8) {
                assert_eq!(story.end().1, Ending::Budget);
            }
            let tally = &desk.bench.tally;
            assert_eq!(tally.left.take(), [0; 8], "{backend:?} {turns:?}");
            assert!(tally.most.take().iter().all(|&most| most > 10_000));
            let alive = tally.most_alive.replace(0);
            assert_eq!(alive, if turns == Turns::InTurn { 1 } else { 8 });
            let is_compiling = backend == BackendChoice::WebGpu && turns == Turns::Interleaved;
            let compiled = tally.compiled.take();
            assert_eq!(compiled > 0, is_compiling, "a kernel is compiled once");
        }
    }
}
