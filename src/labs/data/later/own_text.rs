//! A text of the person's own: pasted, dropped or picked.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Data;
use super::super::state::{Unfit, unfit};
use crate::session::protocol::Command;
use crate::session::validate::MOST_TEXT;
use crate::ui::number::{bytes as size, integer};
use crate::ui::{Button, ButtonKind, FilePick, PickedFile, TextArea, Toggle};
use crate::words::{fill, say, words};

/// The card under the corpus choices.
pub fn own_text() -> AnyView {
    let bench = workbench();
    let data: Data = expect_context();
    let pasted = data.pasted;
    let use_pasted = move |()| {
        let text = pasted.get_untracked();
        let name = words().data.pasted_name.to_string();
        keep(bench, name, text.into_bytes());
    };
    let use_file = move |file: PickedFile| {
        if refuse(bench, &file.name, file.size) {
            return;
        }
        spawn_local(async move {
            let name = file.name.clone();
            match file.bytes().await {
                Ok(bytes) => keep(bench, name, bytes),
                Err(error) => bench.complain(|w| w.data.unreadable, format!("{name}: {error}")),
            }
        });
    };
    view! {
        <section class="own-text" data-testid="own-text">
            <TextArea
                label=say(|w| w.data.paste_label)
                placeholder=say(|w| w.data.paste_hint)
                value=pasted
                set=move |text| pasted.set(text)
                rows=5
                test="own-text-input"
            />
            <div class="row">
                <Button
                    label=say(|w| w.data.use_text)
                    kind=ButtonKind::Primary
                    disabled=Signal::derive(move || pasted.with(String::is_empty))
                    press=use_pasted
                    test="use-own-text"
                />
                <span class="quiet">
                    {move || pasted.with(|text| (!text.is_empty()).then(|| size(text.len() as u64)))}
                </span>
            </div>
            <FilePick
                label=say(|w| w.data.drop_label)
                button=say(|w| w.data.pick_file)
                picked_file=use_file
                test="file-input"
            />
            <p class="quiet" data-testid="own-text-kept">
                {move || match data.state.with(|state| state.own.clone()) {
                    None => words().data.own_none.to_string(),
                    Some(own) => {
                        fill(
                            words().data.own_kept,
                            &[
                                ("name", &own.name),
                                ("size", &size(own.bytes)),
                                ("characters", &integer(own.characters)),
                            ],
                        )
                    }
                }}
            </p>
            <Show when=move || data.short_text.with(Option::is_some)>
                <Toggle
                    label=say(|w| w.data.in_link)
                    value=data.in_link
                    set=move |on| data.in_link.set(on)
                    test="text-in-link"
                />
            </Show>
        </section>
    }
    .into_any()
}

fn refuse(bench: Workbench, name: &str, length: u64) -> bool {
    let details = fill(
        words().data.size_details,
        &[
            ("name", name),
            ("size", &size(length)),
            ("limit", &size(MOST_TEXT)),
        ],
    );
    match unfit(length) {
        None => return false,
        Some(Unfit::Empty) => bench.complain(|w| w.data.empty_text, details),
        Some(Unfit::TooLarge) => bench.complain(|w| w.data.too_large, details),
    }
    true
}

fn keep(bench: Workbench, name: String, bytes: Vec<u8>) {
    if !refuse(bench, &name, bytes.len() as u64) {
        bench.send(Command::OwnText { name, bytes });
    }
}
