//! `tokenizer.json`: what others wrote gives the reference's ids here, what is written here gives our ids there, on hard Unicode.

use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::sync::OnceLock;

use proptest::prelude::*;
use seedling::interop::tokenizer_json::{Imported, Reading, read, write};
use seedling::rng::{below, random_u32};
use seedling::tokenizer::bpe::{Bpe, BpeSettings};
use seedling::tokenizer::unigram::spaces::{Prefix, Spaces};
use seedling::tokenizer::unigram::{Unigram, UnigramParts, UnigramSettings};
use seedling::tokenizer::wordpiece::{BertNormaliser, WordPiece, WordPieceParts};
use seedling::tokenizer::{Bytes, Split, Tokenizer};
use serde_json::{Value, json};
use tokenizers::Tokenizer as Reference;

/// Random strings a vocabulary is tried on. The reference needs most of the time.
const STRINGS: u32 = 100_000;

const HARD: &[&str] = &[
    "",
    " ",
    "   ",
    " a",
    "a ",
    "\n",
    "\r\n",
    "a\r\nb\r\n\r\nc",
    "\t\tx \u{A0}y\u{3000}z\u{2003}",
    "Call me Ishmael. It's they'll we'Ve I'D O'ſ",
    "1234567890 3.14159 ٣٤٥ ²³ Ⅻ ½",
    "👩\u{200D}👩\u{200D}👧\u{200D}👦 🏳\u{FE0F}\u{200D}🌈 👍🏽 🇩🇪🇨🇳",
    "e\u{301} é e\u{323}\u{301} e\u{301}\u{323} ñ n\u{303} Å \u{212B} ﬁ ﬃ",
    "학교에서 \u{1112}\u{1161}\u{11AB} 각",
    "学而时习之，不亦说乎？ 鲸鱼Moby迪克 「日本語」テスト ｶﾞ 々",
    "שלום עולם مرحبا بالعالم \u{202B}rtl\u{202C} \u{200F}",
    "नमस्ते दुनिया ภาษาไทย ελληνικά Русский İstanbul ΣΑΣ ß ẞ",
    "zero\u{200B}width\u{FEFF}\u{00AD}soft \u{0}\u{1}\u{7F}\u{85}\u{FFFD}\u{FFFE}",
    "𝒳𝓎 𐍈 \u{10FFFF} \u{E000} 𠀀𪛖",
    "<|endoftext|> <unk> [CLS] [MASK] <|im_start|>user <think>",
    "a▁b ▁ ▁▁x _ __",
    "fn main() {\n    let x = vec![1, 2];\n\treturn;\n}\n",
    "!!!???...,,,;;; -- ——— $€£ © ™ `code` ~!@#$%^&*()",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Pieces that random strings are made of: what cuts and normalisation treat apart.
const PARTS: &[&str] = &[
    "the",
    "whale",
    "Ishmael",
    "ing",
    "'s",
    "'LL",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u{A0}",
    "\u{3000}",
    "0",
    "12",
    "٣",
    "²",
    "é",
    "e\u{301}",
    "\u{323}",
    "\u{301}",
    "学",
    "而时",
    "，",
    "。",
    "テ",
    "ｶﾞ",
    "가",
    "ᆨ",
    "👩",
    "\u{200D}",
    "🏽",
    "\u{FE0F}",
    "ש",
    "مر",
    "\u{202B}",
    "न",
    "\u{94D}",
    "ß",
    "İ",
    "Σ",
    "ﬁ",
    "𝒳",
    "\u{10FFFF}",
    "\0",
    "\u{FFFD}",
    "\u{FEFF}",
    ".",
    "!?",
    "-",
    "▁",
    "_",
    "<",
    "|",
    ">",
    "[",
    "]",
    "a",
    "Z",
    "ſ",
];

/// String number i: some parts, now and then any characters at all.
fn random_string(i: u32) -> String {
    let mut counter = 0;
    let mut draw = |limit: u32| {
        counter += 1;
        below(random_u32(2, i, counter), limit)
    };
    let mut text = String::new();
    for _ in 0..draw(9) {
        if draw(6) == 0 {
            // half of them from the planes that scripts are in
            let c = if draw(2) == 0 {
                draw(0x3000)
            } else {
                draw(0x11_0000)
            };
            text.extend(char::from_u32(c));
        } else {
            text.push_str(PARTS[draw(PARTS.len() as u32) as usize]);
        }
    }
    text
}

/// Whether a character has been there since Unicode 8. The reference's normal forms are from before 2020: a mark that is newer it
/// takes for no mark, where ours are current.
fn is_settled(c: char) -> bool {
    use unicode_categories::UnicodeCategories as Old;
    Old::is_letter(c)
        || Old::is_mark(c)
        || Old::is_number(c)
        || Old::is_punctuation(c)
        || Old::is_symbol(c)
        || Old::is_separator(c)
        || Old::is_other(c)
}

fn reference(file: &str) -> Reference {
    let mut reference = Reference::from_str(file).unwrap();
    // Special tokens in a text are text.
    reference.set_encode_special_tokens(true);
    reference
}

fn ids(reference: &Reference, text: &str) -> Vec<u32> {
    reference.encode(text, false).unwrap().get_ids().to_vec()
}

fn same(ours: &dyn Tokenizer, reference: &Reference, text: &str) -> Result<(), TestCaseError> {
    let found = ours.encode(text);
    prop_assert_eq!(&found, &ids(reference, text), "{:?}", text);
    let spans = ours.spans(text);
    prop_assert_eq!(spans.iter().map(|span| span.id).collect::<Vec<_>>(), found);
    let mut at = 0;
    for span in spans {
        prop_assert!(at <= span.start && span.start <= span.end && span.end as usize <= text.len());
        at = span.end;
    }
    Ok(())
}

fn same_on_many(ours: &dyn Tokenizer, reference: &Reference, strings: u32) {
    same_on_kept(ours, reference, strings, |_| true);
}

fn same_on_kept(
    ours: &dyn Tokenizer,
    reference: &Reference,
    strings: u32,
    keep: impl Fn(char) -> bool,
) {
    for text in HARD {
        same(ours, reference, text).unwrap();
    }
    same(ours, reference, &HARD.concat()).unwrap();
    for i in 0..strings {
        let mut text = random_string(i);
        text.retain(&keep);
        same(ours, reference, &text).unwrap();
    }
}

/// A file that `cargo xtask vocabularies` brought.
fn vocabulary(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/vocabularies")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. Run `cargo xtask vocabularies` (it needs npm) and test again.",
            path.display()
        )
    })
}

fn gpt2() -> &'static str {
    static FILE: OnceLock<String> = OnceLock::new();
    FILE.get_or_init(|| {
        let tokens: Value = serde_json::from_str(&vocabulary("gpt2-encoder.json")).unwrap();
        let merges = vocabulary("gpt2-merges.txt");
        let merges: Vec<&str> = merges.lines().skip(1).filter(|line| !line.is_empty()).collect();
        let bytes = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true});
        json!({
            "version": "1.0", "truncation": null, "padding": null,
            "added_tokens": [{
                "id": 50256, "content": "<|endoftext|>", "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": true, "special": true,
            }],
            "normalizer": null, "pre_tokenizer": bytes, "post_processor": bytes, "decoder": bytes,
            "model": {
                "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "",
                "end_of_word_suffix": "", "fuse_unk": false, "vocab": tokens, "merges": merges,
            },
        })
        .to_string()
    })
}

/// BERT's uncased vocabulary; the package writes beginnings with "▁" where BERT writes continuations with "##".
fn bert() -> &'static str {
    static FILE: OnceLock<String> = OnceLock::new();
    FILE.get_or_init(|| {
        let tokens: Vec<String> = serde_json::from_str(&vocabulary("bert-uncased.json")).unwrap();
        let tokens = tokens.iter().map(|token| match token.strip_prefix('▁') {
            Some("") => "[unused0]".to_owned(),
            Some(beginning) => beginning.to_owned(),
            None if token.starts_with('[') && token.len() > 1 => token.clone(),
            None => format!("##{token}"),
        });
        let tokens: serde_json::Map<String, Value> = tokens.zip((0..).map(Value::from)).collect();
        let special = |content: &str| {
            json!({
                "id": tokens[content], "content": content, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true,
            })
        };
        let piece = |content: &str| json!({"SpecialToken": {"id": content, "type_id": 0}});
        let frame = |content: &str| json!({"id": content, "ids": [tokens[content]], "tokens": [content]});
        json!({
            "version": "1.0", "truncation": null, "padding": null,
            "added_tokens": Vec::from(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(special)),
            "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [piece("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, piece("[SEP]")],
                "pair": [piece("[CLS]"), {"Sequence": {"id": "A", "type_id": 0}}, piece("[SEP]"), {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"[CLS]": frame("[CLS]"), "[SEP]": frame("[SEP]")},
            },
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
            "model": {
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                "vocab": tokens,
            },
        })
        .to_string()
    })
}

fn imported(file: &str) -> Imported {
    read(file.as_bytes()).unwrap()
}

#[test]
fn gpt2_cuts_as_the_reference() {
    let ours = imported(gpt2());
    assert_eq!(ours.encode("Hello world"), [15496, 995]);
    assert!(ours.is_lossless());
    same_on_many(&ours, &reference(gpt2()), STRINGS);
}

#[test]
fn llama3_cuts_as_the_reference() {
    let file = vocabulary("llama3.json");
    let ours = imported(&file);
    assert_eq!(ours.vocabulary_size(), 128_256);
    assert_eq!(ours.encode("Hello world"), [9906, 1917]);
    same_on_many(&ours, &reference(&file), STRINGS);
}

#[test]
fn qwen3_cuts_as_the_reference() {
    let file = vocabulary("qwen3.json");
    let ours = imported(&file);
    assert_eq!(ours.vocabulary_size(), 151_669);
    // its normalizer is NFC
    assert_eq!(ours.encode("e\u{301}"), ours.encode("é"));
    same_on_kept(&ours, &reference(&file), STRINGS, is_settled);
}

#[test]
fn bert_cuts_as_the_reference() {
    let ours = imported(bert());
    assert_eq!(ours.encode("Hello, world!"), [7592, 1010, 2088, 999]);
    same_on_many(&ours, &reference(bert()), STRINGS);
}

#[test]
fn special_tokens_are_found_and_framed_as_the_reference_does_it() {
    let asked = Reading {
        finds_special: true,
        adds_frame: true,
    };
    for file in [
        gpt2().to_owned(),
        bert().to_owned(),
        vocabulary("qwen3.json"),
        vocabulary("llama3.json"),
    ] {
        let ours = imported(&file);
        let reference = Reference::from_str(&file).unwrap();
        let specials: Vec<&str> = ours
            .special_tokens()
            .iter()
            .map(|(_, text)| text.as_str())
            .collect();
        for i in 0..2000 {
            let special = specials[below(random_u32(3, i, 0), specials.len() as u32) as usize];
            let mut text = [&random_string(i), special, &random_string(i + 1), special].concat();
            text.retain(is_settled);
            let expected = reference.encode(text.as_str(), true).unwrap();
            assert_eq!(ours.encode_as(&text, asked), expected.get_ids(), "{text:?}");
            let unframed = Reading {
                adds_frame: false,
                ..asked
            };
            let spans = ours.spans_with_specials(&text);
            let ids: Vec<u32> = spans.iter().map(|span| span.id).collect();
            assert_eq!(ids, ours.encode_as(&text, unframed), "{text:?}");
            assert!(spans.is_sorted_by(|a, b| a.end <= b.start), "{text:?}");
        }
    }
}

fn bpe(split: Split, text: &str, vocabulary: u32) -> Bpe {
    let settings = BpeSettings {
        vocabulary,
        split,
        min_count: 2,
        is_byte_level: true,
        dropout: 0.0,
    };
    Bpe::learn(&settings, text, &mut |_| true).unwrap()
}

fn unigram(text: &str, vocabulary: u32) -> Unigram {
    let settings = UnigramSettings::of_size(vocabulary);
    Unigram::learn(&settings, text, &mut |_| true).unwrap()
}

/// Something to learn from: the strings themselves, many times over.
fn text() -> String {
    let mut strings: String = (0..3000).map(random_string).collect();
    strings.retain(is_settled);
    HARD.concat()
        + &strings
        + "the whale and the whales, sails of the sailors. "
            .repeat(30)
            .as_str()
}

#[test]
fn what_is_exported_gives_the_same_ids_there() {
    let text = text();
    let wordpiece = WordPiece::from_parts(WordPieceParts {
        pieces: [
            "[UNK]", "the", "whale", "##s", "學", "e", "##e", ",", "!", "12", "##0",
        ]
        .map(str::to_owned)
        .to_vec(),
        unknown: 0,
        continuation: "##".to_owned(),
        longest_word: 10,
        normaliser: BertNormaliser::CASED,
        specials: vec![0],
    })
    .unwrap();
    let learned: Vec<Box<dyn Tokenizer>> = vec![
        Box::new(bpe(Split::None, &text, 400)),
        Box::new(bpe(Split::Whitespace, &text, 400)),
        Box::new(bpe(Split::Gpt2, &text, 400)),
        Box::new(bpe(Split::Gpt4, &text, 400)),
        Box::new(Bytes),
        Box::new(unigram(&text, 1500)),
        Box::new(wordpiece),
    ];
    for ours in learned {
        let file = write(&*ours).unwrap();
        let reference = reference(&file);
        assert_eq!(
            reference.get_vocab_size(true) as u32,
            ours.vocabulary_size()
        );
        same_on_many(&*ours, &reference, 20_000);
        if ours.is_lossless() {
            for text in HARD {
                assert_eq!(reference.decode(&ours.encode(text), true).unwrap(), *text);
            }
        }
    }
}

#[test]
fn every_way_to_put_blanks_is_the_references() {
    let learned = unigram(&text(), 1500);
    for prefix in [Prefix::Never, Prefix::First, Prefix::Always] {
        for cuts_at_blanks in [true, false] {
            let spaces = Spaces {
                prefix,
                cuts_at_blanks,
                cuts_at_lines: false,
            };
            let ours = Unigram::from_parts(UnigramParts {
                spaces,
                ..learned.parts()
            })
            .unwrap();
            same_on_many(&ours, &reference(&write(&ours).unwrap()), 5000);
        }
    }
}

proptest! {
    #[test]
    fn any_string_is_cut_as_the_reference(text in any::<String>()) {
        static PAIRS: OnceLock<Vec<(Imported, Reference)>> = OnceLock::new();
        let pairs = PAIRS.get_or_init(|| [gpt2(), bert()].map(|file| (imported(file), reference(file))).into());
        for (ours, reference) in pairs {
            same(ours, reference, &text)?;
        }
    }
}
