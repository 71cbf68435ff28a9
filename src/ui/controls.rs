//! Buttons, switches and choices. Every control has a visible label or an accessible name, a stable `data-testid`, and works by
//! keyboard as the platform's own control does.

use leptos::prelude::*;

use super::browser::element_id;
use super::icon::{Icon, IconName};

/// How loud a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one next action: leaf green.
    Primary,
    /// An ordinary action: a hairline.
    #[default]
    Plain,
    /// Only an icon; the label becomes its accessible name and tooltip.
    Icon,
    /// A small suggestion in a row of several.
    Chip,
}

/// A button.
#[component]
pub fn Button(
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// Called when it is pressed.
    #[prop(into)]
    press: Callback<()>,
    #[prop(optional)] kind: ButtonKind,
    /// An icon before the label (or alone).
    #[prop(optional, into)]
    icon: Option<Signal<IconName>>,
    /// While true it cannot be pressed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The key that does the same, shown in the tooltip.
    #[prop(optional)]
    key: &'static str,
    /// `data-testid`.
    test: &'static str,
) -> impl IntoView {
    let class = match kind {
        ButtonKind::Primary => "button primary",
        ButtonKind::Plain => "button",
        ButtonKind::Icon => "button icon-only",
        ButtonKind::Chip => "button chip",
    };
    let title = move || match (key.is_empty(), kind) {
        (false, _) => format!("{} ({key})", label.get()),
        (true, ButtonKind::Icon) => label.get(),
        (true, _) => String::new(),
    };
    view! {
        <button
            type="button"
            class=class
            data-testid=test
            title=title
            aria-label=move || (kind == ButtonKind::Icon).then(|| label.get())
            disabled=move || disabled.get()
            on:click=move |_| press.run(())
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {(kind != ButtonKind::Icon).then(|| view! { <span>{move || label.get()}</span> })}
        </button>
    }
    .into_any()
}

/// One of several values.
#[derive(Clone)]
pub struct Choice<T> {
    pub value: T,
    pub label: Signal<String>,
    /// `data-testid` of a segment; a select uses it as the option's value.
    pub test: &'static str,
}

impl<T> Choice<T> {
    pub fn new(value: T, label: Signal<String>, test: &'static str) -> Self {
        Self { value, label, test }
    }
}

/// A heading over controls that belong together.
#[component]
pub fn Group(
    #[prop(into)] title: Signal<String>,
    /// Whether it starts folded.
    #[prop(optional)]
    folded: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="group" open=!folded>
            <summary>{move || title.get()}</summary>
            <div class="group-body">{children()}</div>
        </details>
    }
    .into_any()
}

/// A labelled row of the panel; `pending` marks a setting that waits for a restart.
#[component]
pub fn Field(
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] pending: Signal<bool>,
    /// What the setting means, under it.
    #[prop(optional, into)]
    note: Option<Signal<String>>,
    /// The id of the control, for the label.
    #[prop(optional, into)]
    control: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field" class:pending=move || pending.get()>
            <label for=control>{move || label.get()}</label>
            <div class="field-control">{children()}</div>
            {note.map(|note| view! { <p class="note">{move || note.get()}</p> })}
        </div>
    }
    .into_any()
}

/// On or off.
#[component]
pub fn Toggle(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<bool>,
    #[prop(into)] set: Callback<bool>,
    #[prop(optional, into)] pending: Signal<bool>,
    test: &'static str,
) -> impl IntoView {
    view! {
        <div class="field toggle-field" class:pending=move || pending.get()>
            <button
                type="button"
                role="switch"
                class="toggle"
                data-testid=test
                aria-checked=move || value.get().to_string()
                on:click=move |_| set.run(!value.get_untracked())
            >
                <span class="toggle-label">{move || label.get()}</span>
                <span class="toggle-track" aria-hidden="true"></span>
            </button>
        </div>
    }
    .into_any()
}

/// A few values side by side; arrow keys move as in a group of radio buttons.
#[component]
pub fn Segmented<T>(
    /// Accessible name of the group.
    #[prop(into)]
    label: Signal<String>,
    choices: Vec<Choice<T>>,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] set: Callback<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let group = element_id("choice");
    let segments: Vec<_> = choices
        .into_iter()
        .map(|choice| {
            let Choice {
                value: own,
                label,
                test,
            } = choice;
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        name=group.clone()
                        data-testid=test
                        prop:checked=move || value.get() == own
                        on:change=move |_| set.run(own)
                    />
                    <span>{move || label.get()}</span>
                </label>
            }
        })
        .collect();
    view! {
        <div class="segmented" role="radiogroup" aria-label=move || label.get()>{segments}</div>
    }
    .into_any()
}

/// One of many values, as the platform's own list.
#[component]
pub fn Select<T>(
    #[prop(into)] label: Signal<String>,
    choices: Vec<Choice<T>>,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] set: Callback<T>,
    #[prop(optional, into)] pending: Signal<bool>,
    #[prop(optional, into)] note: Option<Signal<String>>,
    test: &'static str,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let id = element_id("select");
    let names: Vec<(T, &'static str)> = choices.iter().map(|c| (c.value, c.test)).collect();
    let options: Vec<_> = choices
        .into_iter()
        .map(|choice| {
            let Choice { value: own, label, test } = choice;
            view! {
                <option value=test prop:selected=move || value.get() == own>{move || label.get()}</option>
            }
        })
        .collect();
    view! {
        <div class="field" class:pending=move || pending.get()>
            <label for=id.clone()>{move || label.get()}</label>
            <select
                id=id
                data-testid=test
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    if let Some((own, _)) = names.iter().find(|(_, name)| *name == chosen) {
                        set.run(*own);
                    }
                }
            >
                {options}
            </select>
            {note.map(|note| view! { <p class="note">{move || note.get()}</p> })}
        </div>
    }
    .into_any()
}

/// A bar of progress; an unknown total gives a moving one.
#[component]
pub fn Meter(
    /// What is going on.
    #[prop(into)]
    label: Signal<String>,
    /// Share done, 0..=1; `None` when unknown.
    #[prop(into)]
    share: Signal<Option<f64>>,
) -> impl IntoView {
    view! {
        <div class="meter">
            <span>{move || label.get()}</span>
            <progress
                max="1"
                aria-label=move || label.get()
                value=move || share.get().map(|share| format!("{share:.3}"))
            ></progress>
        </div>
    }
    .into_any()
}
