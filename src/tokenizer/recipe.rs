//! What a tokenizer is learned with, and the one door to all that can be learned. A recipe and a training text determine the
//! tokenizer, so a link carries the recipe and any tab learns the same one again.

use serde::{Deserialize, Serialize};

use super::bpe::{Bpe, BpeSettings};
use super::unigram::{Unigram, UnigramSettings};
use super::{Bytes, Characters, Tokenizer, Words};

/// Which tokenizer cuts the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TokenizerKind {
    /// Unicode characters of the training text; V = distinct characters + 1 for unknown.
    Characters,
    /// UTF-8 bytes; V = 256.
    Bytes,
    /// Unicode words of the training text.
    Words,
    /// Byte-pair encoding over characters.
    BpeCharacters,
    /// Byte-pair encoding over bytes.
    BpeBytes,
    /// Pieces with a probability each (Kudo 2018).
    Unigram,
}

impl TokenizerKind {
    /// Whether it has a vocabulary of a wanted size; the others have what the text or UTF-8 gives them.
    pub fn is_sized(self) -> bool {
        match self {
            TokenizerKind::Characters | TokenizerKind::Bytes => false,
            TokenizerKind::Unigram
            | TokenizerKind::Words
            | TokenizerKind::BpeCharacters
            | TokenizerKind::BpeBytes => true,
        }
    }

    /// Whether it learns inside the pieces of a [`Split`].
    pub fn is_split(self) -> bool {
        match self {
            TokenizerKind::Characters
            | TokenizerKind::Bytes
            | TokenizerKind::Unigram
            | TokenizerKind::Words => false,
            TokenizerKind::BpeCharacters | TokenizerKind::BpeBytes => true,
        }
    }

    /// Whether it heeds [`Recipe::min_count`].
    pub fn has_min_count(self) -> bool {
        match self {
            TokenizerKind::Characters | TokenizerKind::Bytes => false,
            TokenizerKind::Unigram
            | TokenizerKind::Words
            | TokenizerKind::BpeCharacters
            | TokenizerKind::BpeBytes => true,
        }
    }

    /// Whether it heeds [`Recipe::dropout`].
    pub fn has_dropout(self) -> bool {
        match self {
            TokenizerKind::Characters
            | TokenizerKind::Bytes
            | TokenizerKind::Unigram
            | TokenizerKind::Words => false,
            TokenizerKind::BpeCharacters | TokenizerKind::BpeBytes => true,
        }
    }

    /// Whether it heeds [`Recipe::sampling`].
    pub fn has_sampling(self) -> bool {
        match self {
            TokenizerKind::Characters
            | TokenizerKind::Bytes
            | TokenizerKind::Words
            | TokenizerKind::BpeCharacters
            | TokenizerKind::BpeBytes => false,
            TokenizerKind::Unigram => true,
        }
    }
}

/// How text is cut before merges are learned; no merge crosses a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Split {
    /// Not at all.
    None,
    /// Words of anything but white space, with the blank before them.
    Whitespace,
    /// GPT-2's pattern: words with their blank, numbers, signs (Radford et al. 2019).
    Gpt2,
    /// GPT-4's pattern (cl100k): case-blind contractions, digits in threes, line ends with the signs before them.
    Gpt4,
}

/// What a tokenizer is learned with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub kind: TokenizerKind,
    /// Wanted vocabulary V, for kinds that have a size ([`TokenizerKind::is_sized`]).
    pub vocabulary: u32,
    pub split: Split,
    /// What is rarer than this in the training text gets no token of its own.
    pub min_count: u32,
    /// BPE-dropout (Provilkov et al. 2020): the probability that a merge is skipped while training text is cut; 0 is off.
    pub dropout: f32,
    /// Subword regularisation (Kudo 2018): training text is cut into pieces drawn with probability ∝ P^`sampling`; 1 draws as
    /// probable as they are, less draws more evenly, and 0 is off.
    pub sampling: f32,
}

impl Recipe {
    /// A recipe of this kind with the usual settings.
    pub const fn of_kind(kind: TokenizerKind) -> Self {
        Self {
            kind,
            vocabulary: 512,
            split: Split::Gpt4,
            min_count: 2,
            dropout: 0.0,
            sampling: 0.0,
        }
    }

    /// The recipe with every setting its kind does not heed at its usual value: two recipes that come out equal learn the
    /// same tokenizer.
    pub fn essential(&self) -> Self {
        let usual = Self::of_kind(self.kind);
        let kind = self.kind;
        Self {
            kind,
            vocabulary: if kind.is_sized() {
                self.vocabulary
            } else {
                usual.vocabulary
            },
            split: if kind.is_split() {
                self.split
            } else {
                usual.split
            },
            min_count: if kind.has_min_count() {
                self.min_count
            } else {
                usual.min_count
            },
            dropout: if kind.has_dropout() {
                self.dropout
            } else {
                usual.dropout
            },
            sampling: if kind.has_sampling() {
                self.sampling
            } else {
                usual.sampling
            },
        }
    }
}

/// Why no tokenizer was learned. Shown to the user, so every message ends with a cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum LearnError {
    #[error(
        "There is no text to learn a tokenizer from. Choose a longer text or hold out less of it."
    )]
    EmptyCorpus,
    #[error(
        "A vocabulary of {wanted} is too small: this tokenizer needs at least {least} for this text. Set the vocabulary to {least} or more."
    )]
    VocabularyTooSmall { wanted: u32, least: u32 },
    #[error(
        "A vocabulary of {wanted} is too large: this text yields at most {most}. Set the vocabulary to {most} or less, or take a longer text."
    )]
    VocabularyTooLarge { wanted: u32, most: u32 },
    #[error("Learning the tokenizer was cancelled. Start it again when you like.")]
    Cancelled,
}

/// Called now and then with the share done (0..=1); false cancels.
pub type Watch<'a> = &'a mut dyn FnMut(f32) -> bool;

/// Learns the tokenizer of a recipe from a training text.
pub fn learn(
    recipe: &Recipe,
    training_text: &str,
    watch: Watch,
) -> Result<Box<dyn Tokenizer>, LearnError> {
    if !watch(0.0) {
        return Err(LearnError::Cancelled);
    }
    Ok(match recipe.kind {
        TokenizerKind::Characters => Box::new(Characters::of_text(training_text)),
        TokenizerKind::Bytes => Box::new(Bytes),
        TokenizerKind::Unigram => {
            let settings = UnigramSettings {
                min_count: recipe.min_count,
                ..UnigramSettings::of_size(recipe.vocabulary)
            };
            let unigram = Unigram::learn(&settings, training_text, watch)?;
            Box::new(unigram.with_sampling(recipe.sampling))
        }
        TokenizerKind::Words => {
            let (vocabulary, min_count) = (recipe.vocabulary, recipe.min_count);
            Box::new(Words::learn(vocabulary, min_count, training_text, watch)?)
        }
        TokenizerKind::BpeCharacters | TokenizerKind::BpeBytes => {
            let settings = BpeSettings {
                vocabulary: recipe.vocabulary,
                split: recipe.split,
                min_count: recipe.min_count,
                is_byte_level: recipe.kind == TokenizerKind::BpeBytes,
                dropout: recipe.dropout,
            };
            Box::new(Bpe::learn(&settings, training_text, watch)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_learning_gives_nothing() {
        let recipe = Recipe::of_kind(TokenizerKind::Characters);
        let cancelled = learn(&recipe, "abc", &mut |_| false);
        assert_eq!(cancelled.err(), Some(LearnError::Cancelled));
        let learned = learn(&recipe, "abc", &mut |_| true).unwrap();
        assert_eq!(learned.vocabulary_size(), 4);
    }

    #[test]
    fn a_unigram_recipe_learns_its_size() {
        let recipe = Recipe {
            vocabulary: 9,
            ..Recipe::of_kind(TokenizerKind::Unigram)
        };
        let text = "the whale the whale the whale";
        let learned = learn(&recipe, text, &mut |_| true);
        assert_eq!(
            learned.map(|learned| learned.vocabulary_size()).ok(),
            Some(9)
        );
    }

    #[test]
    fn only_unigram_draws_its_pieces() {
        use TokenizerKind::{BpeBytes, BpeCharacters, Bytes, Characters, Unigram, Words};
        let text = "she sells sea shells by the sea shore, the shells she sells are sea shells";
        for (kind, vocabulary) in [
            (Characters, 14),
            (Bytes, 256),
            (Words, 3),
            (BpeCharacters, 20),
            (BpeBytes, 262),
            (Unigram, 24),
        ] {
            let recipe = Recipe {
                vocabulary,
                min_count: 1,
                sampling: 0.2,
                ..Recipe::of_kind(kind)
            };
            let learned = learn(&recipe, text, &mut |_| true).unwrap();
            let drawn = learned.encode_for_training(text, 7);
            assert_eq!(drawn != learned.encode(text), kind == Unigram, "{kind:?}");
            assert_eq!(kind.has_sampling(), kind == Unigram);
            assert_eq!(drawn, learned.encode_for_training(text, 7), "{kind:?}");
        }
    }

    #[test]
    fn every_kind_is_learned_from_its_recipe() {
        use TokenizerKind::{BpeBytes, BpeCharacters, Bytes, Characters, Words};
        let text = "she sells sea shells by the sea shore";
        for (kind, vocabulary) in [
            (Characters, 12),
            (Bytes, 256),
            (Words, 3),
            (BpeCharacters, 18),
            (BpeBytes, 262),
        ] {
            let recipe = Recipe {
                vocabulary,
                ..Recipe::of_kind(kind)
            };
            let learned = learn(&recipe, text, &mut |_| true).unwrap();
            assert_eq!(learned.vocabulary_size(), vocabulary, "{kind:?}");
            assert_eq!(learned.is_lossless(), [Bytes, BpeBytes].contains(&kind));
            let known = if kind == Words { "sea sea" } else { text };
            assert_eq!(learned.decode(&learned.encode(known)), known, "{kind:?}");
            assert_eq!(
                learned.encode_for_training(text, 7),
                learned.encode(text),
                "{kind:?}"
            );
            let dropped = Recipe {
                dropout: 0.9,
                ..recipe
            };
            let dropped = learn(&dropped, text, &mut |_| true).unwrap();
            assert_eq!(
                dropped.encode_for_training(text, 7) != dropped.encode(text),
                kind.has_dropout(),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn settings_that_are_not_heeded_make_no_other_tokenizer() {
        let bytes = Recipe::of_kind(TokenizerKind::Bytes);
        let other = Recipe {
            vocabulary: 9_999,
            split: Split::None,
            min_count: 7,
            dropout: 0.5,
            sampling: 0.5,
            ..bytes
        };
        assert_eq!(other.essential(), bytes.essential());
    }
}
