//! The reader: the worker that knows texts. It writes generated worlds and tasks, learns tokenizers, counts and cuts, so that neither the page
//! nor the training waits for it; its module is fetched when it is first needed.

pub mod bench;
mod learning;
mod made;
mod samples;
mod shelf;
mod studies;
mod tokens;

use std::rc::Rc;

use self::shelf::Shelf;
use self::tokens::Cutting;
use super::surroundings::{Outside, Progress};
use super::texts::Texts;
use crate::data::corpus::Corpus;
use crate::session::config::{self, Dials};
use crate::session::protocol::{Job, Work};
use crate::session::reading::{Given, Order, Reply, Want};
use crate::tokenizer::vocabulary::Vocabulary;

/// Everything behind the page that is about texts.
pub struct Reader {
    outside: Rc<dyn Outside>,
    say: Rc<dyn Fn(Reply)>,
    texts: Texts,
    shelf: Shelf,
    cutting: Cutting,
}

impl Reader {
    /// A reader that has read nothing yet; replies go to `say`.
    pub fn new(outside: Rc<dyn Outside>, say: impl Fn(Reply) + 'static) -> Self {
        Self {
            outside,
            say: Rc::new(say),
            texts: Texts::default(),
            shelf: Shelf::default(),
            cutting: Cutting::default(),
        }
    }

    fn say(&self, reply: Reply) {
        (self.say)(reply);
    }

    /// Does what an order says.
    pub async fn handle(&mut self, order: Order) {
        match order {
            // The engine says what is wrong with it.
            Order::OwnText { name, bytes } => {
                if let Ok(corpus) = Corpus::from_bytes(&name, bytes) {
                    self.texts.keep_own(corpus);
                }
            }
            Order::Tokens {
                request,
                dials,
                ask,
                ..
            } => self.answer_tokens(request, &dials, ask).await,
            Order::Study {
                request,
                playground,
                study,
            } => self.study(request, *playground, study).await,
            Order::RemoveDuplicates { playground } => self.remove_duplicates(*playground).await,
            Order::Bench { request, runs } => self.bench(request, runs).await,
            Order::Give { number, want } => {
                let given = self.give(want).await;
                self.say(Reply::Given { number, given });
            }
            // What is under way is given up by the surroundings; between orders there is nothing.
            Order::StopTokens | Order::StopStudies | Order::Cancel | Order::StopToken { .. } => {}
        }
    }

    async fn give(&mut self, want: Want) -> Result<Given, String> {
        let (corpus, dials, recipe, held_out, bytes) = match want {
            Want::Text(made) => {
                let corpus = self.made(&made)?;
                self.cutting.looked_at = Some(corpus.clone());
                let written = self.texts.written(&made);
                return Ok(Given::Text {
                    text: corpus.text.clone(),
                    nats_per_byte: written.and_then(|it| it.nats_per_byte),
                });
            }
            Want::Tokenizer {
                corpus,
                dials,
                recipe,
                held_out,
                bytes,
            } => (corpus, dials, recipe, held_out, bytes),
        };
        let text = self.corpus(&corpus, &dials).await?;
        if text.text.len() as u64 != bytes {
            return Err(
                "The text was replaced while its tokenizer was being learned. Start again."
                    .to_owned(),
            );
        }
        let say = Rc::clone(&self.say);
        let progress = move |share: f32| {
            say(Reply::Progress {
                what: Work::Learn,
                done: (share.clamp(0.0, 1.0) * 1000.0) as u64,
                total: 1000,
            });
        };
        let tokenizer = self
            .tokenizer(&corpus, &dials, &recipe, held_out, Job::Prepare, &progress)
            .await?;
        let vocabulary = Vocabulary::of(&*tokenizer);
        vocabulary
            .map(Given::Tokenizer)
            .ok_or_else(|| "This tokenizer is not learned.".to_owned())
    }

    /// A text by name.
    async fn corpus(
        &mut self,
        which: &config::Corpus,
        dials: &Dials,
    ) -> Result<Rc<Corpus>, String> {
        let corpus = match dials.of(which) {
            Some(made) => self.made(&made)?,
            None => {
                let (outside, progress) = (Rc::clone(&self.outside), self.fetch_progress());
                self.texts.corpus(which, &*outside, progress).await?
            }
        };
        self.cutting.looked_at = Some(corpus.clone());
        Ok(corpus)
    }

    /// Tells the page how far the fetching of a text has come.
    fn fetch_progress(&self) -> Progress {
        let say = Rc::clone(&self.say);
        Box::new(move |done, total| {
            say(Reply::Progress {
                what: Work::Fetch,
                done,
                total,
            });
        })
    }
}
