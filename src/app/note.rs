//! What was changed in a link, in the page's language.

use crate::session::notes::Note;
use crate::words::{Language, fill, language, words};

/// A note as a sentence.
pub fn sentence(note: &Note) -> String {
    let w = words();
    match note {
        // The reason has many forms; English says it, Chinese shows the setting with both values.
        Note::Changed { .. } if language() == Language::English => note.to_string(),
        Note::Changed {
            field, was, became, ..
        } => fill(
            w.shell.note_changed,
            &[("field", field.key()), ("was", was), ("became", became)],
        ),
        Note::NotALink => w.shell.note_not_link.into(),
        Note::NewerVersion { version } => fill(w.shell.note_newer, &[("version", version)]),
        Note::UnknownPreset { given, used } => {
            fill(w.shell.note_preset, &[("given", given), ("used", used)])
        }
        Note::UnknownKey { key } => fill(w.shell.note_key, &[("key", key)]),
        Note::Unreadable { key, given, kept } => fill(
            w.shell.note_unreadable,
            &[("key", key), ("given", given), ("kept", kept)],
        ),
        Note::TextUnreadable => w.shell.note_text.into(),
        Note::NoValidation { tokens, needed } => fill(
            w.shell.note_no_validation,
            &[
                ("tokens", &tokens.to_string()),
                ("needed", &needed.to_string()),
            ],
        ),
    }
}
