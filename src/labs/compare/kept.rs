//! What the laboratory keeps while another is open.

use leptos::prelude::*;

use super::super::workbench::Workbench;
use super::chart::View;
use super::scaling::Of;
use super::state::{Plan, State};
use super::sweep::{Axis, Kind, Shape, Sweep};
use crate::session::compare::Comparison;
use crate::session::compare_link;
use crate::session::field::Field;
use crate::session::presets::first_minute;
use crate::session::protocol::Command;

/// What the laboratory keeps while another is open.
#[derive(Clone, Copy)]
pub struct Compare {
    /// The comparison as it is being set up.
    pub plan: RwSignal<Plan>,
    /// The comparisons of this visit.
    pub state: RwSignal<State>,
    /// Whether the site carries Moby Dick, which prepared comparisons read if they can.
    pub has_moby_dick: RwSignal<bool>,
    pub(super) view: RwSignal<View>,
    /// The entry that is open in the editor, and the setting it changes.
    pub(super) editing: RwSignal<Option<u32>>,
    pub(super) field: RwSignal<Field>,
    /// What the last edit had to be changed to, in English.
    pub(super) notes: RwSignal<Vec<String>>,
    pub(super) sweep: RwSignal<Sweep>,
    /// What the scaling view sets the loss against.
    pub(super) scaling: RwSignal<Of>,
}

impl Default for Compare {
    fn default() -> Self {
        Self::new()
    }
}

impl Compare {
    pub fn new() -> Self {
        Self {
            plan: RwSignal::default(),
            state: RwSignal::default(),
            has_moby_dick: RwSignal::new(false),
            view: RwSignal::default(),
            editing: RwSignal::new(None),
            field: RwSignal::new(Field::Family),
            notes: RwSignal::default(),
            sweep: RwSignal::new(Sweep {
                kind: Kind::Grid,
                first: Axis::around(Field::LearningRate, &first_minute()),
                second: None,
                draws: 16,
                seed: 1,
            }),
            scaling: RwSignal::new(Of::Parameters),
        }
    }

    /// Sets up a whole comparison.
    pub fn take(self, comparison: Comparison) {
        self.close_editor();
        self.plan.update(|plan| plan.take(comparison));
    }

    pub(super) fn close_editor(self) {
        self.editing.set(None);
        self.notes.set(Vec::new());
    }

    /// The hash of the comparison, where there is something to compare.
    pub fn link(self) -> Option<String> {
        self.plan.with_untracked(|plan| {
            let has_entries = !plan.entries.is_empty();
            has_entries.then(|| compare_link::write(&plan.comparison()))
        })
    }

    /// Has a comparison trained.
    pub(super) fn begin(self, bench: Workbench, comparison: Comparison, shape: Option<Shape>) {
        self.view.update(|view| view.begin(&comparison.entries));
        let sent = comparison.clone();
        let start = move |state: &mut State| state.start(comparison, shape);
        if let Some(request) = self.state.try_update(start) {
            bench.send(Command::Compare {
                request,
                comparison: Box::new(sent),
            });
        }
    }
}
