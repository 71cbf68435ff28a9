//! Probabilities as upright bars that are dragged, or moved by the arrow keys: each bar is a slider of its own.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::colour;
use super::number::percent;

/// One of the distributions over the same outcomes.
#[derive(Clone)]
pub struct Shares {
    /// Its name, e.g. "p"; empty for one alone.
    pub name: Signal<String>,
    /// One probability for each outcome.
    pub values: Signal<Vec<f64>>,
    /// Called with (outcome, wanted probability).
    pub set: Callback<(usize, f64)>,
    /// Which series colour.
    pub style: usize,
}

/// The bars: outcomes side by side, the distributions of one outcome next to each other.
#[component]
pub fn Distribution(
    /// Accessible name of the whole.
    #[prop(into)]
    label: Signal<String>,
    /// What the outcomes are called.
    #[prop(into)]
    outcomes: Signal<Vec<String>>,
    shares: Vec<Shares>,
    test: &'static str,
) -> impl IntoView {
    let count = Memo::new(move |_| outcomes.with(Vec::len));
    let columns = move || {
        (0..count.get())
            .map(|index| {
                let name = Signal::derive(move || {
                    outcomes.with(|all| all.get(index).cloned().unwrap_or_default())
                });
                let bars: Vec<_> = shares
                    .iter()
                    .map(|it| bar(it.clone(), index, name))
                    .collect();
                view! {
                    <div class="outcome">
                        <div class="outcome-bars">{bars}</div>
                        <span class="outcome-name">{move || name.get()}</span>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <div class="distribution" role="group" aria-label=move || label.get() data-testid=test>{columns}</div>
    }
    .into_any()
}

fn bar(shares: Shares, index: usize, outcome: Signal<String>) -> AnyView {
    let Shares {
        name,
        values,
        set,
        style,
    } = shares;
    let value = Memo::new(move |_| values.with(|all| all.get(index).copied().unwrap_or(0.0)));
    let dragged = move |event: &PointerEvent| {
        let Some(track) = event
            .current_target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok())
        else {
            return;
        };
        let area = track.get_bounding_client_rect();
        if area.height() > 0.0 {
            let share = (area.bottom() - f64::from(event.client_y())) / area.height();
            set.run((index, ((share * 100.0).round() / 100.0).clamp(0.0, 1.0)));
        }
    };
    let pressed = move |event: PointerEvent| {
        if let Some(track) = event
            .current_target()
            .and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // A pointer that is gone already needs no capture.
            let _ = track.set_pointer_capture(event.pointer_id());
            let _ = track.focus();
        }
        dragged(&event);
    };
    let moved = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            dragged(&event);
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let now = value.get_untracked();
        let wanted = match event.key().as_str() {
            "ArrowUp" | "ArrowRight" => now + 0.01,
            "ArrowDown" | "ArrowLeft" => now - 0.01,
            "PageUp" => now + 0.1,
            "PageDown" => now - 0.1,
            "Home" => 0.0,
            "End" => 1.0,
            _ => return,
        };
        event.prevent_default();
        // In whole hundredths, so that steps lead back to where they came from.
        set.run((index, ((wanted * 100.0).round() / 100.0).clamp(0.0, 1.0)));
    };
    view! {
        <div class="share-column">
            <span class="share-value" aria-hidden="true">{move || percent(value.get())}</span>
            <div
                class="share-track"
                role="slider"
                tabindex="0"
                data-testid="share"
                aria-orientation="vertical"
                aria-label=move || format!("{} {}", name.get(), outcome.get()).trim().to_string()
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format!("{:.1}", value.get() * 100.0)
                aria-valuetext=move || percent(value.get())
                on:pointerdown=pressed
                on:pointermove=moved
                on:keydown=keyed
            >
                <div
                    class=if style == 0 { "share-fill" } else { "share-fill hatched" }
                    style:height=move || format!("{:.2}%", value.get() * 100.0)
                    style:--fill=colour::series(style)
                ></div>
            </div>
            <span class="share-name" aria-hidden="true">{move || name.get()}</span>
        </div>
    }
    .into_any()
}
