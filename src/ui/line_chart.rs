//! A live line chart: drawn by `chart_svg`, with a cursor that the pointer or the arrow keys move and a line of exact values.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use super::browser::box_size;
use super::chart_svg::{ChartData, Frame, Point, draw, leading, nearest, neighbour};
use super::controls::Toggle;
use super::number::{figure, integer};

/// A chart of one quantity over steps.
#[component]
pub fn LineChart(
    /// Accessible name.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] data: Signal<ChartData>,
    /// Whether the vertical axis is logarithmic; `None` hides the toggle.
    #[prop(optional)]
    log: Option<RwSignal<bool>>,
    #[prop(optional, into)] log_label: Signal<String>,
    /// What to say while there is nothing to draw.
    #[prop(into)]
    empty: Signal<String>,
    /// Smaller, for rows of charts.
    #[prop(optional)]
    small: bool,
    /// How a place of the horizontal axis is read; whole numbers where nothing else is said.
    #[prop(default = whole)]
    x_text: fn(f64) -> String,
    test: &'static str,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Div>::new();
    let size = box_size(node);
    let frame = Memo::new(move |_| {
        let (width, height) = size.get();
        data.with(|data| Frame::new(data, width.max(160.0), height.max(90.0)))
    });
    let cursor = RwSignal::new(None::<f64>);
    let markup = move || data.with(|data| draw(data, &frame.get()));
    let has_points = Memo::new(move |_| {
        data.with(|data| data.series.iter().any(|series| !series.points.is_empty()))
    });
    let moved = move |event: PointerEvent| {
        let frame = frame.get_untracked();
        cursor.set(Some(frame.x_at(f64::from(event.offset_x()))));
    };
    let pressed = move |event: KeyboardEvent| {
        let steps = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            "PageUp" => -20,
            "PageDown" => 20,
            "Home" => i64::MIN / 2,
            "End" => i64::MAX / 2,
            "Escape" => {
                cursor.set(None);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let from = cursor.get_untracked();
        if let Some(x) = data.with_untracked(|data| neighbour(data, from, steps)) {
            cursor.set(Some(x));
        }
    };
    // The values under the cursor, or the newest ones: the line never disappears, so nothing below it moves.
    let readout = Signal::derive(move || data.with(|data| values_at(data, cursor.get(), x_text)));
    view! {
        <div class="chart" class:small=small data-testid=test>
            {log
                .map(|log| {
                    view! {
                        <div class="chart-tools">
                            <Toggle label=log_label value=log set=move |on| log.set(on) test="log-toggle" />
                        </div>
                    }
                })}
            <div
                class="chart-canvas"
                node_ref=node
                tabindex="0"
                role="slider"
                aria-label=move || label.get()
                aria-valuemin="0"
                aria-valuemax=move || format!("{:.0}", frame.get().x.high)
                aria-valuenow=move || format!("{:.0}", cursor.get().unwrap_or(0.0))
                aria-valuetext=move || readout.get()
                on:pointermove=moved
                on:pointerleave=move |_| cursor.set(None)
                on:keydown=pressed
            >
                <svg
                    width="100%"
                    height="100%"
                    aria-hidden="true"
                >
                    <g inner_html=markup></g>
                    <g inner_html=move || {
                        cursor
                            .get()
                            .map(|x| data.with(|data| cursor_marks(data, &frame.get(), x)))
                            .unwrap_or_default()
                    }></g>
                </svg>
                <Show when=move || !has_points.get()>
                    <p class="chart-empty">{move || empty.get()}</p>
                </Show>
            </div>
            <p class="readout" data-testid=format!("{test}-values")>{move || readout.get()}</p>
        </div>
    }
    .into_any()
}

/// The point of the leading curve under the cursor, or its newest one.
fn anchor(data: &ChartData, cursor: Option<f64>) -> Option<Point> {
    let series = leading(data)?;
    match cursor {
        Some(x) => nearest(series, x),
        None => series.points.last().copied(),
    }
}

/// A whole number.
fn whole(x: f64) -> String {
    integer(x as u64)
}

fn places(point: &Point, x_text: fn(f64) -> String) -> String {
    if point.is_merged() {
        format!("{}–{}", x_text(point.from), x_text(point.to))
    } else {
        x_text(point.x)
    }
}

fn values_at(data: &ChartData, cursor: Option<f64>, x_text: fn(f64) -> String) -> String {
    let Some(place) = anchor(data, cursor) else {
        return "\u{a0}".into();
    };
    let mut text = format!("{} {}", data.x_label, places(&place, x_text));
    for series in data.series.iter().filter(|series| series.is_read) {
        let Some(point) = nearest(series, place.x) else {
            continue;
        };
        text.push_str(&format!(" · {} {}", series.name, figure(point.y)));
        if point.is_merged() {
            let (low, high) = (figure(point.low), figure(point.high));
            if low != high {
                text.push_str(&format!(" ({low} – {high})"));
            }
        }
        // Sparse curves are read at their nearest point, which is said.
        if point.to < place.from || point.from > place.to {
            text.push_str(&format!(" ({} {})", data.x_label, places(&point, x_text)));
        }
    }
    text
}

fn cursor_marks(data: &ChartData, frame: &Frame, x: f64) -> String {
    let Some(place) = anchor(data, Some(x)) else {
        return String::new();
    };
    let px = frame.px(place.x);
    let mut svg = format!(
        "<line class=\"cursor\" x1=\"{px:.1}\" x2=\"{px:.1}\" y1=\"20\" y2=\"{:.1}\"/>",
        frame.height - 34.0
    );
    for series in data.series.iter().filter(|series| series.is_read) {
        if let Some(point) = nearest(series, place.x) {
            svg.push_str(&format!(
                "<circle class=\"cursor-dot\" r=\"4\" cx=\"{:.1}\" cy=\"{:.1}\" fill=\"{}\"/>",
                frame.px(point.x),
                frame.py(point.y),
                super::colour::series(series.style)
            ));
        }
    }
    svg
}
