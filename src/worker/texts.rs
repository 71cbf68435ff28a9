//! Texts by name, and each one cut into tokens once.

use std::rc::Rc;

use crate::data::corpus::Corpus;
use crate::data::split::{Dataset, split};
use crate::data::world::{self, SourceEntropy};
use crate::session::config::{self, Playground, Recipe, WorldDials};
use crate::session::field::Choice;
use crate::tokenizer::{Tokenizer, learn};

use super::surroundings::{Progress, Surroundings};

/// A text and its tokens, training and validation.
pub(super) struct Tokenized {
    pub corpus: Rc<Corpus>,
    pub tokenizer: Rc<dyn Tokenizer>,
    pub train: Rc<Vec<u32>>,
    pub validation: Rc<Vec<u32>>,
    pub bytes_per_token: f64,
    key: Key,
    /// Of the randomness in the cutting, where there is any.
    seed: Option<u32>,
}

/// What a tokenizer was learned from, and with which recipe.
#[derive(Clone, PartialEq)]
struct Key {
    corpus: config::Corpus,
    recipe: Recipe,
    validation_fraction: f32,
    /// Own texts and worlds so far: a new one makes old tokens stale.
    version: u32,
}

/// Tokenizers kept, so that going back and forth between recipes learns none again.
const MOST_LEARNED: usize = 12;

/// Texts that were asked for.
#[derive(Default)]
pub(super) struct Texts {
    pub own: Option<Rc<Corpus>>,
    version: u32,
    generated: Option<Rc<Corpus>>,
    /// What [`config::Corpus::World`] means now, and its text once it was written.
    world: WorldDials,
    written: Option<(Rc<Corpus>, SourceEntropy)>,
    /// What was fetched; not all at once, for the larger ones are several megabytes.
    served: Option<(config::Corpus, Rc<Corpus>)>,
    /// The last used last.
    learned: Vec<(Key, Rc<dyn Tokenizer>)>,
    tokenized: Option<Rc<Tokenized>>,
}

/// What learning tells, and what it heeds.
pub(super) struct Watching<'a> {
    /// Hears of a text being fetched: bytes, bytes in all.
    pub fetched: Progress,
    /// Hears the share of the learning that is done.
    pub learned: &'a dyn Fn(f32),
    /// Whether all is to be given up.
    pub is_cancelled: &'a dyn Fn() -> bool,
}

impl Texts {
    pub fn keep_own(&mut self, corpus: Corpus) -> Rc<Corpus> {
        self.version += 1;
        let corpus = Rc::new(corpus);
        self.own = Some(corpus.clone());
        corpus
    }

    /// From now on the corpus `World` is the one of these dials.
    pub fn imagine(&mut self, world: &WorldDials) {
        if self.world != *world {
            self.world = world.clone();
            self.written = None;
            self.version += 1;
        }
    }

    /// What the text of this corpus holds on average, where its source is known.
    pub fn source_entropy(&self, which: &config::Corpus) -> Option<SourceEntropy> {
        let (_, entropy) = self.written.as_ref()?;
        (*which == config::Corpus::World).then_some(*entropy)
    }

    pub async fn corpus(
        &mut self,
        which: &config::Corpus,
        surroundings: &dyn Surroundings,
        progress: Progress,
    ) -> Result<Rc<Corpus>, String> {
        match which {
            config::Corpus::Generated => Ok(self
                .generated
                .get_or_insert_with(|| Rc::new(Corpus::generated()))
                .clone()),
            config::Corpus::World => {
                if self.written.is_none() {
                    let bytes = self.world.kilobytes as usize * 1000;
                    let made = world::generate(&self.world.config(), self.world.seed, bytes);
                    let made = made.map_err(|e| e.to_string())?;
                    let corpus = Corpus {
                        name: which.word().to_owned(),
                        text: made.text,
                    };
                    self.written = Some((Rc::new(corpus), made.entropy));
                }
                Ok(self.written.as_ref().expect("it was just written").0.clone())
            }
            config::Corpus::Own => self.own.clone().ok_or_else(|| {
                "There is no text of your own yet. Paste one or choose a file in Data, or take another corpus.".to_owned()
            }),
            served => {
                if let Some((known, corpus)) = &self.served
                    && known == served
                {
                    return Ok(corpus.clone());
                }
                let name = served.word();
                let fetched = surroundings.fetch_text(&format!("{name}.txt"), progress);
                let corpus = Corpus::from_bytes(name, fetched.await?).map_err(|e| e.to_string())?;
                let corpus = Rc::new(corpus);
                self.served = Some((served.clone(), corpus.clone()));
                Ok(corpus)
            }
        }
    }

    /// The tokenizer of a recipe, learned from the training part of a text unless it is still known.
    pub async fn tokenizer(
        &mut self,
        which: &config::Corpus,
        recipe: &Recipe,
        validation_fraction: f32,
        surroundings: &dyn Surroundings,
        watching: Watching<'_>,
    ) -> Result<Rc<dyn Tokenizer>, String> {
        let corpus = self.corpus(which, surroundings, watching.fetched).await?;
        let key = self.key(which, recipe, validation_fraction);
        if let Some(place) = self.learned.iter().position(|(known, _)| *known == key) {
            let known = self.learned.remove(place);
            let tokenizer = known.1.clone();
            self.learned.push(known);
            return Ok(tokenizer);
        }
        let (training_text, _) = split(&corpus.text, validation_fraction);
        let mut watch = |share: f32| {
            (watching.learned)(share);
            !(watching.is_cancelled)()
        };
        let tokenizer = learn(recipe, training_text, &mut watch).map_err(|e| e.to_string())?;
        let tokenizer: Rc<dyn Tokenizer> = Rc::from(tokenizer);
        if self.learned.len() == MOST_LEARNED {
            self.learned.remove(0);
        }
        self.learned.push((key, tokenizer.clone()));
        Ok(tokenizer)
    }

    /// The size of a playground's vocabulary, where it is known without learning: from its recipe, or from what was learned.
    pub fn expected_vocabulary(&self, playground: &Playground) -> Option<u32> {
        let recipe = &playground.tokenizer;
        let fraction = playground.training.validation_fraction;
        let key = self.key(&playground.corpus, recipe, fraction);
        let known = self.learned.iter().find(|(known, _)| *known == key);
        known
            .map(|(_, tokenizer)| tokenizer.vocabulary_size())
            .or_else(|| recipe.kind.is_sized().then_some(recipe.vocabulary))
    }

    fn key(&self, corpus: &config::Corpus, recipe: &Recipe, validation_fraction: f32) -> Key {
        Key {
            corpus: corpus.clone(),
            recipe: recipe.essential(),
            validation_fraction,
            version: self.version,
        }
    }

    /// The text of a playground, split and cut.
    pub async fn tokenized(
        &mut self,
        playground: &Playground,
        surroundings: &dyn Surroundings,
        watching: Watching<'_>,
    ) -> Result<Rc<Tokenized>, String> {
        let which = &playground.corpus;
        let fraction = playground.training.validation_fraction;
        let key = self.key(which, &playground.tokenizer, fraction);
        let seed = (key.recipe.dropout > 0.0).then_some(playground.seed);
        if let Some(known) = &self.tokenized
            && known.key == key
            && known.seed == seed
        {
            return Ok(known.clone());
        }
        let tokenizer = self
            .tokenizer(
                which,
                &playground.tokenizer,
                fraction,
                surroundings,
                watching,
            )
            .await?;
        let corpus = self
            .corpus(which, surroundings, Box::new(|_, _| ()))
            .await?;
        let data = Dataset::encoded(&corpus.text, &*tokenizer, fraction, playground.seed);
        let made = Rc::new(Tokenized {
            corpus,
            tokenizer,
            train: Rc::new(data.train),
            validation: Rc::new(data.validation),
            bytes_per_token: data.bytes_per_token,
            key,
            seed,
        });
        self.tokenized = Some(made.clone());
        Ok(made)
    }
}
