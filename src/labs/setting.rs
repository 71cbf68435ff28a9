//! Controls of `ui` bound to fields of the playground: each edits the draft and is flagged while it waits for a restart.

use leptos::prelude::*;

use super::workbench::workbench;
use crate::session::config::Playground;
use crate::ui::range::Range;
use crate::ui::{Button, ButtonKind, Choice, Group, NumberField, Select, Toggle};
use crate::words::{Words, say, words};

/// Picks a text from the table.
pub type Say = fn(&'static Words) -> &'static str;

/// A numeric setting.
pub fn number(
    label: Say,
    range: Range,
    get: fn(&Playground) -> f64,
    put: fn(&mut Playground, f64),
    test: &'static str,
) -> AnyView {
    let bench = workbench();
    view! {
        <NumberField
            label=say(label)
            value=bench.value(get)
            set=bench.edit(put)
            range=range
            pending=bench.pending(get)
            test=test
        />
    }
    .into_any()
}

/// A numeric setting whose zero means "off".
pub fn number_or_off(
    label: Say,
    range: Range,
    get: fn(&Playground) -> f64,
    put: fn(&mut Playground, f64),
    test: &'static str,
) -> AnyView {
    let bench = workbench();
    let value = bench.value(get);
    let note = Signal::derive(move || match value.get() {
        0.0 => words().fields.off.to_string(),
        _ => String::new(),
    });
    view! {
        <NumberField
            label=say(label)
            value=value
            set=bench.edit(put)
            range=range
            pending=bench.pending(get)
            note=note
            test=test
        />
    }
    .into_any()
}

/// An on–off setting.
pub fn toggle(
    label: Say,
    get: fn(&Playground) -> bool,
    put: fn(&mut Playground, bool),
    test: &'static str,
) -> AnyView {
    let bench = workbench();
    view! {
        <Toggle
            label=say(label)
            value=bench.value(get)
            set=bench.edit(put)
            pending=bench.pending(get)
            test=test
        />
    }
    .into_any()
}

/// A choice: (value, name, `data-testid`) for each.
pub fn select<T>(
    label: Say,
    choices: &[(T, Say, &'static str)],
    get: fn(&Playground) -> T,
    put: fn(&mut Playground, T),
    test: &'static str,
) -> AnyView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let bench = workbench();
    let choices = choices
        .iter()
        .map(|(value, name, test)| Choice::new(*value, say(*name), test))
        .collect();
    view! {
        <Select
            label=say(label)
            choices=choices
            value=bench.value(get)
            set=bench.edit(put)
            pending=bench.pending(get)
            test=test
        />
    }
    .into_any()
}

/// A folded or open group of settings.
pub fn group(title: Say, folded: bool, rows: Vec<AnyView>) -> AnyView {
    view! { <Group title=say(title) folded=folded>{rows}</Group> }.into_any()
}

/// A small experiment: its name, and the edit of the draft.
pub type Experiment = (Say, fn(&mut Playground));

/// "Try this": small experiments, each an edit of the draft.
pub fn suggestions(experiments: &[Experiment]) -> AnyView {
    let bench = workbench();
    let chips: Vec<_> = experiments
        .iter()
        .map(|&(label, edit)| {
            view! {
                <Button
                    label=say(label)
                    kind=ButtonKind::Chip
                    test="suggestion"
                    press=move |()| bench.draft.update(edit)
                />
            }
        })
        .collect();
    view! {
        <section class="suggestions">
            <h3>{move || words().shell.try_this}</h3>
            <div class="chips">{chips}</div>
        </section>
    }
    .into_any()
}

/// "What am I looking at?": one paragraph.
pub fn about(text: Say) -> AnyView {
    view! {
        <section class="about">
            <h3>{move || words().shell.what_is_this}</h3>
            <p>{move || text(words())}</p>
        </section>
    }
    .into_any()
}
