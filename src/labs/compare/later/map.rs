//! What a sweep found: a heat map of its grid, or its draws in order.

use leptos::prelude::*;

use super::super::kept::Compare;
use super::super::naming::label;
use super::super::record::{Record, Stage};
use super::super::sweep::{Kind, Shape};
use super::told::cell_name;
use crate::ui::colour::{ink_on_viridis, viridis_css};
use crate::ui::number::{setting, significant};
use crate::ui::{ColourScale, escape_markup};
use crate::words::{fill, words};

/// What a cell came to.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    Value(f64),
    /// It is trained, or waits for it.
    Pending,
    /// It ended without a validation that is a number.
    Nothing,
}

/// The figures of a sweep, and the range of their colours.
struct Figures {
    found: Vec<Found>,
    is_bits: bool,
    least: f64,
    most: f64,
    best: Option<usize>,
}

fn figures(record: &Record) -> Figures {
    let is_bits = record.is_all_next_token();
    let found: Vec<Found> = record
        .tracks
        .iter()
        .map(|track| {
            let best = match is_bits {
                true => track.best_bits_per_byte(),
                false => track.best_loss(),
            };
            let is_left = matches!(track.stage(), Stage::Waiting | Stage::Training);
            match best {
                Some(value) => Found::Value(value),
                None if is_left && !record.is_over => Found::Pending,
                None => Found::Nothing,
            }
        })
        .collect();
    let mut values: Vec<(usize, f64)> = Vec::new();
    for (index, found) in found.iter().enumerate() {
        if let Found::Value(value) = found {
            values.push((index, *value));
        }
    }
    values.sort_by(|a, b| a.1.total_cmp(&b.1));
    Figures {
        is_bits,
        least: values.first().map_or(0.0, |it| it.1),
        most: values.last().map_or(1.0, |it| it.1),
        best: values.first().map(|it| it.0),
        found,
    }
}

impl Figures {
    /// Brightest where the loss is lowest.
    fn brightness(&self, value: f64) -> f32 {
        let span = self.most - self.least;
        match span > 0.0 {
            true => ((self.most - value) / span) as f32,
            false => 1.0,
        }
    }

    /// A cell as markup.
    fn cell(&self, index: usize) -> String {
        let w = &words().compare;
        match self.found.get(index) {
            Some(Found::Value(value)) => {
                let place = self.brightness(*value);
                let best = match self.best == Some(index) {
                    true => " class=\"best\"",
                    false => "",
                };
                format!(
                    "<td{best} style=\"background:{};color:{}\">{}</td>",
                    viridis_css(place),
                    ink_on_viridis(place),
                    significant(*value, 4)
                )
            }
            Some(Found::Pending) => format!("<td class=\"quiet\">{}</td>", w.sweep_pending),
            Some(Found::Nothing) => format!("<td class=\"quiet\">{}</td>", w.sweep_bad),
            None => "<td></td>".to_owned(),
        }
    }
}

pub fn sweep_map(lab: Compare) -> AnyView {
    let shown = Memo::new(move |_| {
        lab.state.with(|state| {
            let record = state.shown()?;
            let shape = record.shape.as_ref()?;
            let figures = figures(record);
            let markup = match shape.kind {
                Kind::Grid => grid(shape, &figures),
                Kind::Random => draws(shape, &figures),
            };
            let w = &words().compare;
            let what = if figures.is_bits {
                w.sweep_map_bits
            } else {
                w.sweep_map_nats
            };
            let best = figures.best.map(|index| {
                let values = [
                    ("values", cell_name(shape, index)),
                    ("loss", significant(figures.least, 4)),
                ];
                fill(
                    w.sweep_best,
                    &values.each_ref().map(|it| (it.0, it.1.as_str())),
                )
            });
            let ends = figures
                .best
                .map(|_| [figures.most, figures.least].map(|end| significant(end, 4)));
            Some((markup, what, best, ends))
        })
    });
    let markup = move || shown.with(|it| it.as_ref().map(|it| it.0.clone()).unwrap_or_default());
    let what = move || shown.with(|it| it.as_ref().map_or("", |it| it.1));
    let best = move || shown.with(|it| it.as_ref().and_then(|it| it.2.clone()));
    let end = move |at: usize| {
        Signal::derive(move || {
            shown.with(|it| {
                let ends = it.as_ref().and_then(|it| it.3.as_ref());
                ends.map_or("–".to_owned(), |ends| ends[at].clone())
            })
        })
    };
    view! {
        <section class="sweep-map">
            <h3>{move || words().compare.sweep_map}</h3>
            <p class="quiet">{what}</p>
            <div class="table-frame" tabindex="0">
                <table class="heat-table" data-testid="sweep-map" inner_html=markup></table>
            </div>
            <ColourScale low=end(0) high=end(1) />
            <p class="in-words" role="status" data-testid="sweep-best">{best}</p>
        </section>
    }
    .into_any()
}

fn name(shape: &Shape, axis: usize) -> String {
    let field = shape.fields[axis];
    field.map_or(String::new(), |field| escape_markup(label(field, words())))
}

/// Columns are values of the first setting, rows those of the second.
fn grid(shape: &Shape, figures: &Figures) -> String {
    let has_rows = shape.fields[1].is_some();
    let corner = match has_rows {
        true => format!("↓ {} → {}", name(shape, 1), name(shape, 0)),
        false => name(shape, 0),
    };
    let mut markup = format!("<thead><tr><th scope=\"col\">{corner}</th>");
    for column in &shape.columns {
        markup.push_str(&format!("<th scope=\"col\">{}</th>", setting(*column)));
    }
    markup.push_str("</tr></thead><tbody>");
    for (row, value) in shape.rows.iter().enumerate() {
        let head = match has_rows {
            true => setting(*value),
            false => words().compare.result.to_owned(),
        };
        markup.push_str(&format!("<tr><th scope=\"row\">{head}</th>"));
        for column in 0..shape.columns.len() {
            let mut cells = shape.cells.iter();
            let cell = cells.position(|it| (it.row, it.column) == (row, column));
            markup.push_str(&figures.cell(cell.unwrap_or(usize::MAX)));
        }
        markup.push_str("</tr>");
    }
    markup + "</tbody>"
}

/// One draw a line, the best first.
fn draws(shape: &Shape, figures: &Figures) -> String {
    let axes: Vec<usize> = (0..2)
        .filter(|axis| shape.fields[*axis].is_some())
        .collect();
    let mut markup = String::from("<thead><tr>");
    for axis in &axes {
        markup.push_str(&format!("<th scope=\"col\">{}</th>", name(shape, *axis)));
    }
    markup.push_str(&format!(
        "<th scope=\"col\">{}</th></tr></thead><tbody>",
        words().compare.result
    ));
    let mut order: Vec<usize> = (0..shape.cells.len()).collect();
    let rank = |index: usize| match figures.found.get(index) {
        Some(Found::Value(value)) => *value,
        _ => f64::INFINITY,
    };
    order.sort_by(|a, b| rank(*a).total_cmp(&rank(*b)));
    for index in order {
        markup.push_str("<tr>");
        for axis in &axes {
            markup.push_str(&format!(
                "<th scope=\"row\">{}</th>",
                setting(shape.cells[index].values[*axis])
            ));
        }
        markup.push_str(&figures.cell(index));
        markup.push_str("</tr>");
    }
    markup + "</tbody>"
}
