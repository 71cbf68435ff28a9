//! The playground in the address: read once at the start and whenever the hash is changed by hand, written on every edit.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::session::compare_link::{self, OpenedComparison};
use crate::session::config::Playground;
use crate::session::link;
use crate::session::link::{LinkText, Opened};

/// The address's hash, with its `#`.
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Whether the address asks for the bench, `#bench` or `#bench?…`.
pub fn is_bench() -> bool {
    hash().starts_with("#bench")
}

/// The comparison of the address, where it is one's.
pub fn comparison() -> Option<OpenedComparison> {
    let hash = hash();
    compare_link::is_comparison(&hash).then(|| compare_link::read(&hash))
}

/// What the address holds. An address without a playground is simply the first preset.
pub fn read() -> Opened {
    let hash = hash();
    let is_of_another = is_bench() || compare_link::is_comparison(&hash);
    let plain = hash.trim_start_matches('#').is_empty() || is_of_another;
    let mut opened = link::read(if plain { "" } else { &hash });
    if plain {
        opened.notes.clear();
    }
    opened
}

/// Puts the playground into the address without a new entry in the history; with a text where one is given and fits.
pub fn write(preset: &str, playground: &Playground, text: Option<&LinkText>) {
    let hash = text
        .and_then(|text| link::write_with_text(preset, playground, text).ok())
        .unwrap_or_else(|| link::write(preset, playground));
    put(&hash);
}

/// Puts a hash into the address without a new entry in the history.
pub fn put(hash: &str) {
    if hash == self::hash() {
        return;
    }
    if let Ok(history) = window().history() {
        // Browsers limit how often the address may change; the next edit tries again.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(hash));
    }
}

/// The whole link, for sharing.
pub fn href() -> String {
    window().location().href().unwrap_or_default()
}
