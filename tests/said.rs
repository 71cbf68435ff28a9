//! Everything the engine says to a person has its Chinese in `words::said`; a message that changes must change there too.
#![cfg(not(target_arch = "wasm32"))]

use serde_json::json;

use seedling::data::batches::TooFewTokens;
use seedling::data::corpus::{Encoding, TextError};
use seedling::data::objective::{Objective, ObjectiveConfig, ObjectiveError, Part};
use seedling::data::tasks::SizeError;
use seedling::data::world::WorldError;
use seedling::interop::tokenizer_json::{self, ReadError, WriteError};
use seedling::models::Family;
use seedling::models::ngram::NgramError;
use seedling::plan::ExecutorError;
use seedling::session::field::Field;
use seedling::session::notes::{Note, Reason};
use seedling::session::study::NO_LETTERS;
use seedling::session::validate::TextTooShort;
use seedling::session::wire;
use seedling::tokenizer::LearnError;
use seedling::tokenizer::bpe::PartsError;
use seedling::tokenizer::unigram::UnigramError;
use seedling::tokenizer::wordpiece::WordPieceError;
use seedling::train::RunError;
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
fn errors_of_objectives() {
    for part in [Part::Training, Part::Validation] {
        is_said(&ObjectiveError::TextTooShort {
            part,
            tokens: 3,
            needed: 9,
        });
        is_said(&ObjectiveError::TooFewDocuments { part, documents: 1 });
        is_said(&ObjectiveError::NoPairs { part });
        is_said(&ObjectiveError::ExampleTooLong {
            part,
            number: 3,
            opening: "12+34=".into(),
            needed: 80,
            context: 64,
        });
    }
    is_said(&ObjectiveError::Shares {
        mask: 0.0,
        random: 0.0,
        unchanged: 0.0,
    });
    is_said(&ObjectiveError::EmptyValidation);
    is_said(&ObjectiveError::NoWordStarts);
    for objective in Objective::ALL {
        is_said(&ObjectiveError::ContextTooShort {
            objective,
            context: 2,
            needed: 5,
        });
    }
}

/// Every setting of an objective, named by the objective itself: the name is said as well as the sentence.
#[test]
fn settings_of_objectives_out_of_range() {
    let usual = ObjectiveConfig::default();
    for objective in Objective::ALL {
        let config = ObjectiveConfig { objective, ..usual };
        let edits: [fn(&mut ObjectiveConfig); 9] = [
            |c| c.mask_rate = 9.5,
            |c| c.noise_mask = 9.5,
            |c| c.noise_delete = 9.5,
            |c| c.infill = 9.5,
            |c| c.infill_mean = 99.5,
            |c| c.permute = 9.5,
            |c| c.rotate = 9.5,
            |c| c.span_rate = 9.5,
            |c| c.span_mean = 99.5,
        ];
        for edit in edits {
            let mut wrong = config;
            edit(&mut wrong);
            if let Err(error) = wrong.check() {
                let chinese = in_chinese(&error.to_string()).expect("it has a row");
                let setting = chinese.split('：').next().unwrap_or_default();
                assert!(
                    !setting.chars().any(|c| c.is_ascii_alphabetic()),
                    "{chinese}"
                );
            }
        }
    }
}

#[test]
fn errors_of_counted_models() {
    is_said(&NgramError::Order { order: 9, most: 8 });
    is_said(&NgramError::Vocabulary {
        vocabulary: 70_000,
        most: 65_536,
    });
    is_said(&NgramError::TooShort {
        tokens: 3,
        order: 5,
    });
    is_said(&NgramError::Token {
        token: 9,
        position: 2,
        vocabulary: 8,
    });
    is_said(&NgramError::AddK { add_k: 0.0 });
    is_said(&NgramError::BackOff { back_off: 1.5 });
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
    for what in ["tokens", "merges"] {
        is_said(&ReadError::TooMany { what, most: 10 });
    }
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
fn errors_of_vocabularies() {
    is_said(&PartsError::ByteWithoutToken(0xE9));
    is_said(&PartsError::MergeOfNothing { merge: 1, id: 9 });
    is_said(&PartsError::MergeWithoutToken { merge: 1 });
    is_said(&PartsError::MergeOfUnknown { merge: 1 });
    is_said(&PartsError::SpecialWithoutToken(9));
    is_said(&PartsError::NoUnknown);
    is_said(&PartsError::TooLarge(9, 8));
    is_said(&UnigramError::NoUnknown {
        unknown: 9,
        pieces: 8,
    });
    is_said(&UnigramError::SpecialWithoutPiece(9));
    is_said(&UnigramError::ScoreNotFinite(9));
    is_said(&UnigramError::TooLarge(9, 8));
    is_said(&WordPieceError::NoUnknown {
        unknown: 9,
        pieces: 8,
    });
    is_said(&WordPieceError::SpecialWithoutPiece(9));
}

/// Files that go wrong, as a person would choose them: no English is left inside the sentence.
#[test]
fn reasons_inside_errors_of_tokenizer_files() {
    let bytes = |extra: serde_json::Value| {
        let mut file = json!({
            "pre_tokenizer": {"type": "ByteLevel"},
            "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []},
        });
        merge(&mut file, extra);
        file.to_string()
    };
    let pieces = |extra: serde_json::Value| {
        let mut file = json!({
            "pre_tokenizer": {"type": "Metaspace", "replacement": "▁"},
            "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0]]},
        });
        merge(&mut file, extra);
        file.to_string()
    };
    let words = |extra: serde_json::Value| {
        let mut file = json!({
            "normalizer": {"type": "BertNormalizer"},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0}},
        });
        merge(&mut file, extra);
        file.to_string()
    };
    for file in [
        "".to_owned(),
        "?".to_owned(),
        "{".to_owned(),
        "[".to_owned(),
        "{\"mod".to_owned(),
        "{}".to_owned(),
        bytes(json!({"model": {"byte_fallback": true}})),
        bytes(json!({"model": {"type": "WordLevel"}})),
        bytes(json!({"model": {"type": "Unigram"}})),
        bytes(json!({"model": {"end_of_word_suffix": "</w>"}})),
        bytes(json!({"model": {"merges": ["a"]}})),
        bytes(json!({"model": {"merges": ["a c"]}})),
        bytes(json!({"pre_tokenizer": null})),
        bytes(json!({"pre_tokenizer": {"type": "Whitespace"}})),
        bytes(json!({"pre_tokenizer": {"type": null}})),
        bytes(
            json!({"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "x+"}},
                {"type": "ByteLevel", "use_regex": false, "add_prefix_space": false},
            ]}}),
        ),
        bytes(json!({"normalizer": {"type": "Precompiled"}})),
        bytes(json!({"normalizer": {"type": "Prepend"}})),
        bytes(json!({"normalizer": {"type": "Replace", "pattern": {"String": ""}, "content": ""}})),
        bytes(json!({"normalizer": {"type": "Prepend", "prepend": "x".repeat(99)}})),
        pieces(json!({"pre_tokenizer": null})),
        pieces(json!({"pre_tokenizer": {"replacement": "_"}})),
        pieces(json!({"pre_tokenizer": {"prepend_scheme": "last"}})),
        pieces(
            json!({"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "behavior": "Isolated", "pattern": {"Regex": r"[\r\n]+"}},
                {"type": "Metaspace", "replacement": "▁"},
            ]}}),
        ),
        pieces(json!({"post_processor": {"type": "Roberta"}})),
        pieces(json!({"post_processor": {"type": "BertProcessing"}})),
        pieces(
            json!({"post_processor": {"type": "BertProcessing", "cls": ["a", 7], "sep": ["b", 8]}}),
        ),
        pieces(json!({"post_processor": {
            "type": "TemplateProcessing", "single": [{"SpecialToken": {}}],
        }})),
        pieces(json!({"post_processor": {
            "type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "a"}}],
        }})),
        words(json!({"normalizer": null})),
        words(json!({"pre_tokenizer": null})),
        words(json!({"added_tokens": [{"id": 1, "content": "x", "normalized": true}]})),
    ] {
        let error = tokenizer_json::read(file.as_bytes()).expect_err(&file);
        let chinese = in_chinese(&error.to_string()).unwrap_or_else(|| panic!("{error}"));
        // Reasons are phrases of several words; names stand alone.
        let phrase = chinese.split(|c: char| !c.is_ascii_alphabetic() && c != ' ');
        let phrase = phrase.map(str::trim).find(|run| {
            run.split(' ')
                .filter(|word| word.chars().all(|c| c.is_ascii_lowercase()))
                .count()
                > 2
        });
        assert_eq!(phrase, None, "half English: {chinese} ({error})");
    }
}

fn merge(file: &mut serde_json::Value, extra: serde_json::Value) {
    match (file, extra) {
        (serde_json::Value::Object(file), serde_json::Value::Object(extra)) => {
            for (key, value) in extra {
                merge(file.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (place, value) => *place = value,
    }
}

#[test]
fn what_is_said_between_the_page_and_its_workers() {
    is_said(&wire::decode::<u32>(&[]).expect_err("nothing is no number"));
    let sources = concat!(
        include_str!("../src/app/transport.rs"),
        include_str!("../src/app/line.rs"),
        include_str!("../src/worker/texts.rs"),
        include_str!("../src/worker/tokenized.rs"),
        include_str!("../src/worker/reader/mod.rs"),
        include_str!("../src/worker/reader/tokens.rs"),
        include_str!("../src/worker/reader/learning.rs"),
        include_str!("../src/worker/web/engine.rs"),
    );
    for message in [
        "The worker for texts has ended ({reason}). Try again.",
        "worker.js could not be loaded",
        "A part of the program could not be fetched ({reason}). Check the connection, then try again.",
        "index.html has no {selector}",
        "The reader did not answer.",
        "The reader answered another question. Reload the page.",
        "The text was replaced while its tokenizer was being learned. Start again.",
        "This tokenizer is not learned.",
        "This tokenizer file is no longer here; choose it again.",
        "A tokenizer from a file has been learned already; choose a recipe to watch.",
        "Nothing has been learned yet; start the learning first.",
        "There is no text of your own yet. Paste one or choose a file in Data, or take another corpus.",
    ] {
        assert!(sources.contains(message), "nobody says: {message}");
        assert!(in_chinese(message).is_some(), "no Chinese for: {message}");
    }
    assert_eq!(
        in_chinese("The worker for texts has ended (worker.js could not be loaded). Try again.")
            .as_deref(),
        Some("处理文本的 worker 已终止（无法载入 worker.js）。请重试。")
    );
}

#[test]
fn what_a_family_or_a_comparison_cannot_do() {
    is_said(&RunError::TooShortToCarry {
        tokens: 3,
        rows: 16,
        needed: 64,
    });
    let sources = concat!(
        include_str!("../src/worker/comparing.rs"),
        include_str!("../src/worker/later/look.rs"),
        include_str!("../src/worker/later/score.rs"),
        include_str!("../src/worker/writing.rs"),
        include_str!("../src/worker/engine.rs"),
        include_str!("../src/worker/later/compare/mod.rs"),
    );
    for message in [
        "Attention is looked at in decoder-only and encoder-only models. Choose one of them in Model.",
        "An encoder-only model does not generate: every token sees those after it, so it was never asked what comes next. Let it fill masks instead.",
        "This model writes an answer to a source, not the next words of a text. Give it a source under text to text.",
        "An encoder-only model gives a text no probability by the chain rule: it sees each token's right neighbours. Its pseudo-perplexity is told where masks are filled.",
        "This model gives an answer a probability, not a text by itself. Give it a source under text to text.",
        "A comparison is running. Pause or stop it first.",
        "The budget of a comparison must be a number above 0. Set it in Compare.",
        "The device was changed. Start the comparison again.",
    ] {
        assert!(sources.contains(message), "nobody says: {message}");
        is_said(&message);
    }
    for (written, message) in [
        (
            "{entries} configurations cannot be compared. Choose from 1 to {MOST_CELLS}.",
            "0 configurations cannot be compared. Choose from 1 to 64.",
        ),
        (
            "Together the configurations need {:.0} MiB, there are {:.0} MiB. Train them in turn.",
            "Together the configurations need 900 MiB, there are 512 MiB. Train them in turn.",
        ),
        (
            ", in turn if it has too little memory for all at once",
            "The device is gone (x). Start the comparison again, in turn if it has too little memory for all at once.",
        ),
        (
            "The device is gone ({reason}). Start the comparison again",
            "The device is gone (x). Start the comparison again.",
        ),
    ] {
        assert!(sources.contains(written), "nobody says: {written}");
        is_said(&message);
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
        Reason::DividesHeads { heads: 4 },
        Reason::NotOfFamily {
            family: Family::Encoder,
        },
        Reason::NoShares,
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
        Note::EntriesLeftOut { most: 8 },
        Note::ComparisonUnreadable,
        Note::NoValidation {
            tokens: 1,
            needed: 2,
        },
    ] {
        is_said(&note);
    }
    for family in Family::ALL {
        let field = Field::Heads;
        is_said(&Note::NotOffered { field, family });
    }
}

#[test]
fn reasons_why_a_question_has_no_answer() {
    let sources = concat!(
        include_str!("../src/worker/later/framing.rs"),
        include_str!("../src/worker/later/fill.rs"),
        include_str!("../src/worker/later/pseudo_score.rs"),
        include_str!("../src/worker/later/embed.rs"),
        include_str!("../src/worker/later/beam_search.rs"),
    );
    // Every sentence that ends in a cure.
    let said: Vec<&str> = sources
        .split('"')
        .filter(|text| text.ends_with('.') && text.contains(' ') && !text.contains('\n'))
        .collect();
    assert!(said.len() >= 18, "{said:?}");
    for written in said {
        let message: String = written
            .split(['{', '}'])
            .enumerate()
            .map(|(index, part)| if index % 2 == 0 { part } else { "7" })
            .collect();
        assert!(in_chinese(&message).is_some(), "no Chinese for: {message}");
    }
}
