//! Text from a person: a text area, and files dropped or picked.

use gloo_file::Blob;
use leptos::ev::{DragEvent, KeyboardEvent};
use leptos::prelude::*;

use super::browser::element_id;
use super::controls::{Button, ButtonKind};

/// A labelled text area.
#[component]
pub fn TextArea(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    /// Called on every edit.
    #[prop(into)]
    set: Callback<String>,
    #[prop(optional, into)] placeholder: Signal<String>,
    #[prop(default = 3)] rows: u32,
    /// What Ctrl or ⌘ with Enter does.
    #[prop(optional, into)]
    submit: Option<Callback<()>>,
    test: &'static str,
) -> impl IntoView {
    let id = element_id("text");
    let pressed = move |event: KeyboardEvent| {
        if let Some(submit) = submit
            && event.key() == "Enter"
            && (event.ctrl_key() || event.meta_key())
        {
            event.prevent_default();
            submit.run(());
        }
    };
    view! {
        <div class="text-field">
            <label for=id.clone()>{move || label.get()}</label>
            <textarea
                id=id
                rows=rows
                spellcheck="false"
                data-testid=test
                placeholder=move || placeholder.get()
                prop:value=move || value.get()
                on:input=move |event| set.run(event_target_value(&event))
                on:keydown=pressed
            ></textarea>
        </div>
    }
    .into_any()
}

/// A file a person gave.
#[derive(Clone)]
pub struct PickedFile {
    pub name: String,
    pub size: u64,
    blob: Blob,
}

impl PickedFile {
    /// Its bytes; the message is the browser's own.
    pub async fn bytes(self) -> Result<Vec<u8>, String> {
        gloo_file::futures::read_as_bytes(&self.blob)
            .await
            .map_err(|error| error.to_string())
    }
}

fn picked(files: Option<web_sys::FileList>) -> Option<PickedFile> {
    let file = gloo_file::File::from(files?.get(0)?);
    Some(PickedFile {
        name: file.name(),
        size: file.size(),
        blob: Blob::clone(&file),
    })
}

/// A place to drop a file on, with a button to pick one.
#[component]
pub fn FilePick(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] button: Signal<String>,
    #[prop(into)] picked_file: Callback<PickedFile>,
    test: &'static str,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = picked(event.data_transfer().and_then(|data| data.files())) {
            picked_file.run(file);
        }
    };
    view! {
        <div
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <span>{move || label.get()}</span>
            <Button
                label=button
                kind=ButtonKind::Plain
                test="pick-file"
                press=move |()| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            />
            <input
                node_ref=input
                type="file"
                class="hidden"
                tabindex="-1"
                aria-hidden="true"
                data-testid=test
                on:change=move |event| {
                    let input = event_target::<web_sys::HtmlInputElement>(&event);
                    if let Some(file) = picked(input.files()) {
                        picked_file.run(file);
                    }
                    // The same file can be picked again after an error.
                    input.set_value("");
                }
            />
        </div>
    }
    .into_any()
}
