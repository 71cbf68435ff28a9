//! What the laboratory keeps while another is open.

use leptos::prelude::*;

use super::super::workbench::Workbench;
use super::state::State;
use crate::session::protocol::Command;

/// What the laboratory keeps while another is open.
#[derive(Clone, Copy)]
pub struct Look {
    pub state: RwSignal<State>,
    pub(super) text: RwSignal<String>,
    pub(super) live: RwSignal<bool>,
    /// The current cell (query, key).
    pub(super) cell: RwSignal<Option<(usize, usize)>>,
    requests: StoredValue<u32>,
}

impl Default for Look {
    fn default() -> Self {
        Self::new()
    }
}

impl Look {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::default()),
            text: RwSignal::new(String::new()),
            live: RwSignal::new(true),
            cell: RwSignal::new(None),
            requests: StoredValue::new(0),
        }
    }

    /// Asks for the maps of the text.
    pub(super) fn ask(self, bench: Workbench) {
        let request = self.requests.get_value() + 1;
        self.requests.set_value(request);
        self.state.update(|state| {
            state.awaiting = Some(request);
            state.failure = None;
        });
        let text = self.text.get_untracked();
        let text = if text.is_empty() {
            bench.draft.with_untracked(|p| p.prompt.clone())
        } else {
            text
        };
        bench.send(Command::Inspect {
            request,
            text,
            live: self.live.get_untracked(),
        });
    }
}
