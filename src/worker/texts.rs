//! Texts by name, as either worker keeps them.

use std::rc::Rc;

use crate::data::corpus::Corpus;
use crate::session::config::{self, Dials, Made};
use crate::session::field::Choice;

use super::surroundings::{Outside, Progress};

/// Which text a corpus means: own texts come and go, what is made has dials.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TextKey {
    corpus: config::Corpus,
    /// Own texts so far.
    version: u32,
    made: Option<Made>,
}

/// A text that was made by dials.
pub(super) struct Written {
    pub made: Made,
    pub corpus: Rc<Corpus>,
    /// Exact entropy rate of its source, nats per UTF-8 byte, where it is known.
    pub nats_per_byte: Option<f64>,
}

impl Written {
    pub fn new(made: Made, text: String, nats_per_byte: Option<f64>) -> Self {
        let name = made.corpus().word().to_owned();
        Self {
            made,
            corpus: Rc::new(Corpus { name, text }),
            nats_per_byte,
        }
    }
}

/// Texts that were asked for.
#[derive(Default)]
pub(super) struct Texts {
    own: Option<Rc<Corpus>>,
    version: u32,
    generated: Option<Rc<Corpus>>,
    written: Option<Written>,
    /// What was fetched; not all at once, for the larger ones are several megabytes.
    served: Option<(config::Corpus, Rc<Corpus>)>,
}

impl Texts {
    pub fn keep_own(&mut self, corpus: Corpus) -> Rc<Corpus> {
        self.version += 1;
        let corpus = Rc::new(corpus);
        self.own = Some(corpus.clone());
        corpus
    }

    pub fn key(&self, which: &config::Corpus, dials: &Dials) -> TextKey {
        let is_own = *which == config::Corpus::Own;
        TextKey {
            corpus: which.clone(),
            version: if is_own { self.version } else { 0 },
            made: dials.of(which),
        }
    }

    /// The text of these dials, where it was the last to be written.
    pub fn written(&self, made: &Made) -> Option<&Written> {
        self.written.as_ref().filter(|it| it.made == *made)
    }

    pub fn keep_written(&mut self, written: Written) -> Rc<Corpus> {
        self.written.insert(written).corpus.clone()
    }

    /// A text that has no dials.
    pub async fn corpus(
        &mut self,
        which: &config::Corpus,
        outside: &dyn Outside,
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
            served => {
                if let Some((known, corpus)) = &self.served
                    && known == served
                {
                    return Ok(corpus.clone());
                }
                let name = served.word();
                let fetched = outside.fetch_text(&format!("{name}.txt"), progress);
                let corpus = Corpus::from_bytes(name, fetched.await?).map_err(|e| e.to_string())?;
                let corpus = Rc::new(corpus);
                self.served = Some((served.clone(), corpus.clone()));
                Ok(corpus)
            }
        }
    }
}
