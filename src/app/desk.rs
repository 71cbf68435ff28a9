//! The page's logic between controls and worker: what to ask when something was edited, and what an answer changes.

use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::transport::Transport;
use super::{link, note};
use crate::labs::bench::state::{Job, job_of_hash};
use crate::labs::data::state::availability;
use crate::labs::workbench::Workbench;
use crate::labs::{Lab, attention::Look, bench::Bench, data::Data, generate::Write, train::Train};
use crate::session::config::{BackendChoice, Corpus, Playground};
use crate::session::field::{pending, with_live_settings};
use crate::session::link::{LinkText, Opened};
use crate::session::notes::Note;
use crate::session::presets::Preset;
use crate::session::protocol::{Command, Event, FailedWhat};
use crate::words::Words;

/// Everything the page holds. Copies share the same signals.
#[derive(Clone, Copy)]
pub struct Desk {
    pub bench: Workbench,
    pub data: Data,
    pub train: Train,
    pub look: Look,
    pub write: Write,
    pub bench_page: Bench,
    line: StoredValue<Option<Transport>, LocalStorage>,
    /// The configuration the worker is preparing.
    awaiting: StoredValue<Option<Playground>>,
    /// The last configuration whose costs were asked for.
    estimated: StoredValue<Option<Playground>>,
    /// The backend the worker was started with.
    started: StoredValue<Option<BackendChoice>>,
    /// The preset the playground began with; links are written as the difference from it.
    pub preset: RwSignal<&'static str>,
    /// The job of a bench link, until it has run.
    job: StoredValue<Option<Job>>,
    /// A text that came in the link and waits for the worker.
    text: StoredValue<Option<LinkText>>,
    /// The wait after the last edit.
    settling: StoredValue<Option<TimeoutHandle>>,
}

/// Edits are acted on once they rest this long.
const REST: Duration = Duration::from_millis(300);

impl Desk {
    /// Makes the page's state around a playground, and provides it to the components below.
    pub fn provide(opened: Opened) -> Self {
        let line = StoredValue::new_local(None::<Transport>);
        let bench = Workbench {
            draft: RwSignal::new(opened.playground),
            applied: RwSignal::new(None),
            run: RwSignal::default(),
            prepared: RwSignal::new(None),
            estimate: RwSignal::new(None),
            notices: RwSignal::default(),
            lab: RwSignal::new(Lab::Train),
            order: Callback::new(|_| ()),
        };
        let mut desk = Self {
            bench,
            data: Data::new(),
            train: Train::new(),
            look: Look::new(),
            write: Write::new(),
            bench_page: Bench::new(),
            line,
            awaiting: StoredValue::new(None),
            estimated: StoredValue::new(None),
            started: StoredValue::new(None),
            preset: RwSignal::new(opened.preset),
            job: StoredValue::new(job_of_hash(&link::hash())),
            text: StoredValue::new(opened.text),
            settling: StoredValue::new(None),
        };
        desk.bench.order = Callback::new(move |command| desk.order(command));
        desk.tell(&opened.notes);
        provide_context(desk);
        provide_context(desk.bench);
        provide_context(desk.data);
        provide_context(desk.train);
        provide_context(desk.look);
        provide_context(desk.write);
        provide_context(desk.bench_page);
        desk
    }

    /// Starts the worker and follows the edits.
    pub fn open(self) {
        let failed = move |reason| self.bench.complain(|w| w.shell.worker_failed, reason);
        match Transport::start(move |event| self.hear(event), failed) {
            Ok(line) => self.line.set_value(Some(line)),
            Err(reason) => failed(reason),
        }
        let data = self.data.state;
        spawn_local(async move {
            let answer = match gloo_net::http::Request::get("./corpora/index.json")
                .send()
                .await
            {
                Ok(response) => response.json::<serde_json::Value>().await.ok(),
                Err(_) => None,
            };
            // No index is a site without corpora.
            let found = availability(&answer.unwrap_or_default());
            data.update(|state| state.moby_dick = found);
        });
        Effect::new(move |_| {
            self.bench.draft.track();
            self.settling.update_value(|handle| {
                if let Some(handle) = handle.take() {
                    handle.clear();
                }
                *handle = set_timeout_with_handle(move || self.settle(), REST).ok();
            });
        });
    }

    fn post(self, command: Command) {
        self.line.with_value(|line| {
            if let Some(line) = line {
                line.send(command);
            }
        });
    }

    /// Gives an order, after the page's own state follows it.
    fn order(self, command: Command) {
        match &command {
            Command::Start { backend } => self.started.set_value(Some(*backend)),
            Command::Prepare(playground) => {
                let backend = playground.backend;
                if self.started.get_value() != Some(backend) {
                    self.started.set_value(Some(backend));
                    self.post(Command::Start { backend });
                }
                self.awaiting.set_value(Some((**playground).clone()));
                self.estimated.set_value(Some((**playground).clone()));
            }
            Command::Reseed { seed } => {
                let seed = *seed;
                self.bench.draft.update(|draft| draft.seed = seed);
                self.bench.applied.update(|applied| {
                    if let Some(applied) = applied {
                        applied.seed = seed;
                    }
                });
            }
            _ => {}
        }
        match &command {
            Command::Prepare(_) | Command::Rewind | Command::Reseed { .. } => {
                self.bench.run.update(|run| run.sent(&command));
                self.train.state.update(|state| state.sent(&command));
                self.write.state.update(|state| state.sent(&command));
            }
            Command::Resume => self.bench.run.update(|run| run.sent(&command)),
            Command::Generate { .. } | Command::StopGenerating | Command::Score { .. } => {
                self.write.state.update(|state| state.sent(&command));
            }
            _ => {}
        }
        self.post(command);
    }

    /// Acts on the draft once it rests.
    fn settle(self) {
        let bench = self.bench;
        let draft = bench.draft.get_untracked();
        if self.job.with_value(Option::is_none) {
            link::write(self.preset.get_untracked(), &draft);
        }
        if !bench
            .run
            .with_untracked(|run| run.ready && run.device.is_some())
        {
            return;
        }
        self.send_live_settings(&draft);
        if self.estimated.with_value(|last| {
            last.as_ref()
                .is_none_or(|it| !pending(it, &draft).is_empty())
        }) {
            self.estimated.set_value(Some(draft.clone()));
            self.post(Command::Estimate(Box::new(draft.clone())));
        }
        // Before the first step nothing can be lost, so an edit takes effect by itself.
        let fresh = bench
            .run
            .with_untracked(|run| run.step() == 0 && !run.is_running());
        let differs = self
            .run_in_sight()
            .is_none_or(|run| !pending(&run, &draft).is_empty());
        if fresh && differs && self.has_text(&draft) {
            self.order(Command::Prepare(Box::new(draft)));
        }
    }

    /// The configuration in force, or the one that is about to be.
    fn run_in_sight(self) -> Option<Playground> {
        self.awaiting
            .get_value()
            .or_else(|| self.bench.applied.get_untracked())
    }

    fn has_text(self, draft: &Playground) -> bool {
        draft.corpus != Corpus::Own || self.data.state.with_untracked(|state| state.own.is_some())
    }

    fn send_live_settings(self, draft: &Playground) {
        let Some(applied) = self.bench.applied.get_untracked() else {
            return;
        };
        if applied.training.learning_rate != draft.training.learning_rate {
            self.post(Command::SetLearningRate {
                learning_rate: draft.training.learning_rate,
            });
        }
        if applied.sampling != draft.sampling {
            self.post(Command::SetSampling(draft.sampling.clone()));
        }
        let in_force = with_live_settings(&applied, draft);
        if in_force != applied {
            self.bench.applied.set(Some(in_force));
        }
    }

    /// What the worker said.
    pub fn hear(self, event: Event) {
        use Event as E;
        let bench = self.bench;
        match &event {
            E::Ready
            | E::Backend(_)
            | E::Progress { .. }
            | E::Prepared(_)
            | E::State(_)
            | E::Metrics(_)
            | E::NonFinite { .. }
            | E::DeviceLost { .. }
            | E::Failed { .. } => {
                bench.run.update(|run| run.apply(&event));
            }
            _ => {}
        }
        match &event {
            E::Prepared(_) | E::Metrics(_) | E::Validation { .. } | E::Sample { .. } => {
                self.train.state.update(|state| state.apply(&event));
            }
            E::Generated { .. } | E::Scored { .. } => {
                self.write.state.update(|state| state.apply(&event));
            }
            E::BenchLine { .. } | E::BenchDone { .. } => {
                self.hear_bench(&event);
            }
            _ => {}
        }
        match &event {
            E::Prepared(_) | E::TextKept { .. } | E::CorpusPage { .. } => {
                self.data.state.update(|state| state.apply(&event));
            }
            _ => {}
        }
        match &event {
            E::Prepared(_) | E::Attention(_) | E::Failed { .. } => {
                self.look.state.update(|state| state.apply(&event));
            }
            _ => {}
        }
        if matches!(event, E::Failed { .. }) {
            self.write.state.update(|state| state.apply(&event));
            self.hear_bench(&event);
        }
        self.answer(event);
    }

    fn hear_bench(self, event: &Event) {
        let began = window()
            .performance()
            .map_or(0.0, |clock| clock.time_origin());
        self.bench_page
            .state
            .update(|state| state.apply(event, began));
    }

    /// What follows from an event for the page itself.
    fn answer(self, event: Event) {
        let bench = self.bench;
        match event {
            Event::Ready => {
                if let Some(job) = self.job.get_value() {
                    bench.lab.set(Lab::Bench);
                    self.bench_page.run(bench, job);
                } else {
                    let backend = bench.draft.with_untracked(|draft| draft.backend);
                    self.order(Command::Start { backend });
                }
            }
            Event::Backend(_) => {
                let idle = self.run_in_sight().is_none()
                    && self
                        .bench_page
                        .state
                        .with_untracked(|state| state.running.is_none());
                if idle {
                    self.first_run();
                }
            }
            Event::Prepared(prepared) => {
                if let Some(applied) = self.awaiting.try_update_value(Option::take).flatten() {
                    bench.applied.set(Some(applied));
                }
                if !prepared.notes.is_empty() {
                    bench.inform(|w| w.shell.adjusted, prepared.notes.clone());
                }
                bench
                    .estimate
                    .set(Some(Arc::new(prepared.estimate.clone())));
                bench.prepared.set(Some(Arc::from(prepared)));
                self.settle();
            }
            Event::Estimated(estimate) => bench.estimate.set(Some(Arc::from(estimate))),
            Event::TextKept { .. } => {
                bench.draft.update(|draft| draft.corpus = Corpus::Own);
                bench.apply_draft();
            }
            Event::Failed { what, message } => self.failed(what, message),
            _ => {}
        }
    }

    /// Shows what had to be changed in a link.
    fn tell(self, notes: &[Note]) {
        if !notes.is_empty() {
            let details = notes.iter().map(note::sentence).collect();
            self.bench.inform(|w| w.shell.link_changed, details);
        }
    }

    /// Takes the playground of the address, after it was changed by hand.
    pub fn reopen(self) {
        let opened = link::read();
        self.tell(&opened.notes);
        self.preset.set(opened.preset);
        self.bench.draft.set(opened.playground);
        if let Some(LinkText { name, text }) = opened.text {
            self.order(Command::OwnText {
                name,
                bytes: text.into_bytes(),
            });
        }
    }

    /// Starts from a preset.
    pub fn take_preset(self, preset: &'static Preset) {
        self.preset.set(preset.id);
        self.bench.draft.set((preset.playground)());
    }

    fn first_run(self) {
        if let Some(LinkText { name, text }) = self.text.try_update_value(Option::take).flatten() {
            self.order(Command::OwnText {
                name,
                bytes: text.into_bytes(),
            });
            return;
        }
        let draft = self.bench.draft.get_untracked();
        if self.has_text(&draft) {
            self.order(Command::Prepare(Box::new(draft)));
        } else {
            self.bench.lab.set(Lab::Data);
            self.bench.inform(|w| w.data.own_text_needed, vec![]);
        }
    }

    fn failed(self, what: FailedWhat, message: String) {
        let title: fn(&'static Words) -> &'static str = match what {
            FailedWhat::Backend => |w| w.shell.failed_backend,
            FailedWhat::Text => |w| w.shell.failed_text,
            FailedWhat::Corpus => |w| w.shell.failed_corpus,
            FailedWhat::Prepare => |w| w.shell.failed_prepare,
            FailedWhat::Train => |w| w.shell.failed_train,
            // Their laboratories say it where it was asked for.
            FailedWhat::Generate | FailedWhat::Score | FailedWhat::Inspect | FailedWhat::Bench => {
                return;
            }
        };
        if matches!(
            what,
            FailedWhat::Corpus | FailedWhat::Prepare | FailedWhat::Backend
        ) {
            self.awaiting.set_value(None);
        }
        self.bench.complain(title, message);
        // The page always has data: without the corpus the first run starts on the generated text.
        let stranded =
            what == FailedWhat::Corpus && self.bench.applied.with_untracked(Option::is_none);
        if stranded
            && self
                .bench
                .draft
                .with_untracked(|draft| draft.corpus == Corpus::MobyDick)
        {
            self.bench
                .draft
                .update(|draft| draft.corpus = Corpus::Generated);
        }
    }
}
