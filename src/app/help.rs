//! The list of keys.

use leptos::prelude::*;

use super::shell::Panels;
use crate::ui::Dialog;
use crate::words::{say, words};

/// The dialog behind `?`.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let panels: Panels = expect_context();
    view! {
        <Dialog title=say(|w| w.shell.keys) close_label=say(|w| w.shell.close) open=panels.help test="keys-dialog">
            {move || {
                let w = words();
                let rows = [
                    ("Space", w.shell.key_space),
                    ("S", w.shell.key_s),
                    ("1 – 8", w.shell.key_digits),
                    ("← → ↑ ↓", w.shell.key_arrows),
                    ("Home End", w.shell.key_ends),
                    ("Ctrl Enter", w.shell.key_enter),
                    ("Tab", w.shell.key_tab),
                    ("Esc", w.shell.key_escape),
                    ("?", w.shell.key_help),
                ]
                    .into_iter()
                    .map(|(key, text)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{text}</dd></div> })
                    .collect_view();
                view! { <dl class="keys">{rows}</dl> }
            }}
        </Dialog>
    }
}
