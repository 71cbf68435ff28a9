//! The whole engine behind the page, driven by commands as the page drives it.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;

use seedling::gpu::DeviceOptions;
use seedling::graph::Globals;
use seedling::models::Family;
use seedling::plan::{
    Buffer, CpuExecutor, Executor, ExecutorError, Plan, PlanId, Reading, Statistics,
};
use seedling::session::compare::{Budget, Comparison, News, Turns};
use seedling::session::config::{
    BackendChoice, Corpus, HeldOutBy, Playground, Recipe, TaskKind, TokenizerKind,
};
use seedling::session::presets;
use seedling::session::protocol::{Command, Event, FailedWhat, RunState};
use seedling::session::questions::{Question, Told};
use seedling::session::reading::{Given, Want};
use seedling::worker::native::Native;
use seedling::worker::{Acquired, Engine, Outside, Pending, Progress, Surroundings};

/// This machine, with a clock that can be put forward to make intervals pass, and a connection that can be cut.
struct Bench {
    native: Native,
    ahead: Cell<f64>,
    is_offline: Cell<bool>,
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

struct Desk {
    engine: Engine,
    surroundings: Rc<Bench>,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Desk {
    fn new(backend: BackendChoice) -> Self {
        let surroundings = Rc::new(Bench {
            native: Native::new(DeviceOptions {
                default_limits: true,
            }),
            ahead: Cell::new(0.0),
            is_offline: Cell::new(false),
        });
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = events.clone();
        let engine = Engine::new(surroundings.clone(), move |event| {
            heard.borrow_mut().push(event)
        });
        let mut desk = Self {
            engine,
            surroundings,
            events,
        };
        let said = desk.tell(Command::Start { backend });
        assert!(matches!(said[..], [Event::Backend(_)]), "{said:?}");
        desk
    }

    /// Gives a command; what was said in answer.
    fn tell(&mut self, command: Command) -> Vec<Event> {
        pollster::block_on(self.engine.handle(command));
        self.events.take()
    }

    /// Works until an event is as wanted; everything said until then.
    fn work_until(&mut self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        for _ in 0..2000 {
            pollster::block_on(self.engine.work());
            if self.events.borrow().iter().any(&wanted) {
                return self.events.take();
            }
        }
        panic!("waited in vain; heard {:?}", self.events.borrow());
    }
}

fn small() -> Playground {
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

fn prepare(playground: Playground) -> Command {
    Command::Prepare {
        request: 1,
        playground: Box::new(playground),
    }
}

fn failure(said: &[Event], what: FailedWhat) -> &str {
    said.iter()
        .find_map(|e| match e {
            Event::Failed {
                what: w, message, ..
            } if *w == what => Some(message.as_str()),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no failure of {what:?} in {said:?}"))
}

fn losses(said: &[Event]) -> Vec<f32> {
    said.iter()
        .flat_map(|e| match e {
            Event::Metrics(steps) => steps.iter().map(|s| s.loss).collect(),
            _ => Vec::new(),
        })
        .collect()
}

fn prepared(backend: BackendChoice) -> Desk {
    let mut desk = Desk::new(backend);
    let said = desk.tell(prepare(small()));
    assert!(
        said.iter().any(|e| matches!(e, Event::Prepared(_))),
        "{said:?}"
    );
    assert_eq!(said.last(), Some(&Event::State(RunState::Paused)));
    desk
}

#[test]
fn a_run_plays_to_its_end_with_validation_and_samples_and_rewinds_to_the_same_losses() {
    for backend in [BackendChoice::Cpu, BackendChoice::WebGpu] {
        let mut desk = prepared(backend);
        desk.tell(Command::Play);
        let said = desk.work_until(|e| *e == Event::State(RunState::Finished));
        let first = losses(&said);
        assert_eq!(first.len(), 30);
        assert!(first[29] < first[0]);
        let validations = said
            .iter()
            .filter(|e| matches!(e, Event::Validation { .. }));
        assert_eq!(validations.count(), 3);
        let samples = said.iter().filter(|e| matches!(e, Event::Sample { .. }));
        assert_eq!(samples.count(), 2);
        let said = desk.tell(Command::Rewind);
        assert_eq!(said, [Event::Rewound, Event::State(RunState::Paused)]);
        let mut again = Vec::new();
        for _ in 0..5 {
            again.extend(losses(&desk.tell(Command::Step)));
        }
        assert_eq!(again, first[..5]);
        desk.tell(Command::Reseed { seed: 99 });
        assert_ne!(losses(&desk.tell(Command::Step)), again[..1]);
    }
}

#[test]
fn a_run_ends_early_at_its_target_loss() {
    // With validation it decides, after step 10; without, the mean of the last 20 losses.
    for (validation_every, end) in [(10, 10), (0, 20)] {
        let mut playground = small();
        playground.training.validation_every = validation_every;
        playground.training.target_loss = 100.0;
        let mut desk = Desk::new(BackendChoice::Cpu);
        desk.tell(prepare(playground));
        for _ in 0..2 {
            desk.tell(Command::Play);
            let said = desk.work_until(|e| *e == Event::State(RunState::Finished));
            assert_eq!(losses(&said).len(), end);
            let validations = said
                .iter()
                .filter(|e| matches!(e, Event::Validation { .. }));
            assert_eq!(validations.count(), usize::from(validation_every > 0));
            // A rewound run ends there again.
            desk.tell(Command::Rewind);
        }
    }
}

#[test]
fn the_time_of_a_step_is_guessed_before_any_and_known_after_some() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let guess = |desk: &mut Desk| {
        let said = desk.tell(Command::Estimate(Box::new(small())));
        let [Event::Estimated(estimate)] = &said[..] else {
            panic!("{said:?}");
        };
        assert!(estimate.memory_total > estimate.memory_weights);
        estimate.secs_per_step.unwrap()
    };
    assert!(guess(&mut desk) > 0.0);
    desk.tell(prepare(small()));
    let start = std::time::Instant::now();
    desk.tell(Command::Play);
    desk.work_until(|e| *e == Event::State(RunState::Finished));
    let known = guess(&mut desk);
    assert!(f64::from(known) < start.elapsed().as_secs_f64());
}

#[test]
fn text_is_written_token_by_token_while_training_goes_on() {
    let mut desk = prepared(BackendChoice::Cpu);
    desk.tell(Command::Play);
    let mut sampling = small().sampling;
    sampling.max_tokens = 50;
    desk.tell(Command::Generate {
        request: 7,
        prompt: "The ".to_owned(),
        sampling,
    });
    let mut said = Vec::new();
    while !said
        .iter()
        .any(|e| matches!(e, Event::Generated { done: true, .. }))
    {
        // Both take turns of half a second.
        desk.surroundings
            .ahead
            .set(desk.surroundings.ahead.get() + 1.0);
        pollster::block_on(desk.engine.work());
        said.extend(desk.events.take());
    }
    let tokens: Vec<_> = said
        .iter()
        .flat_map(|e| match e {
            Event::Generated {
                request: 7, tokens, ..
            } => tokens.clone(),
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(tokens.len(), 50);
    for token in &tokens {
        let best = &token.candidates;
        assert!(
            best.windows(2)
                .all(|p| p[0].probability >= p[1].probability)
        );
        assert!(token.log_probability.unwrap() <= 0.0);
    }
    assert!(!losses(&said).is_empty(), "training stood still");
}

#[test]
fn scores_add_up_to_the_perplexity_also_beyond_the_context() {
    let mut desk = prepared(BackendChoice::Cpu);
    let text = "The hare sleeps under the old oak by the river, and the fox waits.";
    let said = desk.tell(Command::Score {
        request: 3,
        text: text.to_owned(),
    });
    let [
        Event::Scored {
            tokens,
            total_log_probability,
            perplexity,
            ..
        },
    ] = &said[..]
    else {
        panic!("{said:?}");
    };
    assert_eq!(tokens.len(), text.chars().count());
    assert_eq!(tokens[0].log_probability, None);
    let sum: f64 = tokens
        .iter()
        .filter_map(|t| t.log_probability)
        .map(f64::from)
        .sum();
    assert!((sum - total_log_probability).abs() < 1e-3);
    let expected = (-sum / (tokens.len() - 1) as f64).exp();
    assert!((perplexity / expected - 1.0).abs() < 1e-6);
    // An untrained model finds every token about equally likely.
    assert!(*perplexity > 20.0);
}

#[test]
fn attention_rows_are_distributions_over_the_past() {
    let mut desk = prepared(BackendChoice::Cpu);
    let said = desk.tell(Command::Inspect {
        request: 1,
        text: "The fox waits".to_owned(),
        live: true,
    });
    let Some(Event::Attention(maps)) = said.last() else {
        panic!("{said:?}");
    };
    let time = maps.tokens.len();
    assert_eq!(time, 13);
    assert_eq!(
        maps.weights.len(),
        (maps.layers * maps.heads) as usize * time * time
    );
    for (i, row) in maps.weights.chunks_exact(time).enumerate() {
        let query = i % time;
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        assert!(row[query + 1..].iter().all(|&w| w == 0.0));
    }
    desk.tell(Command::Play);
    desk.surroundings.ahead.set(10.0);
    desk.work_until(|e| matches!(e, Event::Attention(m) if m.step > 0));
}

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
fn commands_are_heard_between_the_pieces_of_a_sample_and_a_validation() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut playground = small();
    playground.training.validation_every = 5;
    playground.training.validation_batches = 200;
    playground.training.sample_every = 5;
    playground.training.sample_tokens = 2000;
    desk.tell(prepare(playground));
    desk.tell(Command::Play);
    desk.work_until(|e| matches!(e, Event::Metrics(m) if m.last().is_some_and(|s| s.step == 5)));
    // Neither is done yet, and the run can be stopped at once.
    let said = desk.tell(Command::Pause);
    assert_eq!(said, [Event::State(RunState::Paused)]);
    let said = desk.work_until(|e| matches!(e, Event::Sample { .. }));
    assert!(
        matches!(said[0], Event::Validation { step: 5, .. }),
        "{said:?}"
    );
    assert!(
        matches!(&said[1..], [Event::Sample { step: 5, text, .. }] if text.chars().count() == 2000)
    );
    assert!(losses(&said).is_empty(), "a paused run stands");
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

struct RefusingBench {
    bench: Bench,
    refuses: RefCell<Rc<Cell<bool>>>,
}

impl Outside for RefusingBench {
    fn now_secs(&self) -> f64 {
        self.bench.now_secs()
    }
    fn fetch_text(&self, file: &str, progress: Progress) -> Pending<Result<Vec<u8>, String>> {
        self.bench.fetch_text(file, progress)
    }
}

impl Surroundings for RefusingBench {
    fn ask_reader(&self, want: Want) -> Pending<Result<Given, String>> {
        self.bench.ask_reader(want)
    }
    fn acquire(&self, _: BackendChoice) -> Pending<Result<Acquired, String>> {
        let acquired = self.bench.acquire(BackendChoice::Cpu);
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
    let events = Rc::new(RefCell::new(Vec::new()));
    let heard = events.clone();
    let bench = Rc::new(RefusingBench {
        bench: Bench {
            native: Native::new(DeviceOptions::default()),
            ahead: Cell::new(0.0),
            is_offline: Cell::new(false),
        },
        refuses: RefCell::default(),
    });
    let mut engine = Engine::new(bench.clone(), move |event| heard.borrow_mut().push(event));
    let mut tell = |command| {
        pollster::block_on(engine.handle(command));
        events.take()
    };
    let backend = BackendChoice::Auto;
    tell(Command::Start { backend });
    tell(prepare(small()));
    assert_eq!(losses(&tell(Command::Step)).len(), 1);
    bench.refuses.borrow().set(true);
    let said = tell(Command::Step);
    let reason = said.iter().find_map(|e| match e {
        Event::DeviceLost { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    assert_eq!(reason, Some("out of memory"), "{said:?}");
    // A smaller model gets a device that works.
    let mut smaller = small();
    smaller.training.batch = 1;
    let said = tell(prepare(smaller));
    assert!(said.iter().any(|e| matches!(e, Event::Backend(_))));
    assert!(said.iter().any(|e| matches!(e, Event::Prepared(_))));
    assert_eq!(losses(&tell(Command::Step)).len(), 1);
    bench.refuses.borrow().set(true);
    tell(Command::Step);
    let said = tell(Command::Resume);
    assert_eq!(said.last(), Some(&Event::State(RunState::Running)));
}

#[test]
fn a_loss_that_is_no_number_pauses_and_says_where() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut playground = small();
    playground.training.learning_rate = 10.0;
    playground.training.schedule = seedling::session::config::ScheduleKind::Constant;
    playground.training.warmup_steps = 0;
    playground.training.clip_norm = 0.0;
    playground.training.optimizer = seedling::session::config::OptimizerKind::Sgd;
    playground.training.total_steps = 1000;
    desk.tell(prepare(playground));
    desk.tell(Command::Play);
    let said = desk.work_until(|e| {
        matches!(
            e,
            Event::NonFinite { .. } | Event::State(RunState::Finished)
        )
    });
    let Some(Event::NonFinite {
        step,
        learning_rate,
        ..
    }) = said.iter().find(|e| matches!(e, Event::NonFinite { .. }))
    else {
        panic!("learning rate 10 without clipping did not diverge: {said:?}");
    };
    assert_eq!(*learning_rate, 10.0);
    assert!(
        losses(&said).len() as u32 == step - 1,
        "the step that shows it is the one named"
    );
    assert!(said.contains(&Event::State(RunState::Broken)));
    // The cure: a lower rate, then on from the last good weights.
    desk.tell(Command::SetLearningRate {
        learning_rate: 0.01,
    });
    desk.tell(Command::Resume);
    let said = desk.work_until(|e| matches!(e, Event::Metrics(_)));
    assert!(losses(&said).iter().all(|l| l.is_finite()));
}

#[test]
fn bad_input_gets_a_message_and_nothing_is_lost() {
    let mut desk = prepared(BackendChoice::Cpu);
    let said = desk.tell(Command::OwnText {
        name: "broken.txt".to_owned(),
        bytes: [b"fine so far ".repeat(10).as_slice(), &[0xFF, 0xFE]].concat(),
    });
    assert!(
        failure(&said, FailedWhat::Text).contains("Byte 120"),
        "{said:?}"
    );
    let mut own = small();
    own.corpus = Corpus::Own;
    let said = desk.tell(prepare(own.clone()));
    assert!(failure(&said, FailedWhat::Prepare).contains("Paste one"));
    let mut moby = small();
    moby.corpus = Corpus::MobyDick;
    let said = desk.tell(prepare(moby));
    assert!(failure(&said, FailedWhat::Prepare).contains("not served here"));
    let said = desk.tell(Command::Bench {
        request: 1,
        backend: BackendChoice::Cpu,
        workload: "tokenize".to_owned(),
        config: "S".to_owned(),
        runs: 1,
    });
    assert!(failure(&said, FailedWhat::Bench).contains("no workload tokenize"));
    let mut huge = small();
    huge.model.channels = 1024;
    huge.model.layers = 24;
    huge.model.context = 1024;
    huge.training.batch = 512;
    let said = desk.tell(prepare(huge));
    assert!(
        failure(&said, FailedWhat::Prepare).contains("does not fit"),
        "{said:?}"
    );
    // The run from before still stands.
    assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
    let said = desk.tell(Command::OwnText {
        name: "poem.txt".to_owned(),
        bytes: "the sea, the sea, the open sea\n".repeat(40).into_bytes(),
    });
    assert!(matches!(said[..], [Event::TextKept { .. }]));
    own.tokenizer.kind = TokenizerKind::Bytes;
    let said = desk.tell(prepare(own));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Prepared(p) if p.corpus_name == "poem.txt")),
        "{said:?}"
    );
}

#[test]
fn an_answer_names_its_order() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let order = |request, playground| Command::Prepare {
        request,
        playground: Box::new(playground),
    };
    let said = desk.tell(order(4, small()));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Prepared(p) if p.request == 4)),
        "{said:?}"
    );
    let mut moby = small();
    moby.corpus = Corpus::MobyDick;
    let said = desk.tell(order(5, moby.clone()));
    assert!(
        said.iter().any(|e| matches!(
            e,
            Event::Failed {
                what: FailedWhat::Prepare,
                request: Some(5),
                ..
            }
        )),
        "{said:?}"
    );
    // What it would cost is another question: its failure must not end a preparation.
    let said = desk.tell(Command::Estimate(Box::new(moby)));
    failure(&said, FailedWhat::Estimate);
}

#[test]
fn the_prompt_acts_at_once_on_the_samples_of_the_run() {
    let mut desk = prepared(BackendChoice::Cpu);
    desk.tell(Command::SetPrompt("A hare".to_owned()));
    desk.tell(Command::Play);
    let said = desk.work_until(|e| matches!(e, Event::Sample { .. }));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Sample { prompt, .. } if prompt == "A hare")),
        "{said:?}"
    );
    let long = "鲸".repeat(5000);
    desk.tell(Command::SetPrompt(long));
    let said = desk.work_until(|e| matches!(e, Event::Sample { .. }));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Sample { prompt, .. } if prompt.chars().count() == 4000)),
        "{said:?}"
    );
}

/// The ids of a text that was written.
fn written(said: &[Event]) -> Vec<u32> {
    said.iter()
        .flat_map(|e| match e {
            Event::Generated { tokens, .. } => tokens.iter().map(|t| t.id).collect(),
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn sampling_acts_at_once_on_the_text_being_written() {
    let mut desk = prepared(BackendChoice::Cpu);
    let mut hot = small().sampling;
    hot.temperature = 2.0;
    hot.max_tokens = 60;
    let write = |sampling: &seedling::session::config::SamplingConfig| Command::Generate {
        request: 1,
        prompt: "The ".to_owned(),
        sampling: sampling.clone(),
    };
    desk.tell(write(&hot));
    let mut said = desk.work_until(|e| matches!(e, Event::Generated { .. }));
    let first = written(&said).len();
    assert!(first < 20);
    let mut greedy = hot.clone();
    greedy.temperature = 0.0;
    greedy.max_tokens = 40;
    desk.tell(Command::SetSampling(greedy));
    said.extend(desk.work_until(|e| matches!(e, Event::Generated { done: true, .. })));
    assert_eq!(written(&said).len(), 40, "the new number of tokens");
    let best = said.iter().flat_map(|e| match e {
        Event::Generated { tokens, .. } => tokens.clone(),
        _ => Vec::new(),
    });
    assert!(
        best.skip(first).all(|t| t.id == t.candidates[0].id),
        "the most probable token each time"
    );
    // Fewer than are written already: it ends.
    desk.tell(write(&hot));
    desk.work_until(|e| matches!(e, Event::Generated { .. }));
    let mut one = hot;
    one.max_tokens = 1;
    desk.tell(Command::SetSampling(one));
    let said = desk.work_until(|e| matches!(e, Event::Generated { .. }));
    assert!(matches!(said[..], [Event::Generated { done: true, .. }]));
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

#[test]
fn validation_knows_the_largest_head() {
    assert_eq!(
        seedling::session::validate::LARGEST_HEAD as usize,
        seedling::ops::attention::MAX_HEAD_SIZE
    );
}

#[test]
fn a_world_is_written_from_its_dials_and_its_entropy_is_known() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut world = small();
    world.corpus = Corpus::World;
    world.world.kilobytes = 40;
    let prepared = |desk: &mut Desk, playground: &Playground| {
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("not prepared: {said:?}"))
    };
    let first = prepared(&mut desk, &world);
    let nats = first.source_nats_per_byte.expect("the source is known");
    assert!(nats > 0.0 && nats < 2.0, "{nats}");
    world.world.rude_words = 0.5;
    let ruder = prepared(&mut desk, &world);
    assert_ne!(ruder.source_nats_per_byte, first.source_nats_per_byte);
    let silent = |world: &mut Playground| {
        let dials = &mut world.world;
        for weight in [
            &mut dials.story,
            &mut dials.parallel,
            &mut dials.question,
            &mut dials.sentiment,
            &mut dials.tagged,
            &mut dials.news,
            &mut dials.definition,
            &mut dials.grammaticality,
            &mut dials.arithmetic,
        ] {
            *weight = 0.0;
        }
    };
    silent(&mut world);
    let said = desk.tell(prepare(world));
    assert!(failure(&said, FailedWhat::Prepare).contains("weight above 0"));
}

#[test]
fn a_run_trains_on_a_task() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut playground = small();
    playground.corpus = Corpus::Task;
    playground.training.held_out_by = HeldOutBy::Document;
    playground.task.kilobytes = 20;
    let mut prepared = |playground: &Playground| {
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("not prepared: {said:?}"));
        assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
        found
    };
    let sums = prepared(&playground);
    assert_eq!((sums.source_nats_per_byte, sums.notes), (None, vec![]));
    assert!(sums.validation_tokens > 1_000);
    playground.task.choose(TaskKind::Markov1);
    playground.task.size_2 = 1_000;
    let source = prepared(&playground);
    assert!(source.source_nats_per_byte.is_some());
    assert!(source.notes[0].to_string().contains("1000 became 128"));
}

/// Each document is a row of its own character, and stands in the text twice.
#[test]
fn a_run_by_document_shares_no_document_between_its_parts() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let lines: Vec<String> = ('\u{4e00}'..)
        .take(40)
        .map(|character| format!("{}\n", String::from(character).repeat(30)))
        .collect();
    desk.tell(Command::OwnText {
        name: "twice".to_owned(),
        bytes: lines.concat().repeat(2).into_bytes(),
    });
    let mut playground = small();
    playground.corpus = Corpus::Own;
    let mut trained_on = |by: HeldOutBy| {
        playground.training.held_out_by = by;
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("not prepared: {said:?}"));
        let known = |line: &&String| found.vocabulary.contains(&line[..3].to_owned());
        let lines = lines.iter().filter(known).count() as u64;
        (lines, found.train_tokens, found.validation_tokens)
    };
    // The end of the text is known from its first half, and holds a document cut in two.
    assert_eq!(trained_on(HeldOutBy::Position), (40, 2232, 248));
    assert_eq!(
        trained_on(HeldOutBy::Document),
        (36, 36 * 2 * 31, 4 * 2 * 31)
    );
}

#[test]
fn a_run_trains_with_a_learned_tokenizer() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    for kind in [
        TokenizerKind::BpeBytes,
        TokenizerKind::BpeCharacters,
        TokenizerKind::Unigram,
        TokenizerKind::Words,
    ] {
        let mut playground = small();
        playground.tokenizer = Recipe {
            vocabulary: if kind == TokenizerKind::Words {
                30
            } else {
                300
            },
            ..Recipe::of_kind(kind)
        };
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("not prepared: {said:?}"));
        assert_eq!(
            found.estimate.vocabulary, playground.tokenizer.vocabulary,
            "{kind:?}"
        );
        assert!(found.bytes_per_token > 1.5, "{kind:?}");
        let said = desk.tell(Command::Step);
        assert!(losses(&said)[0].is_finite());
        let said = desk.tell(Command::Score {
            request: 3,
            text: "the mouse eats".to_owned(),
        });
        let said = match said.iter().any(|e| matches!(e, Event::Scored { .. })) {
            true => said,
            false => desk.work_until(|event| matches!(event, Event::Scored { .. })),
        };
        assert!(said.iter().any(|event| match event {
            Event::Scored { tokens, .. } => !tokens.is_empty(),
            _ => false,
        }));
    }
    // More tokens than the text yields: why, with the cure, and the run that stands is kept.
    let mut playground = small();
    playground.tokenizer = Recipe {
        vocabulary: 60_000,
        ..Recipe::of_kind(TokenizerKind::Words)
    };
    let said = desk.tell(prepare(playground));
    assert!(failure(&said, FailedWhat::Prepare).contains("Set the vocabulary to"));
}

#[test]
fn training_text_is_drawn_where_a_recipe_says_so() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    // Drawn cuts are finer than the best ones: they reach the text of the run, and none but it.
    let training_tokens = |desk: &mut Desk, sampling: f32| {
        let mut playground = small();
        playground.tokenizer = Recipe {
            vocabulary: 300,
            sampling,
            ..Recipe::of_kind(TokenizerKind::Unigram)
        };
        let said = desk.tell(prepare(playground));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(it) => Some((it.train_tokens, it.validation_tokens)),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("not prepared: {said:?}"))
    };
    let (plain, drawn) = (
        training_tokens(&mut desk, 0.0),
        training_tokens(&mut desk, 0.2),
    );
    assert!(
        drawn.0 > plain.0 && drawn.1 == plain.1,
        "{plain:?} {drawn:?}"
    );
}

#[test]
fn commands_whose_code_cannot_be_fetched_are_refused_and_can_be_given_again() {
    let mut desk = prepared(BackendChoice::Cpu);
    let comparison = Comparison {
        entries: vec![small()],
        budget: Budget::Tokens(128.0),
        turns: Turns::InTurn,
        target_bits_per_byte: 0.0,
        validations: 1,
        prompt: String::new(),
        sample_tokens: 0,
    };
    let text = || "the mouse eats".to_owned();
    let commands = [
        (
            FailedWhat::Score,
            Command::Score {
                request: 7,
                text: text(),
            },
        ),
        (
            FailedWhat::Inspect,
            Command::Inspect {
                request: 7,
                text: text(),
                live: true,
            },
        ),
        (
            FailedWhat::Compare,
            Command::Compare {
                request: 7,
                comparison: Box::new(comparison),
            },
        ),
        (
            FailedWhat::Bench,
            Command::Bench {
                request: 7,
                backend: BackendChoice::Cpu,
                workload: "sample".to_owned(),
                config: "S".to_owned(),
                runs: 1,
            },
        ),
    ];
    desk.surroundings.is_offline.set(true);
    for (what, command) in &commands {
        let said = desk.tell(command.clone());
        assert_eq!(failure(&said, *what), "Try again.");
        // Who waits for the end of an answer hears it.
        assert_eq!(
            said.len() > 1,
            matches!(what, FailedWhat::Compare | FailedWhat::Bench)
        );
    }
    let ask = Command::Ask {
        request: 7,
        question: Question::Scales,
    };
    let message = "Try again.".to_owned();
    let refused = Event::Told {
        request: 7,
        told: Box::new(Told::Failed { message }),
        done: true,
    };
    assert_eq!(desk.tell(ask.clone()), [refused]);
    let mut lstm = small();
    lstm.model.family = Family::Lstm;
    let said = desk.tell(Command::Estimate(Box::new(lstm.clone())));
    assert_eq!(failure(&said, FailedWhat::Estimate), "Try again.");
    let said = desk.tell(prepare(lstm.clone()));
    assert_eq!(failure(&said, FailedWhat::Prepare), "Try again.");
    // The run that stands stands still; training it needs nothing of the kind.
    assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
    desk.surroundings.is_offline.set(false);
    let said = desk.tell(prepare(lstm));
    let is_prepared = said.iter().any(|it| matches!(it, Event::Prepared(_)));
    assert!(is_prepared, "{said:?}");
    desk.tell(prepare(small()));
    assert_eq!(desk.tell(ask), []);
    for (what, command) in commands {
        let said = desk.tell(command);
        let fails = said.iter().any(|it| matches!(it, Event::Failed { .. }));
        assert!(!fails, "{what:?}: {said:?}");
    }
    desk.work_until(|event| {
        let over = News::Over;
        matches!(event, Event::Compared { request: 7, news } if *news == over)
    });
}
