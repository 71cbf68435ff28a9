//! A matrix as a heat map on a canvas, with exact values under the pointer or the keyboard's cell, and its colour scale.
//!
//! A canvas has no cells for assistive technology, and a grid of T² elements would be a million of them; so the grid that is
//! announced holds the header row, and the row of the current cell.

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};

use super::browser::element_id;
use super::colour::{diverging_gradient, paint};
use super::number::significant;
use super::token_text::visible;

/// The numbers of a matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    pub rows: usize,
    pub columns: usize,
    /// `rows × columns` values from `offset` on.
    pub values: Arc<Vec<f32>>,
    pub offset: usize,
    /// The value of the brightest colour; 0 is the darkest.
    pub top: f32,
    /// Whether numbers are of both signs: the colours then diverge around 0, from `−top` to `top`.
    pub is_signed: bool,
}

impl Heat {
    /// The value of a cell.
    pub fn at(&self, row: usize, column: usize) -> Option<f32> {
        (row < self.rows && column < self.columns)
            .then(|| {
                self.values
                    .get(self.offset + row * self.columns + column)
                    .copied()
            })
            .flatten()
    }

    fn slice(&self) -> &[f32] {
        let end = self.offset + self.rows * self.columns;
        self.values.get(self.offset..end).unwrap_or(&[])
    }
}

/// Paints the matrix one pixel a cell; the style sheet enlarges it without smoothing.
fn paint_canvas(canvas: &web_sys::HtmlCanvasElement, heat: &Heat) {
    let bytes = paint(
        heat.slice(),
        heat.top.max(f32::MIN_POSITIVE),
        heat.is_signed,
    );
    if bytes.is_empty() {
        return;
    }
    let (width, height) = (heat.columns as u32, heat.rows as u32);
    if canvas.width() != width || canvas.height() != height {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let image = web_sys::ImageData::new_with_u8_clamped_array(Clamped(&bytes), width);
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|it| it.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
    if let (Ok(image), Some(context)) = (image, context) {
        // A canvas that cannot be painted stays blank; the numbers are still read out.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// A small picture of a matrix, without axes.
#[component]
pub fn Thumbnail(#[prop(into)] heat: Signal<Heat>) -> impl IntoView {
    let canvas = NodeRef::<leptos::html::Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            heat.with(|heat| paint_canvas(&canvas, heat));
        }
    });
    view! { <canvas class="thumbnail" node_ref=canvas aria-hidden="true"></canvas> }
}

/// What the colours of a matrix or a strip mean: the text at either end.
#[component]
pub fn ColourScale(
    #[prop(into)] low: Signal<String>,
    #[prop(into)] high: Signal<String>,
    /// Whether the colours diverge around a zero in the middle.
    #[prop(optional, into)]
    is_signed: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="scale" aria-hidden="true">
            <span>{move || low.get()}</span>
            <span class="viridis" style:background=move || is_signed.get().then(diverging_gradient)></span>
            <span>{move || high.get()}</span>
        </div>
    }
    .into_any()
}

/// A matrix with row and column names.
#[component]
pub fn Matrix(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] heat: Signal<Heat>,
    /// Names of rows and columns; those that have none are told by their number.
    #[prop(into)]
    row_names: Signal<Arc<Vec<String>>>,
    #[prop(into)] column_names: Signal<Arc<Vec<String>>>,
    /// What a row and a column are, e.g. "query" and "key".
    #[prop(into)]
    row_axis: Signal<String>,
    #[prop(into)] column_axis: Signal<String>,
    /// The current cell (row, column).
    cell: RwSignal<Option<(usize, usize)>>,
    /// As wide as there is room; else a square.
    #[prop(optional)]
    is_wide: bool,
    test: &'static str,
) -> impl IntoView {
    let canvas = NodeRef::<leptos::html::Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            heat.with(|heat| paint_canvas(&canvas, heat));
        }
    });
    let size = Memo::new(move |_| heat.with(|heat| (heat.rows, heat.columns)));
    let moved = move |event: PointerEvent| {
        let Some(canvas) = canvas.get_untracked() else {
            return;
        };
        let (rows, columns) = size.get_untracked();
        let area = canvas.get_bounding_client_rect();
        let share = |at: i32, start: f64, length: f64, count: usize| {
            let place = (f64::from(at) - start) / length * count as f64;
            (place >= 0.0 && place < count as f64).then_some(place as usize)
        };
        let row = share(event.client_y(), area.top(), area.height(), rows);
        let column = share(event.client_x(), area.left(), area.width(), columns);
        if let (Some(row), Some(column)) = (row, column) {
            cell.set(Some((row, column)));
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let (rows, columns) = size.get_untracked();
        if rows == 0 || columns == 0 {
            return;
        }
        let (row, column) = cell.get_untracked().unwrap_or((rows - 1, 0));
        let next = match event.key().as_str() {
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => (row + 1, column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, column + 1),
            "Home" => (row, 0),
            "End" => (row, columns - 1),
            _ => return,
        };
        event.prevent_default();
        cell.set(Some((next.0.min(rows - 1), next.1.min(columns - 1))));
    };
    let cell_id = element_id("cell");
    let active = cell_id.clone();
    let name = |names: &Arc<Vec<String>>, index: usize| {
        names
            .get(index)
            .map(|text| visible(text))
            .unwrap_or_default()
    };
    let quoted = move |names: &Arc<Vec<String>>, index: usize| match names.get(index) {
        Some(_) => format!(" “{}”", name(names, index)),
        None => String::new(),
    };
    let current = Memo::new(move |_| {
        let (row, column) = cell.get()?;
        let value = heat.with(|heat| heat.at(row, column))?;
        Some((row, column, value))
    });
    let text = move || match current.get() {
        None => "\u{a0}".to_string(),
        Some((row, column, value)) => format!(
            "{} {}{} → {} {}{}: {}",
            row_axis.get(),
            row + 1,
            row_names.with(|names| quoted(names, row)),
            column_axis.get(),
            column + 1,
            column_names.with(|names| quoted(names, column)),
            significant(f64::from(value), 4)
        ),
    };
    let axis = move |names: Signal<Arc<Vec<String>>>, class: &'static str, of_row: bool| {
        move || {
            let (rows, columns) = size.get();
            let names_fit = if of_row { rows } else { columns } <= 40;
            names_fit.then(|| {
                let items = names
                    .get()
                    .iter()
                    .enumerate()
                    .map(|(index, text)| {
                        let on = move || {
                            cell.get().is_some_and(|(row, column)| {
                                index == if of_row { row } else { column }
                            })
                        };
                        view! { <span class:on=on>{visible(text)}</span> }
                    })
                    .collect_view();
                view! { <div class=class aria-hidden="true">{items}</div> }
            })
        }
    };
    view! {
        <div class="matrix" class:wide=is_wide>
            <div class="matrix-axes" aria-hidden="true">
                {move || format!("↓ {}  → {}", row_axis.get(), column_axis.get())}
            </div>
            {axis(column_names, "matrix-columns", false)}
            {axis(row_names, "matrix-rows", true)}
            <div
                class="matrix-grid"
                role="grid"
                tabindex="0"
                data-testid=test
                aria-label=move || label.get()
                aria-rowcount=move || size.get().0 + 1
                aria-colcount=move || size.get().1 + 1
                aria-activedescendant=move || current.get().map(|_| active.clone())
                on:pointermove=moved
                on:pointerdown=moved
                on:keydown=pressed
            >
                <canvas node_ref=canvas aria-hidden="true"></canvas>
                {move || {
                    cell.get()
                        .map(|(row, column)| {
                            let (rows, columns) = size.get();
                            let percent = |part: usize, whole: usize| {
                                format!("{:.4}%", part as f64 / whole.max(1) as f64 * 100.0)
                            };
                            view! {
                                <div
                                    class="matrix-row"
                                    aria-hidden="true"
                                    style:top=percent(row, rows)
                                    style:height=percent(1, rows)
                                ></div>
                                <div
                                    class="matrix-cell"
                                    aria-hidden="true"
                                    style:top=percent(row, rows)
                                    style:height=percent(1, rows)
                                    style:left=percent(column, columns)
                                    style:width=percent(1, columns)
                                ></div>
                            }
                        })
                }}
                <div class="unseen">
                    <div role="row" aria-rowindex="1">
                        <span role="columnheader" aria-colindex=move || cell.get().map(|at| at.1 + 2)>
                            {move || {
                                cell.get().map(|at| column_names.with(|names| name(names, at.1)))
                            }}
                        </span>
                    </div>
                    <div role="row" aria-rowindex=move || cell.get().map(|at| at.0 + 2)>
                        <span role="rowheader" aria-colindex="1">
                            {move || cell.get().map(|at| row_names.with(|names| name(names, at.0)))}
                        </span>
                        <span
                            role="gridcell"
                            id=cell_id
                            aria-colindex=move || cell.get().map(|at| at.1 + 2)
                        >
                            {text}
                        </span>
                    </div>
                </div>
            </div>
            <ColourScale
                low=Signal::derive(move || {
                    heat.with(|heat| match heat.is_signed {
                        true => significant(f64::from(-heat.top), 2),
                        false => "0".to_owned(),
                    })
                })
                high=Signal::derive(move || heat.with(|heat| significant(f64::from(heat.top), 2)))
                is_signed=Signal::derive(move || heat.with(|heat| heat.is_signed))
            />
            <p class="readout" data-testid=format!("{test}-value")>{text}</p>
        </div>
    }
    .into_any()
}
