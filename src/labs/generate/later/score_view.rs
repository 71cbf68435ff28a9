//! Scoring a text: log p of each token, the sum, the perplexity.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::kept::Write;
use super::super::state::certainty;
use crate::session::protocol::Command;
use crate::ui::number::{percent, significant};
use crate::ui::token_text::visible;
use crate::ui::{Button, ColourScale, Group, TextArea, Token, TokenStrip};
use crate::words::{fill, say, words};

/// The section under the continuation.
pub fn score(bench: Workbench, write: Write) -> AnyView {
    let scoring = Memo::new(move |_| write.state.with(|state| state.scoring.is_some()));
    let ready = bench.is_ready();
    let unable = Signal::derive(move || {
        scoring.get() || !ready.get() || write.score_text.with(String::is_empty)
    });
    let begin = move |()| {
        if unable.get_untracked() {
            return;
        }
        write.score_selected.set(None);
        bench.send(Command::Score {
            request: write.next_request(),
            text: write.score_text.get_untracked(),
        });
    };
    let tokens = Signal::derive(move || {
        write.state.with(|state| {
            let scored = state.scored.as_ref();
            scored
                .map(|scored| {
                    scored
                        .tokens
                        .iter()
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
                .unwrap_or_default()
        })
    });
    let has_score = Memo::new(move |_| write.state.with(|state| state.scored.is_some()));
    view! {
        <Group title=say(|w| w.generate.score_title) folded=true>
            <TextArea
                label=say(|w| w.generate.score_label)
                value=write.score_text
                set=move |text| write.score_text.set(text)
                rows=2
                submit=begin
                test="score-text"
            />
            <Button
                label=say(|w| w.generate.score)
                disabled=unable
                press=begin
                test="score"
            />
            <Show when=move || has_score.get()>
                <p class="in-words" data-testid="score-total">{move || total(write)}</p>
                <TokenStrip
                    label=say(|w| w.generate.score_strip)
                    tokens=tokens
                    selected=write.score_selected
                    hover=true
                    test="scored-tokens"
                />
                <ColourScale low=say(|w| w.generate.scale_low) high=say(|w| w.generate.scale_high) />
                <p class="readout" data-testid="score-token">{move || chosen(write)}</p>
            </Show>
        </Group>
    }
    .into_any()
}

fn total(write: Write) -> String {
    write.state.with(|state| {
        state.scored.as_ref().map_or(String::new(), |scored| {
            fill(
                words().generate.score_total,
                &[
                    ("n", &scored.tokens.len().to_string()),
                    ("total", &significant(scored.total_log_probability, 4)),
                    ("perplexity", &significant(scored.perplexity, 4)),
                ],
            )
        })
    })
}

/// The token under the cursor with its exact figures.
fn chosen(write: Write) -> String {
    let w = words();
    write.state.with(|state| {
        let token = write
            .score_selected
            .get()
            .and_then(|index| state.scored.as_ref()?.tokens.get(index));
        match token {
            None => w.generate.score_hint.to_string(),
            Some(token) => match token.log_probability {
                None => fill(w.generate.score_first, &[("token", &visible(&token.text))]),
                Some(nats) => fill(
                    w.generate.score_token,
                    &[
                        ("token", &visible(&token.text)),
                        ("nats", &significant(f64::from(nats), 4)),
                        ("p", &percent(f64::from(nats).exp())),
                    ],
                ),
            },
        }
    })
}
