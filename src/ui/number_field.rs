//! A number with a slider: the field takes exact values, the slider finds them, the arrow keys nudge them.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::browser::element_id;
use super::number::{self, setting};
use super::range::{PLACES, Range};

/// A numeric setting.
#[component]
pub fn NumberField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<f64>,
    /// Called with an allowed value only.
    #[prop(into)]
    set: Callback<f64>,
    range: Range,
    #[prop(optional, into)] pending: Signal<bool>,
    /// What the number means just now, e.g. "off" for 0.
    #[prop(optional, into)]
    note: Option<Signal<String>>,
    /// Without a slider, for numbers that are picked and not sought (seeds).
    #[prop(optional)]
    bare: bool,
    test: &'static str,
) -> impl IntoView {
    let id = element_id("number");
    let typed = move |event: leptos::ev::Event| {
        let number = number::typed(&event_target_value(&event));
        if let Some(number) = number.and_then(|number| range.accept(number)) {
            set.run(number);
        }
        // What cannot be read as a number falls back to the value in force.
        event_target::<web_sys::HtmlInputElement>(&event)
            .set_value(&setting(value.get_untracked()));
    };
    let nudge = move |event: KeyboardEvent| {
        let direction = match event.key().as_str() {
            "ArrowUp" => 1.0,
            "ArrowDown" => -1.0,
            _ => return,
        };
        event.prevent_default();
        set.run(range.neighbour(value.get_untracked(), direction));
    };
    // The browser would move the slider by one of its places, which is mostly less than a step of the value.
    let slide = move |event: KeyboardEvent| {
        let now = value.get_untracked();
        let next = match event.key().as_str() {
            "ArrowUp" | "ArrowRight" => range.neighbour(now, 1.0),
            "ArrowDown" | "ArrowLeft" => range.neighbour(now, -1.0),
            "Home" => range.low,
            "End" => range.high,
            _ => return,
        };
        event.prevent_default();
        set.run(next);
    };
    view! {
        <div class="field number" class:pending=move || pending.get()>
            <label for=id.clone()>
                {move || label.get()}
                {note.map(|note| view! { <span class="note">{move || note.get()}</span> })}
            </label>
            <input
                id=id
                type="text"
                inputmode="decimal"
                autocomplete="off"
                spellcheck="false"
                class="number-text"
                data-testid=test
                prop:value=move || setting(value.get())
                on:change=typed
                on:keydown=nudge
            />
            {(!bare)
                .then(|| {
                    view! {
                        <input
                            type="range"
                            min="0"
                            max=PLACES
                            class="slider"
                            aria-label=move || label.get()
                            aria-valuetext=move || setting(value.get())
                            prop:value=move || range.place(value.get()).to_string()
                            on:keydown=slide
                            on:input=move |event| {
                                if let Ok(place) = event_target_value(&event).parse::<f64>() {
                                    set.run(range.at(place));
                                }
                            }
                        />
                    }
                })}
        </div>
    }
    .into_any()
}
