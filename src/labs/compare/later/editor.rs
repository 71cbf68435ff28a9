//! The small editor of an entry: a setting, and its value.

use leptos::prelude::*;

use super::super::super::data_names::{corpus_name, task_name};
use super::super::editing::{choices, editable, is_seed, slider};
use super::super::kept::Compare;
use super::super::naming::{choice, label};
use super::told::of_plan;
use crate::session::config::{Playground, TaskKind};
use crate::session::field::{Field, Slot};
use crate::ui::{Choice, NumberField, Select, Toggle};
use crate::words::{fill, say, say_message, words};

/// A list of settings to choose from.
pub fn field_choices(fields: Vec<Field>) -> Vec<Choice<Field>> {
    let choice = |field: Field| {
        let name = Signal::derive(move || label(field, words()).to_string());
        Choice::new(field, name, field.key())
    };
    fields.into_iter().map(choice).collect()
}

pub fn editor(lab: Compare, id: u32) -> AnyView {
    // Which settings there are changes with some of them.
    let fields = of_plan(lab, move |plan| {
        plan.entry(id).map(editable).unwrap_or_default()
    });
    let field = Memo::new(move |_| {
        let wanted = lab.field.get();
        fields.with(|fields| match fields.contains(&wanted) {
            true => wanted,
            false => Field::Family,
        })
    });
    let chooser = move || {
        view! {
            <Select
                label=say(|w| w.compare.setting_to_change)
                choices=field_choices(fields.get())
                value=field
                set=move |chosen| {
                    lab.notes.set(Vec::new());
                    lab.field.set(chosen);
                }
                test="compare-field"
            />
        }
    };
    // A choice of objectives follows the family.
    let offered = of_plan(lab, move |plan| {
        let field = field.get();
        plan.entry(id)
            .map(|entry| choices(field, entry))
            .unwrap_or_default()
    });
    let notes = move || {
        let notes = lab.notes.get().into_iter().map(|note| {
            let text = fill(words().compare.adjusted, &[("note", &say_message(&note))]);
            view! { <p class="note">{text}</p> }
        });
        notes.collect_view()
    };
    view! {
        <div class="compared-editor" data-testid="compare-editor">
            {chooser}
            {move || {
                let words = offered.get();
                control(lab, id, field.get(), words)
            }}
            <div class="compared-notes" role="status" data-testid="compare-notes">{notes}</div>
        </div>
    }
    .into_any()
}

fn edit(lab: Compare, id: u32, change: impl FnOnce(&mut Playground)) {
    let notes = lab.plan.try_update(|plan| plan.edit(id, change));
    lab.notes.set(notes.unwrap_or_default());
}

/// The control of a setting, by what it is.
fn control(lab: Compare, id: u32, field: Field, words_of_choice: Vec<&'static str>) -> AnyView {
    let entry = lab.plan.with_untracked(|plan| plan.entry(id).cloned());
    let Some(mut entry) = entry else {
        return ().into_any();
    };
    let name = Signal::derive(move || label(field, words()).to_string());
    let range = slider(field, &entry);
    match field.slot(&mut entry) {
        Slot::Text(_) => ().into_any(),
        Slot::Switch(_) => {
            let value = of_plan(lab, move |plan| {
                plan.entry(id).and_then(|it| field.number(it)) == Some(1.0)
            });
            view! {
                <Toggle
                    label=name
                    value=value
                    set=move |on: bool| {
                        edit(lab, id, |it| field.set_number(it, f64::from(u8::from(on))));
                    }
                    test="compare-value"
                />
            }
            .into_any()
        }
        Slot::Count(_) | Slot::Real(_) => {
            let value = of_plan(lab, move |plan| {
                plan.entry(id)
                    .and_then(|it| field.number(it))
                    .unwrap_or(0.0)
            });
            view! {
                <NumberField
                    label=name
                    value=value
                    set=move |value| edit(lab, id, |it| field.set_number(it, value))
                    range=range
                    bare=is_seed(field)
                    test="compare-value"
                />
            }
            .into_any()
        }
        Slot::Choice(_) => {
            let value = of_plan(lab, move |plan| {
                let mut entry = plan.entry(id)?.clone();
                match field.slot(&mut entry) {
                    Slot::Choice(slot) => Some(slot.word()),
                    _ => None,
                }
            });
            let choices = words_of_choice
                .into_iter()
                .map(|word| {
                    let name = Signal::derive(move || choice_name(field, word));
                    Choice::new(Some(word), name, word)
                })
                .collect();
            let set = move |word: Option<&'static str>| {
                edit(lab, id, |it| {
                    field.write(it, word.unwrap_or_default());
                });
            };
            view! {
                <Select
                    label=say(|w| w.compare.value_of)
                    choices=choices
                    value=value
                    set=set
                    test="compare-value"
                />
            }
            .into_any()
        }
    }
}

fn choice_name(field: Field, word: &'static str) -> String {
    match field {
        Field::Corpus => corpus_name(word),
        Field::Task => match TaskKind::of_key(word) {
            Some(kind) => task_name(kind)(words()).to_owned(),
            None => word.to_owned(),
        },
        _ => choice(field, word, words()).unwrap_or(word).to_owned(),
    }
}
