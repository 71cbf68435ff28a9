//! Text ↔ ids. One file per algorithm; what they share is the [`Tokenizer`] trait and the [`StreamDecoder`].
//!
//! A token is a run of bytes, not of characters: byte-level tokenizers cut inside a character, so ids become text only
//! through bytes. Ids are `0..vocabulary_size()`.

pub mod bpe;
pub mod bytes;
pub mod characters;
pub mod double_array;
mod entries;
pub mod presplit;
mod recipe;
pub mod unigram;
pub mod vocabulary;
pub mod wordpiece;
pub mod words;

use std::any::Any;

pub use bpe::Bpe;
pub use bytes::Bytes;
pub use characters::Characters;
pub use recipe::{LearnError, Recipe, Split, TokenizerKind, Watch, learn};
pub use words::Words;

/// One token of a text: its id and the bytes `start..end` of the text that it came from. A byte-level token may begin or end
/// inside a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub id: u32,
    pub start: u32,
    pub end: u32,
}

/// A way to cut text into tokens of a fixed vocabulary. (`Any` leads back to the type, for what only one algorithm has.)
pub trait Tokenizer: Any + Send + Sync {
    /// Number of ids V.
    fn vocabulary_size(&self) -> u32;

    /// The ids of a text. Never fails: what the vocabulary lacks becomes its unknown token.
    fn encode(&self, text: &str) -> Vec<u32>;

    /// Ids with the range of the text each came from. Ranges are in order and do not overlap; what a tokenizer leaves out
    /// (blanks between words, say) belongs to none, and a token it adds has an empty one.
    fn spans(&self, text: &str) -> Vec<Span>;

    /// Whether `decode(encode(x)) == x` for every text x.
    fn is_lossless(&self) -> bool;

    /// The bytes one id stands for; U+FFFD's for an id outside the vocabulary and for the unknown token.
    fn token_bytes(&self, id: u32) -> &[u8];

    /// As [`Tokenizer::encode`], with the randomness that its recipe asks for while training text is cut (BPE-dropout,
    /// subword regularisation).
    fn encode_for_training(&self, text: &str, seed: u32) -> Vec<u32> {
        let _ = seed;
        self.encode(text)
    }

    /// The two tokens that a merge made this one of, where merges make tokens.
    fn made_of(&self, id: u32) -> Option<(u32, u32)> {
        let _ = id;
        None
    }

    /// ln of the probability of a token, where tokens have one.
    fn score(&self, id: u32) -> Option<f32> {
        let _ = id;
        None
    }

    /// The special tokens, which are signs to a model and no text, by id: how each is written. Text that spells one stays text,
    /// except in [`Tokenizer::spans_with_specials`].
    fn special_tokens(&self) -> &[(u32, String)] {
        &[]
    }

    /// As [`Tokenizer::spans`], with special tokens that are spelled out in the text standing for themselves. Only for text that
    /// one trusts.
    fn spans_with_specials(&self, text: &str) -> Vec<Span> {
        self.spans(text)
    }

    /// The id that stands for everything the vocabulary lacks, where there is one.
    fn unknown(&self) -> Option<u32> {
        None
    }

    /// The text of ids; bytes that are no UTF-8 become U+FFFD.
    fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids
            .iter()
            .flat_map(|&id| self.token_bytes(id))
            .copied()
            .collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// How a single token is shown in lists and strips: blanks get a sign, stray bytes their hexadecimal value.
    /// For running text use [`Tokenizer::decode`] or [`StreamDecoder`].
    fn token_label(&self, id: u32) -> String {
        if id >= self.vocabulary_size() || Some(id) == self.unknown() {
            return "<unk>".to_owned();
        }
        label(self.token_bytes(id))
    }
}

const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

fn label(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().map(visible).collect(),
        Err(_) => bytes.iter().map(|byte| format!("<{byte:02X}>")).collect(),
    }
}

fn visible(c: char) -> String {
    match c {
        ' ' => "␣".to_owned(),
        '\n' => "↵".to_owned(),
        '\t' => "⇥".to_owned(),
        '\r' => "␍".to_owned(),
        c if c.is_control() || c.is_whitespace() || is_invisible(c) => {
            format!("<U+{:04X}>", c as u32)
        }
        c => c.to_string(),
    }
}

/// Zero-width and direction marks, which would draw nothing or disturb the line around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Turns ids that arrive one by one into whole characters: bytes of a character that is not complete yet are held back.
/// All pieces and the last [`StreamDecoder::finish`] together are what [`Tokenizer::decode`] gives for all ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamDecoder {
    /// At most the first three bytes of a character.
    held: Vec<u8>,
}

impl StreamDecoder {
    /// The text that became certain with this token; empty in the middle of a character.
    pub fn push(&mut self, tokenizer: &dyn Tokenizer, id: u32) -> String {
        self.held.extend_from_slice(tokenizer.token_bytes(id));
        let mut text = String::new();
        let mut rest = self.held.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(valid) => {
                    text.push_str(valid);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    text.push_str(&String::from_utf8_lossy(valid));
                    rest = after;
                    match error.error_len() {
                        Some(bad) => {
                            text.push('\u{FFFD}');
                            rest = &rest[bad..];
                        }
                        None => break,
                    }
                }
            }
        }
        self.held = rest.to_vec();
        text
    }

    /// What is still held at the end of the stream: U+FFFD for a character cut short, else nothing.
    pub fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_visible() {
        let labels: Vec<String> = [10, 32, 65, 0xE4, 0, 256]
            .map(|id| Bytes.token_label(id))
            .to_vec();
        assert_eq!(labels, ["↵", "␣", "A", "<E4>", "<U+0000>", "<unk>"]);
    }

    #[test]
    fn stream_holds_back_unfinished_characters() {
        let mut decoder = StreamDecoder::default();
        let pieces: Vec<String> = "a鲸!"
            .bytes()
            .map(|byte| decoder.push(&Bytes, u32::from(byte)))
            .collect();
        assert_eq!(pieces, ["a", "", "", "鲸", "!"]);
        assert_eq!(decoder.push(&Bytes, 0xE9), "");
        assert_eq!(decoder.finish(), "\u{FFFD}");
        assert_eq!(decoder.finish(), "");
    }

    proptest! {
        #[test]
        fn stream_equals_decode(ids in proptest::collection::vec(0u32..260, 0..64)) {
            let mut decoder = StreamDecoder::default();
            let mut text: String = ids.iter().map(|&id| decoder.push(&Bytes, id)).collect();
            text += &decoder.finish();
            prop_assert_eq!(text, Bytes.decode(&ids));
        }
    }
}
