//! What the laboratory keeps while another is open.

use leptos::prelude::*;

use super::state::{State, View};
use super::tables::Unit;
use crate::session::link::LinkText;

/// What the laboratory keeps while another is open.
#[derive(Clone, Copy)]
pub struct Data {
    pub state: RwSignal<State>,
    /// The text being pasted, not yet used.
    pub pasted: RwSignal<String>,
    /// The own text in use, where it is short enough for a link.
    pub short_text: RwSignal<Option<LinkText>>,
    /// Whether links carry it.
    pub in_link: RwSignal<bool>,
    /// What may become `short_text` once the worker has accepted it.
    pub offered: StoredValue<Option<LinkText>>,
    /// What is looked at.
    pub(super) view: RwSignal<View>,
    pub(super) unit: RwSignal<Unit>,
    /// The first document on show, from 0.
    pub(super) from: RwSignal<u32>,
}

impl Default for Data {
    fn default() -> Self {
        Self::new()
    }
}

impl Data {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::default()),
            pasted: RwSignal::new(String::new()),
            short_text: RwSignal::new(None),
            in_link: RwSignal::new(false),
            offered: StoredValue::new(None),
            view: RwSignal::new(View::Text),
            unit: RwSignal::new(Unit::Words),
            from: RwSignal::new(0),
        }
    }
}
