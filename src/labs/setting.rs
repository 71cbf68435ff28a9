//! Controls of `ui` bound to fields of the playground: each edits the draft and is flagged while it waits for a restart. A setting
//! that means nothing for the draft is not there.
//!
//! A field's key in links is also its `data-testid`, and its range is the one links are held to.

use leptos::prelude::*;

use super::workbench::workbench;
use crate::session::config::Playground;
use crate::session::field::{Effect, Field, Slot};
use crate::session::offered::is_offered;
use crate::session::validate;
use crate::ui::range::Range;
use crate::ui::{Button, ButtonKind, Choice, Group, NumberField, Select, Toggle};
use crate::words::{Words, say, words};

/// Picks a text from the table.
pub type Say = fn(&'static Words) -> &'static str;

/// Whether this field of the draft waits for a restart.
fn pending(field: Field) -> Signal<bool> {
    let bench = workbench();
    Memo::new(move |_| {
        field.effect() == Effect::Restart
            && bench.applied.with(|applied| {
                applied.as_ref().is_some_and(|run| {
                    bench
                        .draft
                        .with(|draft| field.read(run) != field.read(draft))
                })
            })
    })
    .into()
}

/// Whether any of these settings means something for the draft.
fn offered(fields: &'static [Field]) -> Memo<bool> {
    let bench = workbench();
    Memo::new(move |_| {
        bench
            .draft
            .with(|draft| fields.iter().any(|&field| is_offered(field, draft)))
    })
}

/// A row that is there while its setting means something for the draft.
pub fn row(field: Field, view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let bench = workbench();
    let is_there = Memo::new(move |_| bench.draft.with(|draft| is_offered(field, draft)));
    (move || is_there.get().then(&view)).into_any()
}

/// A numeric setting. `range` is what the slider offers; what may be typed is the session's to say.
pub fn number(label: Say, field: Field, range: Range) -> AnyView {
    number_set_by(label, field, range, field_setter(field))
}

/// A numeric setting whose zero means "off".
pub fn number_or_off(label: Say, field: Field, range: Range) -> AnyView {
    number_named(label, field, range, field_setter(field), |w| w.fields.off)
}

/// A numeric setting whose edits go through `put`.
pub fn number_set_by(label: Say, field: Field, range: Range, put: Put) -> AnyView {
    numeric(label, field, range, put, None, false)
}

/// The same where zero has a meaning of its own.
pub fn number_named(label: Say, field: Field, range: Range, put: Put, zero: Say) -> AnyView {
    numeric(label, field, range, put, Some(zero), false)
}

/// A seed: picked, not sought, so it has no slider.
pub fn seed(label: Say, field: Field) -> AnyView {
    let range = Range::count(0, u32::MAX);
    numeric(label, field, range, field_setter(field), None, true)
}

/// How an edit reaches the draft.
type Put = Box<dyn Fn(&mut Playground, f64) + Send + Sync>;

fn field_setter(field: Field) -> Put {
    Box::new(move |draft, value| field.set_number(draft, value))
}

/// `zero` says what zero means; `bare` is without a slider.
fn numeric(
    label: Say,
    field: Field,
    range: Range,
    put: Put,
    zero: Option<Say>,
    bare: bool,
) -> AnyView {
    let bench = workbench();
    let range = match validate::range(field) {
        Some((least, most)) => range.allowing(least, most),
        None => range,
    };
    let set = Callback::new(move |value| bench.draft.update(|draft| put(draft, value)));
    row(field, move || {
        let value = Memo::new(move |_| bench.draft.with(|p| field.number(p).unwrap_or(0.0)));
        let note = move || match zero {
            Some(zero) if value.get() == 0.0 => zero(words()),
            _ => "",
        };
        view! {
            <NumberField
                label=say(label)
                value=value
                set=set
                range=range
                bare=bare
                pending=pending(field)
                note=Signal::derive(move || note().to_string())
                test=field.key()
            />
        }
        .into_any()
    })
}

/// An on–off setting.
pub fn toggle(label: Say, field: Field) -> AnyView {
    let bench = workbench();
    row(field, move || {
        let value = Memo::new(move |_| bench.draft.with(|p| field.number(p) == Some(1.0)));
        view! {
            <Toggle
                label=say(label)
                value=value
                set=Callback::new(move |on: bool| {
                    bench.draft.update(|draft| field.set_number(draft, f64::from(u8::from(on))));
                })
                pending=pending(field)
                test=field.key()
            />
        }
        .into_any()
    })
}

/// A choice: (word in links, name) for each.
pub fn select(label: Say, field: Field, choices: &[(&'static str, Say)]) -> AnyView {
    let put: Pick = Box::new(move |draft, word| {
        field.write(draft, word);
    });
    select_set_by(label, field, choices, put)
}

/// How a chosen word reaches the draft.
type Pick = Box<dyn Fn(&mut Playground, &'static str) + Send + Sync>;

/// A choice that goes through `put`.
pub fn select_set_by(
    label: Say,
    field: Field,
    choices: &[(&'static str, Say)],
    put: Pick,
) -> AnyView {
    let bench = workbench();
    let choices: Vec<_> = choices
        .iter()
        .map(|(word, name)| Choice::new(*word, say(*name), word))
        .collect();
    let set = Callback::new(move |word| bench.draft.update(|draft| put(draft, word)));
    row(field, move || {
        let value = Memo::new(move |_| {
            let mut draft = bench.draft.get();
            match field.slot(&mut draft) {
                Slot::Choice(slot) => slot.word(),
                _ => "",
            }
        });
        view! {
            <Select
                label=say(label)
                choices=choices.clone()
                value=value
                set=set
                pending=pending(field)
                test=field.key()
            />
        }
        .into_any()
    })
}

/// A folded or open group of settings.
pub fn group(title: Say, folded: bool, rows: Vec<AnyView>) -> AnyView {
    view! { <Group title=say(title) folded=folded>{rows}</Group> }.into_any()
}

/// A group that is there while any of `fields` means something for the draft.
pub fn group_of(title: Say, folded: bool, fields: &'static [Field], rows: Vec<AnyView>) -> AnyView {
    let is_there = offered(fields);
    let display = move || if is_there.get() { "contents" } else { "none" };
    view! { <div style:display=display>{group(title, folded, rows)}</div> }.into_any()
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
