//! An answer of the worker about the corpus where it belongs on the page: asked for as soon as it is on show, with its progress
//! and a way to stop it, and whatever else may come of it.

use std::sync::Arc;

use leptos::prelude::*;

use super::study::{Answer, Kind, Studies};
use super::workbench::workbench;
use crate::session::reading::Order;
use crate::session::study::{Finding, Study};
use crate::ui::{Button, ButtonKind, Meter};
use crate::words::{say, say_message, words};

/// What is shown of the answer to a question; another question is asked when `study` changes.
pub fn answered(
    study: Signal<Study>,
    show: impl Fn(Arc<Finding>) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    // One body for all answers: everything around them is the same, and would be compiled once for each.
    answered_by(study, Arc::new(show))
}

type Show = Arc<dyn Fn(Arc<Finding>) -> AnyView + Send + Sync>;

fn answered_by(study: Signal<Study>, show: Show) -> AnyView {
    let bench = workbench();
    let kind = Kind::of(study.get_untracked());
    let is_ready = Memo::new(move |_| {
        bench.prepared.with(Option::is_some) && !bench.run.with(|run| run.is_preparing())
    });
    Effect::new(move |_| {
        let wanted = study.get();
        let asked = bench.studies.with(|studies| studies.asked(kind));
        if is_ready.get() && asked != Some(wanted) {
            bench.study(wanted);
        }
    });
    let answer = Memo::new(move |_| bench.studies.with(|it: &Studies| it.answer(kind).clone()));
    // The share changes often; what stands around it must not be made anew each time.
    let stage = Memo::new(move |_| match answer.get() {
        Answer::Waiting(_) => Answer::Waiting(0.0),
        other => other,
    });
    let again = move |()| bench.study(study.get_untracked());
    view! {
        <div class="answer" aria-busy=move || stage.with(Answer::is_waiting).to_string() data-testid="answer">
            {move || match stage.get() {
                Answer::None => view! { <p class="empty">{words().study.no_corpus}</p> }.into_any(),
                Answer::Waiting(_) => {
                    let share = Signal::derive(move || match answer.get() {
                        Answer::Waiting(share) => Some(f64::from(share)),
                        _ => None,
                    });
                    view! {
                        <div class="row waiting">
                            <Meter label=say(|w| w.study.looking) share=share />
                            <Button
                                label=say(|w| w.study.stop)
                                kind=ButtonKind::Chip
                                press=move |()| bench.ask(Order::StopStudies)
                                test="stop-study"
                            />
                        </div>
                    }
                        .into_any()
                }
                Answer::Here(finding) => show(finding),
                Answer::Stopped => {
                    view! {
                        <div class="row waiting">
                            <span class="quiet">{words().study.stopped}</span>
                            <Button label=say(|w| w.study.again) kind=ButtonKind::Chip press=again test="study-again" />
                        </div>
                    }
                        .into_any()
                }
                Answer::Failed(message) => {
                    view! {
                        <div class="row waiting" role="status">
                            <p data-testid="study-failed">{say_message(&message)}</p>
                            <Button label=say(|w| w.study.again) kind=ButtonKind::Chip press=again test="study-again" />
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}
