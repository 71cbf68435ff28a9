//! Training and validation text by position: the end of the text is held out, so that no validation window shares a
//! character with training. Each part is tokenized by itself; a character vocabulary comes from the training part alone.

use crate::tokenizer::{LearnError, Recipe, Tokenizer, learn};

/// Cuts the last `validation_fraction` of the text (by bytes, at a character) off for validation.
/// A fraction that is no number or not above 0 holds out nothing; the training part keeps at least half.
pub fn split(text: &str, validation_fraction: f32) -> (&str, &str) {
    let fraction = f64::from(validation_fraction.max(0.0)).min(0.5);
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
        validation_fraction: f32,
    ) -> Result<(Box<dyn Tokenizer>, Self), LearnError> {
        let (training_text, _) = split(text, validation_fraction);
        let tokenizer = learn(recipe, training_text, &mut |_| true)?;
        let dataset = Self::encoded(text, &*tokenizer, validation_fraction, 0);
        Ok((tokenizer, dataset))
    }

    /// Splits and encodes both parts. `seed` is for tokenizers that cut training text with randomness (BPE-dropout).
    pub fn encoded(
        text: &str,
        tokenizer: &dyn Tokenizer,
        validation_fraction: f32,
        seed: u32,
    ) -> Self {
        let (training_text, validation_text) = split(text, validation_fraction);
        Self::of_parts(training_text, validation_text, tokenizer, seed)
    }

    /// Encodes parts that are split already, as [`super::documents`] does by document.
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
        Dataset::of_text(text, &Recipe::of_kind(kind), held_out).unwrap()
    }

    #[test]
    fn the_end_is_held_out() {
        assert_eq!(split("abcdefghij", 0.2), ("abcdefgh", "ij"));
        assert_eq!(split("abcdefghij", 0.0), ("abcdefghij", ""));
        assert_eq!(split("abcdefghij", f32::NAN), ("abcdefghij", ""));
        assert_eq!(split("abcdefghij", 7.0), ("abcde", "fghij"));
        assert_eq!(split("", 0.1), ("", ""));
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
            let (train, validation) = split(&text, fraction);
            prop_assert_eq!(format!("{train}{validation}"), text.clone());
            prop_assert!(train.len() >= text.len() / 2);
        }
    }
}
