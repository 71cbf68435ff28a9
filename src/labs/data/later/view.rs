//! The picture and the panel of the data laboratory.

use leptos::prelude::*;

use super::super::super::data_names::corpus_words;
use super::super::super::setting::{about, group, number, number_or_off, select, suggestions};
use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Data;
use super::super::state::{ENTRIES_SHOWN, PAGE, View};
use super::corpora;
use super::inside::page;
use super::own_text::own_text;
use crate::session::config::{Corpus, TokenizerKind};
use crate::session::field::Field;
use crate::session::protocol::Command;
use crate::ui::number::{bytes, integer, percent, significant};
use crate::ui::range::Range;
use crate::ui::token_text::visible;
use crate::ui::{Button, ButtonKind, Choice, Segmented};
use crate::words::{fill, say, words};

/// Corpus choice, preview, split, vocabulary.
#[inline(never)]
pub fn picture() -> AnyView {
    let bench = workbench();
    let data: Data = expect_context();
    let own_chosen = bench.value(|p| p.corpus == Corpus::Own);
    Effect::new(move |_| {
        // Ask for the first page whenever a corpus was prepared and none is on show.
        let wanted =
            bench.prepared.with(Option::is_some) && data.state.with(|state| state.page.is_none());
        if wanted {
            bench.send(Command::CorpusPage {
                offset: 0,
                limit: PAGE,
            });
        }
    });
    view! {
        <div class="lab data" data-testid="lab-data">
            <div class="lab-head"><h2>{move || words().data.title}</h2></div>
            {corpora::choice(bench, data)}
            <Show when=move || own_chosen.get()>{own_text()}</Show>
            {split(bench)}
            {views(data)}
            {move || match data.view.get() {
                View::Text => {
                    view! {
                        <div class="columns">
                            {preview(bench, data)}
                            {vocabulary(bench)}
                        </div>
                    }
                        .into_any()
                }
                _ => page(),
            }}
            {corpora::licences(data)}
        </div>
    }
    .into_any()
}

/// The choice of what is looked at.
fn views(data: Data) -> AnyView {
    let choices = vec![
        Choice::new(View::Text, say(|w| w.study.view_text), "view-text"),
        Choice::new(
            View::Documents,
            say(|w| w.study.view_documents),
            "view-documents",
        ),
        Choice::new(
            View::Frequencies,
            say(|w| w.study.view_frequencies),
            "view-frequencies",
        ),
        Choice::new(View::Parts, say(|w| w.study.view_parts), "view-parts"),
        Choice::new(
            View::Duplicates,
            say(|w| w.study.view_duplicates),
            "view-duplicates",
        ),
        Choice::new(View::Overlap, say(|w| w.study.view_overlap), "view-overlap"),
    ];
    view! {
        <div class="views">
            <Segmented
                label=say(|w| w.study.view)
                choices=choices
                value=data.view
                set=move |view| data.view.set(view)
            />
        </div>
    }
    .into_any()
}

fn split(bench: Workbench) -> impl IntoView {
    move || {
        let w = words();
        let Some(prepared) = bench.prepared.get() else {
            return view! { <p class="quiet" data-testid="corpus-facts">{w.shell.preparing}</p> }
                .into_any();
        };
        let total = (prepared.train_tokens + prepared.validation_tokens).max(1);
        let share = prepared.train_tokens as f64 / total as f64;
        let corpus = bench
            .applied
            .with(|run| run.as_ref().map(|run| run.corpus.clone()));
        let name = match &corpus {
            Some(corpus) if *corpus != Corpus::Own => corpus_words(corpus).0(w),
            _ => &prepared.corpus_name,
        };
        let source = prepared.source_nats_per_byte.map(|nats| {
            fill(
                w.data.world_entropy,
                &[
                    ("bits", &significant(nats / std::f64::consts::LN_2, 4)),
                    ("nats", &significant(nats * prepared.bytes_per_token, 4)),
                ],
            )
        });
        let facts = fill(
            w.data.facts,
            &[
                ("name", name),
                ("size", &bytes(prepared.corpus_bytes)),
                ("characters", &integer(prepared.corpus_characters)),
                ("vocabulary", &integer(prepared.vocabulary.len() as u64)),
                ("bpt", &significant(prepared.bytes_per_token, 3)),
            ],
        );
        view! {
            <section class="split">
                <p data-testid="corpus-facts">{facts}</p>
                {source.map(|line| view! { <p class="quiet" data-testid="world-entropy">{line}</p> })}
                <div
                    class="split-bar"
                    role="img"
                    aria-label=format!("{} {} · {} {}", w.data.train_part, percent(share), w.data.validation_part, percent(1.0 - share))
                >
                    <span class="split-train" style:flex-grow=format!("{:.4}", share)></span>
                    <span class="split-validation" style:flex-grow=format!("{:.4}", 1.0 - share)></span>
                </div>
                <p class="split-legend">
                    <span>{w.data.train_part} " " <b>{integer(prepared.train_tokens)}</b> " " {w.data.tokens}</span>
                    <span>{w.data.validation_part} " " <b>{integer(prepared.validation_tokens)}</b> " " {w.data.tokens}</span>
                </p>
            </section>
        }
        .into_any()
    }
}

fn preview(bench: Workbench, data: Data) -> impl IntoView {
    let length = Memo::new(move |_| {
        bench
            .prepared
            .with(|prepared| prepared.as_ref().map_or(0, |it| it.corpus_bytes))
    });
    let around = Memo::new(move |_| data.state.with(|state| state.neighbours(length.get())));
    let turn = move |offset: Option<u32>| {
        if let Some(offset) = offset {
            bench.send(Command::CorpusPage {
                offset,
                limit: PAGE,
            });
        }
    };
    view! {
        <section class="preview">
            <div class="row spread">
                <h3>{move || words().data.preview}</h3>
                <span class="row">
                    <Button
                        label=say(|w| w.data.page_before)
                        kind=ButtonKind::Chip
                        disabled=Signal::derive(move || around.get().0.is_none())
                        press=move |()| turn(around.get_untracked().0)
                        test="page-before"
                    />
                    <Button
                        label=say(|w| w.data.page_after)
                        kind=ButtonKind::Chip
                        disabled=Signal::derive(move || around.get().1.is_none())
                        press=move |()| turn(around.get_untracked().1)
                        test="page-after"
                    />
                </span>
            </div>
            <pre class="corpus-text" tabindex="0" data-testid="corpus-preview">
                {move || {
                    data.state
                        .with(|state| state.page.as_ref().map(|(_, text)| text.clone()))
                        .unwrap_or_default()
                }}
            </pre>
        </section>
    }
}

fn vocabulary(bench: Workbench) -> impl IntoView {
    let entries = move || {
        let prepared = bench.prepared.get()?;
        let hidden = prepared.vocabulary.len().saturating_sub(ENTRIES_SHOWN);
        let shown = prepared
            .vocabulary
            .iter()
            .take(ENTRIES_SHOWN)
            .enumerate()
            .map(|(id, text)| {
                view! { <li title=id.to_string()><span class="token">{visible(text)}</span></li> }
            })
            .collect_view();
        let more = (hidden > 0).then(|| {
            let text = fill(words().data.more_entries, &[("n", &integer(hidden as u64))]);
            view! { <li class="quiet">{text}</li> }
        });
        Some(view! {
            {shown}
            {more}
        })
    };
    view! {
        <section class="vocabulary">
            <h3>{move || words().data.vocabulary}</h3>
            <ul class="entries" data-testid="vocabulary">{entries}</ul>
        </section>
    }
}

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let tokens = group(
        |w| w.data.group_tokens,
        false,
        vec![select(
            |w| w.fields.tokenizer,
            Field::Tokenizer,
            &[
                ("characters", |w| w.fields.tokenizer_characters),
                ("bytes", |w| w.fields.tokenizer_bytes),
                ("words", |w| w.fields.tokenizer_words),
                ("bpe", |w| w.fields.tokenizer_bpe),
                ("bpe-bytes", |w| w.fields.tokenizer_bpe_bytes),
                ("unigram", |w| w.fields.tokenizer_unigram),
            ],
        )],
    );
    let held_out = group(
        |w| w.data.group_split,
        false,
        vec![
            number(
                |w| w.fields.validation_fraction,
                Field::ValidationFraction,
                Range::real(0.01, 0.5, 0.01),
            ),
            select(
                |w| w.fields.held_out_by,
                Field::HeldOutBy,
                &[
                    ("position", |w| w.fields.held_out_by_position),
                    ("document", |w| w.fields.held_out_by_document),
                ],
            ),
            view! { <p class="note">{move || words().data.held_out_note}</p> }.into_any(),
            number_or_off(
                |w| w.fields.validation_every,
                Field::ValidationEvery,
                Range::count(0, 5_000),
            ),
        ],
    );
    view! {
        {suggestions(
            &[
                (|w| w.data.try_bytes, |p| p.tokenizer.kind = TokenizerKind::Bytes),
                (|w| w.data.try_own, |p| p.corpus = Corpus::Own),
            ],
        )}
        {corpora::dials()}
        {tokens}
        {held_out}
        {about(|w| w.data.about)}
    }
    .into_any()
}
