//! The pseudo-perplexity of a text, with ln p of each token while it alone is masked.

use leptos::prelude::*;

use super::super::state::certainty;
use super::asking_view::{Asking, asking_row};
use super::desk::Desk;
use crate::ui::number::{percent, significant};
use crate::ui::token_text::visible;
use crate::ui::{ButtonKind, ColourScale, Group, TextArea, Token, TokenStrip};
use crate::words::{fill, say, words};

/// The section under the blanks.
pub fn pseudo(desk: Desk) -> AnyView {
    let state = desk.pseudo;
    let text = Memo::new(move |_| state.with(|it| it.text.clone()));
    let asking = Asking::of(desk, state, |it| &it.asked);
    let can_ask = desk.can_ask();
    let unable = Signal::derive(move || !can_ask.get() || text.with(String::is_empty));
    let press = move |()| {
        if !unable.get_untracked() {
            desk.ask_pseudo();
        }
    };
    let selected = RwSignal::new(None);
    let tokens = Signal::derive(move || {
        state.with(|it| {
            let scored = it.asked.answer.as_ref();
            let tokens = scored.map_or(&[][..], |scored| &scored.tokens).iter();
            tokens
                .map(|token| Token {
                    text: token.text.clone(),
                    level: token.log_probability.map(certainty),
                    title: token
                        .log_probability
                        .map(|it| format!("ln p = {}", significant(f64::from(it), 4)))
                        .unwrap_or_default(),
                })
                .collect::<Vec<_>>()
        })
    });
    let has_score = Memo::new(move |_| state.with(|it| it.asked.answer.is_some()));
    view! {
        <Group title=say(|w| w.uses.pseudo_title) folded=true>
            <TextArea
                label=say(|w| w.uses.pseudo_text)
                value=text
                set=move |text| state.update(|it| it.text = text)
                rows=2
                submit=press
                test="pseudo-text"
            />
            {asking_row(
                desk,
                asking,
                (|w| w.uses.pseudo_score, ButtonKind::Plain),
                unable,
                [Desk::ask_pseudo, Desk::stop_pseudo],
                ().into_any(),
                "pseudo-score",
            )}
            <Show when=move || has_score.get()>
                <p class="in-words" data-testid="pseudo-total">{move || total(desk)}</p>
                <TokenStrip
                    label=say(|w| w.generate.score_strip)
                    tokens=tokens
                    selected=selected
                    hover=true
                    test="pseudo-tokens"
                />
                <ColourScale low=say(|w| w.generate.scale_low) high=say(|w| w.generate.scale_high) />
                <p class="readout" data-testid="pseudo-token">{move || chosen(desk, selected)}</p>
            </Show>
            <p class="note in-words">{move || words().uses.pseudo_why}</p>
        </Group>
    }
    .into_any()
}

fn total(desk: Desk) -> Option<String> {
    desk.pseudo.with(|it| {
        let scored = it.asked.answer.as_ref()?;
        Some(fill(
            words().uses.pseudo_total,
            &[
                ("n", &scored.tokens.len().to_string()),
                ("total", &significant(scored.total, 4)),
                ("perplexity", &significant(scored.pseudo_perplexity, 4)),
            ],
        ))
    })
}

/// The token under the cursor with its exact figures.
fn chosen(desk: Desk, selected: RwSignal<Option<usize>>) -> String {
    let line = desk.pseudo.with(|it| {
        let token = it.asked.answer.as_ref()?.tokens.get(selected.get()?)?;
        let nats = f64::from(token.log_probability?);
        Some(fill(
            words().uses.pseudo_token,
            &[
                ("token", &visible(&token.text)),
                ("nats", &significant(nats, 4)),
                ("p", &percent(nats.exp())),
            ],
        ))
    });
    line.unwrap_or_else(|| words().generate.score_hint.into())
}
