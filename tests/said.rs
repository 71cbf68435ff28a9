//! Everything the engine says to a person has its Chinese in `words::said`; a message that changes must change there too.
#![cfg(not(target_arch = "wasm32"))]

use seedling::data::batches::TooFewTokens;
use seedling::data::corpus::{Encoding, TextError};
use seedling::data::tasks::SizeError;
use seedling::data::world::WorldError;
use seedling::interop::tokenizer_json::{ReadError, WriteError};
use seedling::plan::ExecutorError;
use seedling::session::field::Field;
use seedling::session::notes::{Note, Reason};
use seedling::session::study::NO_LETTERS;
use seedling::session::validate::TextTooShort;
use seedling::tokenizer::LearnError;
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
    let source = concat!(
        include_str!("../xtask/src/corpora.rs"),
        include_str!("../xtask/src/corpora/texts.rs")
    );
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
            "npm could not fetch {package} when the page was built",
            "npm could not fetch a@1 when the page was built",
        ),
        (
            "{id} made from {packages} has the checksum {found} instead of {}",
            "sotu made from a@1 has the checksum 1d instead of 96",
        ),
        (
            "not brought when the page was built; run `cargo xtask corpora --poetry` and build again",
            "not brought when the page was built; run `cargo xtask corpora --poetry` and build again",
        ),
        (
            "{} cannot be read: {error}",
            "epilogue.txt cannot be read: no such file",
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
fn errors_of_worlds_and_studies() {
    is_said(&WorldError::NoGenre);
    is_said(&WorldError::TooLong { bytes: 9, most: 8 });
    is_said(&WorldError::Empty);
    is_said(&NO_LETTERS);
}

#[test]
fn errors_of_tasks() {
    is_said(&SizeError::Count {
        task: "two-sum",
        wanted: 2,
        given: 1,
        names: "count, largest".into(),
    });
    is_said(&SizeError::OutOfRange {
        task: "two-sum",
        size: "count",
        given: 0,
        least: 1,
        most: 128,
    });
}

#[test]
fn errors_of_learning() {
    is_said(&LearnError::EmptyCorpus);
    is_said(&LearnError::VocabularyTooSmall {
        wanted: 3,
        least: 256,
    });
    is_said(&LearnError::VocabularyTooLarge {
        wanted: 65_536,
        most: 900,
    });
    is_said(&LearnError::Cancelled);
}

#[test]
fn errors_of_tokenizer_files() {
    is_said(&ReadError::TooLarge {
        bytes: 11,
        most: 10,
    });
    is_said(&ReadError::NotJson("1:3".into()));
    is_said(&ReadError::TooMany {
        what: "tokens",
        most: 10,
    });
    is_said(&ReadError::Unsupported {
        part: "model",
        found: "x".into(),
        known: "BPE",
    });
    is_said(&ReadError::Malformed {
        part: "model",
        reason: "x".into(),
    });
    is_said(&ReadError::DuplicateToken { token: "a".into() });
    is_said(&ReadError::DuplicateId {
        id: 1,
        first: "a".into(),
        second: "b".into(),
    });
    is_said(&ReadError::IdOutOfRange {
        token: "a".into(),
        id: 9,
        tokens: 2,
    });
    is_said(&ReadError::UnknownInMerge {
        merge: 1,
        token: "a".into(),
    });
    is_said(&ReadError::NoUnknownToken { token: "a".into() });
    is_said(&WriteError::NoForm);
    is_said(&WriteError::Alike {
        first: 1,
        second: 2,
    });
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
        Reason::TaskSize {
            task: "two-sum".into(),
            size: "count".into(),
            least: 1,
            most: 128,
        },
        Reason::NoTaskSize {
            task: "two-sum".into(),
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
