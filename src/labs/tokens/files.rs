//! Tokenizers as files: `tokenizer.json` in and out. A link carries the recipe; a file carries the vocabulary itself.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::setting::group;
use super::super::workbench::{Workbench, workbench};
use super::kept::{Tab, Tokens};
use super::state::Chosen;
use crate::session::tokens::{Answer, Ask};
use crate::session::validate::validate;
use crate::ui::number::bytes as size;
use crate::ui::{Button, FilePick, PickedFile, save_text};
use crate::words::{fill, say, words};

/// Place of the questions about files.
const FILES: u32 = (1 << 20) + 5;
/// Largest file read, bytes; the largest vocabularies in use are half of it.
const MOST_BYTES: u64 = 40 << 20;

/// A file on its way in or out.
#[derive(Clone, Debug, PartialEq)]
pub enum FileWork {
    Import { name: String },
    Export,
}

impl Tokens {
    /// Takes an answer about a file in; false when it is about none.
    pub fn hear_of_file(self, bench: Workbench, request: u32, answer: &Answer) -> bool {
        let work = self.files.with_value(|files| {
            files
                .iter()
                .find(|file| file.0 == request)
                .map(|file| file.1.clone())
        });
        let Some(work) = work else { return false };
        if matches!(answer, Answer::Progress(_)) {
            return true;
        }
        self.files
            .update_value(|files| files.retain(|file| file.0 != request));
        match (work, answer) {
            (FileWork::Import { name }, Answer::Imported { file }) => {
                let file = *file;
                self.tab.set(Tab::Compare);
                self.state.update(|state| {
                    state.add(Chosen::Imported { file, name });
                });
            }
            (FileWork::Export, Answer::Exported(json)) => save_text("tokenizer.json", json),
            (FileWork::Import { .. }, Answer::Failed(message)) => {
                bench.complain(|w| w.shell.failed_tokenizer_import, message.clone());
            }
            (FileWork::Export, Answer::Failed(message)) => {
                bench.complain(|w| w.shell.failed_tokenizer_export, message.clone());
            }
            _ => {}
        }
        true
    }

    fn send_file(self, bench: Workbench, work: FileWork, ask: impl FnOnce(u32) -> Ask) {
        let request = self.next_request();
        self.files.update_value(|files| files.push((request, work)));
        bench.ask_tokens(FILES + request, request, ask(request));
    }
}

/// The group of the panel.
pub fn files() -> AnyView {
    let bench = workbench();
    let tokens: Tokens = expect_context();
    let import = move |file: PickedFile| {
        if file.size > MOST_BYTES {
            let details = fill(
                words().data.size_details,
                &[
                    ("name", &file.name),
                    ("size", &size(file.size)),
                    ("limit", &size(MOST_BYTES)),
                ],
            );
            return bench.complain(|w| w.shell.failed_tokenizer_import, details);
        }
        spawn_local(async move {
            let name = file.name.clone();
            match file.bytes().await {
                Ok(bytes) => tokens.send_file(bench, FileWork::Import { name }, |file| {
                    Ask::Import { file, bytes }
                }),
                Err(error) => bench.complain(|w| w.data.unreadable, format!("{name}: {error}")),
            }
        });
    };
    let export = move |()| {
        let mut playground = bench.draft.get_untracked();
        validate(&mut playground);
        let own = tokens.state.with_untracked(|state| {
            let own = state
                .strips
                .iter()
                .find(|strip| strip.chosen == Chosen::Playground);
            own.map(|strip| strip.source(&playground))
        });
        if let Some(source) = own {
            tokens.send_file(bench, FileWork::Export, |_| Ask::Export { source });
        }
    };
    group(
        |w| w.tokens.group_files,
        true,
        vec![
            view! { <Button label=say(|w| w.tokens.export) press=export test="export-tokenizer" /> }.into_any(),
            view! {
                <FilePick
                    label=say(|w| w.tokens.import_label)
                    button=say(|w| w.data.pick_file)
                    picked_file=import
                    test="tokenizer-file"
                />
            }
            .into_any(),
            view! { <p class="note">{move || words().tokens.files_note}</p> }.into_any(),
        ],
    )
}
