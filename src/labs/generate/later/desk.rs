//! What the uses keep while another laboratory is open, and their questions to the model. A page has one such laboratory, and a first
//! visit has no use for it: so it is made when it is first shown, and not by the page.

use std::sync::{Arc, LazyLock};

use leptos::prelude::*;

use super::super::super::questions::Outcome;
use super::super::super::workbench::Workbench;
use super::super::embed::{Embed, first_lines};
use super::super::fill::Fill;
use super::super::pseudo::Pseudo;
use super::super::respond::{self, Example, Respond};
use super::super::uses::{self, Use};
use crate::models::Family;
use crate::session::protocol::Command;
use crate::session::questions::Question;

/// Signals that outlive the views.
#[derive(Default)]
struct Kept {
    chosen: ArcRwSignal<Option<(Family, Use)>>,
    fill: ArcRwSignal<Fill>,
    pseudo: ArcRwSignal<Pseudo>,
    embed: ArcRwSignal<Embed>,
    respond: ArcRwSignal<Respond>,
}

static KEPT: LazyLock<Kept> = LazyLock::new(Kept::default);

/// The same for the views.
#[derive(Clone, Copy)]
pub struct Desk {
    pub bench: Workbench,
    pub chosen: RwSignal<Option<(Family, Use)>>,
    pub fill: RwSignal<Fill>,
    pub pseudo: RwSignal<Pseudo>,
    pub embed: RwSignal<Embed>,
    pub respond: RwSignal<Respond>,
}

impl Desk {
    pub fn new(bench: Workbench) -> Self {
        Self {
            bench,
            chosen: KEPT.chosen.clone().into(),
            fill: KEPT.fill.clone().into(),
            pseudo: KEPT.pseudo.clone().into(),
            embed: KEPT.embed.clone().into(),
            respond: KEPT.respond.clone().into(),
        }
    }

    /// The family of the model in force.
    pub fn family(self) -> Memo<Option<Family>> {
        let applied = self.bench.applied;
        Memo::new(move |_| applied.with(|run| run.as_ref().map(|run| run.model.family)))
    }

    /// The use on show.
    pub fn shown(self) -> Memo<Use> {
        let family = self.family();
        Memo::new(move |_| {
            let family = family.get().unwrap_or(Family::Decoder);
            uses::shown(self.chosen.get(), family)
        })
    }

    pub fn choose(self, chosen: Use) {
        if let Some(family) = self.family().get_untracked() {
            self.chosen.set(Some((family, chosen)));
        }
    }

    /// Whether a model can be asked.
    pub fn can_ask(self) -> Memo<bool> {
        let ready = self.bench.is_ready();
        Memo::new(move |_| ready.get() && self.bench.run.with(|run| run.can_be_asked()))
    }

    /// What another model answered goes; what was written stays, and begins with the prompt.
    pub fn meet(self, model: u32) {
        let prompt = self.bench.draft.with_untracked(|p| p.prompt.clone());
        KEPT.fill.update(|fill| {
            fill.met(model);
            if fill.text.is_empty() {
                fill.text.clone_from(&prompt);
            }
        });
        KEPT.pseudo.update(|pseudo| {
            pseudo.asked.met(model);
            if pseudo.text.is_empty() {
                pseudo.text.clone_from(&prompt);
            }
        });
        KEPT.embed.update(|embed| {
            embed.asked.met(model);
            if embed.lines.is_empty() {
                embed.lines = first_lines(&prompt);
            }
        });
        KEPT.respond.update(|respond| {
            respond.asked.met(model);
        });
    }

    /// Asks what stands at the blanks, if there are any.
    pub fn ask_fill(self) {
        let Some(Some(question)) = KEPT.fill.try_update(Fill::question) else {
            return;
        };
        let text = KEPT.fill.with_untracked(|fill| fill.text.clone());
        let listener = move |reply| {
            let begins = KEPT.fill.try_update(|fill| {
                fill.hear(&text, reply);
                fill.begin()
            });
            if begins == Some(true) {
                self.ask_fill();
            }
        };
        self.bench.ask_model(question, Arc::new(listener));
    }

    pub fn ask_pseudo(self) {
        if let Some(question) = KEPT.pseudo.try_update(Pseudo::question) {
            let listener = |reply| KEPT.pseudo.update(|pseudo| pseudo.hear(reply));
            self.bench.ask_model(question, Arc::new(listener));
        }
    }

    pub fn ask_embed(self) {
        let texts = KEPT.embed.with_untracked(Embed::texts);
        if let Some(question) = KEPT.embed.try_update(Embed::question) {
            let listener = move |reply| KEPT.embed.update(|embed| embed.hear(&texts, reply));
            self.bench.ask_model(question, Arc::new(listener));
        }
    }

    pub fn ask_respond(self) {
        let sampling = self.bench.draft.with_untracked(|p| p.sampling.clone());
        let question = KEPT.respond.try_update(|it| it.question(&sampling));
        if let Some(question) = question {
            let listener = |reply| KEPT.respond.update(|respond| respond.hear(reply));
            self.bench.ask_model(question, Arc::new(listener));
        }
    }

    /// Puts the next example of the corpus into the source; the prompt where there is none.
    pub fn take_example(self) {
        let Some(run) = self.bench.applied.get_untracked() else {
            return;
        };
        let number = KEPT.respond.with_untracked(|respond| respond.next_example);
        match respond::example(&run, number) {
            Example::Known(pair) => KEPT.respond.update(|respond| respond.take_example(pair)),
            Example::Ask(question) => self.ask_example(question),
            Example::None => {}
        }
    }

    fn ask_example(self, question: Question) {
        let listener = move |reply| {
            let pair = match reply {
                Outcome::Told { told, .. } => respond::pair_of(&told),
                Outcome::Failed(_) => None,
                Outcome::GivenUp => return,
            };
            KEPT.respond.update(|respond| match pair {
                Some(pair) => respond.take_example(pair),
                None if respond.source.is_empty() => {
                    let run = self.bench.applied.get_untracked();
                    respond.source = run
                        .as_ref()
                        .map_or(String::new(), respond::source_of_prompt);
                }
                None => {}
            });
        };
        self.bench.ask_model(question, Arc::new(listener));
    }

    /// Gives up what was asked.
    pub fn stop(self) {
        self.bench.give_up_question();
        self.bench.send(Command::StopAsking);
    }
}
