//! Play, step, go back, jump: where the player stands in the whole.

use leptos::prelude::*;

use super::super::kept::Tokens;
use super::super::player_state::Player;
use crate::ui::number::integer;
use crate::ui::{Button, ButtonKind, IconName};
use crate::words::{fill, say, words};

/// Play, step, rewind, and the place in the whole.
pub fn transport(tokens: Tokens) -> AnyView {
    let is_playing = Memo::new(move |_| tokens.player.with(|player| player.is_playing));
    let at = Memo::new(move |_| tokens.player.with(|player| player.at));
    let steps = Memo::new(move |_| tokens.player.with(|player| player.steps()));
    let go = move |at: u32| {
        tokens.player.update(|player| {
            player.is_playing = false;
            player.go(at);
        });
    };
    let play_label = Signal::derive(move || {
        let w = words();
        if is_playing.get() {
            w.tokens.player_pause
        } else {
            w.tokens.player_play
        }
        .to_owned()
    });
    let play_icon = Signal::derive(move || {
        if is_playing.get() {
            IconName::Pause
        } else {
            IconName::Play
        }
    });
    let place = move || {
        fill(
            words().tokens.player_place,
            &[
                ("at", &integer(u64::from(at.get()))),
                ("steps", &integer(u64::from(steps.get()))),
            ],
        )
    };
    view! {
        <div class="player-transport">
            <Button
                label=say(|w| w.tokens.player_rewind)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Rewind)
                press=move |()| go(0)
                test="player-rewind"
            />
            <Button
                label=say(|w| w.tokens.player_back)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Back)
                press=move |()| go(at.get_untracked().saturating_sub(1))
                test="player-back"
            />
            <Button
                label=play_label
                kind=ButtonKind::Primary
                icon=play_icon
                press=move |()| tokens.player.update(Player::toggle)
                test="player-play"
            />
            <Button
                label=say(|w| w.tokens.player_step)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Step)
                press=move |()| go(at.get_untracked() + 1)
                test="player-step"
            />
            <input
                type="range"
                class="player-range"
                min="0"
                max=move || steps.get()
                step="1"
                data-testid="player-range"
                aria-label=move || words().tokens.player_jump
                aria-valuetext=place
                prop:value=move || at.get().to_string()
                on:input=move |event| {
                    if let Ok(at) = event_target_value(&event).parse() {
                        go(at);
                    }
                }
            />
            <label class="compact-number">
                <span class="unseen">{move || words().tokens.player_jump}</span>
                <input
                    type="number"
                    class="compact"
                    min="0"
                    max=move || steps.get()
                    data-testid="player-jump"
                    prop:value=move || at.get().to_string()
                    on:change=move |event| {
                        if let Ok(at) = event_target_value(&event).trim().parse() {
                            go(at);
                        }
                    }
                />
            </label>
            <span class="quiet" data-testid="player-place">{place}</span>
        </div>
    }
    .into_any()
}
