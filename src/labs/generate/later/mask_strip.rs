//! The tokens of a text, each of which can be hidden: by a press, or with the arrow keys and Enter or Space.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::super::fill::{is_blank, truth};
use super::desk::Desk;
use crate::session::protocol::TokenScore;
use crate::ui::element_id;
use crate::ui::number::percent;
use crate::ui::token_text::visible;
use crate::words::words;

pub fn mask_strip(desk: Desk) -> AnyView {
    let id = element_id("mask");
    let strip_id = StoredValue::new(id.clone());
    let option_id = move |index: usize| strip_id.with_value(|id| format!("{id}-{index}"));
    let cursor = RwSignal::new(None::<usize>);
    let count = move || desk.fill.with_untracked(|fill| fill.tokens().len());
    let toggle = move |index: usize| {
        cursor.set(Some(index));
        if desk.fill.try_update(|fill| fill.toggle(index)) == Some(true) {
            desk.ask_fill();
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let Some(last) = count().checked_sub(1) else {
            return;
        };
        let now = cursor.get_untracked();
        let at = now.unwrap_or(0).min(last);
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowUp" => at.saturating_sub(1),
            "ArrowRight" | "ArrowDown" => now.map_or(0, |at| (at + 1).min(last)),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                event.prevent_default();
                return toggle(at);
            }
            _ => return,
        };
        event.prevent_default();
        cursor.set(Some(next));
    };
    let tokens = Memo::new(move |_| {
        desk.fill.with(|fill| {
            let tokens = fill.tokens().iter().cloned().enumerate();
            let is_hidden = |index: usize| fill.hidden.contains(&(index as u32));
            tokens
                .map(|(index, token)| (index, is_hidden(index), token))
                .collect::<Vec<_>>()
        })
    });
    let options = move || {
        let tokens = tokens.get().into_iter();
        tokens
            .map(|(index, is_hidden, token)| {
                let breaks = token.text.contains('\n') && !is_hidden;
                let title = title(&token, is_hidden);
                let content = content(&token, is_hidden);
                view! {
                    <span
                        id=option_id(index)
                        role="option"
                        class="token"
                        class:blank=is_hidden || is_blank(&token)
                        class:selected=move || cursor.get() == Some(index)
                        aria-selected=is_hidden.to_string()
                        data-index=index
                        title=title
                        on:click=move |_| toggle(index)
                    >
                        {content}
                    </span>
                    {breaks.then(|| view! { <br /> })}
                }
            })
            .collect_view()
    };
    view! {
        <div
            id=id
            class="token-strip mask-strip"
            role="listbox"
            aria-multiselectable="true"
            tabindex="0"
            data-testid="mask-strip"
            aria-label=move || words().uses.fill_strip
            aria-activedescendant=move || cursor.get().map(option_id)
            on:keydown=pressed
        >
            {options}
        </div>
    }
    .into_any()
}

/// A token, or at a blank the best candidate, with a tick where it is the hidden token.
fn content(token: &TokenScore, is_hidden: bool) -> String {
    if !is_hidden && !is_blank(token) {
        return visible(&token.text);
    }
    let Some(best) = token.candidates.first() else {
        return "…".into();
    };
    let tick = if best.id == token.id {
        "\u{2009}✓"
    } else {
        ""
    };
    visible(&best.text) + tick
}

fn title(token: &TokenScore, is_hidden: bool) -> String {
    let text = visible(&token.text);
    match truth(token) {
        Some(found) if is_hidden => {
            let p = percent(f64::from(found.probability));
            format!("{} {text} · p = {p}", words().uses.hidden_now)
        }
        _ if is_hidden => format!("{} {text}", words().uses.hidden_now),
        _ => text,
    }
}
