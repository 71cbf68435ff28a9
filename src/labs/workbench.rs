//! What the page hands to every laboratory: the playground being edited, the run in force, and a way to give orders.

use std::sync::Arc;

use leptos::prelude::*;

use super::Lab;
use super::notice::{Notices, Tone};
use super::questions::{Hear, Questions};
use super::run::Run;
use super::study::Studies;
use crate::session::config::Playground;
use crate::session::field::pending;
use crate::session::protocol::{Command, Estimate, FailedWhat, Prepared};
use crate::session::questions::Question;
use crate::session::reading::Order;
use crate::session::study::Study;
use crate::session::tokens::Ask;
use crate::words::Words;

/// Shared by all laboratories through the component context.
#[derive(Clone, Copy)]
pub struct Workbench {
    /// The playground as the controls show it.
    pub draft: RwSignal<Playground>,
    /// The playground the prepared run was made from.
    pub applied: RwSignal<Option<Playground>>,
    pub run: RwSignal<Run>,
    pub prepared: RwSignal<Option<Arc<Prepared>>>,
    pub estimate: RwSignal<Option<Arc<Estimate>>>,
    /// Questions about the corpus.
    pub studies: RwSignal<Studies>,
    /// Questions to the model.
    pub questions: Questions,
    pub notices: RwSignal<Notices>,
    pub lab: RwSignal<Lab>,
    /// Gives a command to the engine.
    pub command: Callback<Command>,
    /// Gives an order to the reader.
    pub order: Callback<Order>,
    /// Has a configuration prepared.
    pub prepare: Callback<Playground>,
}

/// The workbench of the page around this component.
pub fn workbench() -> Workbench {
    expect_context()
}

impl Workbench {
    pub fn send(self, command: Command) {
        self.command.run(command);
    }

    pub fn ask(self, order: Order) {
        self.order.run(order);
    }

    /// Asks the model; the number by which the question is given up.
    pub fn question(self, question: Question, hear: Hear) -> u32 {
        let request = self.questions.open(hear);
        self.send(Command::Ask { request, question });
        request
    }

    /// Gives a question up.
    pub fn give_up(self, request: u32) {
        self.questions.close(request);
        self.send(Command::StopAsking { request });
    }

    /// A value of the draft that only fires when it changes.
    pub fn value<T>(self, get: fn(&Playground) -> T) -> Signal<T>
    where
        T: PartialEq + Clone + Send + Sync + 'static,
    {
        Memo::new(move |_| self.draft.with(get)).into()
    }

    /// A callback that edits the draft.
    pub fn edit<T: 'static>(self, put: fn(&mut Playground, T)) -> Callback<T> {
        Callback::new(move |value| self.draft.update(|draft| put(draft, value)))
    }

    /// Whether anything waits for a restart.
    pub fn has_pending(self) -> Signal<bool> {
        Memo::new(move |_| {
            self.applied.with(|applied| {
                applied.as_ref().is_some_and(|applied| {
                    self.draft.with(|draft| !pending(applied, draft).is_empty())
                })
            })
        })
        .into()
    }

    /// Whether there is a model to ask.
    pub fn is_ready(self) -> Signal<bool> {
        Memo::new(move |_| self.prepared.with(Option::is_some) && self.run.with(|run| !run.is_over))
            .into()
    }

    /// Starts over with the draft.
    pub fn apply_draft(self) {
        self.prepare.run(self.draft.get_untracked());
    }

    /// The playground of the run, or the one that is about to be.
    fn in_force(self) -> Box<Playground> {
        let playground = self.applied.get_untracked();
        Box::new(playground.unwrap_or_else(|| self.draft.get_untracked()))
    }

    /// Asks about the corpus of the run.
    pub fn study(self, study: Study) {
        self.ask(Order::Study {
            request: self.studies.with_untracked(Studies::next_request),
            playground: self.in_force(),
            study,
        });
    }

    /// Makes an own text of the run's corpus without its near-duplicates.
    pub fn remove_duplicates(self) {
        let playground = self.in_force();
        self.ask(Order::RemoveDuplicates { playground });
    }

    /// Asks for the tokenizer laboratory.
    pub fn ask_tokens(self, place: u32, request: u32, ask: Ask) {
        let dials = self.draft.with_untracked(|draft| draft.dials());
        self.ask(Order::Tokens {
            place,
            request,
            dials: Box::new(dials),
            ask,
        });
    }

    pub fn complain(self, title: fn(&'static Words) -> &'static str, details: String) {
        self.notices
            .update(|notices| notices.push(Tone::Error, title, vec![details], None));
    }

    /// An error that is over once the same thing can be done.
    pub fn complain_of(
        self,
        what: FailedWhat,
        title: fn(&'static Words) -> &'static str,
        details: String,
    ) {
        self.notices
            .update(|notices| notices.push(Tone::Error, title, vec![details], Some(what)));
    }

    pub fn inform(self, title: fn(&'static Words) -> &'static str, details: Vec<String>) {
        self.notices
            .update(|notices| notices.push(Tone::Information, title, details, None));
    }

    /// A part of the run that only fires when it changes.
    pub fn of_run<T>(self, get: fn(&Run) -> T) -> Signal<T>
    where
        T: PartialEq + Clone + Send + Sync + 'static,
    {
        Memo::new(move |_| self.run.with(get)).into()
    }
}
