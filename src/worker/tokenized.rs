//! The text of a run, split and cut. What takes a learned tokenizer or is made by dials is asked of the reader.

use std::rc::{Rc, Weak};

use super::engine::Engine;
use super::texts::{TextKey, Written};
use crate::data::corpus::Corpus;
use crate::data::split::{Dataset, HeldOut, split};
use crate::session::config::{Playground, Recipe, TokenizerKind};
use crate::session::reading::{Given, Want};
use crate::tokenizer::{Bytes, Characters, Tokenizer};

/// A text and its tokens, training and validation.
pub(super) struct Tokenized {
    pub corpus: Rc<Corpus>,
    pub tokenizer: Rc<dyn Tokenizer>,
    pub train: Rc<Vec<u32>>,
    pub validation: Rc<Vec<u32>>,
    pub bytes_per_token: f64,
    /// Exact entropy rate of the source of the text, where it is known, nats per UTF-8 byte.
    pub source_nats_per_byte: Option<f64>,
    key: Key,
}

/// What a text was cut with.
#[derive(Clone, PartialEq)]
struct Key {
    text: TextKey,
    recipe: Recipe,
    held_out: HeldOut,
    /// Of the randomness in the cutting, where there is any.
    seed: Option<u32>,
}

const OTHER_ANSWER: &str = "The reader answered another question. Reload the page.";

impl Engine {
    pub(super) async fn corpus(&mut self, playground: &Playground) -> Result<Rc<Corpus>, String> {
        let surroundings = Rc::clone(&self.surroundings);
        let Some(made) = playground.dials().of(&playground.corpus) else {
            let (which, progress) = (&playground.corpus, self.fetch_progress());
            return self.texts.corpus(which, &*surroundings, progress).await;
        };
        if let Some(written) = self.texts.written(&made) {
            return Ok(written.corpus.clone());
        }
        match surroundings.ask_reader(Want::Text(made.clone())).await? {
            Given::Text {
                text,
                nats_per_byte,
            } => Ok(self
                .texts
                .keep_written(Written::new(made, text, nats_per_byte))),
            Given::Tokenizer(_) => Err(OTHER_ANSWER.to_owned()),
        }
    }

    /// The text of a playground, split and cut.
    pub(super) async fn tokenized(
        &mut self,
        playground: &Playground,
    ) -> Result<Rc<Tokenized>, String> {
        let (which, dials) = (&playground.corpus, playground.dials());
        let held_out = playground.training.held_out();
        let recipe_key = playground.tokenizer.essential();
        let is_drawn = recipe_key.dropout > 0.0 || recipe_key.sampling > 0.0;
        let key = Key {
            text: self.texts.key(which, &dials),
            recipe: recipe_key,
            held_out,
            seed: is_drawn.then_some(playground.seed),
        };
        self.in_use.retain(|texts| texts.strong_count() > 0);
        let mut in_use = self.in_use.iter().filter_map(Weak::upgrade);
        if let Some(known) = in_use.find(|texts| texts.key == key) {
            return Ok(known);
        }
        let corpus = self.corpus(playground).await?;
        let made = dials.of(which);
        let written = made.and_then(|made| self.texts.written(&made));
        let source_nats_per_byte = written.and_then(|it| it.nats_per_byte);
        let tokenizer = self.tokenizer(playground, &corpus).await?;
        let data = Dataset::encoded(&corpus.text, &*tokenizer, held_out, playground.seed);
        let made = Rc::new(Tokenized {
            corpus,
            tokenizer: Rc::from(tokenizer),
            train: Rc::new(data.train),
            validation: Rc::new(data.validation),
            bytes_per_token: data.bytes_per_token,
            source_nats_per_byte,
            key,
        });
        self.in_use.push(Rc::downgrade(&made));
        self.tokenized = Some(made.clone());
        Ok(made)
    }

    async fn tokenizer(
        &mut self,
        playground: &Playground,
        corpus: &Corpus,
    ) -> Result<Box<dyn Tokenizer>, String> {
        let held_out = playground.training.held_out();
        let recipe = playground.tokenizer;
        match recipe.kind {
            TokenizerKind::Characters => {
                let (training_text, _) = split(&corpus.text, held_out);
                return Ok(Box::new(Characters::of_text(&training_text)));
            }
            TokenizerKind::Bytes => return Ok(Box::new(Bytes)),
            _ => {}
        }
        let want = Want::Tokenizer {
            corpus: playground.corpus.clone(),
            dials: Box::new(playground.dials()),
            recipe,
            held_out,
            bytes: corpus.text.len() as u64,
        };
        let surroundings = Rc::clone(&self.surroundings);
        match surroundings.ask_reader(want).await? {
            Given::Tokenizer(vocabulary) => {
                surroundings.second_part().await?;
                vocabulary.tokenizer()
            }
            Given::Text { .. } => Err(OTHER_ANSWER.to_owned()),
        }
    }

    /// The size of the vocabulary. Nothing is learned for it: a recipe that names a size is taken at its word.
    pub(super) async fn vocabulary_of(&mut self, playground: &Playground) -> Result<u32, String> {
        let recipe = &playground.tokenizer;
        if recipe.kind.is_sized() {
            return Ok(recipe.vocabulary);
        }
        let corpus = self.corpus(playground).await?;
        let tokenizer = self.tokenizer(playground, &corpus).await?;
        Ok(tokenizer.vocabulary_size())
    }
}
