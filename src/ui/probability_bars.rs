//! Candidates for one place with their probabilities, as bars that can be pressed.

use leptos::prelude::*;

use super::number::percent;
use super::token_text::visible;

/// One candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub text: String,
    pub probability: f32,
    /// The one that was taken.
    pub chosen: bool,
}

/// A column of bars, the full width being probability 1.
#[component]
pub fn ProbabilityBars(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] bars: Signal<Vec<Bar>>,
    /// Called with the index of the pressed bar; without it the bars are only shown.
    #[prop(optional, into)]
    press: Option<Callback<usize>>,
    /// What pressing does, for the tooltip.
    #[prop(optional, into)]
    press_title: Signal<String>,
    test: &'static str,
) -> impl IntoView {
    let rows = move || {
        bars.get()
            .into_iter()
            .enumerate()
            .map(|(index, bar)| {
                let content = view! {
                    <span class="bar-text">{visible(&bar.text)}</span>
                    <span class="bar-track" aria-hidden="true">
                        <span
                            class="bar-fill"
                            style:width=format!("{:.2}%", bar.probability.clamp(0.0, 1.0) * 100.0)
                        ></span>
                    </span>
                    <span class="bar-value">{percent(f64::from(bar.probability))}</span>
                };
                let class = if bar.chosen { "bar chosen" } else { "bar" };
                let row = match press {
                    Some(press) => view! {
                        <button
                            type="button"
                            class=class
                            data-testid="candidate"
                            title=press_title.get()
                            on:click=move |_| press.run(index)
                        >
                            {content}
                        </button>
                    }
                    .into_any(),
                    None => view! { <div class=class>{content}</div> }.into_any(),
                };
                view! { <li>{row}</li> }
            })
            .collect_view()
    };
    view! {
        <ol class="bars" aria-label=move || label.get() data-testid=test>{rows}</ol>
    }
    .into_any()
}
