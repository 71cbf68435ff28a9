//! The laboratory's frame: its parts, its panel, and the questions that follow from what is on show.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::super::setting::{about, group, number, select, suggestions};
use super::super::workbench::{Workbench, workbench};
use super::compare::compare;
use super::costs::costs;
use super::costs_state::Costs;
use super::files::{FileWork, files};
use super::names::{KINDS, SPLITS};
use super::player::player;
use super::player_state::Player;
use super::state::{Chosen, Pointed, State};
use super::vocabulary::vocabulary;
use super::vocabulary_state::Browser;
use crate::session::config::{Corpus, Recipe, TokenizerKind};
use crate::session::field::Field;
use crate::session::reading::Reply;
use crate::session::tokens::{Answer, Ask};
use crate::session::validate::validate;
use crate::ui::range::Range;
use crate::ui::{Choice, Segmented};
use crate::words::{say, words};

/// The parts of the laboratory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Compare,
    Learn,
    Vocabulary,
    Languages,
}

/// What the laboratory keeps while another is open.
#[derive(Clone, Copy)]
pub struct Tokens {
    pub state: RwSignal<State>,
    pub tab: RwSignal<Tab>,
    /// The token under the pointer or the cursor, and whether it is held there.
    pub pointed: RwSignal<Option<Pointed>>,
    pub is_held: RwSignal<bool>,
    /// The byte of the text that the strips show first, and the strip that is being scrolled.
    pub anchor: RwSignal<(u32, u32)>,
    pub player: RwSignal<Player>,
    /// What the player will learn next.
    pub played: RwSignal<Recipe>,
    /// Bytes of the player's sample: the word whose ways of cutting are shown.
    pub word: RwSignal<(usize, usize)>,
    pub browser: RwSignal<Browser>,
    /// The strip whose vocabulary is browsed.
    pub browsed: RwSignal<u32>,
    pub costs: RwSignal<Costs>,
    /// Files on their way in or out, by request.
    pub files: StoredValue<Vec<(u32, FileWork)>>,
    requests: StoredValue<u32>,
    settling: StoredValue<Option<TimeoutHandle>>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self::new()
    }
}

/// Edits are asked about once they rest this long.
const REST: Duration = Duration::from_millis(200);

impl Tokens {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::default()),
            tab: RwSignal::new(Tab::Compare),
            pointed: RwSignal::new(None),
            is_held: RwSignal::new(false),
            anchor: RwSignal::new((0, 0)),
            player: RwSignal::new(Player::default()),
            played: RwSignal::new(Recipe::of_kind(TokenizerKind::BpeBytes)),
            word: RwSignal::new((0, 0)),
            browser: RwSignal::new(Browser::default()),
            browsed: RwSignal::new(0),
            costs: RwSignal::new(Costs::default()),
            files: StoredValue::new(Vec::new()),
            requests: StoredValue::new(0),
            settling: StoredValue::new(None),
        }
    }

    /// Takes an answer of the reader in.
    pub fn hear(self, bench: Workbench, reply: &Reply) {
        let Reply::Tokens { request, answer } = reply else {
            return;
        };
        if self.hear_of_file(bench, *request, answer) {
            return;
        }
        // Only those that asked wake: a signal wakes its readers at every update.
        if self.player.with_untracked(|player| player.awaits(*request)) {
            self.player.update(|player| player.apply(*request, answer));
        } else if self
            .browser
            .with_untracked(|browser| browser.awaits(*request))
        {
            self.browser
                .update(|browser| browser.apply(*request, answer));
        } else if self.costs.with_untracked(|costs| costs.awaits(*request)) {
            self.costs.update(|costs| costs.apply(*request, answer));
        } else {
            self.state.update(|state| state.apply(*request, answer));
        }
        if let Answer::Corpus { text, .. } = answer {
            self.show(text);
        }
    }

    /// Puts a text in the place of the one on show.
    pub fn show(self, text: &str) {
        self.release();
        self.anchor.set((0, 0));
        self.state.update(|state| state.set_text(text));
    }

    /// Lets the token go that is held.
    pub fn release(self) {
        self.is_held.set(false);
        self.pointed.set(None);
    }

    pub fn next_request(self) -> u32 {
        let request = self.requests.get_value() + 1;
        self.requests.set_value(request);
        request
    }

    /// Asks what is open; each question for a place of its own, so that a newer one replaces it while it waits.
    fn ask(self, bench: Workbench) {
        let mut playground = bench.draft.get_untracked();
        validate(&mut playground);
        // Quietly: what is awaited is shown with the answer or by those who look at it.
        let questions = self
            .state
            .try_update(|state| state.questions(&playground, || self.next_request()))
            .unwrap_or_default();
        for (place, request, ask) in questions {
            bench.ask_tokens(place, request, ask);
        }
    }

    /// Asks once nothing has changed for a while.
    pub fn ask_soon(self, bench: Workbench) {
        self.settling.update_value(|handle| {
            if let Some(handle) = handle.take() {
                handle.clear();
            }
            *handle = set_timeout_with_handle(move || self.ask(bench), REST).ok();
        });
    }

    /// The beginning of a corpus as the text on show.
    pub fn take_corpus(self, bench: Workbench, corpus: Corpus) {
        const MOST_BYTES: u32 = 4 << 20;
        let request = self.next_request();
        bench.ask_tokens(
            u32::MAX,
            request,
            Ask::Corpus {
                corpus,
                most_bytes: MOST_BYTES,
            },
        );
    }
}

/// A text with something for every tokenizer: rare words, numbers, two scripts, accents, a joined emoji, blanks, code.
pub const SAMPLE: &str = "The whale swallowed 31,415 boats, unbelievably! 白鲸吞下了小船。\nA naïve café 👩\u{200D}👩\u{200D}👧 — e\u{301}; let x = (a + b) * 2;\n\treturn x;\n";

/// The laboratory.
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
            let strip = |strip: &super::state::Strip| {
                let settled = strip.failure.is_some() || strip.is_stopped;
                (strip.id, strip.chosen.clone(), settled)
            };
            state.strips.iter().map(strip).collect()
        });
        let version = tokens.state.with(|state| state.version);
        let playground = bench.draft.with(|p| {
            (
                p.tokenizer,
                p.corpus.clone(),
                p.training.validation_fraction,
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
