//! The vocabulary browser: search and order, a list of which only the rows in sight are made, what made a token, where it
//! occurs, and the frequency–rank plot.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::workbench::{Workbench, workbench};
use super::strip_head::name_of;
use super::view::Tokens;
use super::vocabulary_state::{Order, frequency_by_rank};
use crate::session::protocol::Command;
use crate::session::tokens::Ask;
use crate::session::validate::validate;
use crate::ui::number::{integer, significant};
use crate::ui::scale::ScaleKind;
use crate::ui::{ChartData, Choice, LineChart, Meter, Point, Segmented, Series, XAxis, box_size};
use crate::words::{fill, say, say_message, words};

/// Places of the browser's questions to the worker.
const ENTRIES: u32 = (1 << 20) + 2;
const PLACES: u32 = ENTRIES + 1;
/// Height of a row, CSS pixels; the style sheet's `.entry` has the same.
const ROW: f64 = 28.0;
const BEYOND: usize = 6;

impl Tokens {
    /// Opens the browser at a token of a strip.
    pub fn open_vocabulary(self, strip: u32, id: u32) {
        self.browsed.set(strip);
        self.browser.update(|browser| {
            browser.search.clear();
            browser.chosen = Some(id);
        });
        self.tab.set(super::view::Tab::Vocabulary);
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
        bench.send(Command::Tokens {
            place: ENTRIES,
            request,
            ask: Ask::Vocabulary { source },
        });
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
        bench.send(Command::Tokens {
            place: PLACES,
            request,
            ask: Ask::Places { source, id },
        });
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

fn list(tokens: Tokens) -> AnyView {
    let node = NodeRef::<leptos::html::Div>::new();
    let size = box_size(node);
    let scroll = RwSignal::new(0.0);
    let wanted = Memo::new(move |_| {
        tokens.browser.with(|browser| {
            let entries = browser
                .entries
                .as_ref()
                .map_or(0, |it| Arc::as_ptr(it) as usize);
            (entries, browser.search.clone(), browser.order)
        })
    });
    let listed = Memo::new(move |_| {
        // Read, not only tracked: a memo that nobody reads does not wake.
        wanted.with(|_| ());
        Arc::new(tokens.browser.with_untracked(|browser| browser.listed()))
    });
    let in_sight = Memo::new(move |_| {
        let count = listed.with(|ids| ids.len());
        let first = (scroll.get() / ROW) as usize;
        let shown = (size.get().1 / ROW).ceil() as usize;
        first.saturating_sub(BEYOND).min(count)..(first + shown + BEYOND).min(count)
    });
    let rows = move || {
        let ids = listed.get();
        in_sight
            .get()
            .map(|row| (row, ids[row]))
            .collect::<Vec<_>>()
    };
    let count = move || {
        let (listed, all) = (
            listed.with(|ids| ids.len()),
            tokens
                .browser
                .with(|it| it.entries.as_ref().map_or(0, |it| it.len())),
        );
        fill(
            words().tokens.browser_count,
            &[
                ("listed", &integer(listed as u64)),
                ("all", &integer(all as u64)),
            ],
        )
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let ids = listed.get_untracked();
        let now = tokens.browser.with_untracked(|browser| browser.chosen);
        let at = now.and_then(|id| ids.iter().position(|&it| it == id));
        let next = match event.key().as_str() {
            "ArrowDown" => at.map_or(0, |at| at + 1),
            "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
            "PageDown" => at.map_or(0, |at| at + 10),
            "PageUp" => at.map_or(0, |at| at.saturating_sub(10)),
            "Home" => 0,
            "End" => ids.len(),
            _ => return,
        };
        event.prevent_default();
        let Some(last) = ids.len().checked_sub(1) else {
            return;
        };
        let next = next.min(last);
        tokens
            .browser
            .update(|browser| browser.chosen = Some(ids[next]));
        show_row(node, next);
    };
    // A token that another part pointed at is brought into sight once the list is there.
    Effect::new(move |_| {
        let ids = listed.get();
        let chosen = tokens.browser.with_untracked(|browser| browser.chosen);
        if let Some(row) = chosen.and_then(|id| ids.iter().position(|&it| it == id)) {
            show_row(node, row);
        }
    });
    view! {
        <div class="browser-list">
            <p class="quiet" data-testid="browser-count">{count}</p>
            <div
                class="entry-rows"
                node_ref=node
                role="listbox"
                tabindex="0"
                data-testid="browser-entries"
                aria-label=move || words().tokens.tab_vocabulary
                on:scroll=move |_| {
                    if let Some(element) = node.get_untracked() {
                        scroll.set(f64::from(element.scroll_top()));
                    }
                }
                on:keydown=pressed
            >
                <div class="strip-sheet" style:height=move || {
                    format!("{}px", listed.with(|ids| ids.len()) as f64 * ROW)
                }>
                    <For
                        each=rows
                        key=move |key| (*key, wanted.with_untracked(|wanted| wanted.0))
                        children=move |(row, id)| entry_row(tokens, row, id)
                    />
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn show_row(node: NodeRef<leptos::html::Div>, row: usize) {
    let Some(element) = node.get_untracked() else {
        return;
    };
    let row = row as f64 * ROW;
    let (top, height) = (
        f64::from(element.scroll_top()),
        f64::from(element.client_height()),
    );
    if row < top {
        element.set_scroll_top(row as i32);
    } else if row + ROW > top + height {
        element.set_scroll_top((row + ROW - height) as i32);
    }
}

fn entry_row(tokens: Tokens, row: usize, id: u32) -> AnyView {
    let entry = tokens.browser.with_untracked(|browser| {
        browser
            .entries
            .as_ref()
            .and_then(|it| it.get(id as usize).cloned())
    });
    let Some(entry) = entry else {
        return ().into_any();
    };
    let is_chosen = move || tokens.browser.with(|browser| browser.chosen == Some(id));
    let score = entry
        .score
        .map(|score| significant(f64::from(score), 4))
        .unwrap_or_default();
    view! {
        <div
            role="option"
            class="entry"
            class:chosen=is_chosen
            aria-selected=move || is_chosen().to_string()
            data-id=id
            style:top=format!("{}px", row as f64 * ROW)
            on:click=move |_| tokens.browser.update(|browser| browser.chosen = Some(id))
        >
            <span class="entry-id">{integer(u64::from(id))}</span>
            <span class="tok">{entry.label}</span>
            <span class="number">{integer(u64::from(entry.count))}</span>
            <span class="number score">{score}</span>
        </div>
    }
    .into_any()
}

/// The chosen token: what made it, what it went into, where it occurs.
fn chosen(tokens: Tokens) -> AnyView {
    let id = Memo::new(move |_| tokens.browser.with(|browser| browser.chosen));
    let places = Memo::new(move |_| tokens.browser.with(|browser| browser.places.clone()));
    let ready = Memo::new(move |_| {
        tokens
            .browser
            .with(|browser| browser.entries.as_ref().map(|it| Arc::as_ptr(it) as usize))
    });
    let facts = move || {
        let w = words();
        let (Some(id), Some(_)) = (id.get(), ready.get()) else {
            return view! { <p class="quiet">{w.tokens.browser_none}</p> }.into_any();
        };
        tokens.browser.with_untracked(|browser| {
            let token = |id: u32| view! { <span class="tok">{browser.label(id).to_owned()}</span> };
            let merges = browser.merges_of(id);
            let steps = merges
                .iter()
                .map(|&(made, left, right)| {
                    view! { <li>{token(left)} " + " {token(right)} " → " {token(made)}</li> }
                })
                .collect_view();
            let into = browser.parts_of(id);
            let more = into.len().saturating_sub(24);
            let into_list = into
                .iter()
                .take(24)
                .map(|&other| {
                    view! {
                        <button
                            type="button"
                            class="tok link"
                            on:click=move |_| {
                                tokens.browser.update(|browser| browser.chosen = Some(other));
                            }
                        >
                            {browser.label(other).to_owned()}
                        </button>
                    }
                })
                .collect_view();
            view! {
                <h3>{w.tokens.browser_token} " " {token(id)} " " {integer(u64::from(id))}</h3>
                {(!merges.is_empty())
                    .then(|| {
                        view! {
                            <h4>{w.tokens.browser_merges}</h4>
                            <ul class="merges" data-testid="browser-merges">{steps}</ul>
                        }
                    })}
                {(!into.is_empty())
                    .then(|| {
                        view! {
                            <h4>{w.tokens.browser_into}</h4>
                            <p class="into">
                                {into_list} {(more > 0).then(|| format!(" + {}", integer(more as u64)))}
                            </p>
                        }
                    })}
            }
            .into_any()
        })
    };
    let occurrences = move || {
        let w = words();
        let places = places.get()?;
        let contexts = places
            .contexts
            .iter()
            .map(|[before, token, after]| {
                let flat = |text: &str| text.replace('\n', "↵");
                view! {
                    <li>
                        <span>{flat(before)}</span>
                        <mark>{flat(token)}</mark>
                        <span>{flat(after)}</span>
                    </li>
                }
            })
            .collect_view();
        let title = fill(
            w.tokens.browser_places,
            &[("n", &integer(u64::from(places.count)))],
        );
        Some(view! {
            <h4>{title}</h4>
            <ul class="contexts" data-testid="browser-places">{contexts}</ul>
        })
    };
    view! { <section class="chosen-token" data-testid="browser-chosen">{facts} {occurrences}</section> }
        .into_any()
}

fn zipf(tokens: Tokens) -> AnyView {
    let entries = Memo::new(move |_| {
        tokens.browser.with(|browser| {
            browser
                .entries
                .as_ref()
                .map(|it| frequency_by_rank(it))
                .unwrap_or_default()
        })
    });
    let data = Memo::new(move |_| {
        let w = words();
        let points: Vec<Point> =
            entries.with(|points| points.iter().map(|&(x, y)| Point::at(x, y)).collect());
        ChartData {
            series: vec![Series {
                name: w.tokens.zipf_count.to_owned(),
                style: 0,
                points,
                faint: false,
                is_read: true,
                dots: false,
            }],
            x_label: w.tokens.zipf_rank.to_owned(),
            y_label: w.tokens.zipf_count.to_owned(),
            x_axis: XAxis::Log,
            y_scale: ScaleKind::Log,
        }
    });
    view! {
        <div class="zipf">
            <h3>{move || words().tokens.zipf}</h3>
            <LineChart
                label=say(|w| w.tokens.zipf)
                data=data
                empty=say(|w| w.tokens.browser_none)
                small=true
                test="zipf-chart"
            />
        </div>
    }
    .into_any()
}
