//! The laboratory's frame: its parts and its panel.

use leptos::prelude::*;

use super::super::super::setting::{about, group, number, select, suggestions};
use super::super::super::workbench::workbench;
use super::super::files::files;
use super::super::kept::{Tab, Tokens};
use super::super::names::{KINDS, SPLITS};
use super::super::state::{Chosen, Strip};
use super::compare::compare;
use super::costs::costs;
use super::player::player;
use super::vocabulary::vocabulary;
use crate::session::config::{Recipe, TokenizerKind};
use crate::session::field::Field;
use crate::ui::range::Range;
use crate::ui::{Choice, Segmented};
use crate::words::{say, words};

/// A text with something for every tokenizer: rare words, numbers, two scripts, accents, a joined emoji, blanks, code.
pub const SAMPLE: &str = "The whale swallowed 31,415 boats, unbelievably! 白鲸吞下了小船。\nA naïve café 👩\u{200D}👩\u{200D}👧 — e\u{301}; let x = (a + b) * 2;\n\treturn x;\n";

/// The laboratory.
#[inline(never)]
pub fn picture() -> AnyView {
    let bench = workbench();
    let tokens: Tokens = expect_context();
    if tokens
        .state
        .with_untracked(|state| state.text.is_empty() && state.version == 0)
    {
        tokens.state.update(|state| state.set_text(SAMPLE));
    }
    // What questions depend on; answers wake nobody.
    let wanted = Memo::new(move |_| {
        let strips: Vec<(u32, Chosen, bool)> = tokens.state.with(|state| {
            let strip = |strip: &Strip| {
                let settled = strip.failure.is_some() || strip.is_stopped;
                (strip.id, strip.chosen.clone(), settled)
            };
            state.strips.iter().map(strip).collect()
        });
        let version = tokens
            .state
            .with(|state| (state.version, state.reads_specials));
        let playground = bench.draft.with(|p| {
            (
                p.tokenizer,
                p.corpus.clone(),
                p.dials(),
                p.training.held_out(),
            )
        });
        let own = bench
            .prepared
            .with(|it| it.as_ref().map(|it| it.corpus_bytes));
        let is_ready = bench.run.with(|run| run.ready);
        (strips, version, playground, own, is_ready)
    });
    Effect::new(move |_| {
        if wanted.get().4 {
            tokens.ask_soon(bench);
        }
    });
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && tokens.is_held.get_untracked() {
            tokens.release();
        }
    });
    on_cleanup(move || escape.remove());
    let tabs = vec![
        Choice::new(
            Tab::Compare,
            say(|w| w.tokens.tab_compare),
            "tokens-compare",
        ),
        Choice::new(Tab::Learn, say(|w| w.tokens.tab_learn), "tokens-learn"),
        Choice::new(
            Tab::Vocabulary,
            say(|w| w.tokens.tab_vocabulary),
            "tokens-vocabulary",
        ),
        Choice::new(
            Tab::Languages,
            say(|w| w.tokens.tab_languages),
            "tokens-languages",
        ),
    ];
    view! {
        <div class="lab tokens" data-testid="lab-tokens">
            <div class="lab-head">
                <h2>{move || words().tokens.title}</h2>
                <Segmented
                    label=say(|w| w.tokens.tabs)
                    choices=tabs
                    value=tokens.tab
                    set=move |tab| tokens.tab.set(tab)
                />
            </div>
            {move || match tokens.tab.get() {
                Tab::Compare => compare(),
                Tab::Learn => player(),
                Tab::Vocabulary => vocabulary(),
                Tab::Languages => costs(),
            }}
        </div>
    }
    .into_any()
}

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let bench = workbench();
    let kind = bench.value(|p| p.tokenizer.kind);
    let kinds: Vec<_> = KINDS.iter().map(|&(_, word, name)| (word, name)).collect();
    let splits: Vec<_> = SPLITS.iter().map(|&(_, word, name)| (word, name)).collect();
    let row = move |shows: fn(TokenizerKind) -> bool, control: fn() -> AnyView| {
        let shown = Memo::new(move |_| shows(kind.get()));
        view! { <Show when=move || shown.get()>{control()}</Show> }.into_any()
    };
    let split = StoredValue::new(splits);
    let split_row = {
        let shown = Memo::new(move |_| kind.get().is_split());
        view! {
            <Show when=move || {
                shown.get()
            }>{split.with_value(|splits| select(|w| w.fields.split, Field::Split, splits))}</Show>
        }
        .into_any()
    };
    let tokenizer = group(
        |w| w.tokens.group_tokenizer,
        false,
        vec![
            select(|w| w.fields.tokenizer, Field::Tokenizer, &kinds),
            row(TokenizerKind::is_sized, || {
                number(
                    |w| w.fields.vocabulary,
                    Field::Vocabulary,
                    Range::count(64, 8192),
                )
            }),
            split_row,
            row(TokenizerKind::has_min_count, || {
                number(
                    |w| w.fields.min_count,
                    Field::MinCount,
                    Range::count(1, 100),
                )
            }),
            row(TokenizerKind::has_dropout, || {
                number(
                    |w| w.fields.merge_dropout,
                    Field::MergeDropout,
                    Range::real(0.0, 0.5, 0.05),
                )
            }),
            row(TokenizerKind::has_sampling, || {
                number(
                    |w| w.fields.sampling_alpha,
                    Field::SamplingAlpha,
                    Range::real(0.0, 1.0, 0.05),
                )
            }),
        ],
    );
    view! {
        {suggestions(
            &[
                (|w| w.tokens.try_bpe, |p| p.tokenizer = Recipe::of_kind(TokenizerKind::BpeBytes)),
                (|w| w.tokens.try_unigram, |p| p.tokenizer = Recipe::of_kind(TokenizerKind::Unigram)),
                (|w| w.tokens.try_bytes, |p| p.tokenizer = Recipe::of_kind(TokenizerKind::Bytes)),
            ],
        )}
        {tokenizer}
        {files()}
        {about(|w| w.tokens.about)}
    }
    .into_any()
}
