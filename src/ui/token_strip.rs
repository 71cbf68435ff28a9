//! A text as a strip of tokens. The pointer or the arrow keys choose one; colour may carry a number, which the title also says.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::browser::element_id;
use super::colour::{diverging_css, ink_on_diverging, ink_on_viridis, viridis_css};
use super::token_text::visible;

/// A token with what is to be shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// As in the text; whitespace is made visible.
    pub text: String,
    /// 0..=1 for a coloured ground.
    pub level: Option<f32>,
    /// Said on hover.
    pub title: String,
}

/// A strip of tokens.
#[component]
pub fn TokenStrip(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] tokens: Signal<Vec<Token>>,
    /// The chosen one.
    selected: RwSignal<Option<usize>>,
    /// Whether pointing chooses already, without a press.
    #[prop(optional)]
    hover: bool,
    /// Whether the colours diverge around a level of 0.5.
    #[prop(optional, into)]
    is_signed: Signal<bool>,
    test: &'static str,
) -> impl IntoView {
    let id = element_id("strip");
    let strip_id = StoredValue::new(id.clone());
    let option_id = move |index: usize| strip_id.with_value(|id| format!("{id}-{index}"));
    let pressed = move |event: KeyboardEvent| {
        let length = tokens.with_untracked(Vec::len);
        if length == 0 {
            return;
        }
        let now = selected.get_untracked();
        let step =
            |by: isize| now.map_or(0, |index| index.saturating_add_signed(by).min(length - 1));
        let next = match event.key().as_str() {
            "ArrowLeft" => step(-1),
            "ArrowRight" => step(1),
            "ArrowUp" => step(-10),
            "ArrowDown" => step(10),
            "Home" => 0,
            "End" => length - 1,
            _ => return,
        };
        event.prevent_default();
        selected.set(Some(next));
        if let Some(element) = document().get_element_by_id(&option_id(next)) {
            element.scroll_into_view_with_scroll_into_view_options(&nearest_block());
        }
    };
    let numbered = move || -> Vec<(usize, Token, bool)> {
        let is_signed = is_signed.get();
        let tokens = tokens.get().into_iter().enumerate();
        tokens
            .map(|(index, token)| (index, token, is_signed))
            .collect()
    };
    view! {
        <div
            id=id
            class="token-strip"
            role="listbox"
            tabindex="0"
            data-testid=test
            aria-label=move || label.get()
            aria-activedescendant=move || selected.get().map(option_id)
            on:keydown=pressed
        >
            <For
                each=numbered
                key=|(index, token, is_signed)| {
                    (*index, token.text.clone(), token.level.map(|level| (level * 255.0) as i32), *is_signed)
                }
                children=move |(index, token, is_signed)| {
                    let Token { text, level, title } = token;
                    let ground = if is_signed { diverging_css } else { viridis_css };
                    let ink = if is_signed { ink_on_diverging } else { ink_on_viridis };
                    let breaks = text.contains('\n');
                    view! {
                        <span
                            id=option_id(index)
                            role="option"
                            class="token"
                            data-index=index
                            class:selected=move || selected.get() == Some(index)
                            aria-selected=move || (selected.get() == Some(index)).to_string()
                            title=title
                            style:background=level.map(ground)
                            style:color=level.map(ink)
                            on:pointerenter=move |_| {
                                if hover {
                                    selected.set(Some(index));
                                }
                            }
                            on:click=move |_| selected.set(Some(index))
                        >
                            {visible(&text)}
                        </span>
                        {breaks.then(|| view! { <br /> })}
                    }
                }
            />
        </div>
    }
    .into_any()
}

fn nearest_block() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options
}
