//! The learning player: play, step, go back, jump to any step; the sample cut anew as it goes, what could come next, the rule
//! of the step with its numbers.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::super::super::workbench::{Workbench, workbench};
use super::super::formula;
use super::super::kept::Tokens;
use super::super::names::{KINDS, recipe_name};
use super::super::player_state::sample_of;
use super::player_next::{chart, next};
use super::player_sample::{last_merge, sample_strip};
use super::player_transport::transport;
use crate::session::config::{Recipe, TokenizerKind};
use crate::session::field::Choice as _;
use crate::session::reading::Order;
use crate::session::tokens::{Ask, Learning, Next, Source};
use crate::session::validate::validate;
use crate::ui::{Button, ButtonKind, Meter};
use crate::words::{fill, say, say_message, words};

/// Places of the player's questions to the worker.
const LEARN: u32 = 1 << 20;
const MOMENT: u32 = LEARN + 1;
/// Time between the steps of playing.
const TICK: Duration = Duration::from_millis(180);

/// Whether a kind has a learning to watch.
pub fn is_played(kind: TokenizerKind) -> bool {
    kind.is_sized() && kind != TokenizerKind::Words
}

/// What is learned in the player: the playground's text with its recipe, or with the one chosen here.
fn source(bench: Workbench, recipe: Recipe) -> Source {
    let mut playground = bench.draft.get_untracked();
    playground.tokenizer = recipe;
    validate(&mut playground);
    Source::Learned {
        corpus: playground.corpus,
        recipe: playground.tokenizer.essential(),
        held_out: playground.training.held_out(),
    }
}

impl Tokens {
    fn learn(self, bench: Workbench) {
        let request = self.next_request();
        let source = source(bench, self.played.get_untracked());
        self.player
            .update(|player| player.ordered(source.clone(), request));
        bench.ask_tokens(LEARN, request, Ask::Learn { source });
    }

    fn ask_moment(self, bench: Workbench, at: u32, sample: &str, word: &str) {
        let request = self.next_request();
        self.player.update(|player| player.asked(request));
        bench.ask_tokens(
            MOMENT,
            request,
            Ask::Moment {
                at,
                sample: sample.to_owned(),
                word: word.to_owned(),
            },
        );
    }
}

pub fn player() -> AnyView {
    let bench = workbench();
    let tokens: Tokens = expect_context();
    // It begins with what the playground has, if that is learned in steps.
    let own = bench.draft.with_untracked(|p| p.tokenizer);
    if is_played(own.kind)
        && tokens
            .player
            .with_untracked(|player| player.source.is_none())
    {
        tokens.played.set(own);
    }
    let sample = Memo::new(move |_| {
        tokens
            .state
            .with(|state| Arc::<str>::from(sample_of(&state.text)))
    });
    let word = Memo::new(move |_| {
        let (start, end) = tokens.word.get();
        sample.with(|sample| sample.get(start..end).unwrap_or_default().to_owned())
    });
    let at = Memo::new(move |_| tokens.player.with(|player| player.at));
    let learned = Memo::new(move |_| {
        tokens.player.with(|player| {
            player
                .learning
                .as_ref()
                .map(Arc::as_ptr)
                .map(|it| it as usize)
        })
    });
    Effect::new(move |_| {
        if learned.get().is_some() {
            sample
                .with(|sample| word.with(|word| tokens.ask_moment(bench, at.get(), sample, word)));
        }
    });
    let ticking = set_interval_with_handle(
        move || {
            if tokens
                .player
                .with_untracked(|player| player.is_playing && !player.is_waiting())
            {
                tokens
                    .player
                    .update(super::super::player_state::Player::tick);
            }
        },
        TICK,
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
        let _ = tokens.player.try_update(|player| player.is_playing = false);
    });
    let has_learned = Memo::new(move |_| learned.get().is_some());
    view! {
        <section class="player" data-testid="player">
            {controls(bench, tokens)}
            {trouble(bench, tokens)}
            <Show
                when=move || has_learned.get()
                fallback=move || {
                    let is_idle = tokens.player.with(|player| !player.is_learning());
                    is_idle.then(|| view! { <p class="empty">{words().tokens.player_empty}</p> })
                }
            >
                {transport(tokens)}
                <div class="formula" data-testid="learning-formula" inner_html=move || rule(tokens)></div>
                <p class="quiet" data-testid="player-last">{move || last_merge(tokens)}</p>
                {sample_strip(tokens, sample)}
                <div class="player-body">{next(tokens)} {chart(tokens)}</div>
            </Show>
        </section>
    }
    .into_any()
}

/// What is learned, and the button that begins.
fn controls(bench: Workbench, tokens: Tokens) -> AnyView {
    let kinds = KINDS
        .iter()
        .filter(|kind| is_played(kind.0))
        .map(|&(kind, word, name)| {
            view! {
                <option value=word prop:selected=move || tokens.played.with(|it| it.kind == kind)>
                    {move || name(words())}
                </option>
            }
        })
        .collect_view();
    let is_learning = Memo::new(move |_| tokens.player.with(|player| player.is_learning()));
    let shown = move || {
        tokens.player.with(|player| match &player.source {
            Some(Source::Learned { recipe, .. }) if player.learning.is_some() => fill(
                words().tokens.player_shows,
                &[("name", &recipe_name(recipe))],
            ),
            _ => String::new(),
        })
    };
    view! {
        <div class="row">
            <select
                class="compact"
                data-testid="player-kind"
                aria-label=move || words().tokens.kind
                on:change=move |event| {
                    let word = event_target_value(&event);
                    tokens.played.update(|recipe| {
                        recipe.kind.set_word(&word);
                    });
                }
            >
                {kinds}
            </select>
            <label class="compact-number">
                <span>{move || words().tokens.vocabulary}</span>
                <input
                    type="number"
                    class="compact"
                    min="2"
                    max="8192"
                    data-testid="player-vocabulary"
                    prop:value=move || tokens.played.with(|recipe| recipe.vocabulary.to_string())
                    on:change=move |event| {
                        if let Ok(size) = event_target_value(&event).trim().parse::<f64>() {
                            tokens.played.update(|it| it.vocabulary = size.clamp(2.0, 8192.0) as u32);
                        }
                    }
                />
            </label>
            <Button
                label=say(|w| w.tokens.player_learn)
                kind=ButtonKind::Primary
                disabled=is_learning
                press=move |()| tokens.learn(bench)
                test="player-learn"
            />
            <span class="quiet">{shown}</span>
        </div>
    }
    .into_any()
}

fn trouble(bench: Workbench, tokens: Tokens) -> AnyView {
    let progress = Memo::new(move |_| {
        tokens.player.with(|player| {
            player
                .progress
                .map(f64::from)
                .filter(|_| player.is_learning())
        })
    });
    let said = move || {
        if progress.with(Option::is_some) {
            return Some(
                view! {
                    <div class="row strip-trouble" data-testid="player-learning">
                        <Meter label=say(|w| w.tokens.learning) share=progress />
                        <Button
                            label=say(|w| w.tokens.stop)
                            kind=ButtonKind::Chip
                            press=move |()| bench.ask(Order::StopTokens)
                            test="player-stop"
                        />
                    </div>
                }
                .into_any(),
            );
        }
        tokens.player.with(|player| {
            if let Some(failure) = &player.failure {
                let text = say_message(failure);
                Some(
                    view! { <p class="strip-trouble bad" role="alert" data-testid="player-failure">{text}</p> }
                        .into_any(),
                )
            } else if player.is_stopped {
                Some(view! { <p class="strip-trouble">{words().tokens.stopped}</p> }.into_any())
            } else {
                None
            }
        })
    };
    view! { {said} }.into_any()
}

/// The rule of the coming step with its numbers.
fn rule(tokens: Tokens) -> String {
    tokens.player.with(|player| {
        let Some(learning) = player.learning.as_deref() else {
            return String::new();
        };
        match learning {
            Learning::Merges { .. } => {
                let moment = player.moment.as_ref();
                let next = moment.and_then(|moment| match &moment.next {
                    Next::Pairs(pairs) => pairs.first(),
                    Next::Pieces { .. } => None,
                });
                formula::merge(player, next)
            }
            Learning::Rounds { .. } => formula::round(learning, player.at),
        }
    })
}
