//! The playground in the address: read once at the start and whenever the hash is changed by hand, written on every edit.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

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

/// What the address holds. An address without a hash is simply the first preset.
pub fn read() -> Opened {
    let hash = hash();
    let plain = hash.trim_start_matches('#').is_empty() || is_bench();
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
    if hash == self::hash() {
        return;
    }
    if let Ok(history) = window().history() {
        // Browsers limit how often the address may change; the next edit tries again.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&hash));
    }
}

/// The whole link, for sharing.
pub fn href() -> String {
    window().location().href().unwrap_or_default()
}
