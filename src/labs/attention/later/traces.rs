//! The picture of a recurrent model: what every unit of a layer does at every token, and one unit over the text.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::kept::Look;
use super::super::state::Heard;
use super::super::tracing::{Span, by_unit, inside as inside_picture, of_unit, series_of};
use super::asking::{inside, keep_asking, missing, say_inside, text_of, told, want};
use crate::session::questions::{Question, Traces};
use crate::ui::number::{integer, significant};
use crate::ui::range::Range;
use crate::ui::scale::ScaleKind;
use crate::ui::{
    ChartData, Choice, Heat, LineChart, Matrix, NumberField, Point, Segmented, Series, Token,
    TokenStrip, XAxis,
};
use crate::words::inside::Inside;
use crate::words::{fill, words};

type Answer = Memo<Option<Heard>>;

/// What the model is asked just now.
fn question(look: Look, bench: Workbench) -> Question {
    Question::Trace {
        text: text_of(look, bench),
        layer: look.state.with_untracked(|state| state.layer),
    }
}

pub fn view(bench: Workbench, look: Look) -> AnyView {
    keep_asking(look, bench, question, |look| look.live.get_untracked());
    let answer = told(look);
    let has_traces = Memo::new(move |_| of_answer(answer, |_| ()).is_some());
    // A cell is always chosen, so that there is a unit to follow; a smaller model moves it.
    Effect::new(move |_| {
        let cell = look.cell.get();
        let wanted = of_answer(answer, |traces| inside_picture(traces, cell)).flatten();
        if wanted.is_some() && wanted != cell {
            look.cell.set(wanted);
        }
    });
    view! {
        <div class="lab look" data-testid="lab-attention">
            <div class="lab-head">
                <h2>{move || inside().traces_title}</h2>
                <span class="quiet" data-testid="traces-step">{move || of_answer(answer, step_line)}</span>
            </div>
            <Show when=move || has_traces.get() fallback=move || missing(look)>
                {choices(look, answer)}
                {matrix(look, answer)}
                {unit(look, answer)}
            </Show>
        </div>
    }
    .into_any()
}

/// The newest answer, as far as it is one about a recurrent model; tracked.
fn of_answer<T>(answer: Answer, read: impl Fn(&Traces) -> T) -> Option<T> {
    answer.with(|heard| heard.as_ref().and_then(Heard::traces).map(read))
}

/// The chosen series' name and numbers; tracked.
fn of_series<T>(
    look: Look,
    answer: Answer,
    read: impl Fn(&Traces, Span, &[f32]) -> T,
) -> Option<T> {
    let chosen = look.state.with(|state| state.series);
    of_answer(answer, |traces| {
        let (name, values) = series_of(traces, chosen)?;
        Some(read(traces, Span::of(name, values), values))
    })
    .flatten()
}

fn step_line(traces: &Traces) -> String {
    fill(
        inside().traces_at,
        &[
            ("step", &integer(u64::from(traces.step))),
            ("layer", &(traces.layer + 1).to_string()),
            ("layers", &traces.layers.to_string()),
            ("units", &traces.hidden.to_string()),
        ],
    )
}

/// Name of a series for tests, and in words.
fn series_name(name: &str) -> (&'static str, fn(&'static Inside) -> &'static str) {
    match name {
        "c" => ("series-c", |w| w.series_c),
        "i" => ("series-i", |w| w.series_i),
        "f" => ("series-f", |w| w.series_f),
        "g" => ("series-g", |w| w.series_g),
        "o" => ("series-o", |w| w.series_o),
        "r" => ("series-r", |w| w.series_r),
        "z" => ("series-z", |w| w.series_z),
        "n" => ("series-n", |w| w.series_n),
        _ => ("series-h", |w| w.series_h),
    }
}

/// Which series and which layer, where there are several.
fn choices(look: Look, answer: Answer) -> AnyView {
    let names = Memo::new(move |_| {
        let names = |traces: &Traces| {
            let series = traces.series.iter();
            series.map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        of_answer(answer, names).unwrap_or_default()
    });
    let layers = Memo::new(move |_| of_answer(answer, |it| it.layers).unwrap_or_default());
    let series = move || {
        let named = names.get();
        (named.len() > 1).then(|| {
            let choice = |(index, name): (usize, &String)| {
                let (test, label) = series_name(name);
                Choice::new(index, say_inside(label), test)
            };
            let choices: Vec<Choice<usize>> = named.iter().enumerate().map(choice).collect();
            let last = named.len() - 1;
            let value = Signal::derive(move || look.state.with(|state| state.series.min(last)));
            view! {
                <Segmented
                    label=say_inside(|w| w.series)
                    choices=choices
                    value=value
                    set=move |index| look.state.update(|state| state.series = index)
                />
            }
        })
    };
    let layer = move || {
        let layers = layers.get();
        (layers > 1).then(|| {
            let value = Signal::derive(move || {
                look.state
                    .with(|state| f64::from(state.layer.min(layers - 1) + 1))
            });
            view! {
                <NumberField
                    label=say_inside(|w| w.layer)
                    value=value
                    set=move |number: f64| {
                        want(look, |state| state.layer = number as u32 - 1);
                    }
                    range=Range::whole(1, layers, 1)
                    test="traces-layer"
                />
            }
        })
    };
    view! {
        <div class="table-scroll">
            <div class="row">{series} {layer}</div>
        </div>
    }
    .into_any()
}

fn tokens_of(answer: Answer) -> Signal<Arc<Vec<String>>> {
    Memo::new(move |_| Arc::new(of_answer(answer, |it| it.tokens.clone()).unwrap_or_default()))
        .into()
}

fn matrix(look: Look, answer: Answer) -> AnyView {
    let heat = Memo::new(move |_| {
        let heat = |traces: &Traces, span: Span, values: &[f32]| {
            let units = traces.hidden as usize;
            Heat {
                rows: units,
                columns: traces.tokens.len(),
                values: Arc::new(by_unit(values, units)),
                offset: 0,
                top: span.top(),
                is_signed: span.is_signed(),
            }
        };
        of_series(look, answer, heat).unwrap_or_else(|| Heat {
            rows: 0,
            columns: 0,
            values: Arc::default(),
            offset: 0,
            top: 1.0,
            is_signed: true,
        })
    });
    view! {
        <Matrix
            label=say_inside(|w| w.traces_matrix)
            heat=heat
            row_names=Signal::stored(Arc::new(Vec::<String>::new()))
            column_names=tokens_of(answer)
            row_axis=say_inside(|w| w.unit)
            column_axis=say_inside(|w| w.token)
            cell=look.cell
            is_wide=true
            test="traces-matrix"
        />
    }
    .into_any()
}

/// The chosen unit over the tokens: a line, and the text in its colours.
fn unit(look: Look, answer: Answer) -> AnyView {
    let unit = Memo::new(move |_| look.cell.get().map_or(0, |cell| cell.0));
    let name = move |template: fn(&'static Inside) -> &'static str| {
        Signal::derive(move || {
            let number = (unit.get() + 1).to_string();
            fill(template(inside()), &[("unit", &number)])
        })
    };
    let data = Signal::derive(move || {
        let points = of_series(look, answer, |traces, _, values| {
            let own = of_unit(values, traces.hidden as usize, unit.get());
            (1..)
                .zip(own)
                .map(|(place, value)| Point::at(f64::from(place), f64::from(value)))
                .collect::<Vec<_>>()
        });
        let points = points.unwrap_or_default();
        let label = fill(
            inside().unit_line,
            &[("unit", &(unit.get() + 1).to_string())],
        );
        ChartData {
            x_axis: XAxis::Between(1.0, points.len().max(2) as f64),
            x_label: inside().token.to_owned(),
            y_label: label.clone(),
            y_scale: ScaleKind::Linear,
            series: vec![Series {
                name: label,
                style: 0,
                points,
                faint: false,
                is_read: true,
                dots: false,
            }],
        }
    });
    let selected = RwSignal::new(look.cell.get_untracked().map(|cell| cell.1));
    Effect::new(move |_| {
        let Some(token) = selected.get() else { return };
        let cell = look.cell.get_untracked();
        if cell.map(|cell| cell.1) != Some(token) {
            look.cell.set(Some((cell.map_or(0, |cell| cell.0), token)));
        }
    });
    Effect::new(move |_| {
        let token = look.cell.get().map(|cell| cell.1);
        if selected.get_untracked() != token {
            selected.set(token);
        }
    });
    let tokens = Signal::derive(move || {
        of_series(look, answer, |traces, span, values| {
            let own = of_unit(values, traces.hidden as usize, unit.get());
            let coloured = traces.tokens.iter().zip(own).map(|(text, value)| Token {
                text: text.clone(),
                level: Some(span.level(value)),
                title: significant(f64::from(value), 4),
            });
            coloured.collect()
        })
        .unwrap_or_else(Vec::new)
    });
    let is_signed = Memo::new(move |_| {
        of_series(look, answer, |_, span, _| span.is_signed()).unwrap_or_default()
    });
    view! {
        <h3 data-testid="traces-unit">{name(|w| w.unit_strip)}</h3>
        <TokenStrip
            label=name(|w| w.unit_strip)
            tokens=tokens
            selected=selected
            hover=true
            is_signed=is_signed
            test="traces-tokens"
        />
        <LineChart
            label=name(|w| w.unit_line)
            data=data
            empty=Signal::derive(move || words().attention.computing.to_owned())
            small=true
            test="traces-line"
        />
    }
    .into_any()
}
