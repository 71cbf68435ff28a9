//! Training and validation text: the end of the text is held out, or whole documents of it, so that no validation window shares
//! a character with training. Each part is tokenized by itself; a character vocabulary comes from the training part alone.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::documents::{Documents, SplitBy};
use crate::tokenizer::{LearnError, Recipe, Tokenizer, learn};

/// Chooses the documents that are held out. It is the same for every run: reseeding one gives new weights, and leaves the
/// tokenizer learned from the training part and the loss on the other comparable.
const DOCUMENTS_SEED: u32 = 1;

/// Which part of a text is held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldOutBy {
    /// Its end, wherever that cuts.
    Position,
    /// Documents from all over it, whole, with their copies.
    Document,
}

/// What is held out of a text for validation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// Share of its bytes. One that is no number or not above 0 holds out nothing; one above ½ is ½.
    pub fraction: f32,
    pub by: HeldOutBy,
}

impl HeldOut {
    /// Nothing: all of a text is trained on.
    pub const NOTHING: Self = Self::end(0.0);

    /// This share at the end of a text.
    pub const fn end(fraction: f32) -> Self {
        Self {
            fraction,
            by: HeldOutBy::Position,
        }
    }
}

/// The training and the validation part of a text. Together they are the text, character for character; by document, each
/// document takes along what stands between it and the next, and a text of one document (or of one and its copies) is all
/// trained on.
pub fn split(text: &str, held_out: HeldOut) -> (Cow<'_, str>, Cow<'_, str>) {
    if held_out.by == HeldOutBy::Position {
        let (training, validation) = split_at_end(text, held_out.fraction);
        return (training.into(), validation.into());
    }
    let documents = Documents::of_text(text);
    let by = SplitBy::Document {
        seed: DOCUMENTS_SEED,
    };
    let parts = documents.split(by, held_out.fraction);
    if parts.validation.is_empty() {
        return (text.into(), "".into());
    }
    let part = |numbers: &[usize]| documents.in_place(numbers).into();
    (part(&parts.training), part(&parts.validation))
}

/// Cuts the last share of the bytes off, at a character.
fn split_at_end(text: &str, fraction: f32) -> (&str, &str) {
    let fraction = f64::from(fraction.max(0.0)).min(0.5);
    let held_out = (text.len() as f64 * fraction) as usize;
    let mut at = text.len() - held_out;
    while !text.is_char_boundary(at) {
        at += 1;
    }
    text.split_at(at)
}

/// A text, split and tokenized.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub train: Vec<u32>,
    /// Empty when nothing is held out.
    pub validation: Vec<u32>,
    /// Mean UTF-8 bytes per token of the validation text (of the training text when nothing is held out): turns nats
    /// per token into bits per byte.
    pub bytes_per_token: f64,
}

impl Dataset {
    /// Splits, learns the tokenizer on the training part, encodes both parts.
    pub fn of_text(
        text: &str,
        recipe: &Recipe,
        held_out: HeldOut,
    ) -> Result<(Box<dyn Tokenizer>, Self), LearnError> {
        let (training_text, _) = split(text, held_out);
        let tokenizer = learn(recipe, &training_text, &mut |_| true)?;
        let dataset = Self::encoded(text, &*tokenizer, held_out, 0);
        Ok((tokenizer, dataset))
    }

    /// Splits and encodes both parts. `seed` is for tokenizers that cut training text with randomness (BPE-dropout).
    pub fn encoded(text: &str, tokenizer: &dyn Tokenizer, held_out: HeldOut, seed: u32) -> Self {
        let (training_text, validation_text) = split(text, held_out);
        Self::of_parts(&training_text, &validation_text, tokenizer, seed)
    }

    /// Encodes parts that are split already.
    pub fn of_parts(
        training_text: &str,
        validation_text: &str,
        tokenizer: &dyn Tokenizer,
        seed: u32,
    ) -> Self {
        let train = tokenizer.encode_for_training(training_text, seed);
        let validation = tokenizer.encode(validation_text);
        let (bytes, tokens) = if validation.is_empty() {
            (training_text.len(), train.len())
        } else {
            (validation_text.len(), validation.len())
        };
        Self {
            train,
            validation,
            bytes_per_token: if tokens == 0 {
                1.0
            } else {
                bytes as f64 / tokens as f64
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tokenizer::TokenizerKind;

    fn of_text(text: &str, kind: TokenizerKind, held_out: f32) -> (Box<dyn Tokenizer>, Dataset) {
        Dataset::of_text(text, &Recipe::of_kind(kind), HeldOut::end(held_out)).unwrap()
    }

    fn by_document(fraction: f32) -> HeldOut {
        HeldOut {
            fraction,
            by: HeldOutBy::Document,
        }
    }

    #[test]
    fn the_end_is_held_out() {
        for (text, fraction, training, validation) in [
            ("abcdefghij", 0.2, "abcdefgh", "ij"),
            ("abcdefghij", 0.0, "abcdefghij", ""),
            ("abcdefghij", f32::NAN, "abcdefghij", ""),
            ("abcdefghij", 7.0, "abcde", "fghij"),
            ("", 0.1, "", ""),
        ] {
            let parts = split(text, HeldOut::end(fraction));
            assert_eq!(parts, (training.into(), validation.into()));
        }
    }

    #[test]
    fn whole_documents_are_held_out_with_what_follows_them() {
        let text: String = (100..200).map(|i| format!("line {i}\n")).collect();
        let (training, validation) = split(&text, by_document(0.1));
        assert_eq!((training.len(), validation.len()), (810, 90));
        assert!(!text.ends_with(&*validation), "not the end of the text");
        let mut lines: Vec<&str> = training.lines().chain(validation.lines()).collect();
        lines.sort_unstable();
        assert_eq!(lines, text.lines().collect::<Vec<_>>());
        for (text, fraction) in [(text.as_str(), 0.0), ("one\none\n", 0.5), ("", 0.1)] {
            let parts = split(text, by_document(fraction));
            assert_eq!(parts, (text.into(), "".into()));
        }
    }

    #[test]
    fn validation_does_not_leak_into_the_vocabulary() {
        let text = format!("{}{}", "ab".repeat(45), "zzzzzzzzzz");
        let (tokenizer, dataset) = of_text(&text, TokenizerKind::Characters, 0.1);
        assert_eq!(tokenizer.vocabulary_size(), 3);
        assert_eq!(dataset.train.len(), 90);
        assert_eq!(dataset.validation, vec![tokenizer.unknown().unwrap(); 10]);
    }

    #[test]
    fn bytes_per_token_is_that_of_the_validation_text() {
        let text = format!("{}{}", "a".repeat(90), "鲸".repeat(3));
        let (_, dataset) = of_text(&text, TokenizerKind::Characters, 0.09);
        assert_eq!(dataset.validation.len(), 2);
        assert_eq!(dataset.bytes_per_token, 3.0);
        let (_, dataset) = of_text(&text, TokenizerKind::Bytes, 0.09);
        assert_eq!(dataset.bytes_per_token, 1.0);
        let (_, empty) = of_text("", TokenizerKind::Bytes, 0.1);
        assert_eq!(empty.bytes_per_token, 1.0);
    }

    proptest! {
        #[test]
        fn parts_are_disjoint_and_whole(text in any::<String>(), fraction in 0.0f32..1.0) {
            let (train, validation) = split(&text, HeldOut::end(fraction));
            prop_assert_eq!(format!("{train}{validation}"), text.clone());
            prop_assert!(train.len() >= text.len() / 2);
        }

        #[test]
        fn no_character_is_lost_by_document(text in "[ab \n\r鲸]{0,60}", fraction in 0.0f32..1.0) {
            let (train, validation) = split(&text, by_document(fraction));
            let sorted = |text: &str| {
                let mut characters: Vec<char> = text.chars().collect();
                characters.sort_unstable();
                characters
            };
            prop_assert_eq!(sorted(&format!("{train}{validation}")), sorted(&text));
        }
    }
}
