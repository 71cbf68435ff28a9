//! A derivation written out in one language, with its content words' places and, where noise strikes, misspelt.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::World;
use super::config::Language;
use super::grammar::{Lexeme, Piece, Tag, Tree};
use crate::data::chance::{Dice, Odds};

/// A content word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedWord {
    /// Bytes of the document; without the written tag.
    pub range: Range<usize>,
    pub tag: Tag,
    pub is_misspelt: bool,
}

/// A document being written.
pub(super) struct Page<'a> {
    pub world: &'a World,
    pub language: Language,
    /// Whether tags are written behind the words: `Kalo/PER`.
    pub with_tags: bool,
    pub text: String,
    pub words: Vec<TaggedWord>,
}

impl Page<'_> {
    /// Appends the derivation. Noise draws from the dice, word by word.
    pub fn write(&mut self, tree: &Tree, dice: &mut Dice) {
        let Some(rule) = &tree.rule else {
            let world = self.world;
            if let Some(lexeme) = world.lexeme(tree.node) {
                self.word(&lexeme, dice);
            }
            return;
        };
        for piece in rule.pieces(self.language) {
            match piece {
                Piece::Text(text) => self.text.push_str(text),
                Piece::Child(i) => self.write(&tree.children[i], dice),
            }
        }
    }

    fn word(&mut self, lexeme: &Lexeme, dice: &mut Dice) {
        let right = lexeme.text(self.language);
        let start = self.text.len();
        let wrong = self.world.misspelling(right, self.language, dice);
        self.text.push_str(wrong.unwrap_or(right));
        self.words.push(TaggedWord {
            range: start..self.text.len(),
            tag: lexeme.tag,
            is_misspelt: wrong.is_some(),
        });
        if self.with_tags {
            self.text.push('/');
            self.text.push_str(lexeme.tag.key());
        }
    }
}

impl World {
    fn misspelling(&self, word: &str, language: Language, dice: &mut Dice) -> Option<&str> {
        let variants = self.misspellings.of(word, language);
        if variants.is_empty() {
            return None;
        }
        let choice = dice.pick(&Odds::maybe(f64::from(self.config.noise), variants.len()));
        choice.checked_sub(1).map(|i| variants[i].as_str())
    }
}
