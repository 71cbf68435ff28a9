//! What the model costs: parameters by part, memory, work, time.

use leptos::prelude::*;

use super::super::super::notice::{Notices, Tone};
use super::super::super::workbench::Workbench;
use super::super::state::{run_secs, shares};
use crate::session::protocol::Estimate;
use crate::ui::number::{bytes, duration, integer, operations, percent, wait};
use crate::words::{fill, language, words};

/// A part's name as the worker calls it, in the page's language.
fn part_name(name: &str) -> String {
    let w = words();
    match name {
        "embeddings" => w.model.embeddings.into(),
        "attention" => w.model.attention.into(),
        "MLP" => w.model.mlp.into(),
        "recurrence" => w.families.recurrence.into(),
        "hidden layer" => w.families.hidden_layer.into(),
        "norms" => w.model.norms.into(),
        "head" => w.model.head.into(),
        other => other.into(),
    }
}

/// A share as a bar; nothing is drawn for nothing.
fn bar(share: f64) -> impl IntoView {
    view! {
        <span class="bar-track" aria-hidden="true">
            {(share > 0.0)
                .then(|| view! { <span class="bar-fill" style:width=format!("{:.2}%", share * 100.0)></span> })}
        </span>
    }
}

/// Parameters, memory and work; of a model that is counted, that there are none.
pub fn costs(bench: Workbench) -> impl IntoView {
    let steps = bench.value(|p| p.training.total_steps);
    let is_neural = bench.value(|p| p.model.family.is_neural());
    move || {
        let w = words();
        let Some(estimate) = bench.estimate.get() else {
            let is_refused =
                |notices: &Notices| notices.list.iter().any(|it| it.tone == Tone::Error);
            let text = match bench.notices.with(is_refused) {
                true => w.model.not_computed,
                false => w.model.computing,
            };
            return view! { <p class="quiet" data-testid="no-costs">{text}</p> }.into_any();
        };
        if !is_neural.get() {
            return counted(&estimate).into_any();
        }
        let rows = shares(&estimate)
            .into_iter()
            .map(|(name, count, share)| {
                view! {
                    <li>
                        <span>{part_name(&name)}</span>
                        {bar(share)}
                        <span class="figure" title=percent(share)>{integer(count)}</span>
                    </li>
                }
            })
            .collect_view();
        let memory = [
            (w.model.weights, estimate.memory_weights),
            (w.model.gradients, estimate.memory_gradients),
            (w.model.moments, estimate.memory_moments),
            (w.model.activations, estimate.memory_activations),
        ]
        .into_iter()
        .map(|(name, amount)| {
            let share = amount as f64 / estimate.memory_total.max(1) as f64;
            view! {
                <li>
                    <span>{name}</span>
                    {bar(share)}
                    <span class="figure">{bytes(amount)}</span>
                </li>
            }
        })
        .collect_view();
        let time = match (estimate.secs_per_step, run_secs(&estimate, steps.get())) {
            (Some(step), Some(run)) => fill(
                w.model.time,
                &[
                    ("step", &duration(f64::from(step), language())),
                    ("steps", &integer(u64::from(steps.get()))),
                    ("time", &wait(run, language())),
                ],
            ),
            _ => w.model.time_unknown.into(),
        };
        view! {
            <div class="cost">
                <h3>{w.model.parameters}</h3>
                <p class="big" data-testid="parameter-count">{integer(estimate.parameters)}</p>
                <ul class="shares">{rows}</ul>
            </div>
            <div class="cost">
                <h3>{w.model.memory}</h3>
                <p class="big" data-testid="memory-total">{bytes(estimate.memory_total)}</p>
                <ul class="shares">{memory}</ul>
            </div>
            <div class="cost">
                <h3>{w.model.work}</h3>
                <p class="big" data-testid="flops">
                    {operations(estimate.flops_per_step as f64, language())}
                </p>
                <p class="quiet" data-testid="time-estimate">{time}</p>
            </div>
        }
        .into_any()
    }
}

/// An n-gram model: no parameters and no steps; its memory is known once the text is counted.
fn counted(estimate: &Estimate) -> impl IntoView {
    let w = words();
    let memory = match estimate.memory_total {
        0 => view! { <p class="quiet" data-testid="memory-total">{w.families.memory_unknown}</p> }
            .into_any(),
        total => view! { <p class="big" data-testid="memory-total">{bytes(total)}</p> }.into_any(),
    };
    view! {
        <div class="cost">
            <h3>{w.model.parameters}</h3>
            <p class="quiet" data-testid="parameter-count">{w.families.no_parameters}</p>
        </div>
        <div class="cost">
            <h3>{w.model.memory}</h3>
            {memory}
        </div>
        <div class="cost">
            <h3>{w.model.work}</h3>
            <p class="quiet" data-testid="flops">{w.families.counted_once}</p>
        </div>
    }
}
