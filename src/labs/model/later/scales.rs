//! The scale of the activations of each layer at step 0: dots on a logarithmic axis, pale where they were before.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::asked::{Measured, Run, Start};
use super::super::scales::{Layer, Row, layer, rows};
use super::asking::{ASKED, Asker};
use crate::models::Initialisation;
use crate::session::protocol::Command;
use crate::ui::number::{integer, setting, significant};
use crate::ui::scale::Scale;
use crate::ui::{Button, ButtonKind};
use crate::words::preparing::{preparing, say};
use crate::words::{fill, say_message, words};

const STYLE: &str = include_str!("scales.css");

/// The chart, or why there is none.
pub fn scales(bench: Workbench, run: Memo<Option<Run>>) -> AnyView {
    let is_first = Memo::new(move |_| bench.run.with(|run| run.step() == 0 && !run.is_running()));
    let is_neural = Memo::new(move |_| {
        bench
            .applied
            .with(|it| it.as_ref().is_none_or(|it| it.model.family.is_neural()))
    });
    let asker = Asker::new(bench);
    Effect::new(move |_| {
        let start = bench.applied.with(|it| it.as_ref().map(Start::of));
        if let (Some(run), Some(start)) = (run.get(), start)
            && is_neural.get()
            && is_first.get()
        {
            asker.ask(|asked| asked.want_scales(run, start));
        }
    });
    let stands = Memo::new(move |_| run.get().map(|run| ASKED.with(|it| it.has_scales_of(run))));
    let shown = Memo::new(move |_| {
        ASKED.with(|it| {
            (
                it.scales.clone(),
                it.scales_before.clone(),
                it.scales_failure.clone(),
            )
        })
    });
    let body = move || {
        let w = preparing();
        let quiet = |text: &str| {
            let text = text.to_owned();
            view! { <p class="quiet" data-testid="scales-note">{text}</p> }.into_any()
        };
        if !is_neural.get() {
            return quiet(w.scales_counted);
        }
        if stands.get() == Some(false) && !is_first.get() {
            return later(bench);
        }
        match shown.get() {
            (_, _, Some(failure)) => quiet(&say_message(&failure)),
            (Some(now), before, None) => chart(&now, before.as_ref()),
            (None, ..) if run.with(Option::is_none) => quiet(w.scales_none),
            (None, ..) => quiet(w.scales_waiting),
        }
    };
    view! {
        <div class="cost scales" data-testid="scales">
            <style>{STYLE}</style>
            <h3>{move || preparing().scales}</h3>
            <p class="note">{move || preparing().scales_about}</p>
            {body}
        </div>
    }
    .into_any()
}

/// The weights are no longer the first ones.
fn later(bench: Workbench) -> AnyView {
    let step = bench.of_run(|run| run.step());
    let text = move || {
        let step = integer(u64::from(step.get()));
        fill(preparing().scales_later, &[("step", &step)])
    };
    view! {
        <p class="quiet" data-testid="scales-note">{text}</p>
        <p>
            <Button
                label=say(|w| w.scales_rewind)
                kind=ButtonKind::Chip
                press=move |()| bench.send(Command::Rewind)
                test="scales-rewind"
            />
        </p>
    }
    .into_any()
}

fn chart(now: &Measured, before: Option<&Measured>) -> AnyView {
    let w = preparing();
    let (rows, axis) = rows(now, before);
    let read = RwSignal::new(None::<String>);
    let summary = {
        let started = |of: &Measured, when: &str| {
            let swatch = if when == w.now {
                "scale-now"
            } else {
                "scale-before"
            };
            view! { <span><i class=swatch></i>{format!("{when}: {}", start_name(of.start))}</span> }
        };
        let before = before.map(|before| started(before, w.before));
        view! { <p class="scale-key note">{started(now, w.now)} {before}</p> }
    };
    let list = rows
        .into_iter()
        .map(|row| row_view(&row, axis, read))
        .collect_view();
    let ticks = axis
        .ticks(4)
        .into_iter()
        .map(|tick| {
            view! { <span style:left=percent(axis.place(tick))>{setting(tick)}</span> }
        })
        .collect_view();
    view! {
        {summary}
        <ul class="scale-rows" aria-label=w.scales_axis>{list}</ul>
        <div class="scale-axis" aria-hidden="true">{ticks}</div>
        <p class="note">{w.scales_axis}</p>
        <p class="readout" data-testid="scales-values">{move || read.get().unwrap_or_else(|| "\u{a0}".into())}</p>
    }
    .into_any()
}

fn percent(place: f64) -> String {
    format!("{:.2}%", place.clamp(0.0, 1.0) * 100.0)
}

fn row_view(row: &Row, axis: Scale, read: RwSignal<Option<String>>) -> AnyView {
    let said = row_text(row);
    let [label, entered, focused] = [said.clone(), said.clone(), said];
    let dot = |class: &'static str, value: f32| {
        view! { <i class=class style:left=percent(axis.place(f64::from(value)))></i> }
    };
    view! {
        <li
            tabindex="0"
            aria-label=label
            data-testid="scale"
            data-value=row.value.to_string()
            on:pointerenter=move |_| read.set(Some(entered.clone()))
            on:focus=move |_| read.set(Some(focused.clone()))
        >
            <span>{layer_name(&row.name)}</span>
            <span class="scale-track">
                {row.before.map(|before| dot("scale-before", before))} {dot("scale-now", row.value)}
            </span>
            <span class="figure">{significant(f64::from(row.value), 3)}</span>
        </li>
    }
    .into_any()
}

fn row_text(row: &Row) -> String {
    let w = preparing();
    let number = |value: f32| significant(f64::from(value), 4);
    let (layer, value) = (layer_name(&row.name), number(row.value));
    let mut values = vec![("layer", layer.as_str()), ("value", value.as_str())];
    let before = row.before.map(number).unwrap_or_default();
    let ratio = row.ratio().map(number);
    values.push(("before", &before));
    match (&ratio, row.before) {
        (Some(ratio), _) => {
            values.push(("ratio", ratio));
            fill(w.says_ratio, &values)
        }
        (None, Some(_)) => fill(w.says_before, &values),
        (None, None) => fill(w.says_scale, &values),
    }
}

fn layer_name(name: &str) -> String {
    let w = preparing();
    let Some((stack, own)) = layer(name) else {
        return name.to_owned();
    };
    let own = match own {
        Layer::Embedding => w.layer_embedding.to_owned(),
        Layer::Hidden => w.layer_hidden.to_owned(),
        Layer::Block(number) => fill(w.layer_block, &[("n", &number.to_string())]),
    };
    match stack {
        Some("encoder") => fill(w.stack_encoder, &[("layer", &own)]),
        Some(_) => fill(w.stack_decoder, &[("layer", &own)]),
        None => own,
    }
}

/// How the weights began, in words.
fn start_name(start: Start) -> String {
    let f = &words().families;
    let name = match start.initialisation {
        Initialisation::Usual => f.initialisation_usual,
        Initialisation::XavierUniform => f.initialisation_xavier_uniform,
        Initialisation::XavierNormal => f.initialisation_xavier_normal,
        Initialisation::Kaiming => f.initialisation_kaiming,
        Initialisation::Normal => f.initialisation_normal,
    };
    let std = setting(f64::from(start.std));
    let name = match start.initialisation {
        Initialisation::Normal => fill(preparing().start_std, &[("name", name), ("std", &std)]),
        _ => name.to_owned(),
    };
    match start.zero_projections {
        true => fill(preparing().start_zero, &[("name", &name)]),
        false => name,
    }
}
