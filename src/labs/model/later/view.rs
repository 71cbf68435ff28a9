//! The picture of the model laboratory: the drawing on the left, what it costs on the right.

use leptos::prelude::*;

use super::super::super::notice::{Notices, Tone};
use super::super::super::workbench::{Workbench, workbench};
use super::super::drawing::{Part, draw, parts};
use super::super::state::{run_secs, shares};
use crate::models::{MlpKind, ModelConfig, NormKind, Positions};
use crate::ui::number::{bytes, duration, integer, operations, percent, wait};
use crate::words::{fill, language, say_message, words};

/// Drawing and costs.
#[inline(never)]
pub fn picture() -> AnyView {
    let bench = workbench();
    let model = bench.value(|p| p.model.clone());
    let drawing = move || {
        let w = words();
        let (height, markup) = model.with(|config| {
            let times = fill(w.model.times, &[("n", &config.layers.to_string())]);
            draw(&parts(config), |part| part_label(part, config), &times)
        });
        view! {
            <svg
                class="drawing"
                viewBox=format!("0 0 400 {height}")
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
            <div class="columns">
                <section class="drawing-frame">{drawing}</section>
                <section class="costs" data-testid="costs">{costs(bench)}</section>
            </div>
        </div>
    }
    .into_any()
}

fn part_label(part: Part, config: &ModelConfig) -> String {
    let w = words();
    let norm = match config.norm {
        NormKind::LayerNorm => "LayerNorm",
        NormKind::RmsNorm => "RMSNorm",
    };
    match part {
        Part::Tokens => fill(w.model.part_tokens, &[("t", &config.context.to_string())]),
        Part::Embedding => fill(
            w.model.part_embedding,
            &[("c", &config.channels.to_string())],
        ),
        Part::AddPositions => match config.positions {
            Positions::Sinusoidal => w.model.part_sinusoidal.into(),
            _ => w.model.part_learned.into(),
        },
        Part::Norm => norm.into(),
        Part::FinalNorm => fill(w.model.part_final_norm, &[("norm", norm)]),
        Part::Attention => {
            let size = config.channels / config.heads.max(1);
            let suffix = match config.positions {
                Positions::Rotary => " · RoPE",
                Positions::Alibi => " · ALiBi",
                _ => "",
            };
            let heads = [("h", config.heads.to_string()), ("d", size.to_string())];
            let values: Vec<(&str, &str)> = heads.iter().map(|(k, v)| (*k, v.as_str())).collect();
            format!("{}{suffix}", fill(w.model.part_attention, &values))
        }
        Part::Mlp => {
            let name = match config.mlp_kind {
                MlpKind::Gelu | MlpKind::GeluErf => "GELU",
                MlpKind::Relu => "ReLU",
                MlpKind::Silu => "SiLU",
                MlpKind::SwiGlu => "SwiGLU",
            };
            let (from, to) = (config.channels, config.hidden());
            format!("MLP {from} → {to} → {from} · {name}")
        }
        Part::Head if config.tied_head => w.model.part_head_tied.into(),
        Part::Head => w.model.part_head.into(),
        Part::Prediction => w.model.part_prediction.into(),
        Part::BlockStart | Part::BlockEnd | Part::Fork | Part::Add => String::new(),
    }
}

/// A part's name as the worker calls it, in the page's language.
fn part_name(name: &str) -> String {
    let w = words();
    match name {
        "embeddings" => w.model.embeddings.into(),
        "attention" => w.model.attention.into(),
        "MLP" => w.model.mlp.into(),
        "norms" => w.model.norms.into(),
        "head" => w.model.head.into(),
        other => other.into(),
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

/// A share as a bar; nothing is drawn for nothing.
fn bar(share: f64) -> impl IntoView {
    view! {
        <span class="bar-track" aria-hidden="true">
            {(share > 0.0)
                .then(|| view! { <span class="bar-fill" style:width=format!("{:.2}%", share * 100.0)></span> })}
        </span>
    }
}

fn costs(bench: Workbench) -> impl IntoView {
    let steps = bench.value(|p| p.training.total_steps);
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
