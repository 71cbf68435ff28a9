//! The picture of the model laboratory: the drawing on the left and what the model cannot do, what it costs and how large its activations
//! are on the right, below them an example of what it is given.

use leptos::prelude::*;

use super::super::super::notice::Notices;
use super::super::super::workbench::{Workbench, workbench};
use super::super::drawing::{draw, phrases, plan};
use super::super::family::{Limit, limits};
use super::asking::run_to_ask;
use super::costs::costs;
use super::example::example;
use super::scales::scales;
use crate::ui::number::integer;
use crate::words::{fill, say_message, words};

/// Drawing, limits and costs, scales, an example.
#[inline(never)]
pub fn picture() -> AnyView {
    let bench = workbench();
    let planned = bench.value(|p| (p.model.clone(), p.objective.objective));
    let is_wide = bench.value(|p| plan(&p.model, p.objective.objective).is_wide());
    let run = run_to_ask(bench);
    let drawing = move || {
        let w = words();
        let (width, height, markup) = planned.with(|(config, objective)| {
            let times = fill(w.model.times, &[("n", &config.layers.to_string())]);
            let label = |part| phrases(part, config, w);
            draw(&plan(config, *objective), label, &times)
        });
        view! {
            <svg
                class="drawing"
                class:wide=move || is_wide.get()
                viewBox=format!("0 0 {width} {height}")
                role="img"
                aria-label=w.model.drawing_label
                inner_html=markup
            ></svg>
        }
    };
    view! {
        <div class="lab model" data-testid="lab-model">
            <div class="lab-head"><h2>{move || words().model.title}</h2></div>
            {refusal(bench)}
            <div class="columns" class:wide-left=move || is_wide.get()>
                <section class="drawing-frame">{drawing} {cannot(bench)}</section>
                <section class="costs" data-testid="costs">{costs(bench)} {scales(bench, run)}</section>
            </div>
            {example(bench, run)}
        </div>
    }
    .into_any()
}

/// What the model cannot do, with the reasons.
fn cannot(bench: Workbench) -> AnyView {
    let limits = bench.value(limits);
    view! {
        <div class="limits" data-testid="limits">
            <h3>{move || words().families.cannot}</h3>
            <ul>
                {move || {
                    let said = |limit| view! { <li>{limit_text(limit)}</li> };
                    limits.get().into_iter().map(said).collect_view()
                }}
            </ul>
        </div>
    }
    .into_any()
}

fn limit_text(limit: Limit) -> String {
    let w = &words().families;
    let with_number = |text: &str, n: u32| fill(text, &[("n", &integer(u64::from(n)))]);
    match limit {
        Limit::DoesNotGenerate => w.does_not_generate.into(),
        Limit::AnswersASource => w.answers_a_source.into(),
        Limit::SeesNoRight => w.sees_no_right.into(),
        Limit::SeesAWindow(0) => w.sees_nothing.into(),
        Limit::SeesAWindow(1) => w.sees_one.into(),
        Limit::SeesAWindow(tokens) => with_number(w.sees_a_window, tokens),
        Limit::KeepsAState(numbers) => with_number(w.keeps_a_state, numbers),
        Limit::HasNoAttention => w.has_no_attention.into(),
        Limit::HasNoWeights => w.has_no_weights.into(),
    }
}

fn refusal(bench: Workbench) -> impl IntoView {
    move || {
        let refusal = bench
            .estimate
            .with(|it| it.as_ref().and_then(|it| it.refusal.clone()))?;
        // Once is enough, where a notice already says it.
        let is_said =
            |notices: &Notices| notices.list.iter().any(|it| it.details.contains(&refusal));
        if bench.notices.with(is_said) {
            return None;
        }
        Some(view! {
            <div class="banner bad" role="alert" data-testid="refusal">
                <p>{say_message(&refusal)}</p>
            </div>
        })
    }
}
