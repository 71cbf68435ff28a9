//! The page's state, and its logic from controls to worker: what to ask when something was edited. What an answer changes is in
//! `answers`.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::link;
use super::transport::Transport;
use crate::labs::bench::state::{Job, job_of_hash};
use crate::labs::data::ledger::{Availability, Ledger};
use crate::labs::deferred::Later;
use crate::labs::orders::Orders;
use crate::labs::questions::Questions;
use crate::labs::run::Run;
use crate::labs::workbench::Workbench;
use crate::labs::{
    Lab, attention::Look, bench::Bench, compare::Compare, data::Data, entropy::Entropy,
    generate::Write, tokens::Tokens, train::Train,
};
use crate::session::config::{BackendChoice, Corpus, Playground};
use crate::session::field::{pending, with_live_settings};
use crate::session::link::{LinkText, Opened};
use crate::session::notes::Note;
use crate::session::presets::{self, Preset};
use crate::session::protocol::{Command, Event};
use crate::session::reading::Order;
use crate::ui::fetch_text;
use crate::words::Words;

/// Everything the page holds. Copies share the same signals.
#[derive(Clone, Copy)]
pub struct Desk {
    pub bench: Workbench,
    pub data: Data,
    pub tokens: Tokens,
    pub entropy: Entropy,
    pub train: Train,
    pub look: Look,
    pub write: Write,
    pub compare: Compare,
    pub bench_page: Bench,
    line: StoredValue<Option<Transport>, LocalStorage>,
    /// Configurations that were ordered and not answered yet.
    pub(super) orders: StoredValue<Orders>,
    /// The last configuration whose costs were asked for.
    estimated: StoredValue<Option<Playground>>,
    /// The backend the worker has, or was asked for.
    pub(super) started: StoredValue<Option<BackendChoice>>,
    /// A device was asked for and has not come yet.
    pub(super) is_starting: StoredValue<bool>,
    /// The preset the playground began with; links are written as the difference from it.
    pub preset: RwSignal<&'static str>,
    /// The job of a bench link, until it has run.
    pub(super) job: StoredValue<Option<Job>>,
    /// A text that came in the link and waits for the worker.
    pub(super) text: StoredValue<Option<LinkText>>,
    /// The wait after the last edit.
    settling: StoredValue<Option<TimeoutHandle>>,
    /// The wait before what is looked at goes into the address.
    linking: StoredValue<Option<TimeoutHandle>>,
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
            studies: RwSignal::default(),
            questions: Questions::default(),
            notices: RwSignal::default(),
            lab: RwSignal::new(if link::is_bench() {
                Lab::Bench
            } else {
                Lab::Train
            }),
            command: Callback::new(|_| ()),
            order: Callback::new(|_| ()),
            prepare: Callback::new(|_| ()),
        };
        let mut desk = Self {
            bench,
            data: Data::new(),
            tokens: Tokens::new(),
            entropy: Entropy::new(),
            train: Train::new(),
            look: Look::new(),
            write: Write::new(),
            compare: Compare::new(),
            bench_page: Bench::new(),
            line,
            orders: StoredValue::default(),
            estimated: StoredValue::new(None),
            started: StoredValue::new(None),
            is_starting: StoredValue::new(false),
            preset: RwSignal::new(opened.preset),
            job: StoredValue::new(job_of_hash(&link::hash())),
            text: StoredValue::new(opened.text),
            settling: StoredValue::new(None),
            linking: StoredValue::new(None),
        };
        desk.bench.command = Callback::new(move |command| desk.give(command));
        desk.bench.order = Callback::new(move |order| desk.ask(order));
        desk.bench.prepare = Callback::new(move |playground| desk.prepare(playground));
        desk.tell(&opened.notes);
        desk.open_comparison();
        provide_context(desk);
        provide_context(desk.bench);
        provide_context(Later::default());
        provide_context(desk.data);
        provide_context(desk.tokens);
        provide_context(desk.entropy);
        provide_context(desk.train);
        provide_context(desk.look);
        provide_context(desk.write);
        provide_context(desk.compare);
        provide_context(desk.bench_page);
        desk
    }

    /// Starts the worker and follows the edits.
    pub fn open(self) {
        let failed = move |reason| self.end(reason);
        let on_reply = move |reply| self.hear_reader(reply);
        match Transport::start(move |event| self.hear(event), on_reply, failed) {
            Ok(line) => self.line.set_value(Some(line)),
            Err(reason) => failed(reason),
        }
        let data = self.data.state;
        spawn_local(async move {
            // No index is a site without corpora.
            let index = fetch_text("./corpora/index.json").await.unwrap_or_default();
            let ledger = Ledger::of(&serde_json::from_str(&index).unwrap_or_default());
            let moby_dick = ledger.availability(&Corpus::MobyDick);
            self.compare
                .has_moby_dick
                .set(moby_dick == Availability::Here);
            data.update(|state| state.ledger = ledger);
        });
        // For browser tests: lose the device as a driver reset would.
        let destroy = leptos::ev::Custom::<web_sys::Event>::new("seedling-test-destroy-device");
        let handle = window_event_listener(destroy, move |_| self.post(Command::DestroyDevice));
        on_cleanup(move || handle.remove());
        // The time a step takes is known only once some have run, and better after more.
        let known = Memo::new(move |_| {
            let steps = self.bench.run.with(|run| run.step());
            (self.bench.lab.get() == Lab::Model && steps > 0).then_some(steps / 100)
        });
        Effect::new(move |_| {
            if known.get().is_some() {
                let draft = self.bench.draft.get_untracked();
                self.post(Command::Estimate(Box::new(draft)));
            }
        });
        Effect::new(move |_| {
            self.bench.draft.track();
            self.data.in_link.track();
            self.settling.update_value(|handle| {
                if let Some(handle) = handle.take() {
                    handle.clear();
                }
                *handle = set_timeout_with_handle(move || self.settle(), REST).ok();
            });
        });
        // The address is that of what is looked at: the comparison, or the playground.
        Effect::new(move |before: Option<()>| {
            self.bench.lab.track();
            self.compare.plan.track();
            if before.is_none() || self.job.with_value(Option::is_some) {
                return;
            }
            self.linking.update_value(|handle| {
                if let Some(handle) = handle.take() {
                    handle.clear();
                }
                let write = move || self.write_link(&self.bench.draft.get_untracked());
                *handle = set_timeout_with_handle(write, REST).ok();
            });
        });
    }

    /// The comparison of the address, where it has one.
    fn open_comparison(self) {
        let Some(opened) = link::comparison() else {
            return;
        };
        self.tell(&opened.notes);
        self.compare.take(opened.comparison);
        self.bench.lab.set(Lab::Compare);
    }

    /// The worker cannot start, or has ended.
    fn end(self, reason: String) {
        let bench = self.bench;
        let title: fn(&'static Words) -> &'static str =
            match bench.run.with_untracked(|run| run.ready) {
                true => |w| w.shell.worker_ended,
                false => |w| w.shell.worker_failed,
            };
        bench.complain(title, reason);
        bench.run.update(Run::end);
        self.write.state.update(|state| state.give_up());
        self.look.state.update(|state| state.awaiting = None);
        self.compare.state.update(|state| state.give_up(None));
    }

    pub(super) fn post(self, command: Command) {
        self.line.with_value(|line| {
            if let Some(line) = line {
                line.send(command);
            }
        });
    }

    /// Gives the reader an order, after the page's own state follows it.
    fn ask(self, order: Order) {
        if matches!(order, Order::Study { .. }) {
            self.bench.studies.update(|studies| studies.sent(&order));
        }
        self.line.with_value(|line| {
            if let Some(line) = line {
                line.order(order);
            }
        });
    }

    /// Acts on an edit that has not rested long enough yet.
    fn settle_now(self) {
        let waits = self.settling.try_update_value(Option::take).flatten();
        if let Some(handle) = waits {
            handle.clear();
            self.settle();
        }
    }

    /// Gives a command, after the page's own state follows it.
    pub(super) fn give(self, command: Command) {
        if matches!(command, Command::Play | Command::Step) {
            // What was just edited is meant to be trained.
            self.settle_now();
            if self.orders.with_value(Orders::is_waiting) {
                return;
            }
        }
        match &command {
            Command::Start { backend } => {
                self.started.set_value(Some(*backend));
                self.is_starting.set_value(true);
            }
            Command::OwnText { name, bytes } => {
                self.data.offered.set_value(LinkText::of(name, bytes));
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
            Command::Cancel => {
                self.orders.update_value(Orders::cancel);
                let waiting = self.orders.try_update_value(Orders::drop_waiting);
                if let Some(request) = waiting.flatten() {
                    self.hear(Event::Cancelled { request });
                }
            }
            _ => {}
        }
        self.bench.run.update(|run| run.sent(&command));
        self.write.state.update(|state| state.sent(&command));
        if matches!(command, Command::PauseComparing { .. }) {
            self.compare.state.update(|state| state.sent(&command));
        }
        self.post(command);
    }

    /// Has a configuration prepared, on the device it asks for. The run that stands is given up only when everything is there.
    pub(super) fn prepare(self, playground: Playground) {
        let backend = playground.backend;
        self.estimated.set_value(Some(playground.clone()));
        let is_other_device = self.started.get_value() != Some(backend);
        let waits = is_other_device || self.is_starting.get_value();
        let add = |orders: &mut Orders| orders.add(playground.clone(), waits);
        let Some(request) = self.orders.try_update_value(add) else {
            return;
        };
        self.bench.run.update(|run| run.ordered(request));
        if is_other_device {
            self.give(Command::Start { backend });
        } else if !waits {
            self.post(Command::Prepare {
                request,
                playground: Box::new(playground),
            });
        }
    }

    /// What was edited in the run's settings is taken back.
    pub(super) fn revert_draft(self) {
        match self.bench.applied.get_untracked() {
            Some(applied) => self.bench.draft.set(applied),
            None => self.take_preset(&presets::ALL[0]),
        }
    }

    /// Acts on the draft once it rests.
    pub(super) fn settle(self) {
        self.settling.set_value(None);
        let bench = self.bench;
        let draft = bench.draft.get_untracked();
        if self.job.with_value(Option::is_none) {
            self.write_link(&draft);
        }
        if !bench
            .run
            .with_untracked(|run| run.ready && run.device.is_some())
        {
            return;
        }
        self.send_live_settings(&draft);
        let is_new = self.estimated.with_value(|last| {
            last.as_ref()
                .is_none_or(|it| !pending(it, &draft).is_empty())
        });
        if is_new && self.has_text(&draft) {
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
            self.prepare(draft);
        }
    }

    /// Puts what is looked at into the address: a comparison, or the draft, with the own text when the person wants that and it is short enough.
    pub(super) fn write_link(self, draft: &Playground) {
        let is_comparing = self.bench.lab.get_untracked() == Lab::Compare;
        if let Some(hash) = self.compare.link().filter(|_| is_comparing) {
            return link::put(&hash);
        }
        let wants_text = draft.corpus == Corpus::Own && self.data.in_link.get_untracked();
        let text = self.data.short_text.get_untracked();
        link::write(
            self.preset.get_untracked(),
            draft,
            text.filter(|_| wants_text).as_ref(),
        );
    }

    /// The configuration in force, or the one that is about to be.
    pub(super) fn run_in_sight(self) -> Option<Playground> {
        self.orders
            .with_value(|orders| orders.newest().cloned())
            .or_else(|| self.bench.applied.get_untracked())
    }

    pub(super) fn has_text(self, draft: &Playground) -> bool {
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
        if applied.prompt != draft.prompt {
            self.post(Command::SetPrompt(draft.prompt.clone()));
        }
        let in_force = with_live_settings(&applied, draft);
        if in_force != applied {
            self.bench.applied.set(Some(in_force));
        }
    }

    /// Shows what had to be changed in a link.
    fn tell(self, notes: &[Note]) {
        if !notes.is_empty() {
            let details = notes.iter().map(ToString::to_string).collect();
            self.bench.inform(|w| w.shell.link_changed, details);
        }
    }

    /// Takes the playground of the address, after it was changed by hand.
    pub fn reopen(self) {
        if link::is_bench() {
            self.bench.lab.set(Lab::Bench);
            if let Some(job) = job_of_hash(&link::hash()) {
                self.bench_page.run(self.bench, job);
            }
            return;
        }
        if link::comparison().is_some() {
            return self.open_comparison();
        }
        if self.bench.lab.get_untracked() == Lab::Compare {
            // There the address would be the comparison's again at once.
            self.bench.lab.set(Lab::Train);
        }
        let opened = link::read();
        self.tell(&opened.notes);
        self.preset.set(opened.preset);
        self.bench.draft.set(opened.playground);
        if let Some(LinkText { name, text }) = opened.text {
            self.data.in_link.set(true);
            self.give(Command::OwnText {
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
}
