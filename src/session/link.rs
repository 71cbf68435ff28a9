//! The URL hash: a playground as its difference from a named preset, readable and editable by hand.
//!
//! ```text
//! #v1/moby-dick?layers=4&lr=0.001&seed=7&prompt=Call+me
//! ```
//!
//! Values are percent-encoded UTF-8 with `+` for a blank. A short own text travels along when the user asks for it, as
//! `text=` (raw deflate, then URL-safe base64) with `text-name=`. Reading never fails: a link may come from anywhere, so
//! what cannot be used is left out and noted, and what is out of range is clamped and noted.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::{deflate, inflate};

use super::config::Playground;
use super::field::Field;
use super::notes::Note;
use super::offered::is_offered;
use super::presets::{self, Preset};
use super::validate::{short, validate};

/// The version written.
pub const VERSION: &str = "v1";

/// Longest own text that may go in a link, bytes of UTF-8.
pub const MOST_TEXT_BYTES: usize = 16_384;

const TEXT: &str = "text";
const TEXT_NAME: &str = "text-name";

/// An own text that travels in the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkText {
    pub name: String,
    pub text: String,
}

impl LinkText {
    /// A text's bytes as a link may carry them; `None` when they are too many or no UTF-8.
    pub fn of(name: &str, bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        (text.len() <= MOST_TEXT_BYTES).then(|| Self {
            name: name.to_owned(),
            text: text.to_owned(),
        })
    }
}

/// A text too long for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The text is {bytes} bytes; a link takes at most {MOST_TEXT_BYTES}. Share the file beside the link instead."
)]
pub struct TextTooLong {
    pub bytes: usize,
}

/// What a link holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The preset's name in links, for writing the next hash.
    pub preset: &'static str,
    /// Valid, whatever the link said.
    pub playground: Playground,
    pub text: Option<LinkText>,
    /// What the user should know.
    pub notes: Vec<Note>,
}

/// The hash, with its `#`, of a playground that began with `preset`. An unknown preset name stands for the first preset.
pub fn write(preset: &str, playground: &Playground) -> String {
    let preset = presets::find(preset).unwrap_or(&presets::ALL[0]);
    // What is opened by the link so far: one setting may bring others along, as a task its usual sizes.
    let mut opened = (preset.playground)();
    let mut hash = format!("#{VERSION}/{}", preset.id);
    let mut separator = '?';
    for field in Field::ALL {
        let value = field.read(playground);
        if is_offered(*field, playground) && value != field.read(&opened) {
            append(&mut hash, &mut separator, field.key(), &value);
            field.write(&mut opened, &value);
        }
    }
    hash
}

/// [`write`] with the user's text in it.
pub fn write_with_text(
    preset: &str,
    playground: &Playground,
    text: &LinkText,
) -> Result<String, TextTooLong> {
    let bytes = text.text.len();
    if bytes > MOST_TEXT_BYTES {
        return Err(TextTooLong { bytes });
    }
    let mut hash = write(preset, playground);
    let mut separator = if hash.contains('?') { '&' } else { '?' };
    let packed = deflate::compress_to_vec(text.text.as_bytes(), 9);
    append(&mut hash, &mut separator, TEXT_NAME, &text.name);
    append(
        &mut hash,
        &mut separator,
        TEXT,
        &URL_SAFE_NO_PAD.encode(packed),
    );
    Ok(hash)
}

/// The playground of a hash, with or without its `#`.
pub fn read(hash: &str) -> Opened {
    let hash = hash.strip_prefix('#').unwrap_or(hash);
    let mut notes = Vec::new();
    let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
    let preset = read_path(path, &mut notes);
    let mut playground = (preset.playground)();
    let mut text = None;
    let mut text_name = String::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, written) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decoded(written);
        match (key, value) {
            (TEXT, _) => {
                text = unpack(written);
                if text.is_none() {
                    notes.push(Note::TextUnreadable);
                }
            }
            (TEXT_NAME, value) => text_name = short(&value.unwrap_or_default()),
            (key, value) => read_setting(key, written, value, &mut playground, &mut notes),
        }
    }
    drop_pointless(query, &(preset.playground)(), &mut playground, &mut notes);
    notes.extend(validate(&mut playground));
    Opened {
        preset: preset.id,
        playground,
        text: text.map(|text| LinkText {
            name: text_name,
            text,
        }),
        notes,
    }
}

fn read_path(path: &str, notes: &mut Vec<Note>) -> &'static Preset {
    let first = &presets::ALL[0];
    if path.is_empty() {
        return first;
    }
    let Some((version, id)) = path.split_once('/') else {
        notes.push(Note::NotALink);
        return first;
    };
    let number = version
        .strip_prefix('v')
        .and_then(|n| n.parse::<u32>().ok());
    match number {
        Some(0) | None => {
            notes.push(Note::NotALink);
            return first;
        }
        Some(1) => {}
        Some(_) => notes.push(Note::NewerVersion {
            version: short(version),
        }),
    }
    presets::find(id).unwrap_or_else(|| {
        notes.push(Note::UnknownPreset {
            given: short(id),
            used: first.id.to_owned(),
        });
        first
    })
}

fn read_setting(
    key: &str,
    written: &str,
    value: Option<String>,
    playground: &mut Playground,
    notes: &mut Vec<Note>,
) {
    let Some(field) = Field::of_key(key) else {
        notes.push(Note::UnknownKey { key: short(key) });
        return;
    };
    if !value.is_some_and(|value| field.write(playground, &value)) {
        notes.push(Note::Unreadable {
            key: key.to_owned(),
            given: short(written),
            kept: short(&field.read(playground)),
        });
    }
}

/// Takes back what the link sets without effect, and says so.
fn drop_pointless(
    query: &str,
    base: &Playground,
    playground: &mut Playground,
    notes: &mut Vec<Note>,
) {
    let keys = query.split('&').filter_map(|pair| pair.split('=').next());
    let fields: Vec<Field> = keys.filter_map(Field::of_key).collect();
    for field in fields {
        let value = field.read(base);
        if !is_offered(field, playground) && field.read(playground) != value {
            field.write(playground, &value);
            notes.push(Note::NotOffered {
                field,
                family: playground.model.family,
            });
        }
    }
}

pub(super) fn append(hash: &mut String, separator: &mut char, key: &str, value: &str) {
    hash.push(*separator);
    *separator = '&';
    hash.push_str(key);
    hash.push('=');
    for byte in value.bytes() {
        match byte {
            b' ' => hash.push('+'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                hash.push(char::from(byte));
            }
            _ => hash.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// None when an escape is broken or the bytes are no UTF-8.
pub(super) fn percent_decoded(written: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn unpack(written: &str) -> Option<String> {
    let packed = URL_SAFE_NO_PAD.decode(written).ok()?;
    let bytes = inflate::decompress_to_vec_with_limit(&packed, MOST_TEXT_BYTES).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::models::Family;
    use crate::session::config::{Corpus, HeldOutBy, TaskKind};
    use crate::session::offered::settle;
    use crate::session::validate::tests::anything;

    #[test]
    fn a_link_is_the_difference_and_readable() {
        let mut playground = presets::moby_dick();
        assert_eq!(write("moby-dick", &playground), "#v1/moby-dick");
        playground.model.layers = 3;
        playground.training.learning_rate = 0.003;
        playground.training.epsilon = 1e-6;
        playground.model.bias = false;
        playground.prompt = "Call me 鲸&=".to_owned();
        playground.seed = 7;
        let hash = write("moby-dick", &playground);
        assert_eq!(
            hash,
            "#v1/moby-dick?layers=3&bias=off&lr=0.003&epsilon=1e-6&prompt=Call+me+%E9%B2%B8%26%3D&seed=7"
        );
        let opened = read(&hash);
        assert_eq!(
            (opened.preset, opened.playground),
            ("moby-dick", playground)
        );
        assert_eq!(opened.notes, []);
    }

    #[test]
    fn which_part_is_held_out_travels_and_is_the_end_unless_said() {
        let mut playground = presets::moby_dick();
        assert_eq!(playground.training.held_out_by, HeldOutBy::Position);
        playground.training.held_out_by = HeldOutBy::Document;
        let hash = write("moby-dick", &playground);
        assert_eq!(hash, "#v1/moby-dick?held-out-by=document");
        assert_eq!(read(&hash).playground, playground);
    }

    #[test]
    fn a_task_brings_its_usual_sizes_along() {
        let mut playground = presets::tiny_cpu();
        playground.corpus = Corpus::Task;
        playground.task.choose(TaskKind::Copy);
        let hash = write("tiny-cpu", &playground);
        assert_eq!(hash, "#v1/tiny-cpu?corpus=task&task=copy");
        assert_eq!(read(&hash).playground, playground);
        // as many as the usual digits of the preset's addition
        playground.task.size_1 = 3;
        playground.task.seed = 5;
        let hash = write("tiny-cpu", &playground);
        assert_eq!(
            hash,
            "#v1/tiny-cpu?corpus=task&task=copy&task-size-1=3&task-seed=5"
        );
        let opened = read(&hash);
        assert_eq!((opened.playground, opened.notes), (playground, vec![]));
        let opened = read("#v1/tiny-cpu?corpus=task&task=parity&task-size-1=999");
        assert_eq!(opened.playground.task.sizes(), [128]);
        assert_eq!(opened.notes.len(), 1);
    }

    #[test]
    fn no_hash_is_the_first_preset() {
        for hash in ["", "#"] {
            let opened = read(hash);
            assert_eq!(opened.playground, presets::first_minute());
            assert_eq!(opened.notes, []);
        }
    }

    #[test]
    fn what_cannot_be_used_is_noted() {
        let notes =
            |hash: &str| -> Vec<String> { read(hash).notes.iter().map(Note::to_string).collect() };
        assert_eq!(
            notes("#section-2"),
            ["The address holds no playground; the first preset is shown."]
        );
        assert_eq!(
            notes("#v1/nobody?layers=many&colour=red&heads=3&prompt=%E9%B2"),
            [
                "There is no preset “nobody”; first-minute is used instead.",
                "layers: “many” could not be read; it stays 2.",
                "There is no setting “colour”; it was left out.",
                "prompt: “%E9%B2” could not be read; it stays The small fox.",
                "heads: 3 became 2, because heads must divide the 64 channels.",
            ]
        );
        assert_eq!(notes("v2/tiny-cpu?layers=2").len(), 1);
        assert_eq!(read("v2/tiny-cpu?layers=2").playground.model.layers, 2);
        assert_eq!(notes("v1/tiny-cpu?text=%%%").len(), 1);
    }

    #[test]
    fn a_text_travels_on_request() {
        let text = LinkText {
            name: "my poem.txt".to_owned(),
            text: "月落乌啼霜满天\n".repeat(30),
        };
        let playground = presets::tiny_cpu();
        let hash = write_with_text("tiny-cpu", &playground, &text).unwrap();
        assert!(hash.len() < 200, "{hash}");
        let opened = read(&hash);
        assert_eq!((opened.text, opened.notes), (Some(text), vec![]));
        let long = LinkText {
            name: String::new(),
            text: "a".repeat(MOST_TEXT_BYTES + 1),
        };
        assert!(write_with_text("tiny-cpu", &playground, &long).is_err());
    }

    #[test]
    fn a_text_that_swells_beyond_the_limit_is_left_out() {
        let packed = URL_SAFE_NO_PAD.encode(deflate::compress_to_vec(&vec![b'a'; 10_000_000], 9));
        let opened = read(&format!("#v1/tiny-cpu?text={packed}"));
        assert_eq!(
            (opened.text, opened.notes),
            (None, vec![Note::TextUnreadable])
        );
    }

    #[test]
    fn what_means_nothing_for_the_family_is_left_out_and_said() {
        let opened = read("#v1/first-minute?family=lstm&heads=2&forget-bias=2&order=3");
        assert_eq!(opened.playground.model.family, Family::Lstm);
        assert_eq!(
            opened.playground.model.heads,
            presets::first_minute().model.heads
        );
        assert_eq!(opened.playground.model.forget_bias, 2.0);
        let family = Family::Lstm;
        assert_eq!(
            opened.notes,
            [Field::Heads, Field::Order].map(|field| Note::NotOffered { field, family })
        );
        assert!(
            opened.notes[0]
                .to_string()
                .contains("heads changes nothing")
        );
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(mut playground in anything(), preset in 0usize..4) {
            validate(&mut playground);
            let Preset { id: preset, playground: base } = presets::ALL[preset];
            // What means nothing for the configuration is not in the link.
            settle(&mut playground, &base());
            let opened = read(&write(preset, &playground));
            prop_assert_eq!(opened.preset, preset);
            prop_assert_eq!(opened.notes, vec![]);
            prop_assert_eq!(opened.playground, playground);
        }

        #[test]
        fn texts_survive(name in "[a-z 鲸&]{0,12}", text in any::<String>()) {
            let text = LinkText { name, text };
            let hash = write_with_text("moby-dick", &presets::moby_dick(), &text).unwrap();
            prop_assert_eq!(read(&hash).text, Some(text));
        }

        #[test]
        fn any_string_opens_something_valid(hash in any::<String>()) {
            let mut opened = read(&hash);
            prop_assert_eq!(validate(&mut opened.playground), vec![]);
        }

        #[test]
        fn any_link_opens_something_valid(
            preset in "first-minute|moby-dick|x?",
            pairs in proptest::collection::vec(("(layers|heads|lr|prompt|bias|text|norm|[a-z]{1,3})", "[-0-9a-z.%+=]{0,6}|\\PC{0,4}"), 0..6),
        ) {
            let query: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let mut opened = read(&format!("#v1/{preset}?{}", query.join("&")));
            prop_assert_eq!(validate(&mut opened.playground), vec![]);
        }
    }
}
