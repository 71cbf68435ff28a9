//! What the laboratory keeps while another is open.

use leptos::prelude::*;

use super::super::workbench::Workbench;
use super::state::State;
use crate::session::protocol::Command;

/// What the laboratory keeps while another is open.
#[derive(Clone, Copy)]
pub struct Write {
    pub state: RwSignal<State>,
    /// The written token whose alternatives are shown.
    pub selected: RwSignal<Option<usize>>,
    /// The text to score.
    pub score_text: RwSignal<String>,
    pub score_selected: RwSignal<Option<usize>>,
    requests: StoredValue<u32>,
}

impl Default for Write {
    fn default() -> Self {
        Self::new()
    }
}

impl Write {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::default()),
            selected: RwSignal::new(None),
            score_text: RwSignal::new(String::new()),
            score_selected: RwSignal::new(None),
            requests: StoredValue::new(0),
        }
    }

    pub fn next_request(self) -> u32 {
        let request = self.requests.get_value() + 1;
        self.requests.set_value(request);
        request
    }

    /// Has the model continue a prompt.
    pub fn write(self, bench: Workbench, prompt: String) {
        self.selected.set(None);
        bench.send(Command::Generate {
            request: self.next_request(),
            prompt,
            sampling: bench.draft.with_untracked(|p| p.sampling.clone()),
        });
    }
}
