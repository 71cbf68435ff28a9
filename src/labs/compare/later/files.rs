//! Comparisons of this visit, shown again; curves and chart as files.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::super::workbench::{Workbench, workbench};
use super::super::export::csv;
use super::super::kept::Compare;
use super::super::record::Record;
use super::chart_view::shown_chart;
use super::told::{Told, budget_text, shown_told};
use crate::ui::chart_file::{HEIGHT, WIDTH, document};
use crate::ui::{Button, ButtonKind, element_id, save_picture, save_text};
use crate::words::{fill, say, words};

pub fn history_and_files(lab: Compare) -> AnyView {
    let bench = workbench();
    let told = shown_told(lab);
    let has_some = Memo::new(move |_| lab.state.with(|state| !state.records.is_empty()));
    let is_sweep = Memo::new(move |_| {
        lab.state
            .with(|state| state.shown().is_some_and(|record| record.shape.is_some()))
    });
    let take = move |()| {
        let shown = lab.state.with_untracked(|state| {
            let record = state.shown().filter(|it| it.shape.is_none())?;
            Some(record.comparison.clone())
        });
        if let Some(comparison) = shown {
            lab.take(comparison);
        }
    };
    let save_csv = move |()| {
        let text = lab.state.with_untracked(|state| {
            let record = state.shown()?;
            Some(told.with_untracked(|told| csv(record, &told.names, &told.differences)))
        });
        if let Some(text) = text {
            save_text("comparison.csv", &text);
        }
    };
    view! {
        <Show
            when=move || has_some.get()
            fallback=|| view! { <p class="note">{move || words().compare.history_none}</p> }
        >
            {list(lab)}
            <Button
                label=say(|w| w.compare.history_take)
                kind=ButtonKind::Chip
                disabled=is_sweep
                press=take
                test="compare-take-again"
            />
            <div class="chips">
                <Button label=say(|w| w.compare.save_csv) kind=ButtonKind::Chip press=save_csv test="compare-csv" />
                <Button
                    label=say(|w| w.compare.save_svg)
                    kind=ButtonKind::Chip
                    disabled=is_sweep
                    press=move |()| save_text("comparison.svg", &picture(lab, told))
                    test="compare-svg"
                />
                <Button
                    label=say(|w| w.compare.save_png)
                    kind=ButtonKind::Chip
                    disabled=is_sweep
                    press=move |()| save_png(bench, picture(lab, told))
                    test="compare-png"
                />
            </div>
        </Show>
    }
    .into_any()
}

/// The chart as it is looked at, as a file of its own.
fn picture(lab: Compare, told: Memo<Told>) -> String {
    untrack(|| {
        let title = lab.state.with(|state| state.shown().map(in_a_line));
        document(&shown_chart(lab, told), &title.unwrap_or_default())
    })
}

fn save_png(bench: Workbench, svg: String) {
    spawn_local(async move {
        if !save_picture("comparison.png", &svg, WIDTH, HEIGHT).await {
            bench.inform(|w| w.compare.png_failed, vec![]);
        }
    });
}

/// "No. 3: 5 entries, 200k tokens".
fn in_a_line(record: &Record) -> String {
    let w = &words().compare;
    let template = if record.shape.is_some() {
        w.history_sweep
    } else {
        w.history_row
    };
    fill(
        template,
        &[
            ("number", &record.request.to_string()),
            ("n", &record.tracks.len().to_string()),
            ("budget", &budget_text(record.comparison.budget)),
        ],
    )
}

fn list(lab: Compare) -> AnyView {
    let id = element_id("history");
    let rows = Memo::new(move |_| {
        lab.state.with(|state| {
            let newest_first = state.records.iter().rev();
            newest_first
                .map(|record| (record.request, in_a_line(record)))
                .collect::<Vec<_>>()
        })
    });
    let shown = Memo::new(move |_| lab.state.with(|state| state.shown));
    let choose = move |event: leptos::ev::Event| {
        if let Ok(request) = event_target_value(&event).parse() {
            lab.view.update(|view| view.hidden.clear());
            lab.state.update(|state| state.shown = request);
        }
    };
    let options = move || {
        let option = |(request, text): (u32, String)| {
            view! {
                <option value=request.to_string() prop:selected=move || shown.get() == request>{text}</option>
            }
        };
        rows.get().into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label for=id.clone()>{move || words().compare.history}</label>
            <select id=id data-testid="compare-history" on:change=choose>{options}</select>
        </div>
    }
    .into_any()
}
