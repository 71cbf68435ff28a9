//! A learned tokenizer as plain data: what one worker learns, another cuts with, and need not know how to learn.

use serde::{Deserialize, Serialize};
use std::any::Any;

use super::bpe::BpeParts;
use super::unigram::{Unigram, UnigramParts};
use super::{Bpe, Tokenizer, Words};

/// All that makes a learned tokenizer. Characters and bytes need no such thing: their text makes them at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Vocabulary {
    /// Known words in id order.
    Words(Vec<String>),
    Bpe {
        parts: BpeParts,
        dropout: f32,
    },
    Unigram {
        parts: UnigramParts,
        sampling: f32,
    },
}

impl Vocabulary {
    /// The vocabulary of a tokenizer that was learned.
    pub fn of(tokenizer: &dyn Tokenizer) -> Option<Self> {
        let any: &dyn Any = tokenizer;
        if let Some(words) = any.downcast_ref::<Words>() {
            Some(Self::Words(words.words().map(str::to_owned).collect()))
        } else if let Some(bpe) = any.downcast_ref::<Bpe>() {
            Some(Self::Bpe {
                parts: bpe.parts(),
                dropout: bpe.dropout(),
            })
        } else {
            let unigram = any.downcast_ref::<Unigram>()?;
            Some(Self::Unigram {
                parts: unigram.parts(),
                sampling: unigram.sampling(),
            })
        }
    }

    /// The tokenizer again. In the page the code of learned ones comes with the second part (`xtask/src/reach.rs`).
    ///
    /// # Errors
    /// For parts that do not fit together, which those of [`Vocabulary::of`] do.
    #[inline(never)]
    pub fn tokenizer(self) -> Result<Box<dyn Tokenizer>, String> {
        Ok(match self {
            Self::Words(words) => Box::new(Words::of_words(words.iter().map(String::as_str))),
            Self::Bpe { parts, dropout } => {
                let bpe = Bpe::from_parts(&parts).map_err(|e| e.to_string())?;
                Box::new(bpe.with_dropout(dropout))
            }
            Self::Unigram { parts, sampling } => {
                let unigram = Unigram::from_parts(parts).map_err(|e| e.to_string())?;
                Box::new(unigram.with_sampling(sampling))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenizer::{Recipe, TokenizerKind, learn};

    #[test]
    fn a_tokenizer_made_again_is_the_same() {
        use TokenizerKind::{BpeBytes, BpeCharacters, Unigram, Words};
        let text = "the whale ate the boat, the sea ate the whale\n鲸鱼吃船，海吃鲸鱼。";
        let other = "the naïve whale 鲸 ate 3 seas\u{1F433} the the";
        for (kind, vocabulary) in [
            (Words, 8),
            (BpeCharacters, 32),
            (BpeBytes, 270),
            (Unigram, 32),
        ] {
            let recipe = Recipe {
                vocabulary,
                dropout: 0.3,
                sampling: 0.3,
                min_count: 1,
                ..Recipe::of_kind(kind)
            };
            let learned = learn(&recipe, text, &mut |_| true).unwrap();
            let written = serde_json::to_string(&Vocabulary::of(&*learned)).unwrap();
            let read: Option<Vocabulary> = serde_json::from_str(&written).unwrap();
            let again = read.unwrap().tokenizer().unwrap();
            assert_eq!(again.vocabulary_size(), vocabulary, "{kind:?}");
            assert_eq!(again.is_lossless(), learned.is_lossless());
            assert_eq!(again.unknown(), learned.unknown());
            for text in [text, other] {
                assert_eq!(again.spans(text), learned.spans(text), "{kind:?}");
                let drawn = |it: &dyn Tokenizer| it.encode_for_training(text, 7);
                assert_eq!(drawn(&*again), drawn(&*learned), "{kind:?}");
            }
            for id in 0..vocabulary {
                assert_eq!(again.token_bytes(id), learned.token_bytes(id));
                assert_eq!(again.token_label(id), learned.token_label(id));
                assert_eq!(again.score(id), learned.score(id));
                assert_eq!(again.made_of(id), learned.made_of(id));
            }
        }
        let characters = learn(
            &Recipe::of_kind(TokenizerKind::Characters),
            text,
            &mut |_| true,
        );
        assert_eq!(Vocabulary::of(&*characters.unwrap()), None);
    }
}
