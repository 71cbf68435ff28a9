//! The vocabulary browser: search and order, a list of which only the rows in sight are made, what made a token, where it
//! occurs, and the frequency–rank plot.

use leptos::prelude::*;

use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Tokens;
use super::super::vocabulary_state::Order;
use super::strip_head::name_of;
use super::vocabulary_list::list;
use super::vocabulary_token::{chosen, zipf};
use crate::session::tokens::Ask;
use crate::session::validate::validate;
use crate::ui::{Choice, Meter, Segmented};
use crate::words::{say, say_message, words};

/// Places of the browser's questions to the worker.
const ENTRIES: u32 = (1 << 20) + 2;
const PLACES: u32 = ENTRIES + 1;

impl Tokens {
    /// Opens the browser at a token of a strip.
    pub fn open_vocabulary(self, strip: u32, id: u32) {
        self.browsed.set(strip);
        self.browser.update(|browser| {
            browser.search.clear();
            browser.chosen = Some(id);
        });
        self.tab.set(super::super::kept::Tab::Vocabulary);
    }
}

pub fn vocabulary() -> AnyView {
    let bench = workbench();
    let tokens: Tokens = expect_context();
    let source = Memo::new(move |_| {
        let mut playground = bench.draft.get();
        validate(&mut playground);
        let strip = tokens.browsed.get();
        tokens.state.with(|state| {
            let strip = state.strip(strip).or_else(|| state.strips.first())?;
            Some(strip.source(&playground))
        })
    });
    Effect::new(move |_| {
        let Some(source) = source.get() else { return };
        if tokens
            .browser
            .with_untracked(|browser| browser.source.as_ref() == Some(&source))
        {
            return;
        }
        let request = tokens.next_request();
        let chosen = tokens.browser.with_untracked(|browser| browser.chosen);
        tokens.browser.update(|browser| {
            browser.entries = None;
            browser.chosen = chosen;
            browser.ordered(source.clone(), request);
        });
        bench.ask_tokens(ENTRIES, request, Ask::Vocabulary { source });
    });
    let asked = Memo::new(move |_| {
        tokens.browser.with(|browser| {
            browser.entries.as_ref()?;
            browser.chosen
        })
    });
    Effect::new(move |_| {
        let (Some(id), Some(source)) = (asked.get(), source.get_untracked()) else {
            return;
        };
        let request = tokens.next_request();
        tokens
            .browser
            .update(|browser| browser.asked_places(request));
        bench.ask_tokens(PLACES, request, Ask::Places { source, id });
    });
    let waiting = move || {
        let (progress, failure) = tokens
            .browser
            .with(|browser| (browser.progress, browser.failure.clone()));
        if let Some(failure) = failure {
            let text = say_message(&failure);
            return Some(view! { <p class="strip-trouble bad" role="alert">{text}</p> }.into_any());
        }
        tokens
            .browser
            .with(|browser| browser.is_waiting())
            .then(|| {
                view! {
                    <div class="strip-trouble">
                        <Meter
                            label=say(|w| w.tokens.learning)
                            share=Signal::derive(move || progress.map(f64::from))
                        />
                    </div>
                }
                .into_any()
            })
    };
    view! {
        <section class="browser" data-testid="vocabulary-browser">
            <div class="row">{strip_select(bench, tokens)} {search(tokens)} {order(tokens)}</div>
            {waiting}
            <div class="browser-body">
                {list(tokens)}
                <div class="browser-side">{chosen(tokens)} {zipf(tokens)}</div>
            </div>
        </section>
    }
    .into_any()
}

/// Whose vocabulary.
fn strip_select(bench: Workbench, tokens: Tokens) -> AnyView {
    let options = move || {
        let ids: Vec<u32> = tokens
            .state
            .with(|state| state.strips.iter().map(|it| it.id).collect());
        ids.into_iter()
            .map(|id| {
                view! {
                    <option value=id.to_string() prop:selected=move || tokens.browsed.get() == id>
                        {move || name_of(bench, tokens, id)}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <select
            class="compact"
            data-testid="browser-strip"
            aria-label=move || words().tokens.kind
            on:change=move |event| {
                if let Ok(id) = event_target_value(&event).parse() {
                    tokens.browsed.set(id);
                }
            }
        >
            {options}
        </select>
    }
    .into_any()
}

fn search(tokens: Tokens) -> AnyView {
    view! {
        <input
            type="search"
            class="compact search"
            data-testid="browser-search"
            aria-label=move || words().tokens.browser_search
            placeholder=move || words().tokens.browser_search
            prop:value=move || tokens.browser.with(|browser| browser.search.clone())
            on:input=move |event| {
                let text = event_target_value(&event);
                tokens.browser.update(|browser| browser.search = text);
            }
        />
    }
    .into_any()
}

fn order(tokens: Tokens) -> AnyView {
    let choices = vec![
        Choice::new(Order::Rank, say(|w| w.tokens.order_rank), "order-rank"),
        Choice::new(
            Order::Length,
            say(|w| w.tokens.order_length),
            "order-length",
        ),
        Choice::new(Order::Count, say(|w| w.tokens.order_count), "order-count"),
        Choice::new(Order::Score, say(|w| w.tokens.order_score), "order-score"),
    ];
    let value = Memo::new(move |_| tokens.browser.with(|browser| browser.order));
    view! {
        <Segmented
            label=say(|w| w.tokens.order)
            choices=choices
            value=value
            set=move |order| tokens.browser.update(|browser| browser.order = order)
        />
    }
    .into_any()
}
