//! Texts by name, and each one cut into tokens once.

use std::rc::Rc;

use crate::data::corpus::Corpus;
use crate::data::split::{Dataset, split};
use crate::session::config::{self, Playground, TokenizerKind};
use crate::tokenizer::Tokenizer;

use super::surroundings::{Progress, Surroundings};

/// Name of Moby Dick's file beside the page, under `corpora/`.
const MOBY_DICK: &str = "moby-dick.txt";

/// A text and its tokens, training and validation.
pub(super) struct Tokenized {
    pub corpus: Rc<Corpus>,
    pub tokenizer: Rc<dyn Tokenizer>,
    pub train: Rc<Vec<u32>>,
    pub validation: Rc<Vec<u32>>,
    pub bytes_per_token: f64,
    key: Key,
}

#[derive(Clone, PartialEq)]
struct Key {
    corpus: config::Corpus,
    tokenizer: TokenizerKind,
    validation_fraction: f32,
    /// Own texts so far: a new one makes old tokens stale.
    own_version: u32,
}

/// Texts that were asked for.
#[derive(Default)]
pub(super) struct Texts {
    pub own: Option<Rc<Corpus>>,
    own_version: u32,
    generated: Option<Rc<Corpus>>,
    moby_dick: Option<Rc<Corpus>>,
    tokenized: Option<Rc<Tokenized>>,
}

impl Texts {
    pub fn keep_own(&mut self, corpus: Corpus) -> Rc<Corpus> {
        self.own_version += 1;
        let corpus = Rc::new(corpus);
        self.own = Some(corpus.clone());
        corpus
    }

    async fn corpus(
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
            config::Corpus::Own => self.own.clone().ok_or_else(|| {
                "There is no text of your own yet. Paste one or choose a file in Data, or take another corpus.".to_owned()
            }),
            config::Corpus::MobyDick => {
                if let Some(known) = &self.moby_dick {
                    return Ok(known.clone());
                }
                let bytes = surroundings.fetch_text(MOBY_DICK, progress).await?;
                let corpus = Corpus::from_bytes("Moby Dick", bytes).map_err(|e| e.to_string())?;
                let corpus = Rc::new(corpus);
                self.moby_dick = Some(corpus.clone());
                Ok(corpus)
            }
        }
    }

    /// The text of a playground, split and cut.
    pub async fn tokenized(
        &mut self,
        playground: &Playground,
        surroundings: &dyn Surroundings,
        progress: Progress,
    ) -> Result<Rc<Tokenized>, String> {
        let key = Key {
            corpus: playground.corpus.clone(),
            tokenizer: playground.tokenizer,
            validation_fraction: playground.training.validation_fraction,
            own_version: self.own_version,
        };
        if let Some(known) = &self.tokenized
            && known.key == key
        {
            return Ok(known.clone());
        }
        let corpus = self
            .corpus(&playground.corpus, surroundings, progress)
            .await?;
        let (training_text, _) = split(&corpus.text, key.validation_fraction);
        let tokenizer = key.tokenizer.of_text(training_text);
        // Neither tokenizer cuts by chance, so the seed is none.
        let data = Dataset::encoded(&corpus.text, &*tokenizer, key.validation_fraction, 0);
        let made = Rc::new(Tokenized {
            corpus,
            tokenizer: Rc::from(tokenizer),
            train: Rc::new(data.train),
            validation: Rc::new(data.validation),
            bytes_per_token: data.bytes_per_token,
            key,
        });
        self.tokenized = Some(made.clone());
        Ok(made)
    }
}
