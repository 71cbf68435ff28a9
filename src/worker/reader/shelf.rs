//! Tokenizers that were learned, kept so that going back and forth between recipes learns none again.

use std::rc::Rc;

use super::super::texts::TextKey;
use super::Reader;
use crate::data::split::{HeldOut, split};
use crate::session::config::{self, Dials, Recipe};
use crate::session::protocol::Job;
use crate::tokenizer::{Tokenizer, learn};

const MOST: usize = 12;

/// What a tokenizer was learned from, and with which recipe.
#[derive(Clone, PartialEq)]
struct Key {
    text: TextKey,
    recipe: Recipe,
    held_out: HeldOut,
}

/// The last used last.
#[derive(Default)]
pub(super) struct Shelf(Vec<(Key, Rc<dyn Tokenizer>)>);

impl Shelf {
    fn find(&mut self, key: &Key) -> Option<Rc<dyn Tokenizer>> {
        let place = self.0.iter().position(|(known, _)| known == key)?;
        let known = self.0.remove(place);
        let tokenizer = known.1.clone();
        self.0.push(known);
        Some(tokenizer)
    }

    fn keep(&mut self, key: Key, tokenizer: Rc<dyn Tokenizer>) {
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push((key, tokenizer));
    }
}

impl Reader {
    /// The tokenizer of a recipe, learned from the training part of a text unless it is still known. `job` is whose cancelling
    /// gives it up; `progress` hears the share done.
    pub(super) async fn tokenizer(
        &mut self,
        which: &config::Corpus,
        dials: &Dials,
        recipe: &Recipe,
        held_out: HeldOut,
        job: Job,
        progress: &dyn Fn(f32),
    ) -> Result<Rc<dyn Tokenizer>, String> {
        let corpus = self.corpus(which, dials).await?;
        let key = Key {
            text: self.texts.key(which, dials),
            recipe: recipe.essential(),
            held_out,
        };
        if let Some(known) = self.shelf.find(&key) {
            return Ok(known);
        }
        let (training_text, _) = split(&corpus.text, held_out);
        let mut watch = |share: f32| {
            progress(share);
            !self.outside.is_cancelled(job)
        };
        let learned = learn(recipe, &training_text, &mut watch).map_err(|e| e.to_string())?;
        let learned: Rc<dyn Tokenizer> = Rc::from(learned);
        self.shelf.keep(key, learned.clone());
        Ok(learned)
    }
}
