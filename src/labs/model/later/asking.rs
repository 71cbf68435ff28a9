//! What the views ask the model. What they were told is kept while another laboratory is open, in a static: a first visit does not carry it
//! for them.

use std::sync::{Arc, LazyLock};

use leptos::prelude::*;

use super::super::super::questions::Reply;
use super::super::super::workbench::Workbench;
use super::super::asked::{Asked, Run};
use crate::session::protocol::{Command, RunState};

/// What was asked and told.
pub static ASKED: LazyLock<ArcRwSignal<Asked>> = LazyLock::new(ArcRwSignal::default);

/// The run that can be asked now.
pub fn run_to_ask(bench: Workbench) -> Memo<Option<Run>> {
    Memo::new(move |_| {
        let answers = bench.run.with(|run| {
            !run.is_preparing() && !run.is_over && run.state != RunState::Broken
        });
        let prepared = bench
            .prepared
            .with(|it| it.as_ref().map(|it| it.request))
            .filter(|_| answers)?;
        bench.applied.with(|applied| {
            applied.as_ref().map(|playground| Run {
                prepared,
                seed: playground.seed,
                rows: playground.training.rows() as u32,
            })
        })
    })
}

/// Asks what `want` wants, after what is under way.
pub fn ask(bench: Workbench, want: impl FnOnce(&mut Asked)) {
    ASKED.update_untracked(want);
    go_on(bench);
}

fn go_on(bench: Workbench) {
    let Some(question) = ASKED.try_update_untracked(Asked::next).flatten() else {
        return;
    };
    bench.ask_model(
        question,
        Arc::new(move |reply| {
            ASKED.update(|asked| asked.hear(&reply));
            // Whoever asked something else has the word.
            if reply != Reply::GivenUp {
                go_on(bench);
            }
        }),
    );
}

/// Nothing more is asked once the view is gone.
pub fn stop_asking(bench: Workbench) {
    ASKED.update_untracked(Asked::give_up);
    bench.give_up_question();
    bench.send(Command::StopAsking);
}
