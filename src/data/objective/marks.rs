//! What objectives want to know of a tokenizer's vocabulary and of a text in its tokens: where words begin, where sentences end,
//! where documents lie.

use std::ops::Range;

use crate::data::statistics::documents::{documents, ends_sentence};
use crate::data::statistics::languages::is_han;
use crate::tokenizer::Tokenizer;

/// For each id whether its token begins a word: with a blank, a sign or a Chinese character, or with the first byte of one. Letters
/// and digits go on with the word before them, so a word is a blank or a sign and what is written on after it.
pub fn word_starts(tokenizer: &dyn Tokenizer) -> Vec<bool> {
    let begins = |id| {
        let bytes = tokenizer.token_bytes(id);
        let longest = bytes.len().min(4);
        match (1..=longest).find_map(|end| std::str::from_utf8(&bytes[..end]).ok()) {
            Some(first) => first.chars().all(|c| !c.is_alphanumeric() || is_han(c)),
            // cut inside a character: of three bytes and more most are Chinese; 0x80.. goes on with one
            None => bytes.first().is_some_and(|&byte| byte >= 0xE3),
        }
    };
    (0..tokenizer.vocabulary_size()).map(begins).collect()
}

/// For each id whether its token ends a sentence: with a full stop, question or exclamation mark, whatever blanks follow, or by
/// a line break.
pub fn sentence_ends(tokenizer: &dyn Tokenizer) -> Vec<bool> {
    let ends = |id| {
        let text = String::from_utf8_lossy(tokenizer.token_bytes(id));
        text.contains('\n') || text.trim_end().ends_with(ends_sentence)
    };
    (0..tokenizer.vocabulary_size()).map(ends).collect()
}

/// The documents of a text as ranges of its tokens, in order. A token belongs to the document that it begins in, and to none when
/// it begins between two.
///
/// `tokens` may have been drawn (`encode_for_training`), so that they are not those that the tokenizer would cut again; then
/// documents are looked for in what the tokens say.
pub fn document_ranges(text: &str, tokens: &[u32], tokenizer: &dyn Tokenizer) -> Vec<Range<usize>> {
    let starts_in = |text: &str, starts: &[usize]| {
        let place = |byte: usize| starts.partition_point(|&start| start < byte);
        documents(text)
            .into_iter()
            .map(|document| place(document.start)..place(document.end))
            .filter(|range| !range.is_empty())
            .collect()
    };
    if !tokenizer.is_lossless() {
        let spans = tokenizer.spans(text);
        if spans.iter().map(|span| span.id).eq(tokens.iter().copied()) {
            let starts: Vec<usize> = spans.iter().map(|span| span.start as usize).collect();
            return starts_in(text, &starts);
        }
    }
    let mut bytes = Vec::new();
    let mut starts = Vec::with_capacity(tokens.len());
    for &token in tokens {
        starts.push(bytes.len());
        bytes.extend_from_slice(tokenizer.token_bytes(token));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => starts_in(text, &starts),
        // A text cut inside a character at its end: its documents are those before.
        Err(error) => {
            let whole = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            starts_in(&whole, &starts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenizer::{Bytes, Characters, Recipe, TokenizerKind, learn};

    const TEXT: &str =
        "The cat, it sat. The dog\nran!\n\nA second one. 猫坐。\n\n\nThird? It is.\n";

    fn tokenizers() -> Vec<Box<dyn Tokenizer>> {
        let learned = |kind, vocabulary| {
            let recipe = Recipe {
                vocabulary,
                ..Recipe::of_kind(kind)
            };
            learn(&recipe, &TEXT.repeat(20), &mut |_| true).unwrap()
        };
        vec![
            Box::new(Bytes),
            Box::new(Characters::of_text(TEXT)),
            learned(TokenizerKind::Words, 22),
            learned(TokenizerKind::BpeBytes, 280),
            learned(TokenizerKind::Unigram, 40),
        ]
    }

    #[test]
    fn words_begin_at_blanks_signs_and_ideographs() {
        for tokenizer in tokenizers() {
            let starts = word_starts(&*tokenizer);
            assert_eq!(starts.len(), tokenizer.vocabulary_size() as usize);
            let tokens = tokenizer.encode(" it, 猫坐");
            let mut words: Vec<Vec<u32>> = Vec::new();
            for token in tokens {
                if starts[token as usize] || words.is_empty() {
                    words.push(Vec::new());
                }
                words.last_mut().unwrap().push(token);
            }
            let words: Vec<String> = words.iter().map(|word| tokenizer.decode(word)).collect();
            // a learned token may hold both ideographs, or a blank before one
            let joined = words
                .join("|")
                .replace("| |猫", "|猫")
                .replace("猫|坐", "猫坐");
            let joined = joined.replace(" 猫", "猫");
            assert_eq!(joined, " it|,|猫坐", "{words:?}");
        }
        let characters = Characters::of_text(TEXT);
        let starts = word_starts(&characters);
        let begins = |c: &str| starts[characters.encode(c)[0] as usize];
        assert!([" ", "\n", ".", "猫", "坐"].into_iter().all(begins));
        assert!(!["T", "a", "t"].into_iter().any(begins));
    }

    #[test]
    fn sentences_end_with_signs_and_lines() {
        let tokenizer = Characters::of_text(TEXT);
        let ends = sentence_ends(&tokenizer);
        let found: String = (0..tokenizer.vocabulary_size())
            .filter(|&id| ends[id as usize])
            .map(|id| tokenizer.decode(&[id]))
            .collect();
        assert_eq!(found, "\n!.?。");
    }

    #[test]
    fn documents_are_found_in_any_tokens() {
        let expected = [
            "The cat, it sat. The dog\nran!",
            "A second one. 猫坐。",
            "Third? It is.",
        ];
        for tokenizer in tokenizers() {
            let tokens = tokenizer.encode(TEXT);
            let ranges = document_ranges(TEXT, &tokens, &*tokenizer);
            let found: Vec<String> = ranges
                .iter()
                .map(|range| tokenizer.decode(&tokens[range.clone()]))
                .collect();
            let found: Vec<&str> = found.iter().map(|text| text.trim()).collect();
            assert_eq!(found, expected);
            // tokens that the tokenizer would not cut so
            let drawn: Vec<u32> = TEXT
                .chars()
                .flat_map(|c| tokenizer.encode(&c.to_string()))
                .collect();
            assert_eq!(document_ranges(TEXT, &drawn, &*tokenizer).len(), 3);
        }
        assert!(document_ranges("", &[], &Bytes).is_empty());
        let cut = &TEXT.as_bytes()[..TEXT.find('坐').unwrap() + 1];
        let cut: Vec<u32> = cut.iter().map(|&byte| u32::from(byte)).collect();
        assert_eq!(document_ranges(TEXT, &cut, &Bytes).len(), 2);
    }
}
