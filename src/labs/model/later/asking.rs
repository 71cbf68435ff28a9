//! What the views ask the model. What they were told is kept while another laboratory is open, in a static: a first visit does not carry it
//! for them.

use std::sync::LazyLock;

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::asked::{Asked, Drawn, Run, Wanted};
use crate::session::protocol::RunState;

/// What was asked and told.
pub static ASKED: LazyLock<ArcRwSignal<Asked>> = LazyLock::new(ArcRwSignal::default);

/// The run that can be asked now.
pub fn run_to_ask(bench: Workbench) -> Memo<Option<Run>> {
    Memo::new(move |_| {
        let answers = bench
            .run
            .with(|run| !run.is_preparing() && !run.is_over && run.state != RunState::Broken);
        let prepared = bench
            .prepared
            .with(|it| it.as_ref().map(|it| it.request))
            .filter(|_| answers)?;
        bench.applied.with(|applied| {
            applied.as_ref().map(|playground| Run {
                prepared,
                seed: playground.seed,
                rows: playground.training.rows() as u32,
                drawn: Drawn::of(playground),
            })
        })
    })
}

/// Asks, and keeps the answer as long as the view of this owner is there.
#[derive(Clone)]
pub struct Asker {
    bench: Workbench,
    /// Who hears must outlive the effect that asks.
    owner: Owner,
}

impl Asker {
    /// For the view that is being made.
    pub fn new(bench: Workbench) -> Self {
        on_cleanup(|| ASKED.update_untracked(Asked::give_up));
        Self {
            bench,
            owner: Owner::current().unwrap_or_default(),
        }
    }

    pub fn ask(&self, want: impl FnOnce(&mut Asked) -> Option<Wanted>) {
        let Some(wanted) = ASKED.try_update_untracked(want).flatten() else {
            return;
        };
        let hear = self.owner.with(|| {
            Callback::new(move |(told, _)| ASKED.update(|asked| asked.hear(wanted, &told)))
        });
        self.bench.question(wanted.question(), hear);
    }
}
