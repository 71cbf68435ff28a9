//! What views share: names and differences of entries, parts of the record on show, swatches.

use leptos::prelude::*;

use super::super::kept::Compare;
use super::super::naming::{difference, differing, label, names};
use super::super::record::{Record, Stage};
use super::super::state::Plan;
use super::super::sweep::Shape;
use crate::session::compare::{Budget, Ending};
use crate::session::config::Playground;
use crate::ui::colour;
use crate::ui::number::{compact, operations, setting};
use crate::words::{fill, language, words};

/// Name and difference of each of some entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    pub names: Vec<String>,
    pub differences: Vec<String>,
}

/// Of entries set up by hand.
pub fn told_of(entries: &[Playground]) -> Told {
    let w = words();
    let fields = differing(entries);
    let differences = match entries {
        [_] => vec![w.compare.alone.to_owned()],
        _ => entries
            .iter()
            .map(|it| difference(it, &fields, w))
            .collect(),
    };
    Told {
        names: names(entries, w, language()),
        differences,
    }
}

/// Of a comparison that was begun: cells of a sweep are called by their values.
pub fn told_of_record(record: &Record) -> Told {
    match &record.shape {
        None => told_of(&record.comparison.entries),
        Some(shape) => {
            let names: Vec<String> = (0..shape.cells.len())
                .map(|it| cell_name(shape, it))
                .collect();
            Told {
                differences: names.clone(),
                names,
            }
        }
    }
}

/// "Learning rate 3e-4 · Layers 2".
pub fn cell_name(shape: &Shape, index: usize) -> String {
    let Some(cell) = shape.cells.get(index) else {
        return String::new();
    };
    let pairs = shape.fields.iter().zip(cell.values);
    let parts: Vec<String> = pairs
        .filter_map(|(field, value)| {
            let field = (*field)?;
            Some(format!("{} {}", label(field, words()), setting(value)))
        })
        .collect();
    parts.join(" · ")
}

/// A part of the plan that only fires when it changes.
pub fn of_plan<T>(lab: Compare, get: impl Fn(&Plan) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| lab.plan.with(&get))
}

/// A part of the comparison on show, likewise.
pub fn of_shown<T>(
    lab: Compare,
    get: impl Fn(&Record) -> T + Send + Sync + 'static,
) -> Memo<Option<T>>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| lab.state.with(|state| state.shown().map(&get)))
}

/// Names and differences of the comparison on show, worked out once for each.
pub fn shown_told(lab: Compare) -> Memo<Told> {
    let request = of_shown(lab, |record| record.request);
    Memo::new(move |_| {
        // Read, not only tracked: a memo that was never read does not look at what it is made of.
        if request.get().is_none() {
            return Told::default();
        }
        let told = lab
            .state
            .with_untracked(|state| state.shown().map(told_of_record));
        told.unwrap_or_default()
    })
}

/// A stage in a word or two.
pub fn stage_text(stage: Stage, is_paused: bool) -> &'static str {
    let w = &words().compare;
    match stage {
        Stage::Waiting => w.waiting,
        Stage::Training if is_paused => w.paused,
        Stage::Training => w.training,
        Stage::Finished(Ending::Budget) => w.finished,
        Stage::Finished(Ending::Target) => w.reached,
        Stage::Finished(Ending::Diverged) => w.diverged,
        Stage::Finished(Ending::Stopped) => w.stopped,
        Stage::Failed => w.failed,
    }
}

/// "200k tokens".
pub fn budget_text(budget: Budget) -> String {
    let w = &words().compare;
    let (template, amount) = match budget {
        Budget::Tokens(most) => (w.budget_tokens, compact(most, language())),
        Budget::Flops(most) => (w.budget_flops, operations(most, language())),
        Budget::Seconds(most) => (w.budget_seconds, setting(most)),
    };
    fill(template, &[("n", &amount)])
}

/// The line that stands for an entry in the chart.
pub fn swatch(style: usize) -> AnyView {
    view! {
        <svg class="swatch" width="32" height="12" aria-hidden="true">
            <line
                x1="1"
                x2="31"
                y1="6"
                y2="6"
                stroke=colour::series(style)
                stroke-width="3"
                stroke-dasharray=colour::dash(style)
            />
        </svg>
    }
    .into_any()
}
