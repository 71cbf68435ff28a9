//! Writing on from a prompt: the continuation token by token, with the alternatives of each.

use leptos::prelude::*;

use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Write;
use super::super::state::{State, certainty};
use super::score_view::score;
use crate::session::protocol::Command;
use crate::ui::number::{percent, significant};
use crate::ui::{
    Bar, Button, ButtonKind, ColourScale, ProbabilityBars, TextArea, Token, TokenStrip,
};
use crate::words::{fill, say, say_message, words};

/// Prompt, continuation, alternatives, scoring.
pub fn write() -> AnyView {
    let bench = workbench();
    let write: Write = expect_context();
    let prompt = bench.value(|p| p.prompt.clone());
    let writing = Memo::new(move |_| write.state.with(|state| state.writing.is_some()));
    let ready = bench.is_ready();
    let empty = Memo::new(move |_| write.state.with(|state| state.tokens.is_empty()));
    let begin = move |()| {
        if ready.get_untracked() && !writing.get_untracked() {
            write.write(bench, prompt.get_untracked());
        }
    };
    view! {
        <TextArea
                label=say(|w| w.generate.prompt)
                value=prompt
                set=bench.edit(|p, text: String| p.prompt = text)
                rows=2
                submit=begin
                test="prompt"
            />
            <div class="row">
                <Show
                    when=move || writing.get()
                    fallback=move || {
                        view! {
                            <Button
                                label=say(|w| w.generate.write)
                                kind=ButtonKind::Primary
                                disabled=Signal::derive(move || !ready.get())
                                press=begin
                                test="generate"
                            />
                        }
                    }
                >
                    <Button
                        label=say(|w| w.generate.stop)
                        press=move |()| bench.send(Command::StopGenerating)
                        test="stop-generating"
                    />
                </Show>
                <Button
                    label=say(|w| w.generate.go_on)
                    disabled=Signal::derive(move || writing.get() || empty.get())
                    press=move |()| {
                        let text = write.state.with_untracked(State::text);
                        write.write(bench, text);
                    }
                    test="continue"
                />
                <span class="quiet" data-testid="generate-state">{move || state_line(bench, write)}</span>
            </div>
            <Show
                when=move || !empty.get() || writing.get()
                fallback=|| view! { <p class="empty">{move || words().generate.empty}</p> }
            >
                {written(write)}
                {alternatives(bench, write)}
            </Show>
            {score(bench, write)}
    }
    .into_any()
}

fn state_line(bench: Workbench, write: Write) -> String {
    let w = words();
    let untrained = bench.run.with(|run| run.step()) == 0;
    write
        .state
        .with(|state| match (&state.failure, state.writing) {
            (Some(failure), _) => say_message(failure),
            (None, Some(_)) => fill(
                w.generate.writing,
                &[("n", &state.tokens.len().to_string())],
            ),
            (None, None) if untrained => w.generate.untrained.into(),
            (None, None) => String::new(),
        })
}

fn written(write: Write) -> AnyView {
    let tokens = Signal::derive(move || {
        write.state.with(|state| {
            state
                .tokens
                .iter()
                .map(|token| Token {
                    text: token.text.clone(),
                    level: token.log_probability.map(certainty),
                    title: token
                        .log_probability
                        .map(|it| percent(f64::from(it).exp()))
                        .unwrap_or_default(),
                })
                .collect()
        })
    });
    let prompt = Memo::new(move |_| write.state.with(|state| state.prompt.clone()));
    view! {
        <section class="written" data-testid="output">
            <p class="written-prompt">{move || prompt.get()}</p>
            <TokenStrip
                label=say(|w| w.generate.strip_label)
                tokens=tokens
                selected=write.selected
                test="generated-tokens"
            />
            <ColourScale low=say(|w| w.generate.scale_low) high=say(|w| w.generate.scale_high) />
        </section>
    }
    .into_any()
}

fn alternatives(bench: Workbench, write: Write) -> AnyView {
    let place = Memo::new(move |_| {
        let length = write.state.with(|state| state.tokens.len());
        write
            .selected
            .get()
            .filter(|index| *index < length)
            .or(length.checked_sub(1))
    });
    let bars = Signal::derive(move || {
        write
            .state
            .with(|state| {
                let token = place.get().and_then(|index| state.tokens.get(index))?;
                Some(
                    token
                        .candidates
                        .iter()
                        .map(|it| Bar {
                            text: it.text.clone(),
                            probability: it.probability,
                            chosen: it.id == token.id,
                        })
                        .collect(),
                )
            })
            .unwrap_or_else(Vec::new)
    });
    let heading = move || {
        let w = words();
        write.state.with(|state| {
            match place.get().and_then(|at| Some((at, state.tokens.get(at)?))) {
                Some((at, token)) => {
                    let nats = token
                        .log_probability
                        .map_or("–".into(), |it| significant(f64::from(it), 3));
                    fill(
                        w.generate.at_token,
                        &[("n", &(at + 1).to_string()), ("nats", &nats)],
                    )
                }
                None => String::new(),
            }
        })
    };
    let branch = move |candidate: usize| {
        let Some(index) = place.get_untracked() else {
            return;
        };
        match write
            .state
            .with_untracked(|state| state.branch(index, candidate))
        {
            Some(prompt) => write.write(bench, prompt),
            None => bench.complain(
                |w| w.generate.cannot_branch,
                words().generate.half_character.into(),
            ),
        }
    };
    view! {
        <section class="alternatives">
            <h3>{heading}</h3>
            <ProbabilityBars
                label=say(|w| w.generate.alternatives)
                bars=bars
                press=Callback::new(branch)
                press_title=say(|w| w.generate.branch)
                test="candidates"
            />
        </section>
    }
    .into_any()
}
