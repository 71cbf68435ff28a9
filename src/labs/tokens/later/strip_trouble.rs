//! What a strip says while its tokenizer is learned, was stopped, or cannot be learned.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::kept::Tokens;
use crate::session::reading::Order;
use crate::ui::{Button, ButtonKind, Meter};
use crate::words::{say, say_message, words};

/// Learning under way, stopped or refused.
pub fn trouble(bench: Workbench, tokens: Tokens, id: u32) -> AnyView {
    let progress = Memo::new(move |_| {
        tokens.state.with(|state| {
            let strip = state.strip(id)?;
            strip.awaiting?;
            strip.progress.map(f64::from)
        })
    });
    let failure = Memo::new(move |_| {
        tokens
            .state
            .with(|state| state.strip(id).and_then(|strip| strip.failure.clone()))
    });
    let is_stopped = Memo::new(move |_| {
        tokens
            .state
            .with(|state| state.strip(id).is_some_and(|strip| strip.is_stopped))
    });
    let retry = move || {
        view! {
            <Button
                label=say(|w| w.tokens.retry)
                kind=ButtonKind::Chip
                press=move |()| {
                    tokens.state.update(|state| state.retry(id));
                    tokens.ask_soon(bench);
                }
                test="strip-retry"
            />
        }
    };
    let said = move || {
        if let Some(failure) = failure.get() {
            let text = say_message(&failure);
            return Some(
                view! {
                    <div class="row strip-trouble bad" role="alert" data-testid="strip-failure">
                        <span>{text}</span>
                        {retry()}
                    </div>
                }
                .into_any(),
            );
        }
        if is_stopped.get() {
            return Some(
                view! {
                    <div class="row strip-trouble" data-testid="strip-stopped">
                        <span>{words().tokens.stopped}</span>
                        {retry()}
                    </div>
                }
                .into_any(),
            );
        }
        progress.with(Option::is_some).then(|| {
            view! {
                <div class="row strip-trouble" data-testid="strip-learning">
                    <Meter label=say(|w| w.tokens.learning) share=progress />
                    <Button
                        label=say(|w| w.tokens.stop)
                        kind=ButtonKind::Chip
                        press=move |()| bench.ask(Order::StopTokens)
                        test="strip-stop"
                    />
                </div>
            }
            .into_any()
        })
    };
    view! { {said} }.into_any()
}
