//! The chart: one measure of every entry against what was spent.

use leptos::prelude::*;

use super::super::super::setting::Say;
use super::super::chart::{Against, LeftOut, Measure, View, chart, is_of_counts, left_out};
use super::super::kept::Compare;
use super::told::{Told, of_shown, swatch};
use crate::ui::number::{figure, significant};
use crate::ui::range::Range;
use crate::ui::scale::ScaleKind;
use crate::ui::{ChartData, Choice, LineChart, NumberField, Segmented, Toggle, XAxis};
use crate::words::{fill, say, words};

fn measure_words(measure: Measure) -> (Say, Say, &'static str) {
    match measure {
        Measure::TrainLoss => (
            |w| w.compare.train_loss,
            |w| w.compare.axis_train_loss,
            "measure-train",
        ),
        Measure::ValidationLoss => (
            |w| w.compare.validation_loss,
            |w| w.compare.axis_validation_loss,
            "measure-validation",
        ),
        Measure::Perplexity => (
            |w| w.compare.perplexity,
            |w| w.compare.axis_perplexity,
            "measure-perplexity",
        ),
        Measure::BitsPerByte => (
            |w| w.compare.bits_per_byte,
            |w| w.compare.axis_bits_per_byte,
            "measure-bits",
        ),
        Measure::Accuracy => (
            |w| w.compare.accuracy,
            |w| w.compare.axis_accuracy,
            "measure-accuracy",
        ),
        Measure::GradNorm => (
            |w| w.compare.grad_norm,
            |w| w.compare.axis_grad_norm,
            "measure-norm",
        ),
    }
}

fn against_words(against: Against) -> Say {
    match against {
        Against::Tokens => |w| w.compare.axis_tokens,
        Against::Flops => |w| w.compare.axis_flops,
        Against::Seconds => |w| w.compare.axis_seconds,
    }
}

/// Tokens, operations and seconds as they are read off.
fn spent_text(x: f64) -> String {
    if x < 1e9 {
        figure(x)
    } else {
        significant(x, 4)
    }
}

/// The chart of the comparison on show, as it is looked at.
pub fn shown_chart(lab: Compare, told: Memo<Told>) -> ChartData {
    let w = words();
    let view = lab.view.get();
    let x_label = against_words(view.against)(w);
    let y_label = measure_words(view.measure).1(w);
    let drawn = lab.state.with(|state| {
        let record = state.shown()?;
        Some(told.with(|told| chart(record, &told.names, &view, x_label, y_label)))
    });
    drawn.unwrap_or_else(|| ChartData {
        series: Vec::new(),
        x_label: x_label.into(),
        y_label: y_label.into(),
        x_axis: XAxis::Between(0.0, 1.0),
        y_scale: ScaleKind::Linear,
    })
}

/// A part of the view that only fires when it changes.
fn of_view<T>(lab: Compare, get: fn(&View) -> T) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| lab.view.with(get))
}

pub fn chart_section(lab: Compare, told: Memo<Told>) -> AnyView {
    let measure = of_view(lab, |view| view.measure);
    let has_record = Memo::new(move |_| lab.state.with(|state| state.shown().is_some()));
    let data = Signal::derive(move || shown_chart(lab, told));
    let empty = Signal::derive(move || {
        let w = &words().compare;
        if has_record.get() {
            w.chart_nothing
        } else {
            w.chart_empty
        }
        .to_string()
    });
    let label = Signal::derive(move || {
        let w = words();
        let name = measure_words(measure.get()).0(w);
        fill(w.compare.chart_label, &[("measure", name)])
    });
    view! {
        <section class="compare-chart">
            {choices(lab)}
            <LineChart label=label data=data empty=empty x_text=spent_text test="compare-chart" />
            {legend(lab, told)}
            {notes(lab, told)}
        </section>
    }
    .into_any()
}

/// Measure, horizontal axis, logarithms.
fn choices(lab: Compare) -> AnyView {
    let measures = Measure::ALL.into_iter().map(|measure| {
        let (name, _, test) = measure_words(measure);
        Choice::new(measure, say(name), test)
    });
    let axes = [
        Choice::new(
            Against::Tokens,
            say(|w| w.compare.axis_tokens),
            "against-tokens",
        ),
        Choice::new(
            Against::Flops,
            say(|w| w.compare.axis_flops),
            "against-flops",
        ),
        Choice::new(
            Against::Seconds,
            say(|w| w.compare.axis_seconds),
            "against-seconds",
        ),
    ];
    view! {
        <div class="row compare-measures">
            <Segmented
                label=say(|w| w.compare.measure)
                choices=measures.collect()
                value=of_view(lab, |view| view.measure)
                set=move |measure| lab.view.update(|view| view.measure = measure)
            />
        </div>
        <div class="row compare-axes">
            <span class="quiet">{move || words().compare.against}</span>
            <Segmented
                label=say(|w| w.compare.against)
                choices=axes.to_vec()
                value=of_view(lab, |view| view.against)
                set=move |against| lab.view.update(|view| view.against = against)
            />
            <Toggle
                label=say(|w| w.compare.log_x)
                value=of_view(lab, |view| view.is_log_x)
                set=move |on| lab.view.update(|view| view.is_log_x = on)
                test="compare-log-x"
            />
            <Toggle
                label=say(|w| w.compare.log_y)
                value=of_view(lab, |view| view.is_log_y)
                set=move |on| lab.view.update(|view| view.is_log_y = on)
                test="compare-log-y"
            />
        </div>
    }
    .into_any()
}

/// How much noisy curves are smoothed.
pub fn smoothing(lab: Compare) -> AnyView {
    view! {
        <NumberField
            label=say(|w| w.compare.smoothing)
            value=Signal::derive(move || lab.view.with(|view| view.smoothing as f64))
            set=move |points: f64| lab.view.update(|view| view.smoothing = points as usize)
            range=Range::whole(0, 100, 1)
            test="compare-smoothing"
        />
        <p class="note">{move || words().compare.smoothing_note}</p>
    }
    .into_any()
}

/// The entries, each a switch that hides it.
fn legend(lab: Compare, told: Memo<Told>) -> AnyView {
    let count = Memo::new(move |_| told.with(|told| told.names.len()));
    let item = move |index: usize| {
        let name = Memo::new(move |_| {
            told.with(|told| told.names.get(index).cloned().unwrap_or_default())
        });
        let is_hidden = Memo::new(move |_| lab.view.with(|view| view.hidden.contains(&index)));
        let title = move || {
            let w = &words().compare;
            let template = if is_hidden.get() { w.show } else { w.hide };
            fill(template, &[("name", &name.get())])
        };
        let press = move |_| {
            lab.view.update(|view| {
                if view.hidden.contains(&index) {
                    view.hidden.retain(|it| *it != index);
                } else {
                    view.hidden.push(index);
                }
            });
        };
        view! {
            <li>
                <button
                    type="button"
                    class="legend-entry"
                    data-testid="compare-legend"
                    aria-pressed=move || (!is_hidden.get()).to_string()
                    title=title
                    on:click=press
                >
                    {swatch(index)}
                    <span>{move || name.get()}</span>
                </button>
            </li>
        }
    };
    view! {
        <ul class="legend" aria-label=move || words().compare.legend>
            <For each=move || 0..count.get() key=|index| *index children=item />
        </ul>
    }
    .into_any()
}

/// What is not in the chart and why, and what must not be read from it.
fn notes(lab: Compare, told: Memo<Told>) -> AnyView {
    let measure = of_view(lab, |view| view.measure);
    // Which entries are left out for which reason, and which are level.
    let facts = of_shown(lab, move |record| {
        let measure = measure.get();
        let entries = 0..record.tracks.len();
        let reasons: Vec<_> = entries
            .clone()
            .map(|it| left_out(record, it, measure))
            .collect();
        let is_level = entries.into_iter().any(|it| is_of_counts(record, it));
        let has_answers = record.tracks.iter().any(|it| !it.answers.is_empty());
        (reasons, is_level, has_answers, record.is_all_next_token())
    });
    let lines = move || {
        let w = &words().compare;
        let (reasons, is_level, has_answers, is_all_next_token) = facts.get()?;
        let left = |reason: LeftOut, template: &str| {
            let names: Vec<String> = told.with(|told| {
                let pairs = told.names.iter().zip(&reasons);
                pairs
                    .filter(|pair| *pair.1 == Some(reason))
                    .map(|pair| pair.0.clone())
                    .collect()
            });
            (!names.is_empty()).then(|| fill(template, &[("names", &names.join(" · "))]))
        };
        let is_loss = matches!(measure.get(), Measure::TrainLoss | Measure::ValidationLoss);
        let is_of_validation = matches!(
            measure.get(),
            Measure::ValidationLoss | Measure::Perplexity | Measure::BitsPerByte
        );
        let is_of_tokens = matches!(measure.get(), Measure::Perplexity | Measure::BitsPerByte);
        let lines = [
            left(LeftOut::Objective, w.left_out_objective),
            left(LeftOut::Counts, w.left_out_counts),
            (measure.get() == Measure::Accuracy && !has_answers)
                .then(|| w.left_out_accuracy.to_owned()),
            (is_of_validation && is_level).then(|| w.flat.to_owned()),
            (is_loss && !is_all_next_token).then(|| w.mixed_objectives.to_owned()),
            is_of_tokens.then(|| w.why_bits.to_owned()),
        ];
        let lines = lines.into_iter().flatten();
        Some(lines.map(|line| view! { <p>{line}</p> }).collect_view())
    };
    view! { <div class="chart-notes" data-testid="compare-chart-notes">{lines}</div> }.into_any()
}
