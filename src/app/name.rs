//! The playground's name, and the starting points to choose from. In the top bar, and in the sheet of narrow screens.

use leptos::prelude::*;

use super::desk::Desk;
use crate::labs::workbench::workbench;
use crate::session::presets::{self, Preset};
use crate::session::validate::MOST_NAME;
use crate::ui::{Icon, IconName};
use crate::words::words;

/// The name, to be edited in place. An unedited name of a preset is said in the page's language.
#[component]
pub fn Name() -> impl IntoView {
    let bench = workbench();
    let name = bench.value(|p| p.name.clone());
    view! {
        <input
            type="text"
            class="name"
            data-testid="name"
            maxlength=MOST_NAME
            spellcheck="false"
            aria-label=move || words().shell.name
            title=move || words().shell.name
            prop:value=move || shown(&name.get())
            on:change=move |event| {
                let text = event_target_value(&event).trim().to_string();
                let is_edited = text != shown(&name.get_untracked());
                if is_edited && !text.is_empty() {
                    bench.draft.update(|draft| draft.name = text);
                } else {
                    // An empty name falls back to the old one.
                    event_target::<web_sys::HtmlInputElement>(&event)
                        .set_value(&shown(&name.get_untracked()));
                }
            }
        />
    }
}

fn shown(name: &str) -> String {
    let of_preset = |preset: &&Preset| (preset.playground)().name == name;
    match presets::ALL.iter().find(of_preset) {
        Some(preset) => preset_name(preset.id).into(),
        None => name.into(),
    }
}

/// Starting points; choosing one replaces every setting. The button only says what it opens: which one a playground began
/// with matters little once its settings have changed. None of them counts as chosen, so that the same can be chosen again.
#[component]
pub fn Presets() -> impl IntoView {
    let desk: Desk = expect_context();
    let options = presets::ALL
        .iter()
        .map(|preset| {
            view! {
                <option value=preset.id>{move || preset_name(preset.id)}</option>
            }
        })
        .collect_view();
    view! {
        <span class="presets button">
            <span aria-hidden="true">{move || words().shell.presets}</span>
            <Icon name=Signal::from(IconName::Down) />
            <select
                data-testid="preset"
                aria-label=move || words().shell.presets
                title=move || words().shell.presets_title
                on:change=move |event| {
                    if let Some(preset) = presets::find(&event_target_value(&event)) {
                        desk.take_preset(preset);
                    }
                    event_target::<web_sys::HtmlSelectElement>(&event).set_value("");
                }
            >
                <option value="" hidden=true selected=true></option>
                {options}
            </select>
        </span>
    }
}

fn preset_name(id: &str) -> &'static str {
    let w = words();
    match id {
        "first-minute" => w.shell.preset_first_minute,
        "moby-dick" => w.shell.preset_moby_dick,
        "tiny-cpu" => w.shell.preset_tiny,
        _ => w.shell.preset_bytes,
    }
}
