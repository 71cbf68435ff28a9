//! The picture: what is compared, how far it is, and what came of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Compare;
use super::super::record::{Record, Stage};
use super::chart_view::chart_section;
use super::entries::entries;
use super::map::sweep_map;
use super::prepared::prepared_cards;
use super::results::results;
use super::scaling::scaling;
use super::told::{of_plan, of_shown, shown_told};
use crate::session::compare::Turns;
use crate::session::protocol::Command;
use crate::ui::{Button, ButtonKind, IconName, copy_text};
use crate::words::{fill, say, say_message, words};

/// The laboratory.
#[inline(never)]
pub fn picture() -> AnyView {
    let bench = workbench();
    let lab: Compare = expect_context();
    let is_empty = of_plan(lab, |plan| plan.entries.is_empty());
    let has_record = Memo::new(move |_| lab.state.with(|state| state.shown().is_some()));
    let is_sweep = of_shown(lab, |record| record.shape.is_some());
    let told = shown_told(lab);
    let outcome = move || {
        if is_sweep.get() == Some(true) {
            view! { {sweep_map(lab)} {scaling(lab, told, false)} }.into_any()
        } else {
            view! { {chart_section(lab, told)} {results(lab, told)} {scaling(lab, told, true)} }
                .into_any()
        }
    };
    view! {
        <div class="lab compare" data-testid="lab-compare">
            <div class="lab-head">
                <h2>{move || words().compare.title}</h2>
                {transport(bench, lab)}
            </div>
            {status(lab)}
            <Show when=move || is_empty.get()>
                <p class="empty compare-empty" data-testid="compare-empty">{move || words().compare.empty}</p>
                {prepared_cards(lab)}
            </Show>
            {entries(bench, lab)}
            <Show when=move || has_record.get() || !is_empty.get()>{outcome}</Show>
        </div>
    }
    .into_any()
}

fn transport(bench: Workbench, lab: Compare) -> AnyView {
    // Whether it is paused, while one is under way.
    let running = Memo::new(move |_| {
        lab.state
            .with(|state| state.running().map(|it| it.is_paused))
    });
    let is_empty = of_plan(lab, |plan| plan.entries.is_empty());
    let is_ready = bench.of_run(|run| run.ready && run.device.is_some() && !run.is_over);
    let has_trained = Memo::new(move |_| lab.state.with(|state| !state.records.is_empty()));
    let buttons = move || match running.get() {
        None => view! {
            <Button
                label=Signal::derive(move || {
                    let w = &words().compare;
                    if has_trained.get() { w.play_again } else { w.play }.to_string()
                })
                kind=ButtonKind::Primary
                icon=Signal::from(IconName::Play)
                disabled=Signal::derive(move || is_empty.get() || !is_ready.get())
                press=move |()| {
                    let comparison = lab.plan.with_untracked(|plan| plan.comparison());
                    lab.begin(bench, comparison, None);
                }
                test="compare-play"
            />
        }
        .into_any(),
        Some(is_paused) => view! {
            <Button
                label=Signal::derive(move || {
                    let w = &words().compare;
                    if is_paused { w.resume } else { w.pause }.to_string()
                })
                kind=ButtonKind::Primary
                icon=Signal::from(if is_paused { IconName::Play } else { IconName::Pause })
                press=move |()| bench.send(Command::PauseComparing { is_paused: !is_paused })
                test="compare-pause"
            />
            <Button
                label=say(|w| w.compare.stop)
                icon=Signal::from(IconName::Stop)
                press=move |()| bench.send(Command::StopComparing)
                test="compare-stop"
            />
        }
        .into_any(),
    };
    view! {
        <div class="row">
            {buttons}
            {share(bench, lab)}
        </div>
    }
    .into_any()
}

fn share(bench: Workbench, lab: Compare) -> AnyView {
    let is_empty = of_plan(lab, |plan| plan.entries.is_empty());
    let copied = RwSignal::new(false);
    let press = move |()| {
        let Some(hash) = lab.link() else { return };
        if lab.plan.with_untracked(|plan| plan.has_own_text()) {
            bench.inform(|w| w.compare.link_own_text, vec![]);
        }
        let href = window().location().href().unwrap_or_default();
        let page = href.split('#').next().unwrap_or_default();
        let address = format!("{page}{hash}");
        spawn_local(async move {
            if copy_text(address.clone()).await {
                copied.set(true);
                let hide = move || copied.set(false);
                set_timeout(hide, std::time::Duration::from_secs(2));
            } else {
                // Without the clipboard the link itself is shown, to be copied by hand.
                bench.inform(|w| w.shell.copy_by_hand, vec![address]);
            }
        });
    };
    view! {
        <span class="share">
            <Button
                label=say(|w| w.compare.link)
                icon=Signal::from(IconName::Share)
                kind=ButtonKind::Icon
                disabled=is_empty
                press=press
                test="compare-link"
            />
            <span class="bubble" role="status" class:on=move || copied.get()>
                {move || if copied.get() { words().shell.copied } else { "" }}
            </span>
        </span>
    }
    .into_any()
}

/// What goes on, in a sentence, and what went wrong.
fn status(lab: Compare) -> AnyView {
    let line = move || {
        lab.state
            .with(|state| state.shown().map(in_words))
            .unwrap_or_default()
    };
    let line = Memo::new(move |_| line());
    let failure = of_shown(lab, |record| (record.is_over, record.failure.clone()));
    let is_ended = of_shown(lab, |record| {
        // Ended without a word: the engine is gone.
        let is_unfinished = |it: &super::super::record::Track| {
            matches!(it.stage(), Stage::Waiting | Stage::Training)
        };
        record.is_over && record.failure.is_none() && record.tracks.iter().any(is_unfinished)
    });
    let is_gone = workbench().of_run(|run| run.is_over);
    let trouble = move || {
        let reason = match failure.get() {
            Some((true, Some(message))) => say_message(&message),
            _ if is_gone.get() && is_ended.get() == Some(true) => {
                words().compare.engine_ended.to_owned()
            }
            _ => return None,
        };
        let text = fill(words().compare.all_failed, &[("reason", &reason)]);
        Some(view! { <p class="banner bad" role="alert" data-testid="compare-failure">{text}</p> })
    };
    view! {
        <p class="in-words compare-status" role="status" data-testid="compare-status">{move || line.get()}</p>
        {trouble}
    }
    .into_any()
}

fn in_words(record: &Record) -> String {
    let w = &words().compare;
    let count = |is: fn(Stage) -> bool| record.tracks.iter().filter(|it| is(it.stage())).count();
    let total = record.tracks.len().to_string();
    if record.is_over {
        let done = count(|stage| matches!(stage, Stage::Finished(_))).to_string();
        return fill(w.over_text, &[("done", &done), ("total", &total)]);
    }
    if record.is_paused {
        return w.paused.to_owned();
    }
    if record.comparison.turns == Turns::Interleaved {
        return fill(w.together_text, &[("total", &total)]);
    }
    let ended = count(|stage| matches!(stage, Stage::Finished(_) | Stage::Failed));
    let now = (ended + 1).min(record.tracks.len()).to_string();
    fill(w.running_text, &[("n", &now), ("total", &total)])
}
