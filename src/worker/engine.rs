//! The engine's state, and which command does what.

use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use super::asking::Asked;
use super::calibrate::flops_per_sec;
use super::chores::Chore;
use super::comparing::Compared;
use super::estimate::{Room, estimate};
use super::later::bench::{Workload, benching};
use super::later::look::looking;
use super::later::score::scoring;
use super::look::Look;
use super::spec::whole_vocabulary;
use super::surroundings::{Acquired, Further, Progress, Surroundings};
use super::texts::Texts;
use super::tokenized::Tokenized;
use super::training::Clock;
use super::writing::Writing;
use crate::data::corpus::Corpus;
use crate::gpu::{Device, STAGING_BUFFERS};
use crate::plan::{Executor, ExecutorError};
use crate::session::config::{BackendChoice, Playground};
use crate::session::protocol::{
    Command, DeviceInfo, Estimate, Event, FailedWhat, Job, RunState, StepMetrics, Work,
};
use crate::session::validate::validate;
use crate::train::{Launched, Run, RunError, Snapshot, Target};

/// A prepared run with what belongs to it.
pub(super) struct Active {
    pub run: Run,
    pub playground: Playground,
    pub texts: Rc<Tokenized>,
    pub flops_per_step: u64,
    pub memory_bytes: u64,
    /// The loss at which it ends early.
    pub target: Target,
}

impl Active {
    /// Steps after which the run is over.
    pub fn total_steps(&self) -> u32 {
        let planned = self.playground.training.total_steps;
        self.run.most_steps().unwrap_or(planned)
    }
}

/// Seconds that training and writing take in turn: every change of the weights makes the writer read its text again.
const TURN_SECS: f64 = 0.5;

/// Who works while training and writing both go on.
#[derive(Debug, Default)]
struct Turn {
    is_writing: bool,
    ends: f64,
}

/// Everything behind the page.
pub struct Engine {
    pub(super) surroundings: Rc<dyn Surroundings>,
    pub(super) emit: Rc<dyn Fn(Event)>,
    pub(super) backend: BackendChoice,
    /// The executor while no run has it.
    pub(super) spare: Option<Box<dyn Executor>>,
    pub(super) info: Option<DeviceInfo>,
    pub(super) room: Room,
    device: Option<Device>,
    /// Executors beside that of the run.
    pub(super) further: Option<Further>,
    pub(super) texts: Texts,
    /// The last that was made.
    pub(super) tokenized: Option<Rc<Tokenized>>,
    /// Also those that runs hold.
    pub(super) in_use: Vec<Weak<Tokenized>>,
    pub(super) active: Option<Active>,
    pub(super) state: RunState,
    pub(super) in_flight: VecDeque<Launched>,
    pub(super) metrics: Vec<StepMetrics>,
    pub(super) clock: Clock,
    pub(super) snapshot: Option<Snapshot>,
    pub(super) writing: Option<Writing>,
    /// Whose turn it is while training and writing both go on, and until when.
    turn: Turn,
    pub(super) chores: VecDeque<Chore>,
    pub(super) look: Option<Look>,
    pub(super) asked: VecDeque<Asked>,
    pub(super) compared: Option<Compared>,
}

impl Engine {
    /// An engine that has done nothing yet; events go to `emit`.
    pub fn new(surroundings: Rc<dyn Surroundings>, emit: impl Fn(Event) + 'static) -> Self {
        Self {
            surroundings,
            emit: Rc::new(emit),
            backend: BackendChoice::Auto,
            spare: None,
            info: None,
            room: Room {
                max_buffer_bytes: 128 << 20,
                max_total_bytes: None,
                staging_buffers: 0,
            },
            device: None,
            further: None,
            texts: Texts::default(),
            tokenized: None,
            in_use: Vec::new(),
            active: None,
            state: RunState::Empty,
            in_flight: VecDeque::new(),
            metrics: Vec::new(),
            clock: Clock::default(),
            snapshot: None,
            writing: None,
            turn: Turn::default(),
            chores: VecDeque::new(),
            look: None,
            asked: VecDeque::new(),
            compared: None,
        }
    }

    pub(super) fn emit(&self, event: Event) {
        (self.emit)(event);
    }

    /// Tells the page how far the fetching of a text has come.
    pub(super) fn fetch_progress(&self) -> Progress {
        let emit = Rc::clone(&self.emit);
        Box::new(move |done, total| {
            emit(Event::Progress {
                what: Work::Fetch,
                done,
                total,
            });
        })
    }

    pub(super) fn fail(&self, what: FailedWhat, message: impl Into<String>) {
        self.emit(Event::Failed {
            what,
            request: None,
            message: message.into(),
        });
    }

    pub(super) fn set_state(&mut self, state: RunState) {
        if state != RunState::Running {
            self.clock.stop(self.surroundings.now_secs());
        }
        self.state = state;
        self.emit(Event::State(state));
    }

    /// Does what a command says. Long work is done in slices by [`Engine::work`].
    pub async fn handle(&mut self, command: Command) {
        if !self.has_code_for(&command).await {
            return;
        }
        match command {
            Command::Start { backend } => self.start(backend).await,
            Command::OwnText { name, bytes } => self.own_text(&name, bytes),
            Command::Prepare {
                request,
                playground,
            } => self.prepare(request, *playground).await,
            // What is under way is given up by the surroundings; between commands there is nothing.
            Command::Cancel | Command::StopToken { .. } => {}
            // Who waits for it has heard it already.
            Command::Given { .. } => {}
            Command::Compare {
                request,
                comparison,
            } => self.compare(request, *comparison).await,
            Command::PauseComparing { is_paused } => self.pause_comparing(is_paused).await,
            Command::StopComparing => self.stop_comparing(),
            Command::Estimate(playground) => self.estimate(*playground).await,
            Command::Play => self.play(),
            Command::Pause => self.pause().await,
            Command::Step => self.single_step().await,
            Command::Rewind => self.rewind(None).await,
            Command::Reseed { seed } => self.rewind(Some(seed)).await,
            Command::SetLearningRate { learning_rate } => self.set_learning_rate(learning_rate),
            Command::SetSampling(sampling) => self.set_sampling(sampling),
            Command::SetPrompt(prompt) => self.set_prompt(prompt),
            Command::Generate {
                request,
                prompt,
                sampling,
            } => self.generate(request, &prompt, sampling),
            Command::StopGenerating => self.stop_generating(),
            Command::Score { request, text } => scoring(self, request, text).await,
            Command::Inspect {
                request,
                text,
                live,
            } => looking(self, request, text, live).await,
            Command::StopInspecting => self.stop_looking(),
            Command::Ask { request, question } => self.ask(request, question).await,
            Command::StopAsking { request } => self.stop_asking(request),
            Command::Resume => self.resume().await,
            Command::Bench {
                request,
                backend,
                workload,
                config,
                runs,
            } => {
                let workload = Workload {
                    backend,
                    name: workload,
                    config,
                    runs,
                };
                benching(self, request, workload).await;
            }
            Command::DestroyDevice => {
                if let Some(device) = &self.device {
                    device.destroy();
                }
            }
            Command::CorpusPage { offset, limit } => self.corpus_page(offset, limit),
        }
    }

    /// A slice of whatever is to be done between commands; false when there is nothing.
    pub async fn work(&mut self) -> bool {
        if self.do_chore().await || self.ask_slice().await {
            return true;
        }
        // One or the other: playing is refused while a comparison goes on.
        let is_comparing = self.is_comparing();
        let is_training = self.state == RunState::Running || is_comparing;
        let is_writing = self.writing.is_some();
        if is_training && is_writing {
            let now = self.surroundings.now_secs();
            if now >= self.turn.ends {
                self.turn = Turn {
                    is_writing: !self.turn.is_writing,
                    ends: now + TURN_SECS,
                };
            }
        }
        if is_writing && (!is_training || self.turn.is_writing) {
            self.write_slice().await;
        } else if is_comparing {
            self.compare_slice().await;
        } else if is_training && !self.finish().await {
            self.train_slice().await;
        }
        is_training || is_writing
    }

    async fn start(&mut self, backend: BackendChoice) {
        // The run that stands is given up only once there is a device to go on with.
        let acquired = match self.surroundings.acquire(backend).await {
            Ok(acquired) => acquired,
            Err(message) => return self.fail(FailedWhat::Backend, message),
        };
        self.end_comparing("The device was changed. Start the comparison again.");
        self.look = None;
        self.drop_questions();
        self.writing = None;
        self.chores.clear();
        self.in_flight.clear();
        if let Some(mut executor) = self.spare.take() {
            executor.retire();
        }
        if let Some(mut active) = self.active.take() {
            active.run.executor.retire();
        }
        self.snapshot = None;
        self.backend = backend;
        if self.state != RunState::Empty {
            self.set_state(RunState::Empty);
        }
        let info = self.take(acquired);
        self.emit(Event::Backend(info));
        let surroundings = Rc::clone(&self.surroundings);
        if let Some(spare) = &mut self.spare {
            self.clock.flops_per_sec = flops_per_sec(&mut **spare, &*surroundings).await;
        }
    }

    /// Keeps a fresh executor as the spare one.
    pub(super) fn take(&mut self, acquired: Acquired) -> DeviceInfo {
        self.spare = Some(acquired.executor);
        self.room = Room {
            max_buffer_bytes: acquired.max_buffer_bytes,
            max_total_bytes: acquired.max_total_bytes,
            staging_buffers: match &acquired.device {
                Some(_) => STAGING_BUFFERS as u64,
                None => 0,
            },
        };
        self.device = acquired.device;
        self.further = Some(acquired.further);
        self.info = Some(acquired.info.clone());
        acquired.info
    }

    fn own_text(&mut self, name: &str, bytes: Vec<u8>) {
        match Corpus::from_bytes(name, bytes) {
            Ok(corpus) => {
                let corpus = self.texts.keep_own(corpus);
                self.emit(Event::TextKept {
                    name: corpus.name.clone(),
                    bytes: corpus.text.len() as u64,
                    characters: corpus.text.chars().count() as u64,
                });
            }
            Err(error) => self.fail(FailedWhat::Text, error.to_string()),
        }
    }

    fn corpus_page(&self, offset: u32, limit: u32) {
        let Some(active) = &self.active else {
            return self.fail(
                FailedWhat::Corpus,
                "No text is loaded yet; prepare a run first.",
            );
        };
        let (start, text) = active.texts.corpus.page(offset as usize, limit as usize);
        self.emit(Event::CorpusPage {
            offset: start as u32,
            text: text.to_owned(),
        });
    }

    async fn estimate(&mut self, mut playground: Playground) {
        validate(&mut playground);
        let result = self.figures_of(&playground).await;
        match result {
            Ok(estimate) => self.emit(Event::Estimated(Box::new(estimate))),
            Err(_) if self.surroundings.is_cancelled(Job::Prepare) => {}
            Err(message) => self.fail(FailedWhat::Estimate, message),
        }
    }

    async fn figures_of(&mut self, playground: &Playground) -> Result<Estimate, String> {
        self.bring_code_for(playground).await?;
        let tokens = self.vocabulary_of(playground).await?;
        let vocabulary = whole_vocabulary(playground, tokens)?;
        estimate(playground, vocabulary, self.room, self.clock.flops_per_sec)
    }

    /// Answers an error of the run: a lost device breaks it, anything else is reported.
    pub(super) fn fault(&mut self, what: FailedWhat, error: &RunError) {
        match lost_by(error) {
            Some(reason) => self.device_lost(reason),
            None => {
                if self.state == RunState::Running {
                    self.set_state(RunState::Paused);
                }
                self.fail(what, error.to_string());
            }
        }
    }

    pub(super) fn device_lost(&mut self, reason: &str) {
        if self.state == RunState::Broken {
            return;
        }
        self.in_flight.clear();
        self.chores.clear();
        self.writing = None;
        self.look = None;
        self.drop_questions();
        self.flush_metrics();
        self.set_state(RunState::Broken);
        self.emit(Event::DeviceLost {
            reason: self.loss_reason(reason),
            snapshot_step: self.snapshot.as_ref().map_or(0, |s| s.step),
        });
    }

    /// What failed first is often only a consequence; the device itself knows why it is gone.
    pub(super) fn loss_reason(&self, reason: &str) -> String {
        let told = self.device.as_ref().and_then(Device::lost);
        told.unwrap_or_else(|| reason.to_owned())
    }
}

/// Why the device is gone, where an error says that it is: what a device holds that refused a command cannot be trusted.
pub(super) fn lost_by(error: &RunError) -> Option<&str> {
    match error {
        RunError::Executor(ExecutorError::DeviceLost(reason) | ExecutorError::Device(reason)) => {
            Some(reason)
        }
        _ => None,
    }
}
