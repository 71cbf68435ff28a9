//! The page: shell, keyboard, link, and the line to the worker.

mod answers;
mod desk;
mod device;
mod help;
mod keys;
mod line;
mod link;
mod name;
mod notices;
mod preferences;
mod shell;
mod top_bar;
mod transport;

use leptos::prelude::*;

/// Puts the page into the document in place of the loading message.
pub fn start() {
    preferences::restore();
    mount_to_body(shell::Shell);
    if let Some(loading) = document().get_element_by_id("loading") {
        loading.remove();
    }
}
