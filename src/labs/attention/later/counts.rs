//! The picture of an n-gram model: a place of the text, the next tokens, and how the counts make a probability.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::kept::Look;
use super::super::state::Heard;
use super::asking::{inside, keep_asking, missing, say_inside, text_of, told, want};
use super::counts_chain::{chain, formulas};
use crate::models::ngram::Smoothing;
use crate::session::questions::{Counted, Question};
use crate::ui::number::{integer, percent, significant};
use crate::ui::token_text::visible;
use crate::ui::{Token, TokenStrip};
use crate::words::{fill, words};

/// What the model is asked just now.
fn question(look: Look, bench: Workbench) -> Question {
    let chosen = look.state.with_untracked(|state| state.chosen);
    chosen.question(text_of(look, bench))
}

pub fn view(bench: Workbench, look: Look) -> AnyView {
    keep_asking(look, bench, question, |_| true);
    let answer = told(look);
    let has_counts = Memo::new(move |_| of_answer(answer, |_| ()).is_some());
    let model = move || of_answer(answer, |it| model_line(bench, it));
    let probability = move || of_answer(answer, probability_line);
    view! {
        <div class="lab look" data-testid="lab-attention">
            <div class="lab-head">
                <h2>{move || inside().counts_title}</h2>
                <span class="quiet" data-testid="counts-model">{model}</span>
            </div>
            <Show when=move || has_counts.get() fallback=move || missing(look)>
                {strip(look, answer)}
                <p data-testid="counts-probability">{probability}</p>
                {chain(look, answer)}
                // Below one another: a sum of nine terms is as wide as there is room.
                {formulas(bench, look, answer)}
                {next_tokens(look, answer)}
            </Show>
        </div>
    }
    .into_any()
}

/// The newest answer, as far as it is one about counts; tracked.
pub fn of_answer<T>(answer: Memo<Option<Heard>>, read: impl Fn(&Counted) -> T) -> Option<T> {
    answer.with(|heard| heard.as_ref().and_then(Heard::counted).map(read))
}

fn model_line(bench: Workbench, counted: &Counted) -> String {
    let families = &words().families;
    let smoothing = match counted.explanation.smoothing {
        Smoothing::MaximumLikelihood => families.smoothing_none,
        Smoothing::AddK => families.smoothing_add_k,
        Smoothing::StupidBackOff => families.smoothing_back_off,
        Smoothing::KneserNey => families.smoothing_kneser_ney,
    };
    let order = bench
        .applied
        .with(|run| run.as_ref().map_or(0, |run| run.model.order));
    fill(
        inside().counts_of,
        &[
            ("smoothing", smoothing),
            ("order", &order.to_string()),
            (
                "vocabulary",
                &integer(u64::from(counted.explanation.vocabulary)),
            ),
        ],
    )
}

fn probability_line(counted: &Counted) -> String {
    let probability = counted.explanation.probability;
    let token = visible(&counted.text);
    if probability <= 0.0 {
        return format!("{token}: {}", inside().impossible);
    }
    let nats = -probability.ln();
    let figures = fill(
        inside().probability,
        &[
            ("probability", &significant(probability, 4)),
            ("nats", &significant(nats, 3)),
            ("bits", &significant(nats / std::f64::consts::LN_2, 3)),
        ],
    );
    format!("{token}: {figures}")
}

/// The text's tokens and the place after them.
fn strip(look: Look, answer: Memo<Option<Heard>>) -> AnyView {
    let place = move || of_answer(answer, |it| it.place as usize);
    let selected = RwSignal::new(untrack(place));
    Effect::new(move |_| {
        let Some(wanted) = selected.get() else { return };
        if untrack(place) != Some(wanted) {
            want(look, |state| state.chosen.go_to(wanted as u32));
        }
    });
    Effect::new(move |_| {
        let place = place();
        if selected.get_untracked() != place {
            selected.set(place);
        }
    });
    let tokens = Signal::derive(move || {
        let end = inside().end;
        let plain = |text: &str, title: &str| Token {
            text: text.to_owned(),
            level: None,
            title: title.to_owned(),
        };
        of_answer(answer, |counted| {
            let tokens = counted.tokens.iter().map(|text| plain(text, ""));
            tokens.chain([plain("…", end)]).collect()
        })
        .unwrap_or_else(Vec::new)
    });
    view! {
        <TokenStrip
            label=say_inside(|w| w.counts_strip)
            tokens=tokens
            selected=selected
            test="counts-tokens"
        />
    }
    .into_any()
}

/// The most probable next tokens with their counts; pressing one explains it.
fn next_tokens(look: Look, answer: Memo<Option<Heard>>) -> AnyView {
    let explain = move |token: u32| want(look, |state| state.chosen.explain(token));
    let rows = move || {
        of_answer(answer, |counted| {
            let explained = counted.explanation.token;
            let rows = counted.next.iter().map(|(id, text, count, probability)| {
                let id = *id;
                let is_explained = id == explained;
                view! {
                    <li>
                        <button
                            type="button"
                            class="bar counted"
                            class:chosen=is_explained
                            data-testid="counts-candidate"
                            data-token=id
                            aria-pressed=is_explained.to_string()
                            title=inside().next_explain
                            on:click=move |_| explain(id)
                        >
                            <span class="bar-text">{visible(text)}</span>
                            <span class="bar-track" aria-hidden="true">
                                <span class="bar-fill" style:width=format!("{:.2}%", probability * 100.0)></span>
                            </span>
                            <span class="bar-value">
                                {format!("{}× · {}", integer(u64::from(*count)), percent(*probability))}
                            </span>
                        </button>
                    </li>
                }
            });
            rows.collect_view()
        })
    };
    view! {
        <section>
            <h3>{move || inside().next}</h3>
            <ol class="bars" data-testid="counts-next">{rows}</ol>
        </section>
    }
    .into_any()
}
