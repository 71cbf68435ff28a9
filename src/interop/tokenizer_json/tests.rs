use proptest::prelude::*;
use serde_json::{Value, json};

use super::normalise::{Normalised, Step, steps};
use super::*;
use crate::tokenizer::bpe::{Bpe, BpeSettings};
use crate::tokenizer::unigram::{Unigram, UnigramSettings};
use crate::tokenizer::wordpiece::{BertNormaliser, WordPiece, WordPieceParts};
use crate::tokenizer::{Bytes, Characters, Span, Split, Tokenizer};

const FABLE: &str =
    "the whale and the whales, the sailors and the ship: 学而时习之, 学而时习之.\nthe sea!\n";

fn learned_bpe(split: Split) -> Bpe {
    let settings = BpeSettings {
        vocabulary: 280,
        split,
        min_count: 2,
        is_byte_level: true,
        dropout: 0.0,
    };
    Bpe::learn(&settings, FABLE, &mut |_| true).unwrap()
}

fn learned_unigram() -> Unigram {
    let settings = UnigramSettings::of_size(30);
    Unigram::learn(&settings, FABLE, &mut |_| true).unwrap()
}

fn small_wordpiece() -> WordPiece {
    let pieces = ["[UNK]", "[CLS]", "[SEP]", "the", "whale", "##s", "学", ","];
    WordPiece::from_parts(WordPieceParts {
        pieces: pieces.map(str::to_owned).to_vec(),
        unknown: 0,
        continuation: "##".to_owned(),
        longest_word: 100,
        normaliser: BertNormaliser::UNCASED,
        specials: vec![0, 1, 2],
    })
    .unwrap()
}

fn all() -> Vec<Box<dyn Tokenizer>> {
    vec![
        Box::new(learned_bpe(Split::None)),
        Box::new(learned_bpe(Split::Whitespace)),
        Box::new(learned_bpe(Split::Gpt2)),
        Box::new(learned_bpe(Split::Gpt4)),
        Box::new(Bytes),
        Box::new(learned_unigram()),
        Box::new(small_wordpiece()),
    ]
}

/// A byte-level file to spoil.
fn file() -> Value {
    serde_json::from_str(&write(&learned_bpe(Split::Gpt2)).unwrap()).unwrap()
}

fn error(file: &Value) -> ReadError {
    read(file.to_string().as_bytes()).expect_err("read all the same")
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(text in any::<String>(), words in "[a-z ▁,\n学而]{0,30}") {
        for tokenizer in all() {
            let again = read(write(&*tokenizer).unwrap().as_bytes()).unwrap();
            prop_assert_eq!(again.vocabulary_size(), tokenizer.vocabulary_size());
            for text in [&text, &words] {
                let ids = tokenizer.encode(text);
                prop_assert_eq!(&again.encode(text), &ids);
                prop_assert_eq!(again.spans(text), tokenizer.spans(text));
                prop_assert_eq!(again.decode(&ids), tokenizer.decode(&ids));
            }
        }
    }

    #[test]
    fn no_bytes_panic(bytes in any::<Vec<u8>>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let _ = read(&bytes);
        let mut spoiled = write(&learned_unigram()).unwrap().into_bytes();
        let at = at.index(spoiled.len());
        spoiled[at] = byte;
        if let Ok(tokenizer) = read(&spoiled) {
            tokenizer.encode(FABLE);
        }
        spoiled.truncate(at);
        prop_assert!(read(&spoiled).is_err());
    }

    #[test]
    fn ranges_of_normalised_text_lead_back(text in "[aéÉ\u{301}\u{323}가각ᆨﬁｶﾞ鲸 ]{0,12}") {
        for steps in [vec![Step::Nfc], vec![Step::Nfd], vec![Step::Nfkc], vec![Step::Nfkd, Step::Lowercase], vec![]] {
            let normalised = Normalised::of(&text, &steps);
            let mut ranges = normalised.original_ranges();
            let mut at = 0;
            for (start, c) in normalised.text.char_indices() {
                let (first, last) = ranges(start, start + c.len_utf8());
                prop_assert!(first <= last && last <= text.len() && first >= at);
                prop_assert!(text.is_char_boundary(first) && text.is_char_boundary(last));
                at = first;
            }
        }
        // run by run is the same as all at once
        use unicode_normalization::UnicodeNormalization;
        let whole: [String; 4] = [text.nfc().collect(), text.nfd().collect(), text.nfkc().collect(), text.nfkd().collect()];
        for (step, whole) in [Step::Nfc, Step::Nfd, Step::Nfkc, Step::Nfkd].into_iter().zip(whole) {
            prop_assert_eq!(Normalised::of(&text, &[step]).text, whole);
        }
    }
}

#[test]
fn steps_are_taken_in_order() {
    let normalizer = json!({"type": "Sequence", "normalizers": [
        {"type": "Strip", "strip_left": true, "strip_right": false},
        {"type": "Replace", "pattern": {"String": "ae"}, "content": "æ"},
        {"type": "Lowercase"},
        {"type": "Prepend", "prepend": ">"},
    ]});
    let steps = steps(&normalizer).unwrap();
    let normalised = Normalised::of("  AaeB ", &steps);
    assert_eq!(normalised.text, ">aæb ");
    let mut ranges = normalised.original_ranges();
    assert_eq!(ranges(0, 1), (2, 2));
    assert_eq!(ranges(1, 2), (2, 3));
    assert_eq!(ranges(2, 4), (3, 5));
}

#[test]
fn special_tokens_and_frames_come_only_when_asked_for() {
    let mut file: Value = serde_json::from_str(&write(&small_wordpiece()).unwrap()).unwrap();
    file["post_processor"] = json!({
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
        ],
        "special_tokens": {
            "[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
            "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]},
        },
    });
    let bert = read(file.to_string().as_bytes()).unwrap();
    assert_eq!(bert.encode("whales [SEP]"), [4, 5, 0, 0, 0]);
    let asked = Reading {
        finds_special: true,
        adds_frame: true,
    };
    assert_eq!(bert.encode_as("whales [SEP]", asked), [1, 4, 5, 2, 2]);
    assert_eq!(bert.special_tokens()[2], (2, "[SEP]".to_owned()));
    file["post_processor"]["special_tokens"]["[CLS]"]["ids"] = json!([99]);
    assert!(matches!(error(&file), ReadError::Malformed { .. }));
}

#[test]
fn a_special_token_in_the_text_is_text_unless_asked_for() {
    let mut file = file();
    let id = file["model"]["vocab"].as_object().unwrap().len() as u32;
    file["added_tokens"] = json!([
        {"id": id + 1, "content": "<|pad|>", "special": true},
        {"id": id, "content": "<|endoftext|>", "special": true},
    ]);
    let tokenizer = read(file.to_string().as_bytes()).unwrap();
    let written = ["<|endoftext|>", "<|pad|>"].map(str::to_owned);
    let specials: Vec<(u32, String)> = (id..).zip(written).collect();
    assert_eq!(tokenizer.special_tokens(), specials);

    let text = "a<|endoftext|>b";
    let in_order = |spans: &[Span]| {
        let mut at = 0;
        for span in spans {
            assert_eq!(span.start, at);
            at = span.end;
        }
        assert_eq!(at as usize, text.len());
    };
    let plain = tokenizer.spans(text);
    in_order(&plain);
    assert!(plain.iter().all(|span| span.id < id));
    assert_eq!(
        plain.iter().map(|span| span.id).collect::<Vec<_>>(),
        learned_bpe(Split::Gpt2).encode(text)
    );
    let read = tokenizer.spans_with_specials(text);
    in_order(&read);
    let special = |span: &&Span| span.id >= id;
    let found: Vec<&Span> = read.iter().filter(special).collect();
    let (start, end) = (1, 14);
    assert_eq!(found, [&Span { id, start, end }]);
    // What does not know them reads none.
    let learned = learned_bpe(Split::Gpt2);
    assert!(learned.special_tokens().is_empty());
    assert_eq!(learned.spans_with_specials(text), plain);
}

#[test]
fn a_blank_before_the_text_covers_nothing() {
    let mut file = file();
    file["pre_tokenizer"]["add_prefix_space"] = json!(true);
    let tokenizer = read(file.to_string().as_bytes()).unwrap();
    assert_eq!(
        tokenizer.encode("the"),
        learned_bpe(Split::Gpt2).encode(" the")
    );
    let spans = tokenizer.spans("the");
    assert_eq!((spans[0].start, spans[spans.len() - 1].end), (0, 3));
    assert!(!tokenizer.is_lossless());
}

#[test]
fn tokenizers_without_a_form_say_so() {
    let characters = Characters::of_text("abc");
    assert_eq!(write(&characters).err(), Some(WriteError::NoForm));
}

#[test]
fn hostile_files_are_errors() {
    assert!(matches!(read(b""), Err(ReadError::NotJson(_))));
    assert!(matches!(
        read(&[0xFF, 0xFE, 0x80]),
        Err(ReadError::NotJson(_))
    ));
    let deep = format!("{{\"model\":{}", "[".repeat(1_000_000));
    assert!(matches!(read(deep.as_bytes()), Err(ReadError::NotJson(_))));
    let deep = json!({"model": {"vocab": {}}}).to_string().replacen(
        '{',
        &format!(
            "{{\"normalizer\":{}{},",
            "{\"a\":".repeat(200),
            "1".to_owned() + &"}".repeat(200)
        ),
        1,
    );
    assert!(matches!(read(deep.as_bytes()), Err(ReadError::NotJson(_))));
    let large = vec![b' '; (64 << 20) + 1];
    assert!(matches!(read(&large), Err(ReadError::TooLarge { .. })));
    // a long token does not make a long message
    let long = format!(
        "{{\"model\":{{\"type\":\"{}\",\"vocab\":{{}}}}}}",
        "x".repeat(1 << 20)
    );
    assert!(read(long.as_bytes()).unwrap_err().to_string().len() < 300);
    let long = format!(
        "{{\"model\":{{\"vocab\":{{\"a\":\"{}\"}}}}}}",
        "x".repeat(1 << 20)
    );
    assert!(read(long.as_bytes()).unwrap_err().to_string().len() < 400);
}

#[test]
fn steps_that_blow_a_text_up_are_errors() {
    let double = json!({"type": "Replace", "pattern": {"String": "a"}, "content": "aa"});
    let steps_of = |number: usize| {
        steps(&json!({"type": "Sequence", "normalizers": vec![double.clone(); number]}))
    };
    assert_eq!(Normalised::of("a", &steps_of(6).unwrap()).text.len(), 64);
    assert!(matches!(steps_of(7), Err(ReadError::Malformed { .. })));
    let long = json!({"type": "Prepend", "prepend": "a".repeat(65)});
    assert!(matches!(steps(&long), Err(ReadError::Malformed { .. })));
    let empty = json!({"type": "Replace", "pattern": {"String": ""}, "content": "a"});
    assert!(matches!(steps(&empty), Err(ReadError::Malformed { .. })));
}

#[test]
fn duplicates_are_named() {
    let text = file().to_string();
    let twice = text.replacen("\"vocab\":{", "\"vocab\":{\"!\":300,", 1);
    assert_eq!(
        read(twice.as_bytes()).err(),
        Some(ReadError::DuplicateToken {
            token: "\"!\"".to_owned()
        })
    );
    let mut same_id = file();
    same_id["model"]["vocab"]["zzz"] = json!(7);
    assert!(matches!(
        error(&same_id),
        ReadError::DuplicateId { id: 7, .. }
    ));
    let mut pieces: Value = serde_json::from_str(&write(&learned_unigram()).unwrap()).unwrap();
    pieces["model"]["vocab"][5] = pieces["model"]["vocab"][6].clone();
    assert!(matches!(error(&pieces), ReadError::DuplicateToken { .. }));
    let mut added = file();
    added["added_tokens"] = json!([{"id": 3, "content": "!"}]);
    assert!(matches!(error(&added), ReadError::DuplicateToken { .. }));
    let fields = text.replacen("\"model\":", "\"added_tokens\":[],\"model\":", 1);
    assert!(matches!(
        read(fields.as_bytes()),
        Err(ReadError::NotJson(_))
    ));
}

#[test]
fn ids_far_away_cost_no_memory() {
    let mut far = file();
    far["model"]["vocab"]["zzz"] = json!(4_000_000_000u32);
    assert!(matches!(
        error(&far),
        ReadError::IdOutOfRange {
            id: 4_000_000_000,
            ..
        }
    ));
    far["model"]["vocab"]["zzz"] = json!(-1);
    assert!(matches!(error(&far), ReadError::NotJson(_)));
    let mut hole = file();
    hole["model"]["vocab"]["zzz"] = json!(400);
    let tokenizer = read(hole.to_string().as_bytes()).unwrap();
    assert_eq!(tokenizer.vocabulary_size(), 401);
    assert!(tokenizer.encode("zzz!").iter().all(|&id| id < 280));
}

#[test]
fn merges_must_name_tokens() {
    let mut unknown = file();
    unknown["model"]["merges"][0] = json!(["t", "nonsense"]);
    assert_eq!(
        error(&unknown),
        ReadError::UnknownInMerge {
            merge: 0,
            token: "\"nonsense\"".to_owned()
        }
    );
    let mut no_pair = file();
    no_pair["model"]["merges"][0] = json!("t h e");
    assert!(matches!(error(&no_pair), ReadError::Malformed { .. }));
    let mut without = file();
    without["model"]["merges"][0] = json!(["!", "?"]);
    assert!(matches!(error(&without), ReadError::Bpe(_)));
    let mut byte = file();
    byte["model"]["vocab"].as_object_mut().unwrap().remove("A");
    byte["model"]["vocab"]["zzz"] = json!(32);
    assert!(matches!(error(&byte), ReadError::Bpe(_)));
    let old = file().to_string();
    let mut old: Value = serde_json::from_str(&old).unwrap();
    for merge in old["model"]["merges"].as_array_mut().unwrap() {
        let line = format!(
            "{} {}",
            merge[0].as_str().unwrap(),
            merge[1].as_str().unwrap()
        );
        *merge = json!(line);
    }
    let old = read(old.to_string().as_bytes()).unwrap();
    assert_eq!(old.encode(FABLE), learned_bpe(Split::Gpt2).encode(FABLE));
}

#[test]
fn what_is_not_known_is_an_error_that_says_what_is() {
    let spoil = |change: &dyn Fn(&mut Value)| {
        let mut file = file();
        change(&mut file);
        error(&file).to_string()
    };
    let messages = [
        spoil(&|file| file["model"]["type"] = json!("WordLevel")),
        spoil(&|file| file["model"]["byte_fallback"] = json!(true)),
        spoil(&|file| file["model"]["end_of_word_suffix"] = json!("</w>")),
        spoil(&|file| file["normalizer"] = json!({"type": "Precompiled"})),
        spoil(&|file| file["pre_tokenizer"] = Value::Null),
        spoil(&|file| file["pre_tokenizer"] = json!({"type": "Whitespace"})),
        spoil(&|file| {
            file["pre_tokenizer"] = json!({"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": "\\d"}, "behavior": "Isolated", "invert": false},
                {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false},
            ]});
        }),
        spoil(&|file| file["post_processor"] = json!({"type": "Other"})),
    ];
    for message in messages {
        assert!(message.contains("Known are"), "{message}");
    }
    let mut pieces: Value = serde_json::from_str(&write(&learned_unigram()).unwrap()).unwrap();
    pieces["model"]["unk_id"] = Value::Null;
    assert!(matches!(error(&pieces), ReadError::NoUnknownToken { .. }));
    pieces["model"]["unk_id"] = json!(1000);
    assert!(matches!(error(&pieces), ReadError::Unigram(_)));
    let mut words: Value = serde_json::from_str(&write(&small_wordpiece()).unwrap()).unwrap();
    words["model"]["unk_token"] = json!("nothing");
    assert!(matches!(error(&words), ReadError::NoUnknownToken { .. }));
    words["model"]["vocab"] = json!([["a", 0.0]]);
    assert!(matches!(error(&words), ReadError::Malformed { .. }));
}
