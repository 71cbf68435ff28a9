//! The token under the cursor in words and numbers, and what the other tokenizers make of the same bytes.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::kept::Tokens;
use super::super::names::strip_name;
use super::super::pieces::{Pieces, shown};
use super::super::state::Pointed;
use super::strip_marks::part_note;
use crate::ui::number::integer;
use crate::ui::{Button, ButtonKind};
use crate::words::{fill, say, words};

/// Tokens of another strip that are listed; a long token over bytes would list very many.
const MOST_LISTED: usize = 24;

pub fn inspector(bench: Workbench, tokens: Tokens) -> AnyView {
    let pointed = Memo::new(move |_| tokens.pointed.get());
    let body = move || match pointed.get() {
        Some(pointed) => facts(bench, tokens, pointed),
        None => view! { <p class="quiet">{words().tokens.inspector_empty}</p> }.into_any(),
    };
    view! {
        <section class="token-inspector" data-testid="token-inspector" aria-label=move || words().tokens.inspector>
            {body}
        </section>
    }
    .into_any()
}

fn facts(bench: Workbench, tokens: Tokens, pointed: Pointed) -> AnyView {
    let w = words();
    let (text, own) = tokens
        .state
        .with(|state| (state.text.clone(), state.pieces(pointed.strip)));
    let Some((pieces, piece)) = own.and_then(|pieces| {
        let piece = *pieces.list.get(pointed.token)?;
        Some((pieces, piece))
    }) else {
        return view! { <p class="quiet">{w.tokens.inspector_empty}</p> }.into_any();
    };
    let shown = shown(&text, piece);
    let bytes = text.as_bytes().get(piece.range()).unwrap_or_default();
    let hex: Vec<String> = bytes
        .iter()
        .take(32)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let ellipsis = if bytes.len() > hex.len() { "…" } else { "" };
    let mut lines = vec![
        fill(w.tokens.token_id, &[("id", &integer(u64::from(piece.id)))]),
        fill(w.tokens.token_entry, &[("label", pieces.label(piece.id))]),
    ];
    if !bytes.is_empty() {
        lines.push(fill(
            w.tokens.token_bytes,
            &[("hex", &format!("{}{ellipsis}", hex.join(" ")))],
        ));
        lines.push(fill(
            w.tokens.token_place,
            &[
                ("start", &integer(u64::from(piece.start))),
                ("end", &integer(u64::from(piece.end))),
            ],
        ));
    }
    let mut notes: Vec<String> = part_note(&shown).into_iter().collect();
    if pieces.is_special(&text, piece) {
        notes.push(w.tokens.token_special.into());
    }
    if pieces.is_unknown(&text, piece) {
        notes.push(w.tokens.token_unknown.into());
    }
    let others = others(bench, tokens, pointed, &text);
    view! {
        <div class="inspected">
            <span class="tok big" class:part=shown.is_part()>{shown.text().to_owned()}</span>
            <div>
                <p>{lines.join(" · ")}</p>
                {notes.into_iter().map(|note| view! { <p class="quiet">{note}</p> }).collect_view()}
                {move || {
                    tokens
                        .is_held
                        .get()
                        .then(|| {
                            view! {
                                <Button
                                    label=say(|w| w.tokens.show_in_vocabulary)
                                    kind=ButtonKind::Chip
                                    press=move |()| tokens.open_vocabulary(pointed.strip, piece.id)
                                    test="show-in-vocabulary"
                                />
                            }
                        })
                }}
                {move || {
                    tokens.is_held.get().then(|| view! { <p class="quiet">{words().tokens.held}</p> })
                }}
            </div>
        </div>
        <div class="same-bytes">
            <h3>{w.tokens.same_text}</h3>
            <ul data-testid="same-bytes">{others}</ul>
        </div>
    }
    .into_any()
}

/// A line a strip: its tokens over the same bytes.
fn others(bench: Workbench, tokens: Tokens, pointed: Pointed, text: &str) -> Vec<AnyView> {
    let playground = bench.draft.with(|p| p.tokenizer);
    let strips: Vec<(String, std::sync::Arc<Pieces>)> = tokens.state.with(|state| {
        let others = state
            .strips
            .iter()
            .filter(|strip| strip.id != pointed.strip);
        others
            .filter_map(|strip| {
                let name = strip_name(&strip.chosen, &playground);
                Some((name, state.pieces(strip.id)?))
            })
            .collect()
    });
    strips
        .into_iter()
        .map(|(name, pieces)| {
            let over = pieces.over(pointed.start..pointed.end);
            let hidden = over.len().saturating_sub(MOST_LISTED);
            let list: Vec<_> = over
                .take(MOST_LISTED)
                .map(|token| {
                    let piece = pieces.list[token];
                    let shown = shown(text, piece);
                    view! {
                        <span class="same">
                            <span class="tok" class:part=shown.is_part()>
                                {shown.text().to_owned()}
                            </span>
                            <span class="quiet">
                                {integer(u64::from(piece.id))}
                                {pieces
                                    .is_special(text, piece)
                                    .then(|| format!(" {}", words().tokens.special))}
                            </span>
                        </span>
                    }
                })
                .collect();
            let more =
                (hidden > 0).then(|| view! { <span class="quiet">{format!("+ {hidden}")}</span> });
            view! {
                <li>
                    <span class="quiet same-name">{name}</span>
                    {list}
                    {more}
                </li>
            }
            .into_any()
        })
        .collect()
}
