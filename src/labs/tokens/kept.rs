//! What the laboratory keeps while another is open, and the questions that follow from what is on show.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::super::workbench::Workbench;
use super::costs_state::Costs;
use super::files::FileWork;
use super::player_state::Player;
use super::state::{Pointed, State};
use super::vocabulary_state::Browser;
use crate::session::config::{Corpus, Recipe, TokenizerKind};
use crate::session::reading::Reply;
use crate::session::tokens::{Answer, Ask};
use crate::session::validate::validate;

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
