//! What the uses keep while another laboratory is open, and their questions to the model. A first visit has no use for it, so it is made
//! when it is first shown.

use leptos::prelude::*;

use super::super::super::workbench::{Workbench, workbench};
use super::super::embed::{Embed, first_lines};
use super::super::fill::Fill;
use super::super::pseudo::Pseudo;
use super::super::respond::{Example, Respond, example, pair_of, source_of_prompt};
use super::super::uses::{self, Use};
use crate::models::Family;
use crate::session::questions::{Question, Told};

/// See the file's head. Copies share the same signals.
#[derive(Clone, Copy)]
pub struct Desk {
    pub bench: Workbench,
    pub chosen: RwSignal<Option<(Family, Use)>>,
    pub fill: RwSignal<Fill>,
    pub pseudo: RwSignal<Pseudo>,
    pub embed: RwSignal<Embed>,
    pub respond: RwSignal<Respond>,
}

/// The one of this page. It is the page's and not a view's, which goes when another laboratory is opened.
pub fn desk() -> Desk {
    let bench = workbench();
    let make = move || {
        let desk = Desk {
            bench,
            chosen: RwSignal::default(),
            fill: RwSignal::default(),
            pseudo: RwSignal::default(),
            embed: RwSignal::default(),
            respond: RwSignal::default(),
        };
        provide_context(desk);
        desk
    };
    use_context().unwrap_or_else(|| of_page(make))
}

/// Makes something that is there as long as the page.
fn of_page<T>(make: impl FnOnce() -> T) -> T {
    let Some(mut owner) = Owner::current() else {
        return make();
    };
    while let Some(parent) = owner.parent() {
        owner = parent;
    }
    owner.with(make)
}

impl Desk {
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
        let applied = self.bench.applied;
        let family = applied.with_untracked(|run| run.as_ref().map(|run| run.model.family));
        self.chosen.set(family.map(|family| (family, chosen)));
    }

    /// Whether a model can be asked.
    pub fn can_ask(self) -> Memo<bool> {
        let ready = self.bench.is_ready();
        Memo::new(move |_| ready.get() && self.bench.run.with(|run| run.can_be_asked()))
    }

    /// What another model answered goes; what was written stays, and begins with the prompt.
    pub fn meet(self, model: u32) {
        let prompt = self.bench.draft.with_untracked(|p| p.prompt.clone());
        self.fill.update(|fill| {
            fill.met(model);
            if fill.text.is_empty() {
                fill.text.clone_from(&prompt);
            }
        });
        self.pseudo.update(|pseudo| {
            pseudo.asked.met(model);
            if pseudo.text.is_empty() {
                pseudo.text.clone_from(&prompt);
            }
        });
        self.embed.update(|embed| {
            embed.asked.met(model);
            if embed.lines.is_empty() {
                embed.lines = first_lines(&prompt);
            }
        });
        self.respond.update(|respond| {
            respond.met(model);
        });
    }

    /// Something to see of a use that is shown, without being asked for.
    pub fn begin(self, shown: Use) {
        match shown {
            Use::Continue => {}
            Use::Fill => {
                if self
                    .fill
                    .with_untracked(|it| it.asked.is_new() && !it.text.is_empty())
                {
                    self.ask_fill();
                }
            }
            Use::Embed => {
                if self
                    .embed
                    .with_untracked(|it| it.asked.is_new() && it.texts().len() > 1)
                {
                    self.ask_embed();
                }
            }
            Use::Respond => {
                if self.respond.with_untracked(|it| it.source.is_empty()) {
                    self.take_example();
                }
            }
        }
    }

    /// Asks the model, instead of what was asked before; the number of the question.
    fn ask(
        self,
        before: Option<u32>,
        question: Question,
        hear: impl Fn(Told, bool) + Send + Sync + 'static,
    ) -> u32 {
        if let Some(before) = before {
            self.bench.give_up(before);
        }
        let hear = of_page(|| Callback::new(move |(told, is_last)| hear(told, is_last)));
        self.bench.question(question, hear)
    }

    /// Asks what stands at the blanks, if there are any.
    pub fn ask_fill(self) {
        let asked = self.fill.with_untracked(|fill| {
            let question = fill.question()?;
            Some((fill.asked.request, fill.text.clone(), question))
        });
        let Some((before, text, question)) = asked else {
            return;
        };
        let request = self.ask(before, question, move |told, is_last| {
            let begins = self.fill.try_update(|fill| {
                fill.hear(&text, told, is_last);
                fill.begin()
            });
            if begins == Some(true) {
                self.ask_fill();
            }
        });
        self.fill.update(|fill| fill.asked.sent(request));
    }

    pub fn ask_pseudo(self) {
        let asked = |it: &Pseudo| (it.asked.request, it.text.clone());
        let (before, text) = self.pseudo.with_untracked(asked);
        let question = Question::PseudoScore { text };
        let request = self.ask(before, question, move |told, is_last| {
            self.pseudo.update(|it| it.hear(told, is_last));
        });
        self.pseudo.update(|it| it.asked.sent(request));
    }

    pub fn ask_embed(self) {
        let asked = |it: &Embed| (it.asked.request, it.texts());
        let (before, texts) = self.embed.with_untracked(asked);
        let question = Question::Embed {
            texts: texts.clone(),
        };
        let request = self.ask(before, question, move |told, is_last| {
            self.embed.update(|it| it.hear(&texts, told, is_last));
        });
        self.embed.update(|it| it.asked.sent(request));
    }

    pub fn ask_respond(self) {
        let sampling = self.bench.draft.with_untracked(|p| p.sampling.clone());
        let asked = |it: &Respond| (it.asked.request, it.question(&sampling));
        let (before, question) = self.respond.with_untracked(asked);
        let request = self.ask(before, question, move |told, is_last| {
            self.respond.update(|it| it.hear(told, is_last));
        });
        self.respond.update(|it| it.sent(request));
    }

    /// Puts the next example of the corpus into the source; the prompt where there is none.
    pub fn take_example(self) {
        let Some(run) = self.bench.applied.get_untracked() else {
            return;
        };
        let number = self.respond.with_untracked(|it| it.next_example);
        match example(&run, number) {
            Example::Known(pair) => self.respond.update(|it| it.take_example(pair)),
            Example::Ask(question) => {
                self.ask(None, question, move |told, _| {
                    self.respond.update(|it| match pair_of(&told) {
                        Some(pair) => it.take_example(pair),
                        None if it.source.is_empty() => it.source = source_of_prompt(&run),
                        None => {}
                    });
                });
            }
            Example::None => {}
        }
    }

    pub fn stop_fill(self) {
        self.stop(self.fill.try_update(|it| it.asked.request.take()));
    }

    pub fn stop_pseudo(self) {
        self.stop(self.pseudo.try_update(|it| it.asked.request.take()));
    }

    pub fn stop_embed(self) {
        self.stop(self.embed.try_update(|it| it.asked.request.take()));
    }

    pub fn stop_respond(self) {
        self.stop(self.respond.try_update(|it| it.asked.request.take()));
    }

    fn stop(self, request: Option<Option<u32>>) {
        if let Some(request) = request.flatten() {
            self.bench.give_up(request);
        }
    }
}
