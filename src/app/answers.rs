//! What an answer of the worker changes on the page.

use std::sync::Arc;

use leptos::prelude::*;

use super::desk::Desk;
use crate::labs::Lab;
use crate::labs::orders::Orders;
use crate::labs::study::Studies;
use crate::session::config::{BackendChoice, Corpus, Playground};
use crate::session::field::Slot;
use crate::session::link::LinkText;
use crate::session::notes::Note;
use crate::session::protocol::{Command, Event, FailedWhat, Prepared};
use crate::session::reading::Reply;
use crate::words::Words;

impl Desk {
    /// What the worker said: every part of the page that it concerns takes it in.
    pub fn hear(self, event: Event) {
        use Event as E;
        // A signal wakes its readers at every update, so only those that change are updated.
        if !matches!(
            event,
            E::Generated { .. }
                | E::Attention(_)
                | E::BenchLine { .. }
                | E::Compared { .. }
                | E::Told { .. }
        ) {
            self.bench.run.update(|run| run.apply(&event));
        }
        match &event {
            E::Prepared(_) => {
                self.bench.studies.update(Studies::forget);
                self.entropy.changed_corpus();
                self.train.state.update(|state| state.apply(&event));
                self.write.state.update(|state| state.apply(&event));
                self.data.state.update(|state| state.apply(&event));
                self.look.state.update(|state| state.apply(&event));
            }
            E::Metrics(_) | E::Validation { .. } | E::Sample { .. } | E::Rewound => {
                self.train.state.update(|state| state.apply(&event));
            }
            E::Generated { .. } | E::Scored { .. } => {
                self.write.state.update(|state| state.apply(&event));
            }
            E::TextKept { .. } | E::CorpusPage { .. } => {
                self.data.state.update(|state| state.apply(&event));
            }
            E::DeviceLost { .. } => {
                self.write.state.update(|state| state.apply(&event));
                self.look.state.update(|state| state.apply(&event));
            }
            E::Attention(_) => self.look.state.update(|state| state.apply(&event)),
            E::Compared { .. } => self.compare.state.update(|state| state.apply(&event)),
            E::BenchLine { .. } | E::BenchDone { .. } => self.hear_bench(&event),
            E::Failed { .. } => {
                self.write.state.update(|state| state.apply(&event));
                self.look.state.update(|state| state.apply(&event));
                self.compare.state.update(|state| state.apply(&event));
                self.hear_bench(&event);
            }
            _ => {}
        }
        self.answer(event);
    }

    /// What the reader said.
    pub fn hear_reader(self, reply: Reply) {
        match reply {
            Reply::Tokens { .. } => self.tokens.hear(self.bench, &reply),
            Reply::StudyProgress { .. } | Reply::Studied { .. } => {
                self.bench.studies.update(|studies| studies.apply(&reply));
            }
            // As if one worker had done it all.
            Reply::Progress { what, done, total } => {
                self.hear(Event::Progress { what, done, total });
            }
            Reply::Text { name, text } => self.give(Command::OwnText {
                name,
                bytes: text.into_bytes(),
            }),
            Reply::BenchLine { request, json } => self.hear(Event::BenchLine { request, json }),
            Reply::BenchDone { request, failure } => {
                if let Some(message) = failure {
                    self.hear(Event::Failed {
                        what: FailedWhat::Bench,
                        request: None,
                        message,
                    });
                }
                self.hear(Event::BenchDone { request });
            }
            Reply::Failed { message } => self.failed(FailedWhat::Corpus, message),
            Reply::Ready | Reply::Given { .. } => {}
        }
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
                    self.bench_page.run(bench, job);
                } else {
                    let backend = bench.draft.with_untracked(|draft| draft.backend);
                    self.give(Command::Start { backend });
                }
            }
            Event::Backend(_) => {
                if !self
                    .is_starting
                    .try_update_value(std::mem::take)
                    .unwrap_or_default()
                {
                    return;
                }
                let waiting = self.orders.try_update_value(Orders::give_waiting);
                match waiting.flatten() {
                    Some((request, playground)) => self.post(Command::Prepare {
                        request,
                        playground: Box::new(playground),
                    }),
                    None => self.first_run(),
                }
            }
            Event::Prepared(prepared) => self.prepared(*prepared),
            Event::Told {
                request,
                told,
                done,
            } => bench.questions.tell(request, *told, done),
            Event::Cancelled { request } => {
                self.answered(request);
                if self.is_end_of_cancelled() {
                    self.revert_draft();
                }
            }
            Event::Estimated(estimate) => {
                bench
                    .notices
                    .update(|notices| notices.settle(&[FailedWhat::Estimate]));
                bench.estimate.set(Some(Arc::from(estimate)));
            }
            Event::TextKept { .. } => {
                let short = self.data.offered.try_update_value(Option::take).flatten();
                self.data.short_text.set(short);
                bench.draft.update(|draft| draft.corpus = Corpus::Own);
                bench.apply_draft();
            }
            // A bench link measures first; afterwards the page begins as always.
            Event::BenchDone { .. } if self.started.get_value().is_none() => {
                let backend = bench.draft.with_untracked(|draft| draft.backend);
                self.give(Command::Start { backend });
            }
            Event::Failed {
                what,
                request,
                message,
            } => {
                if let Some(request) = request {
                    self.answered(request);
                }
                self.failed(what, message);
            }
            _ => {}
        }
    }

    /// The configuration that was ordered under this number.
    fn answered(self, request: u32) -> Option<Playground> {
        self.orders
            .try_update_value(|orders| orders.answered(request))
            .flatten()
    }

    fn is_end_of_cancelled(self) -> bool {
        self.orders
            .try_update_value(Orders::end_of_cancelled)
            .unwrap_or_default()
    }

    fn prepared(self, prepared: Prepared) {
        let bench = self.bench;
        if let Some(mut applied) = self.answered(prepared.request) {
            bench.draft.update(|draft| {
                for note in &prepared.notes {
                    follow(note, draft);
                }
            });
            for note in &prepared.notes {
                follow(note, &mut applied);
            }
            bench.applied.set(Some(applied));
        }
        if self.is_end_of_cancelled() {
            self.revert_draft();
        }
        bench.notices.update(|notices| {
            notices.settle(&[
                FailedWhat::Corpus,
                FailedWhat::Prepare,
                FailedWhat::Estimate,
                FailedWhat::Text,
            ]);
        });
        if !prepared.notes.is_empty() {
            let details = prepared.notes.iter().map(ToString::to_string).collect();
            bench.inform(|w| w.shell.adjusted, details);
        }
        bench
            .estimate
            .set(Some(Arc::new(prepared.estimate.clone())));
        bench.prepared.set(Some(Arc::new(prepared)));
        self.settle();
    }

    fn first_run(self) {
        if let Some(LinkText { name, text }) = self.text.try_update_value(Option::take).flatten() {
            // It came in the link, so it may go on in it.
            self.data.in_link.set(true);
            self.give(Command::OwnText {
                name,
                bytes: text.into_bytes(),
            });
            return;
        }
        let draft = self.bench.draft.get_untracked();
        if self.has_text(&draft) {
            self.prepare(draft);
        } else {
            self.bench.lab.set(Lab::Data);
            self.bench.inform(|w| w.shell.own_text_needed, vec![]);
        }
    }

    fn failed(self, what: FailedWhat, message: String) {
        let title: fn(&'static Words) -> &'static str = match what {
            FailedWhat::Backend => |w| w.shell.failed_backend,
            FailedWhat::Text => |w| w.shell.failed_text,
            FailedWhat::Corpus => |w| w.shell.failed_corpus,
            FailedWhat::Prepare | FailedWhat::Estimate => |w| w.shell.failed_prepare,
            FailedWhat::Train => |w| w.shell.failed_train,
            // Their laboratories say it where it was asked for.
            FailedWhat::Generate
            | FailedWhat::Score
            | FailedWhat::Inspect
            | FailedWhat::Bench
            | FailedWhat::Compare => return,
        };
        let has_none = self.bench.applied.with_untracked(Option::is_none);
        let is_stranded = has_none && what != FailedWhat::Estimate;
        if is_stranded || what == FailedWhat::Backend {
            // The page goes on with something else, so success is no answer to it.
            self.bench.complain(title, message);
        } else {
            self.bench.complain_of(what, title, message);
        }
        match what {
            FailedWhat::Backend => self.go_on_with_the_old_device(),
            // The page always has a run: when the first text cannot be had, it begins with the generated one.
            FailedWhat::Prepare if self.run_in_sight().is_none() => {
                let draft = self.bench.draft.get_untracked();
                if draft.corpus.is_served() {
                    self.bench
                        .draft
                        .update(|draft| draft.corpus = Corpus::Generated);
                } else {
                    // What it would cost is worth knowing even so; nothing has asked for it yet.
                    self.post(Command::Estimate(Box::new(draft)));
                }
            }
            // The costs on show are those of another configuration.
            FailedWhat::Estimate => self.bench.estimate.set(None),
            _ => {}
        }
    }

    /// The device that was asked for is not there: the run that stands goes on; without one, any device will do.
    fn go_on_with_the_old_device(self) {
        if !self
            .is_starting
            .try_update_value(std::mem::take)
            .unwrap_or_default()
        {
            return;
        }
        self.orders.update_value(|orders| {
            orders.drop_waiting();
        });
        let applied = self.bench.applied.get_untracked();
        let backend = applied
            .as_ref()
            .map_or(BackendChoice::Auto, |run| run.backend);
        self.started.set_value(Some(backend));
        self.bench.draft.update(|draft| draft.backend = backend);
        if applied.is_none() {
            self.give(Command::Start { backend });
        }
    }
}

/// Changes a playground as the worker changed the one it was given. A value edited since then is left alone.
fn follow(note: &Note, playground: &mut Playground) {
    let Note::Changed {
        field, was, became, ..
    } = note
    else {
        return;
    };
    // Texts are cut in notes.
    let is_text = matches!(field.slot(playground), Slot::Text(_));
    if !is_text && field.read(playground) == *was {
        field.write(playground, became);
    }
}
