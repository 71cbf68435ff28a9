//! One text, and every tokenizer's strip under it.

use leptos::prelude::*;

use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Tokens;
use super::super::state::{Chosen, MOST_STRIPS};
use super::inspector::inspector;
use super::strip::strip;
use super::view::SAMPLE;
use crate::session::config::{Recipe, TokenizerKind};
use crate::ui::number::{bytes, integer};
use crate::ui::{Button, ButtonKind, TextArea, Toggle};
use crate::words::{fill, say, words};

pub fn compare() -> AnyView {
    let bench = workbench();
    let tokens: Tokens = expect_context();
    let ids = Memo::new(move |_| {
        tokens.state.with(|state| {
            state
                .strips
                .iter()
                .map(|strip| strip.id)
                .collect::<Vec<_>>()
        })
    });
    view! {
        {text_box(bench, tokens)}
        <div class="strips" on:pointerleave=move |_| {
            if !tokens.is_held.get_untracked() {
                tokens.pointed.set(None);
            }
        }>
            <For each=move || ids.get() key=|id| *id children=move |id| strip(bench, tokens, id) />
        </div>
        {inspector(bench, tokens)}
    }
    .into_any()
}

/// The next kind that is not beside the text yet.
fn next_choice<'a>(chosen: impl Iterator<Item = &'a Chosen> + Clone) -> Chosen {
    let is_there = |kind: TokenizerKind| {
        chosen
            .clone()
            .any(|it| matches!(it, Chosen::Beside { recipe, .. } if recipe.kind == kind))
    };
    let kinds = super::super::names::KINDS.iter().rev().map(|kind| kind.0);
    let kind = kinds.into_iter().find(|&kind| !is_there(kind));
    Chosen::Beside {
        corpus: None,
        recipe: Recipe::of_kind(kind.unwrap_or(TokenizerKind::Bytes)),
    }
}

/// The text to cut; a long one is only named.
fn text_box(bench: Workbench, tokens: Tokens) -> AnyView {
    let is_full = Memo::new(move |_| tokens.state.with(|state| state.strips.len() >= MOST_STRIPS));
    let full_note = move || {
        is_full
            .get()
            .then(|| fill(words().tokens.enough, &[("n", &MOST_STRIPS.to_string())]))
    };
    let is_edited = Memo::new(move |_| tokens.state.with(|state| state.is_edited()));
    let text = Memo::new(move |_| {
        tokens.state.with(|state| {
            if state.is_edited() {
                state.text.to_string()
            } else {
                String::new()
            }
        })
    });
    let facts = Memo::new(move |_| tokens.state.with(|state| state.facts));
    let has_specials = Memo::new(move |_| tokens.state.with(|state| state.has_specials()));
    let reads_specials = Memo::new(move |_| tokens.state.with(|state| state.reads_specials));
    let length = Memo::new(move |_| tokens.state.with(|state| state.text.len() as u64));
    let long = move || {
        let characters = facts
            .get()
            .map_or("…".into(), |facts| integer(facts.characters));
        fill(
            words().tokens.text_long,
            &[("size", &bytes(length.get())), ("characters", &characters)],
        )
    };
    let facts_line = move || {
        facts.get().map(|facts| {
            fill(
                words().tokens.text_facts,
                &[
                    ("characters", &integer(facts.characters)),
                    ("bytes", &integer(facts.bytes)),
                    ("words", &integer(facts.words)),
                ],
            )
        })
    };
    view! {
        <section class="token-text">
            <Show
                when=move || is_edited.get()
                fallback=move || view! { <p class="long-text" data-testid="tokens-long-text">{long}</p> }
            >
                <TextArea
                    label=say(|w| w.tokens.text_label)
                    placeholder=say(|w| w.tokens.text_hint)
                    value=text
                    set=move |text: String| tokens.state.update(|state| state.set_text(text))
                    rows=4
                    test="tokens-text"
                />
            </Show>
            <div class="row spread">
                <span class="quiet" data-testid="tokens-facts">{facts_line}</span>
                <span class="row">
                    <Show when=move || has_specials.get()>
                        <Toggle
                            label=say(|w| w.tokens.read_specials)
                            value=reads_specials
                            set=move |reads| tokens.state.update(|state| state.reads_specials = reads)
                            test="tokens-read-specials"
                        />
                    </Show>
                    <Button
                        label=say(|w| w.tokens.sample_text)
                        kind=ButtonKind::Chip
                        press=move |()| tokens.show(SAMPLE)
                        test="tokens-sample"
                    />
                    <Button
                        label=say(|w| w.tokens.take_corpus)
                        kind=ButtonKind::Chip
                        press=move |()| {
                            let corpus = bench.draft.with_untracked(|p| p.corpus.clone());
                            tokens.take_corpus(bench, corpus);
                        }
                        test="tokens-take-corpus"
                    />
                    <Button
                        label=say(|w| w.tokens.clear_text)
                        kind=ButtonKind::Chip
                        press=move |()| tokens.show("")
                        test="tokens-clear"
                    />
                    <Button
                        label=say(|w| w.tokens.add)
                        disabled=is_full
                        press=move |()| {
                            tokens
                                .state
                                .update(|state| {
                                    let chosen = state.strips.iter().map(|strip| &strip.chosen);
                                    state.add(next_choice(chosen));
                                });
                        }
                        test="add-tokenizer"
                    />
                    <span class="quiet">{full_note}</span>
                </span>
            </div>
        </section>
    }
    .into_any()
}
