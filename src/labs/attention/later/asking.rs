//! Questions to models that are not looked at by attention, asked again as the run goes on.

use std::time::Duration;

use leptos::prelude::*;

use super::super::super::run::Run;
use super::super::super::workbench::Workbench;
use super::super::kept::Look;
use super::super::state::{Heard, State};
use crate::session::protocol::RunState;
use crate::session::questions::Question;
use crate::words::inside::Inside;
use crate::words::{language, say_message, words};

/// How often a picture may change while the model trains, as that of attention.
const PACE: Duration = Duration::from_millis(500);

/// The words of these views in the language in use; tracked.
pub fn inside() -> &'static Inside {
    Inside::of(language())
}

/// One of them as a signal, for the properties of controls.
pub fn say_inside(pick: fn(&'static Inside) -> &'static str) -> Signal<String> {
    Signal::derive(move || pick(inside()).to_owned())
}

/// The text to look at: the person's, or the prompt.
pub fn text_of(look: Look, bench: Workbench) -> String {
    let text = look.text.get_untracked();
    if text.is_empty() {
        bench.draft.with_untracked(|draft| draft.prompt.clone())
    } else {
        text
    }
}

/// Has the view ask for something else than before.
pub fn want(look: Look, change: impl FnOnce(&mut State)) {
    look.state.update(|state| {
        change(state);
        state.wanted += 1;
    });
}

/// Asks as soon as there is a model and when something else is wanted, and again whenever the run has gone on, while the view is in
/// sight and `follows`.
pub fn keep_asking(
    look: Look,
    bench: Workbench,
    question: fn(Look, Workbench) -> Question,
    follows: fn(Look) -> bool,
) {
    let ready = bench.is_ready();
    let able = Memo::new(move |_| {
        let can_answer = |run: &Run| !run.is_preparing() && run.state != RunState::Broken;
        ready.get() && bench.run.with(can_answer)
    });
    let wanted = Memo::new(move |_| look.state.with(|state| state.wanted));
    // The weights that were asked about: a rewound run may have others at the same step.
    let weights = move || {
        let seed = bench
            .applied
            .with_untracked(|run| run.as_ref().map(|run| run.seed));
        (bench.run.with_untracked(Run::step), seed)
    };
    let asked_about = StoredValue::new(None);
    let hear = Callback::new(move |(told, _)| look.state.update(|state| state.hear(told)));
    let ask = move || {
        asked_about.set_value(Some(weights()));
        if let Some(older) = look.state.with_untracked(|state| state.asked) {
            bench.give_up(older);
        }
        let request = bench.question(question(look, bench), hear);
        look.state.update(|state| state.asked = Some(request));
    };
    Effect::new(move |_| {
        wanted.track();
        if able.get() {
            ask();
        }
    });
    let ticking = set_interval_with_handle(
        move || {
            let is_waiting = look.state.with_untracked(|state| state.asked.is_some());
            let is_news = asked_about.get_value() != Some(weights());
            let is_seen = !document().hidden();
            if is_news && is_seen && !is_waiting && able.get_untracked() && follows(look) {
                ask();
            }
        },
        PACE,
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
        let open = look.state.try_update(|state| state.asked.take());
        if let Some(request) = open.flatten() {
            bench.give_up(request);
        }
    });
}

/// The newest answer.
pub fn told(look: Look) -> Memo<Option<Heard>> {
    Memo::new(move |_| look.state.with(|state| state.told.clone()))
}

/// What stands in the place of a picture: why there is none.
pub fn missing(look: Look) -> AnyView {
    let text = move || {
        look.state
            .with(|state| match (&state.failure, state.asked) {
                (Some(failure), _) => say_message(failure),
                (None, Some(_)) => words().attention.computing.to_owned(),
                (None, None) => words().attention.empty.to_owned(),
            })
    };
    view! { <p class="empty" data-testid="inside-empty">{text}</p> }.into_any()
}
