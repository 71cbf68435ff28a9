//! Amounts as level bars with their names and figures: counts, classes, shares of a whole.

use leptos::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Amount {
    pub name: String,
    /// Length of its bar, 0..=1.
    pub share: f64,
    /// The exact figure, as text.
    pub figure: String,
}

/// The rows; the longest bar is as wide as there is room.
#[component]
pub fn AmountBars(
    /// Accessible name.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] rows: Signal<Vec<Amount>>,
    /// Names in the typeface of tokens.
    #[prop(optional)]
    mono: bool,
    test: &'static str,
) -> impl IntoView {
    let items = move || {
        rows.get()
            .into_iter()
            .map(|row| {
                view! {
                    <li>
                        <span class="amount-name" class:mono=mono>{row.name}</span>
                        <span class="bar-track" aria-hidden="true">
                            <span class="bar-fill" style:width=format!("{:.2}%", row.share.clamp(0.0, 1.0) * 100.0)></span>
                        </span>
                        <span class="figure">{row.figure}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <ul class="amounts" tabindex="0" aria-label=move || label.get() data-testid=test>{items}</ul>
    }
    .into_any()
}
