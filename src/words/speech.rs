//! The language in use, as a signal every text of the page follows. One page has one language, so it is a static: texts can
//! be asked for in event handlers and tasks, where no component context exists.

use std::sync::LazyLock;

use leptos::prelude::*;

use super::said::said;
use super::{Language, Words, in_language};

static LANGUAGE: LazyLock<ArcRwSignal<Language>> =
    LazyLock::new(|| ArcRwSignal::new(Language::English));

/// Whether the Chinese of messages is here: it comes with the second part of the page.
static HAS_MESSAGES: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(false));

/// The language in use; tracked.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Changes the language of the whole page at once.
pub fn set_language(language: Language) {
    LANGUAGE.set(language);
}

/// The table in use; tracked, so a closure that reads it follows the language.
pub fn words() -> &'static Words {
    in_language(LANGUAGE.get())
}

/// The Chinese of what the engine says is here.
pub fn messages_are_here() {
    HAS_MESSAGES.set(true);
}

/// A message of the engine in the language in use; tracked. Until its Chinese is here it is said in English.
pub fn say_message(message: &str) -> String {
    match LANGUAGE.get() {
        Language::Chinese if HAS_MESSAGES.get() => said(message, Language::Chinese),
        _ => message.to_owned(),
    }
}

/// A text as a signal, for the properties of controls.
pub fn say(pick: fn(&'static Words) -> &'static str) -> Signal<String> {
    Signal::derive(move || pick(words()).to_string())
}
