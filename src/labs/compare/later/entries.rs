//! The entries: name, difference, progress, and what can be done with each.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::kept::Compare;
use super::super::record::Stage;
use super::editor::editor;
use super::told::{of_plan, stage_text, swatch, told_of};
use crate::session::compare::MOST_ENTRIES;
use crate::ui::{Button, ButtonKind, IconName};
use crate::words::{fill, say, say_message, words};

pub fn entries(bench: Workbench, lab: Compare) -> AnyView {
    let ids = of_plan(lab, |plan| {
        plan.entries.iter().map(|it| it.id).collect::<Vec<_>>()
    });
    let told = Memo::new(move |_| told_of(&lab.plan.with(|plan| plan.playgrounds())));
    let is_full = of_plan(lab, |plan| plan.is_full());
    let full = move || {
        let most = MOST_ENTRIES.to_string();
        is_full
            .get()
            .then(|| fill(words().compare.full, &[("n", &most)]))
    };
    let row = move |id: u32| {
        let place = of_plan(lab, move |plan| {
            plan.entries.iter().position(|it| it.id == id)
        });
        let text = move |of: fn(&super::told::Told) -> &Vec<String>| {
            Memo::new(move |_| {
                let at = place.get()?;
                told.with(|told| of(told).get(at).cloned())
            })
        };
        let name = text(|told| &told.names);
        let difference = text(|told| &told.differences);
        let is_open = Memo::new(move |_| lab.editing.get() == Some(id));
        view! {
            <li class="compared" data-testid="compare-entry">
                <div class="compared-head">
                    {move || swatch(place.get().unwrap_or_default())}
                    <div class="compared-text">
                        <strong data-testid="compare-name">{move || name.get()}</strong>
                        <span class="quiet" data-testid="compare-difference">{move || difference.get()}</span>
                    </div>
                    {progress(lab, id)}
                    {buttons(lab, id, is_open, is_full)}
                </div>
                <Show when=move || is_open.get()>{editor(lab, id)}</Show>
            </li>
        }
    };
    view! {
        <section class="entries-section">
            <ol class="compare-entries" aria-label=move || words().compare.entries>
                <For each=move || ids.get() key=|id| *id children=row />
            </ol>
            <div class="row">
                <Button
                    label=say(|w| w.compare.add)
                    disabled=is_full
                    press=move |()| {
                        let draft = bench.draft.get_untracked();
                        lab.plan.update(|plan| {
                            plan.add(draft);
                        });
                    }
                    test="compare-add"
                />
                <Show when=move || ids.with(|ids| ids.len() > 1)>
                    <Button
                        label=say(|w| w.compare.clear)
                        kind=ButtonKind::Chip
                        press=move |()| {
                            lab.close_editor();
                            lab.plan.update(|plan| plan.entries.clear());
                        }
                        test="compare-clear"
                    />
                </Show>
                <span class="quiet">{full}</span>
            </div>
        </section>
    }
    .into_any()
}

fn buttons(lab: Compare, id: u32, is_open: Memo<bool>, is_full: Memo<bool>) -> AnyView {
    let toggle = move |()| {
        let opens = !is_open.get_untracked();
        lab.close_editor();
        if opens {
            lab.editing.set(Some(id));
        }
    };
    let duplicate = move |()| {
        lab.close_editor();
        let copy = lab.plan.try_update(|plan| plan.duplicate(id)).flatten();
        lab.editing.set(copy);
    };
    let remove = move |()| {
        if is_open.get_untracked() {
            lab.close_editor();
        }
        lab.plan.update(|plan| plan.remove(id));
    };
    view! {
        <span class="compared-buttons">
            <Button
                label=Signal::derive(move || {
                    let w = &words().compare;
                    if is_open.get() { w.done_changing } else { w.change }.to_string()
                })
                kind=ButtonKind::Chip
                press=toggle
                test="compare-change"
            />
            <Button
                label=say(|w| w.compare.duplicate)
                kind=ButtonKind::Chip
                disabled=is_full
                press=duplicate
                test="compare-duplicate"
            />
            <Button
                label=say(|w| w.compare.remove)
                kind=ButtonKind::Icon
                icon=Signal::from(IconName::Close)
                press=remove
                test="compare-remove"
            />
        </span>
    }
    .into_any()
}

/// How far an entry is in the comparison on show, while it is still the one that is trained there.
fn progress(lab: Compare, id: u32) -> AnyView {
    let standing = Memo::new(move |_| {
        let (place, entry) = lab.plan.with(|plan| {
            let place = plan.entries.iter().position(|it| it.id == id)?;
            Some((place, plan.entries[place].playground.clone()))
        })?;
        lab.state.with(|state| {
            let record = state.shown().filter(|it| it.shape.is_none())?;
            let is_same = record.comparison.entries.get(place) == Some(&entry);
            let track = record.tracks.get(place).filter(|_| is_same)?;
            let stage = track.stage();
            // Nothing waits for what is over.
            let is_left = record.is_over && matches!(stage, Stage::Waiting | Stage::Training);
            (!is_left).then(|| {
                let share = (track.share(record.comparison.budget) * 100.0).round() as u32;
                (stage, share, record.is_paused, track.failure.clone())
            })
        })
    });
    let is_there = Memo::new(move |_| standing.get().is_some());
    let share = move || standing.get().map_or(0, |it| it.1).to_string();
    let text = move || {
        let (stage, share, is_paused, failure) = standing.get()?;
        Some(match (stage, failure) {
            (Stage::Training, _) => format!("{} · {share}\u{2009}%", stage_text(stage, is_paused)),
            (Stage::Failed, Some(message)) => {
                format!("{}: {}", words().compare.failed, say_message(&message))
            }
            _ => stage_text(stage, is_paused).to_owned(),
        })
    };
    let text = Memo::new(move |_| text());
    view! {
        <div class="compared-progress" class:bad=move || matches!(standing.get(), Some((Stage::Failed, ..)))>
            <Show when=move || is_there.get()>
                <progress max="100" value=share aria-label=move || text.get()></progress>
                <span data-testid="compare-stage">{move || text.get()}</span>
            </Show>
        </div>
    }
    .into_any()
}
