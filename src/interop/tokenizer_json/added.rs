//! Added tokens: found in the text before the model sees it, the leftmost first and of those the longest.

use std::ops::Range;

use super::file::AddedToken;
use crate::tokenizer::double_array::DoubleArray;

/// Added tokens that are looked for in the same text.
#[derive(Clone, Debug)]
pub struct Added {
    tokens: Vec<AddedToken>,
    trie: DoubleArray,
    begins: [bool; 256],
}

impl Added {
    /// `pattern` is what a token looks like in the text that is searched; tokens without one are never found.
    pub fn of(tokens: Vec<AddedToken>, pattern: impl Fn(&AddedToken) -> String) -> Self {
        let patterns: Vec<String> = tokens.iter().map(pattern).collect();
        let mut begins = [false; 256];
        for byte in patterns.iter().filter_map(|pattern| pattern.bytes().next()) {
            begins[usize::from(byte)] = true;
        }
        let numbered = patterns.iter().map(String::as_bytes).zip(0..);
        Self {
            trie: DoubleArray::of(numbered),
            tokens,
            begins,
        }
    }

    /// The text as added tokens (with their id) and the stretches between them, none empty. Special tokens are only found if
    /// `finds_special`; else they are text like any other.
    pub fn split(&self, text: &str, finds_special: bool) -> Vec<(Option<u32>, Range<usize>)> {
        let mut parts = Vec::new();
        if self.tokens.is_empty() {
            if !text.is_empty() {
                parts.push((None, 0..text.len()));
            }
            return parts;
        }
        let bytes = text.as_bytes();
        // Where the stretch since the last token began, and where the search is.
        let (mut begun, mut at) = (0, 0);
        while at < bytes.len() {
            if !self.begins[usize::from(bytes[at])] {
                at += 1;
                continue;
            }
            let Some((length, number)) = self.trie.longest(&bytes[at..]) else {
                at += 1;
                continue;
            };
            let token = &self.tokens[number as usize];
            let (mut start, mut end) = (at, at + length);
            at = end;
            let is_found = (finds_special || !token.special)
                && (!token.single_word || stands_alone(&text[..start], &text[end..]));
            if !is_found {
                continue;
            }
            if token.lstrip {
                start = text[..start].trim_end().len().max(begun);
            }
            if token.rstrip {
                end = text.len() - text[end..].trim_start().len();
                at = at.max(end);
            }
            if begun < start {
                parts.push((None, begun..start));
            }
            parts.push((Some(token.id), start..end));
            begun = end;
        }
        if begun < text.len() {
            parts.push((None, begun..text.len()));
        }
        parts
    }
}

fn stands_alone(before: &str, after: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    !before.ends_with(is_word) && !after.starts_with(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(id: u32, content: &str) -> AddedToken {
        AddedToken {
            id,
            content: content.to_owned(),
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: false,
        }
    }

    fn split(tokens: &[AddedToken], text: &str, finds_special: bool) -> Vec<(Option<u32>, String)> {
        let added = Added::of(tokens.to_vec(), |token| token.content.clone());
        let parts = added.split(text, finds_special);
        parts
            .into_iter()
            .map(|(id, range)| (id, text[range].to_owned()))
            .collect()
    }

    #[test]
    fn the_leftmost_and_longest_is_found() {
        let tokens = [token(1, "ab"), token(2, "abc"), token(3, "bcd")];
        let found = split(&tokens, "xabcdab", true);
        let expected = [(None, "x"), (Some(2), "abc"), (None, "d"), (Some(1), "ab")];
        assert_eq!(found, expected.map(|(id, text)| (id, text.to_owned())));
        assert!(split(&tokens, "", true).is_empty());
    }

    #[test]
    fn special_tokens_are_text_unless_asked_for() {
        let special = AddedToken {
            special: true,
            ..token(9, "<end>")
        };
        let found = split(std::slice::from_ref(&special), "a<end>", false);
        assert_eq!(found, [(None, "a<end>".to_owned())]);
        assert_eq!(split(&[special], "a<end>", true).len(), 2);
    }

    #[test]
    fn strips_and_single_words() {
        let mask = AddedToken {
            lstrip: true,
            rstrip: true,
            ..token(4, "<mask>")
        };
        let found = split(&[mask], "a  <mask>\n b", true);
        assert_eq!(found[1], (Some(4), "  <mask>\n ".to_owned()));
        let word = AddedToken {
            single_word: true,
            ..token(5, "sea")
        };
        let ids: Vec<Option<u32>> = split(&[word], "seas sea, sea", true)
            .into_iter()
            .map(|part| part.0)
            .collect();
        assert_eq!(ids, [None, Some(5), None, Some(5)]);
    }
}
