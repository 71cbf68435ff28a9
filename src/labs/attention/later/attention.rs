//! The picture of a model that has attention.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::super::run::Run;
use super::super::super::workbench::Workbench;
use super::super::kept::Look;
use super::super::state::State;
use super::formula::{self, Head};
use crate::session::protocol::{Command, RunState};
use crate::ui::number::{integer, percent};
use crate::ui::{Bar, Heat, Matrix, ProbabilityBars, Thumbnail, Token, TokenStrip};
use crate::words::{fill, say, say_message, words};

/// Strip, matrix, head grid, formula.
pub fn view(bench: Workbench, look: Look) -> AnyView {
    let ready = bench.is_ready();
    let able = Memo::new(move |_| {
        let can_answer = |run: &Run| !run.is_preparing() && run.state != RunState::Broken;
        ready.get() && bench.run.with(can_answer)
    });
    // Asks as soon as there is a model, and again once a run that broke off goes on: a lost device knows nothing of what was
    // asked. `live` keeps the picture up to date from then on.
    Effect::new(move |_| {
        if able.get() {
            look.ask(bench);
        }
    });
    on_cleanup(move || bench.send(Command::StopInspecting));
    // A cell is always chosen, so that the picture explains itself; a shorter text moves it.
    Effect::new(move |_| {
        let (tokens, first) = look.state.with(|state| {
            let tokens = state.maps.as_ref().map_or(0, |maps| maps.tokens.len());
            (tokens, state.first_cell())
        });
        let is_inside = look
            .cell
            .get_untracked()
            .is_some_and(|(query, key)| query < tokens && key < tokens);
        if tokens > 0 && !is_inside {
            look.cell.set(first);
        }
    });
    let has_maps = Memo::new(move |_| look.state.with(|state| state.maps.is_some()));
    view! {
        <div class="lab look" data-testid="lab-attention">
            <div class="lab-head">
                <h2>{move || words().attention.title}</h2>
                <span class="quiet" data-testid="attention-step">{move || step_line(look.state)}</span>
            </div>
            <Show
                when=move || has_maps.get()
                fallback=move || view! { <p class="empty" data-testid="attention-empty">{move || empty_text(look.state)}</p> }
            >
                {failure(look)}
                {strip(look)}
                <div class="look-body">
                    {matrix(bench, look)}
                    <div class="look-side">
                        {head_grid(look)}
                        {next_tokens(look)}
                    </div>
                </div>
            </Show>
            <p class="caveat">{move || words().attention.not_explanation}</p>
        </div>
    }
    .into_any()
}

fn step_line(state: RwSignal<State>) -> String {
    state.with(|state| match &state.maps {
        Some(shared) => fill(
            words().attention.at_step,
            &[
                ("step", &integer(u64::from(shared.maps.step))),
                ("layer", &(state.layer + 1).to_string()),
                ("head", &(state.head + 1).to_string()),
            ],
        ),
        None => String::new(),
    })
}

fn empty_text(state: RwSignal<State>) -> String {
    state.with(|state| match (&state.failure, state.awaiting) {
        (Some(failure), _) => say_message(failure),
        (None, Some(_)) => words().attention.computing.into(),
        (None, None) => words().attention.empty.into(),
    })
}

/// Why the newest question has no answer, while an older picture stands.
fn failure(look: Look) -> impl IntoView {
    let failure = Memo::new(move |_| look.state.with(|state| state.failure.clone()));
    move || {
        failure.get().map(|failure| {
            view! {
                <p class="banner bad" role="alert" data-testid="attention-failure">
                    {say_message(&failure)}
                </p>
            }
        })
    }
}

fn tokens_of(look: Look) -> Signal<Arc<Vec<String>>> {
    Memo::new(move |_| {
        look.state.with(|state| {
            state
                .maps
                .as_ref()
                .map(|it| it.tokens.clone())
                .unwrap_or_default()
        })
    })
    .into()
}

/// The text; the chosen token is the query, the ground of the others says how much of it goes to them.
fn strip(look: Look) -> AnyView {
    let selected = RwSignal::new(look.cell.get_untracked().map(|cell| cell.0));
    Effect::new(move |_| {
        let Some(query) = selected.get() else { return };
        if look.cell.get_untracked().map(|cell| cell.0) != Some(query) {
            let key = look.state.with_untracked(|state| state.strongest(query));
            look.cell.set(Some((query, key.unwrap_or(query))));
        }
    });
    Effect::new(move |_| {
        let query = look.cell.get().map(|cell| cell.0);
        if selected.get_untracked() != query {
            selected.set(query);
        }
    });
    let tokens = Signal::derive(move || {
        look.state.with(|state| {
            let Some(shared) = &state.maps else {
                return Vec::new();
            };
            let row = selected.get().and_then(|query| state.row(query));
            shared
                .tokens
                .iter()
                .enumerate()
                .map(|(index, text)| {
                    let level = row.and_then(|row| row.get(index).copied());
                    Token {
                        text: text.clone(),
                        level,
                        title: level
                            .map(|level| percent(f64::from(level)))
                            .unwrap_or_default(),
                    }
                })
                .collect()
        })
    });
    view! {
        <TokenStrip
            label=say(|w| w.attention.strip_label)
            tokens=tokens
            selected=selected
            hover=true
            test="attention-tokens"
        />
    }
    .into_any()
}

/// The weights of one layer and head.
fn heat_of(
    look: Look,
    place: impl Fn(&State) -> (u32, u32) + Send + Sync + 'static,
) -> Signal<Heat> {
    Signal::derive(move || {
        look.state.with(|state| {
            let maps = state.maps.as_ref();
            let tokens = maps.map_or(0, |it| it.tokens.len());
            let (layer, head) = place(state);
            Heat {
                rows: tokens,
                columns: tokens,
                values: maps.map(|it| it.weights.clone()).unwrap_or_default(),
                offset: state.offset(layer, head),
                top: 1.0,
                is_signed: false,
            }
        })
    })
}

fn matrix(bench: Workbench, look: Look) -> AnyView {
    let heat = heat_of(look, |state| (state.layer, state.head));
    // Of the model in force: the draft may already be another one.
    let head = move |place| {
        bench.applied.with(|run| {
            run.as_ref().map(|run| Head {
                size: run.model.channels / run.model.heads.max(1),
                slope: run.model.slope(place),
            })
        })
    };
    let formula = move || {
        let cell = look.cell.get();
        cell.and_then(|(query, key)| {
            look.state.with(|state| {
                let cell = state.weight(query, key)?;
                Some(formula::attention(query, key, head(state.head)?, cell))
            })
        })
        .unwrap_or_else(|| formula::general().to_string())
    };
    view! {
        <div class="look-main">
            <Matrix
                label=say(|w| w.attention.matrix_label)
                heat=heat
                row_names=tokens_of(look)
                column_names=tokens_of(look)
                row_axis=say(|w| w.attention.query)
                column_axis=say(|w| w.attention.key)
                cell=look.cell
                test="attention-matrix"
            />
            <div class="formula" data-testid="attention-formula" inner_html=formula></div>
        </div>
    }
    .into_any()
}

/// All heads at once, a row a layer; pressing one shows it large.
fn head_grid(look: Look) -> AnyView {
    let shape = Memo::new(move |_| look.state.with(State::shape));
    let chosen = Memo::new(move |_| look.state.with(|state| (state.layer, state.head)));
    let cells = move || {
        let (layers, heads) = shape.get();
        (0..layers)
            .flat_map(|layer| (0..heads).map(move |head| (layer, head)))
            .map(|(layer, head)| {
                let heat = heat_of(look, move |_| (layer, head));
                let name = move || {
                    fill(
                        words().attention.head_name,
                        &[
                            ("layer", &(layer + 1).to_string()),
                            ("head", &(head + 1).to_string()),
                        ],
                    )
                };
                view! {
                    <button
                        type="button"
                        class="head"
                        data-testid="head"
                        data-layer=layer
                        data-head=head
                        title=name
                        aria-label=name
                        aria-pressed=move || (chosen.get() == (layer, head)).to_string()
                        on:click=move |_| {
                            look.state
                                .update(|state| {
                                    state.layer = layer;
                                    state.head = head;
                                })
                        }
                    >
                        <Thumbnail heat=heat />
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <section class="heads">
            <h3>{move || words().attention.heads}</h3>
            <div
                class="head-grid"
                data-testid="head-grid"
                style:grid-template-columns=move || {
                    format!("repeat({}, minmax(28px, 56px))", shape.get().1.max(1))
                }
            >
                {cells}
            </div>
        </section>
    }
    .into_any()
}

fn next_tokens(look: Look) -> AnyView {
    let bars = Signal::derive(move || {
        look.state
            .with(|state| {
                let shared = state.maps.as_ref()?;
                let at = look
                    .cell
                    .get()
                    .map_or(shared.tokens.len().saturating_sub(1), |cell| cell.0);
                let candidates = shared.maps.next.get(at)?;
                Some(
                    candidates
                        .iter()
                        .take(6)
                        .map(|it| Bar {
                            text: it.text.clone(),
                            probability: it.probability,
                            chosen: shared.tokens.get(at + 1) == Some(&it.text),
                        })
                        .collect(),
                )
            })
            .unwrap_or_else(Vec::new)
    });
    view! {
        <section>
            <h3>{move || words().attention.next}</h3>
            <ProbabilityBars label=say(|w| w.attention.next) bars=bars test="attention-next" />
        </section>
    }
    .into_any()
}
