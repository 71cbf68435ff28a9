//! The player's sample, cut anew at every step, and the word of it that is looked at.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::kept::Tokens;
use super::super::pieces::{Piece, shown};
use super::super::player_state::word_at;
use crate::ui::number::integer;
use crate::words::{fill, words};

/// The merge that led here, in words.
pub fn last_merge(tokens: Tokens) -> Option<String> {
    tokens.player.with(|player| {
        let merge = player.last_merge()?;
        Some(fill(
            words().tokens.player_last,
            &[
                ("at", &integer(u64::from(player.at))),
                ("left", &merge.left),
                ("right", &merge.right),
                ("made", &merge.made),
                ("count", &integer(merge.count)),
            ],
        ))
    })
}

/// Moves to the word before or after the chosen one.
fn move_word(tokens: Tokens, text: &str, is_forward: bool) {
    let words = tokens.player.with_untracked(|player| {
        let moment = player.moment.as_ref()?;
        let mut words: Vec<(usize, usize)> = Vec::new();
        for &piece in &moment.pieces.list {
            let word = word_at(text, piece);
            if words.last() != Some(&(word.start, word.end)) {
                words.push((word.start, word.end));
            }
        }
        Some(words)
    });
    let Some(words) = words.filter(|words| !words.is_empty()) else {
        return;
    };
    let now = tokens.word.get_untracked();
    let at = words.iter().position(|&word| word == now);
    let next = match (at, is_forward) {
        (None, _) => 0,
        (Some(at), true) => (at + 1).min(words.len() - 1),
        (Some(at), false) => at.saturating_sub(1),
    };
    tokens.word.set(words[next]);
}

/// The sample as it is cut at this step. A press chooses the word whose ways of cutting are shown.
pub fn sample_strip(tokens: Tokens, sample: Memo<Arc<str>>) -> AnyView {
    let moment = Memo::new(move |_| tokens.player.with(|player| player.moment.clone()));
    let made = Memo::new(move |_| {
        tokens
            .player
            .with(|player| player.last_merge().map(|merge| merge.made.clone()))
    });
    let items = move || {
        let moment = moment.get()?;
        let text = sample.get();
        let made = made.get();
        let items = moment
            .pieces
            .list
            .iter()
            .enumerate()
            .map(|(index, &piece)| {
                let is_new = made.as_deref() == Some(moment.pieces.label(piece.id));
                sample_token(tokens, &text, piece, index, is_new)
            })
            .collect_view();
        Some(items)
    };
    let count = move || {
        let moment = moment.get();
        let count = moment.map_or(0, |moment| moment.pieces.list.len());
        fill(
            words().tokens.player_sample,
            &[("tokens", &integer(count as u64))],
        )
    };
    view! {
        <div class="player-sample">
            <h3 data-testid="player-sample-count">{count}</h3>
            <div
                class="sample-tokens"
                data-testid="player-sample"
                role="group"
                tabindex="0"
                aria-label=move || words().tokens.player_words
                on:keydown=move |event: leptos::ev::KeyboardEvent| {
                    let is_forward = match event.key().as_str() {
                        "ArrowRight" => true,
                        "ArrowLeft" => false,
                        _ => return,
                    };
                    event.prevent_default();
                    sample.with_untracked(|text| move_word(tokens, text, is_forward));
                }
            >
                {items}
            </div>
        </div>
    }
    .into_any()
}

fn sample_token(tokens: Tokens, text: &str, piece: Piece, index: usize, is_new: bool) -> AnyView {
    let shown = shown(text, piece);
    let breaks = text.get(piece.range()).is_some_and(|it| it.contains('\n'));
    let word = word_at(text, piece);
    let own = (word.start, word.end);
    let class = format!(
        "tok tone-{}{}{}",
        index % 4,
        if shown.is_part() { " part" } else { "" },
        if is_new { " fresh" } else { "" }
    );
    view! {
        <span
            class=class
            class:in-word=move || tokens.word.get() == own
            on:pointerenter=move |_| tokens.word.set(own)
            on:click=move |_| tokens.word.set(own)
        >
            {shown.text().to_owned()}
        </span>
        {breaks.then(|| view! { <br /> })}
    }
    .into_any()
}
