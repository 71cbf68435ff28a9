//! Language and theme: found from the browser at first, then remembered.

use std::sync::LazyLock;

use gloo_storage::{LocalStorage, Storage};
use leptos::prelude::*;

use crate::words::{Language, language, set_language};

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

static THEME: LazyLock<ArcRwSignal<Theme>> = LazyLock::new(|| ArcRwSignal::new(Theme::Light));

const LANGUAGE_KEY: &str = "seedling.language";
const THEME_KEY: &str = "seedling.theme";

/// What was chosen before, else what the browser prefers.
pub fn restore() {
    let tag = LocalStorage::get::<String>(LANGUAGE_KEY)
        .ok()
        .or_else(|| window().navigator().language())
        .unwrap_or_default();
    use_language(Language::from_tag(&tag));
    let dark = match LocalStorage::get::<String>(THEME_KEY) {
        Ok(theme) => theme == "dark",
        Err(_) => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches()),
    };
    use_theme(if dark { Theme::Dark } else { Theme::Light });
}

/// The theme in use; tracked.
pub fn theme() -> Theme {
    THEME.get()
}

fn use_language(language: Language) {
    set_language(language);
    set_root("lang", language.tag());
}

fn use_theme(theme: Theme) {
    THEME.set(theme);
    set_root(
        "data-theme",
        if theme == Theme::Dark {
            "dark"
        } else {
            "light"
        },
    );
}

fn set_root(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // The names are ours and valid.
        let _ = root.set_attribute(name, value);
    }
}

/// English ↔ 简体中文, remembered. Storage may be refused; the choice then lasts for this visit.
pub fn switch_language() {
    let next = untrack(language).other();
    use_language(next);
    let _ = LocalStorage::set(LANGUAGE_KEY, next.tag());
}

/// Light ↔ dark, remembered.
pub fn switch_theme() {
    let next = match untrack(theme) {
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::Light,
    };
    use_theme(next);
    let _ = LocalStorage::set(
        THEME_KEY,
        if next == Theme::Dark { "dark" } else { "light" },
    );
}
