//! The button that asks the model, how far the answer is, and why there is none.

use leptos::prelude::*;

use super::super::asked::Asked;
use super::desk::Desk;
use crate::ui::{Button, ButtonKind, Meter};
use crate::words::{Words, say, say_message, words};

/// What the row shows of a question.
#[derive(Clone, Copy)]
pub struct Asking {
    waiting: Memo<bool>,
    progress: Memo<Option<f32>>,
    failure: Memo<Option<String>>,
}

impl Asking {
    pub fn of<T, A>(desk: Desk, state: RwSignal<T>, get: fn(&T) -> &Asked<A>) -> Self
    where
        T: Send + Sync + 'static,
        A: 'static,
    {
        Self {
            waiting: Memo::new(move |_| {
                let is_over = desk.bench.run.with(|run| run.is_over);
                !is_over && state.with(|state| get(state).is_waiting())
            }),
            progress: Memo::new(move |_| state.with(|state| get(state).progress)),
            failure: Memo::new(move |_| state.with(|state| get(state).failure.clone())),
        }
    }

    pub fn is_waiting(self) -> bool {
        self.waiting.get()
    }
}

/// Button, or how far it is with a way to stop; what else is to be said; the failure under it.
pub fn asking_row(
    desk: Desk,
    asking: Asking,
    (label, kind): (fn(&'static Words) -> &'static str, ButtonKind),
    disabled: Signal<bool>,
    [press, stop]: [fn(Desk); 2],
    more: AnyView,
    test: &'static str,
) -> AnyView {
    let untrained = desk.bench.of_run(|run| run.step() == 0);
    let share = Signal::derive(move || asking.progress.get().map(f64::from));
    view! {
        <div class="row">
            <Show
                when=move || asking.waiting.get()
                fallback=move || {
                    view! {
                        <Button
                            label=say(label)
                            kind=kind
                            disabled=disabled
                            press=move |()| press(desk)
                            test=test
                        />
                    }
                }
            >
                <Button label=say(|w| w.uses.stop) press=move |()| stop(desk) test="stop-asking" />
                <Meter label=say(|w| w.uses.waiting) share=share />
            </Show>
            {more}
            <span class="quiet" data-testid="asking-state">
                {move || (untrained.get() && !asking.waiting.get()).then(|| words().uses.untrained)}
            </span>
        </div>
        {move || {
            asking
                .failure
                .get()
                .map(|failure| {
                    view! {
                        <p class="banner bad" role="alert" data-testid="asking-failure">
                            {say_message(&failure)}
                        </p>
                    }
                })
        }}
    }
    .into_any()
}
