//! One tokenizer's strip: rows of tokens, of which only those in sight are made. Pointing at a token, or moving the cursor to
//! it, marks what every strip makes of the same bytes; scrolling one strip takes the others along.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::super::workbench::Workbench;
use super::super::kept::Tokens;
use super::super::pieces::{Pieces, shown};
use super::super::rows::{row_of, rows};
use super::super::state::Pointed;
use super::strip_head::{counts, head, name_of};
use super::strip_marks::{mark, part_note};
use super::strip_trouble::trouble;
use crate::ui::{box_size, element_id};
use crate::words::{fill, words};

/// Height of a row, CSS pixels; the style sheet's `.strip-row` has the same.
const ROW: f64 = 28.0;
/// Rows made beyond each edge of what is in sight.
const BEYOND: usize = 4;

/// What a strip draws: the text, its tokens, and where rows begin.
#[derive(Clone)]
struct Drawn {
    text: Arc<str>,
    pieces: Arc<Pieces>,
    rows: Arc<Vec<u32>>,
    columns: u32,
    /// Counts the drawings, so that rows of an older one are made anew.
    generation: u32,
}

impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        self.generation == other.generation
    }
}

impl Drawn {
    fn tokens_of_row(&self, row: usize) -> std::ops::Range<usize> {
        let at = |row: usize| self.rows.get(row).map(|&start| start as usize);
        let end = self.pieces.list.len();
        at(row).unwrap_or(end)..at(row + 1).unwrap_or(end)
    }
}

pub fn strip(bench: Workbench, tokens: Tokens, id: u32) -> AnyView {
    view! {
        <section class="strip" data-testid="strip" data-strip=id>
            {head(bench, tokens, id)}
            {counts(tokens, id)}
            {trouble(bench, tokens, id)}
            {body(bench, tokens, id)}
        </section>
    }
    .into_any()
}

/// The tokens.
fn body(bench: Workbench, tokens: Tokens, id: u32) -> AnyView {
    let node = NodeRef::<leptos::html::Div>::new();
    let probe = NodeRef::<leptos::html::Div>::new();
    let size = box_size(node);
    // A hundred columns wide, whatever the face.
    let hundred = box_size(probe);
    let columns = Memo::new(move |_| {
        let (width, column) = (size.get().0, hundred.get().0 / 100.0);
        if column > 0.0 {
            (width / column) as u32
        } else {
            0
        }
    });
    let generations = StoredValue::new(0u32);
    let drawn = Memo::new(move |before: Option<&Drawn>| {
        let columns = columns.get();
        // Not measured yet.
        if columns == 0 {
            return nothing(generations);
        }
        let now = tokens
            .state
            .with(|state| Some((state.text.clone(), state.pieces(id)?)));
        // While an answer is on its way, the old strip stays: nothing flickers as one types.
        let Some((text, pieces)) = now else {
            let is_void = tokens
                .state
                .with(|state| state.strip(id).is_none_or(|it| it.cut.is_none()));
            return match before {
                Some(before) if !is_void => before.clone(),
                _ => nothing(generations),
            };
        };
        if let Some(before) = before
            && Arc::ptr_eq(&before.pieces, &pieces)
            && before.columns == columns
        {
            return before.clone();
        }
        let rows = Arc::new(rows(&text, &pieces, columns.max(8)));
        Drawn {
            text,
            pieces,
            rows,
            columns,
            generation: advance(generations),
        }
    });
    let scroll = RwSignal::new(0.0);
    let in_sight = Memo::new(move |_| {
        let first = (scroll.get() / ROW) as usize;
        let shown = (size.get().1 / ROW).ceil() as usize;
        let count = drawn.with(|drawn| drawn.rows.len());
        let from = first.saturating_sub(BEYOND).min(count);
        from..(first + shown + BEYOND).min(count)
    });
    let visible_rows = move || {
        let generation = drawn.with(|drawn| drawn.generation);
        in_sight
            .get()
            .map(move |row| (generation, row))
            .collect::<Vec<_>>()
    };
    let element_name = StoredValue::new(element_id("tokens"));
    let option_id = move |token: usize| element_name.with_value(|name| format!("{name}-{token}"));
    let cursor = Memo::new(move |_| {
        tokens
            .pointed
            .get()
            .filter(|pointed| pointed.strip == id)
            .map(|pointed| pointed.token)
    });
    // The strip that is scrolled tells the others which byte it shows first.
    let scrolled = move |_| {
        let Some(element) = node.get_untracked() else {
            return;
        };
        let top = f64::from(element.scroll_top());
        scroll.set(top);
        if tokens.anchor.get_untracked().0 == id {
            let byte = drawn.with_untracked(|drawn| {
                let first = drawn.tokens_of_row((top / ROW).round() as usize).start;
                drawn.pieces.list.get(first).map_or(0, |piece| piece.start)
            });
            tokens.anchor.set((id, byte));
        }
    };
    Effect::new(move |_| {
        let (leader, byte) = tokens.anchor.get();
        let Some(element) = node.get() else { return };
        if leader != id {
            let row = drawn.with_untracked(|drawn| {
                let token = drawn.pieces.over(byte..byte + 1).start;
                row_of(&drawn.rows, token)
            });
            element.set_scroll_top((row as f64 * ROW) as i32);
        }
    });
    // Marks are put on the elements by hand: a listener for each of thousands of tokens would cost more than drawing them.
    Effect::new(move |_| {
        let pointed = tokens.pointed.get();
        let Some(element) = node.get() else { return };
        // Of a long token's many parts, only those in sight.
        let over = drawn.with(|drawn| {
            let over = pointed.map_or(0..0, |it| drawn.pieces.over(it.start..it.end));
            let rows = in_sight.get_untracked();
            let first = drawn.tokens_of_row(rows.start).start;
            let last = drawn.tokens_of_row(rows.end.saturating_sub(1)).end;
            over.start.max(first)..over.end.min(last)
        });
        let cursor = pointed.filter(|it| it.strip == id).map(|it| it.token);
        mark(&element, over, cursor);
    });
    let lead = move || {
        if tokens.anchor.get_untracked().0 != id {
            tokens.anchor.update_untracked(|anchor| anchor.0 = id);
        }
    };
    let point = move |token: usize| {
        let piece = drawn.with_untracked(|drawn| drawn.pieces.list.get(token).copied());
        if let Some(piece) = piece {
            tokens.pointed.set(Some(Pointed {
                strip: id,
                token,
                start: piece.start,
                end: piece.end,
            }));
        }
    };
    let token_under = move |event: &web_sys::Event| {
        let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        let token = element.closest("[data-token]").ok()??;
        token.get_attribute("data-token")?.parse::<usize>().ok()
    };
    let pressed = move |event: KeyboardEvent| {
        let now = cursor.get_untracked();
        let target = drawn.with_untracked(|drawn| {
            let last = drawn.pieces.list.len().checked_sub(1)?;
            let at = now.unwrap_or(0);
            let row = row_of(&drawn.rows, at);
            let column = at - drawn.tokens_of_row(row).start;
            let in_row = |row: usize| {
                let row = drawn.tokens_of_row(row.min(drawn.rows.len().saturating_sub(1)));
                (row.start + column).min(row.end.saturating_sub(1))
            };
            Some(match event.key().as_str() {
                _ if now.is_none() => 0,
                "ArrowLeft" => at.saturating_sub(1),
                "ArrowRight" => (at + 1).min(last),
                "ArrowUp" => in_row(row.saturating_sub(1)),
                "ArrowDown" => in_row(row + 1),
                "PageUp" => in_row(row.saturating_sub(6)),
                "PageDown" => in_row(row + 6),
                "Home" => 0,
                "End" => last,
                _ => return None,
            })
        });
        let is_ours = matches!(
            event.key().as_str(),
            "ArrowLeft"
                | "ArrowRight"
                | "ArrowUp"
                | "ArrowDown"
                | "PageUp"
                | "PageDown"
                | "Home"
                | "End"
        );
        let (Some(token), true) = (target, is_ours) else {
            return;
        };
        event.prevent_default();
        lead();
        tokens.is_held.set(true);
        point(token);
        // Into sight, and only as far as needed.
        let Some(element) = node.get_untracked() else {
            return;
        };
        let row = drawn.with_untracked(|drawn| row_of(&drawn.rows, token)) as f64 * ROW;
        let (top, height) = (
            f64::from(element.scroll_top()),
            f64::from(element.client_height()),
        );
        if row < top {
            element.set_scroll_top(row as i32);
        } else if row + ROW > top + height {
            element.set_scroll_top((row + ROW - height) as i32);
        }
    };
    let label = move || {
        fill(
            words().tokens.strip_label,
            &[("name", &name_of(bench, tokens, id))],
        )
    };
    let height = move || {
        let count = drawn.with(|drawn| drawn.rows.len());
        format!("{}px", count as f64 * ROW)
    };
    let is_empty = Memo::new(move |_| tokens.state.with(|state| state.text.is_empty()));
    view! {
        <div
            class="strip-rows"
            node_ref=node
            role="listbox"
            tabindex="0"
            data-testid="strip-tokens"
            aria-label=label
            aria-activedescendant=move || cursor.get().map(option_id)
            on:scroll=scrolled
            on:pointerenter=move |_| lead()
            on:focus=move |_| lead()
            on:keydown=pressed
            on:pointerover=move |event| {
                if !tokens.is_held.get_untracked() && let Some(token) = token_under(&event) {
                    point(token);
                }
            }
            on:click=move |event| {
                if let Some(token) = token_under(&event) {
                    let again = tokens.is_held.get_untracked()
                        && cursor.get_untracked() == Some(token);
                    tokens.is_held.set(!again);
                    point(token);
                }
            }
        >
            <div class="strip-probe" node_ref=probe aria-hidden="true"></div>
            <div class="strip-sheet" style:height=height>
                <For
                    each=visible_rows
                    key=|key| *key
                    children=move |(_, row)| {
                        let drawn = drawn.get_untracked();
                        let items = drawn
                            .tokens_of_row(row)
                            .map(|token| token_view(tokens, id, &drawn, token, option_id(token)))
                            .collect_view();
                        view! {
                            <div
                                class="strip-row"
                                role="presentation"
                                style:top=format!("{}px", row as f64 * ROW)
                            >
                                {items}
                            </div>
                        }
                    }
                />
            </div>
            <Show when=move || is_empty.get()>
                <p class="quiet strip-empty">{move || words().tokens.strip_empty}</p>
            </Show>
        </div>
    }
    .into_any()
}

fn advance(generations: StoredValue<u32>) -> u32 {
    let next = generations.get_value() + 1;
    generations.set_value(next);
    next
}

fn nothing(generations: StoredValue<u32>) -> Drawn {
    Drawn {
        text: "".into(),
        pieces: Arc::default(),
        rows: Arc::default(),
        columns: 0,
        generation: advance(generations),
    }
}

fn token_view(tokens: Tokens, strip: u32, drawn: &Drawn, token: usize, name: String) -> AnyView {
    let piece = drawn.pieces.list[token];
    let is_unknown = drawn.pieces.is_unknown(&drawn.text, piece);
    let is_special = drawn.pieces.is_special(&drawn.text, piece);
    let shown = shown(&drawn.text, piece);
    let is_part = shown.is_part();
    let title = part_note(&shown);
    let text = shown.text().to_owned();
    let class = format!(
        "tok tone-{}{}{}",
        token % 4,
        if is_part { " part" } else { "" },
        if is_unknown { " unknown" } else { "" },
    );
    let pointed = tokens.pointed.get_untracked();
    let is_linked = pointed.is_some_and(|pointed| pointed.meets(piece.start, piece.end));
    let is_cursor = pointed.is_some_and(|it| it.strip == strip && it.token == token);
    view! {
        <span
            id=name
            role="option"
            class=class
            class:linked=is_linked
            class:cursor=is_cursor
            aria-selected=is_cursor.to_string()
            data-token=token
            data-id=piece.id
            title=title
        >
            {text}
            {is_special
                .then(|| view! { <small class="special-word">{move || words().tokens.special}</small> })}
        </span>
    }
    .into_any()
}
