use std::sync::LazyLock;

use fancy_regex::Regex;
use proptest::prelude::*;

use super::*;

const PATTERNS: [Pattern; 4] = [
    Pattern::Whitespace,
    Pattern::Gpt2,
    Pattern::Gpt4 { digits: 3 },
    Pattern::Gpt4 { digits: 1 },
];

fn pieces(pattern: Pattern, text: &str) -> Vec<&str> {
    pattern.pieces(text).collect()
}

fn by_expression(pattern: Pattern, text: &str) -> Vec<String> {
    static EXPRESSIONS: LazyLock<[Regex; 4]> =
        LazyLock::new(|| PATTERNS.map(|p| Regex::new(&p.expression().unwrap()).unwrap()));
    let at = PATTERNS.iter().position(|&p| p == pattern).unwrap();
    EXPRESSIONS[at]
        .find_iter(text)
        .map(|found| found.unwrap().as_str().to_owned())
        .collect()
}

#[test]
fn words_keep_their_blank() {
    let text = "It's  20 whales'\n\n at 1234 o'CLOCK!";
    assert_eq!(
        pieces(Pattern::Gpt2, text),
        [
            "It", "'s", " ", " 20", " whales", "'", "\n\n", " at", " 1234", " o", "'", "CLOCK", "!"
        ]
    );
    assert_eq!(
        pieces(Pattern::Gpt4 { digits: 3 }, text),
        [
            "It", "'s", " ", " ", "20", " whales", "'\n\n", " at", " ", "123", "4", " o", "'CLOCK",
            "!"
        ]
    );
    assert_eq!(
        pieces(Pattern::Whitespace, text),
        [
            "It's",
            " ",
            " 20",
            " whales'",
            "\n\n",
            " at",
            " 1234",
            " o'CLOCK!"
        ]
    );
    assert_eq!(pieces(Pattern::Whole, text), [text]);
    assert!(pieces(Pattern::Whole, "").is_empty());
}

#[test]
fn an_expression_is_known_again() {
    for pattern in PATTERNS {
        let expression = pattern.expression().unwrap();
        assert_eq!(Pattern::of_expression(&expression), Some(pattern));
    }
    assert_eq!(Pattern::of_expression(r"\w+"), None);
}

/// What the alternatives of the patterns turn on, thickly.
fn tricky() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "'",
            "'s",
            "'S",
            "'ſ",
            "'LL",
            "'re",
            "'vE",
            "'d",
            " ",
            "  ",
            "\t",
            "\n",
            "\r\n",
            "\r",
            "\u{85}",
            "\u{A0}",
            "\u{3000}",
            "\u{200B}",
            "a",
            "Zz",
            "é",
            "e\u{301}",
            "\u{345}",
            "鲸",
            "ſ",
            "ª",
            "1",
            "١٢",
            "Ⅻ",
            "½",
            "²",
            "ⓐ",
            "_",
            "-",
            "…",
            "👩‍🚀",
            "\u{FE0F}",
            "ال",
            "\u{10FFFF}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn pieces_are_those_of_the_expressions(text in prop_oneof![tricky(), any::<String>()]) {
        for pattern in PATTERNS {
            prop_assert_eq!(pieces(pattern, &text), by_expression(pattern, &text), "{:?}", pattern);
        }
    }

    #[test]
    fn pieces_together_are_the_text(text in any::<String>()) {
        for pattern in PATTERNS.into_iter().chain([Pattern::Whole]) {
            prop_assert_eq!(pieces(pattern, &text).concat(), text.as_str());
        }
    }
}
