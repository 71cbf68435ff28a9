//! Everything the engine says to a person has its Chinese in `words::said`; a message that changes must change there too.
#![cfg(not(target_arch = "wasm32"))]

use seedling::data::batches::TooFewTokens;
use seedling::data::corpus::{Encoding, TextError};
use seedling::plan::ExecutorError;
use seedling::session::field::Field;
use seedling::session::notes::{Note, Reason};
use seedling::session::validate::TextTooShort;
use seedling::words::said::in_chinese;

fn is_said(message: &dyn ToString) {
    let message = message.to_string();
    let chinese = in_chinese(&message).unwrap_or_else(|| panic!("no Chinese for: {message}"));
    let english_words = chinese
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() > 3 && word.chars().all(|c| c.is_ascii_lowercase()));
    // Names of settings, encodings and devices stay; whole phrases must not.
    assert!(english_words.count() < 3, "half English: {chinese}");
}

#[test]
fn errors_of_texts() {
    for encoding in [
        Encoding::Utf16LittleEndian,
        Encoding::Utf16BigEndian,
        Encoding::Utf32,
    ] {
        is_said(&TextError::OtherEncoding { encoding });
    }
    is_said(&TextError::TooLarge {
        bytes: 11,
        most: 10,
    });
    is_said(&TextError::Empty);
    is_said(&TextError::TooShort {
        characters: 3,
        fewest: 20,
    });
    is_said(&TextError::NotUtf8 {
        offset: 7,
        byte: 0xff,
        line: 1,
    });
    is_said(&TextError::Binary { offset: 9 });
    is_said(&TextTooShort {
        tokens: 3,
        needed: 9,
    });
    is_said(&TooFewTokens {
        tokens: 3,
        context: 9,
    });
}

#[test]
fn reasons_why_a_text_is_not_part_of_the_site() {
    let source = include_str!("../xtask/src/corpora.rs");
    for (written, message) in [
        (
            "npm was not found when the page was built; install Node.js and build again",
            "npm was not found when the page was built; install Node.js and build again",
        ),
        (
            "tar was not found when the page was built",
            "tar was not found when the page was built",
        ),
        (
            "npm could not fetch {PACKAGE} when the page was built",
            "npm could not fetch a@1 when the page was built",
        ),
        (
            "the text made from {PACKAGE} has the checksum {found} instead of {SHA256}",
            "the text made from a@1 has the checksum 1d instead of 96",
        ),
        (
            "{name} of {PACKAGE} cannot be read: {error}",
            "epilogue.txt of a@1 cannot be read: no such file",
        ),
    ] {
        assert!(
            source.contains(written),
            "the build does not say: {written}"
        );
        assert!(in_chinese(message).is_some(), "no Chinese for: {message}");
    }
}

#[test]
fn errors_of_devices() {
    is_said(&ExecutorError::TooLarge {
        needed: 1 << 30,
        limit: 1 << 27,
    });
    is_said(&ExecutorError::DeviceLost("x".into()));
    is_said(&ExecutorError::Device("x".into()));
    is_said(&ExecutorError::NoAdapter("x".into()));
}

#[test]
fn notes_and_their_reasons() {
    for reason in [
        Reason::Range {
            least: "1".into(),
            most: "24".into(),
        },
        Reason::NotFinite,
        Reason::MultipleOf { factor: 8 },
        Reason::DividesChannels { channels: 64 },
        Reason::EvenHeadSize { channels: 64 },
        Reason::HeadSize { most: 256 },
        Reason::WithinRun { total_steps: 100 },
        Reason::TextLength { tokens: 31 },
        Reason::TooLong { most: 80 },
    ] {
        is_said(&Note::Changed {
            field: Field::Layers,
            was: "99".into(),
            became: "24".into(),
            reason,
        });
    }
    for note in [
        Note::NotALink,
        Note::NewerVersion {
            version: "9".into(),
        },
        Note::UnknownPreset {
            given: "x".into(),
            used: "y".into(),
        },
        Note::UnknownKey { key: "x".into() },
        Note::Unreadable {
            key: "x".into(),
            given: "y".into(),
            kept: "z".into(),
        },
        Note::TextUnreadable,
        Note::NoValidation {
            tokens: 1,
            needed: 2,
        },
    ] {
        is_said(&note);
    }
}
