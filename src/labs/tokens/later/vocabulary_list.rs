//! The list of a vocabulary: of its rows only those in sight are made.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::kept::Tokens;
use crate::ui::box_size;
use crate::ui::number::{integer, significant};
use crate::words::{fill, words};

/// Height of a row, CSS pixels; the style sheet's `.entry` has the same.
const ROW: f64 = 28.0;
/// Rows made beyond each edge of what is in sight.
const BEYOND: usize = 6;

pub fn list(tokens: Tokens) -> AnyView {
    let node = NodeRef::<leptos::html::Div>::new();
    let size = box_size(node);
    let scroll = RwSignal::new(0.0);
    let wanted = Memo::new(move |_| {
        tokens.browser.with(|browser| {
            let entries = browser
                .entries
                .as_ref()
                .map_or(0, |it| Arc::as_ptr(it) as usize);
            (entries, browser.search.clone(), browser.order)
        })
    });
    let listed = Memo::new(move |_| {
        // Read, not only tracked: a memo that nobody reads does not wake.
        wanted.with(|_| ());
        Arc::new(tokens.browser.with_untracked(|browser| browser.listed()))
    });
    let in_sight = Memo::new(move |_| {
        let count = listed.with(|ids| ids.len());
        let first = (scroll.get() / ROW) as usize;
        let shown = (size.get().1 / ROW).ceil() as usize;
        first.saturating_sub(BEYOND).min(count)..(first + shown + BEYOND).min(count)
    });
    let rows = move || {
        let ids = listed.get();
        in_sight
            .get()
            .map(|row| (row, ids[row]))
            .collect::<Vec<_>>()
    };
    let count = move || {
        let (listed, all) = (
            listed.with(|ids| ids.len()),
            tokens
                .browser
                .with(|it| it.entries.as_ref().map_or(0, |it| it.len())),
        );
        fill(
            words().tokens.browser_count,
            &[
                ("listed", &integer(listed as u64)),
                ("all", &integer(all as u64)),
            ],
        )
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let ids = listed.get_untracked();
        let now = tokens.browser.with_untracked(|browser| browser.chosen);
        let at = now.and_then(|id| ids.iter().position(|&it| it == id));
        let next = match event.key().as_str() {
            "ArrowDown" => at.map_or(0, |at| at + 1),
            "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
            "PageDown" => at.map_or(0, |at| at + 10),
            "PageUp" => at.map_or(0, |at| at.saturating_sub(10)),
            "Home" => 0,
            "End" => ids.len(),
            _ => return,
        };
        event.prevent_default();
        let Some(last) = ids.len().checked_sub(1) else {
            return;
        };
        let next = next.min(last);
        tokens
            .browser
            .update(|browser| browser.chosen = Some(ids[next]));
        show_row(node, next);
    };
    // A token that another part pointed at is brought into sight once the list is there.
    Effect::new(move |_| {
        let ids = listed.get();
        let chosen = tokens.browser.with_untracked(|browser| browser.chosen);
        if let Some(row) = chosen.and_then(|id| ids.iter().position(|&it| it == id)) {
            show_row(node, row);
        }
    });
    view! {
        <div class="browser-list">
            <p class="quiet" data-testid="browser-count">{count}</p>
            <div
                class="entry-rows"
                node_ref=node
                role="listbox"
                tabindex="0"
                data-testid="browser-entries"
                aria-label=move || words().tokens.tab_vocabulary
                on:scroll=move |_| {
                    if let Some(element) = node.get_untracked() {
                        scroll.set(f64::from(element.scroll_top()));
                    }
                }
                on:keydown=pressed
            >
                <div class="strip-sheet" style:height=move || {
                    format!("{}px", listed.with(|ids| ids.len()) as f64 * ROW)
                }>
                    <For
                        each=rows
                        key=move |key| (*key, wanted.with_untracked(|wanted| wanted.0))
                        children=move |(row, id)| entry_row(tokens, row, id)
                    />
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn show_row(node: NodeRef<leptos::html::Div>, row: usize) {
    let Some(element) = node.get_untracked() else {
        return;
    };
    let row = row as f64 * ROW;
    let (top, height) = (
        f64::from(element.scroll_top()),
        f64::from(element.client_height()),
    );
    if row < top {
        element.set_scroll_top(row as i32);
    } else if row + ROW > top + height {
        element.set_scroll_top((row + ROW - height) as i32);
    }
}

fn entry_row(tokens: Tokens, row: usize, id: u32) -> AnyView {
    let entry = tokens.browser.with_untracked(|browser| {
        browser
            .entries
            .as_ref()
            .and_then(|it| it.get(id as usize).cloned())
    });
    let Some(entry) = entry else {
        return ().into_any();
    };
    let is_chosen = move || tokens.browser.with(|browser| browser.chosen == Some(id));
    let score = entry
        .score
        .map(|score| significant(f64::from(score), 4))
        .unwrap_or_default();
    view! {
        <div
            role="option"
            class="entry"
            class:chosen=is_chosen
            aria-selected=move || is_chosen().to_string()
            data-id=id
            style:top=format!("{}px", row as f64 * ROW)
            on:click=move |_| tokens.browser.update(|browser| browser.chosen = Some(id))
        >
            <span class="entry-id">{integer(u64::from(id))}</span>
            <span class="tok">{entry.label}</span>
            <span class="number">{integer(u64::from(entry.count))}</span>
            <span class="number score">{score}</span>
        </div>
    }
    .into_any()
}
