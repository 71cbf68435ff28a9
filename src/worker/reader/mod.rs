//! The reader: the worker that knows texts. It writes generated worlds, learns tokenizers, counts and cuts, so that neither the page
//! nor the training waits for it; its module is fetched when it is first needed.

pub mod bench;
mod learning;
mod samples;
mod shelf;
mod studies;
mod tokens;

use std::rc::Rc;

use self::shelf::Shelf;
use self::tokens::Cutting;
use super::surroundings::{Outside, Progress};
use super::texts::{Texts, Written};
use crate::data::corpus::Corpus;
use crate::data::world;
use crate::session::config::{self, WorldDials};
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
                world,
                ask,
                ..
            } => self.answer_tokens(request, &world, ask).await,
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
        let (corpus, world, recipe, held_out, bytes) = match want {
            Want::World(dials) => {
                let corpus = self.corpus(&config::Corpus::World, &dials).await?;
                let written = self.texts.written(&dials);
                return Ok(Given::World {
                    text: corpus.text.clone(),
                    nats_per_byte: written.map_or(f64::NAN, |it| it.nats_per_byte),
                });
            }
            Want::Tokenizer {
                corpus,
                world,
                recipe,
                held_out,
                bytes,
            } => (corpus, world, recipe, held_out, bytes),
        };
        let text = self.corpus(&corpus, &world).await?;
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
            .tokenizer(&corpus, &world, &recipe, held_out, Job::Prepare, &progress)
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
        world: &WorldDials,
    ) -> Result<Rc<Corpus>, String> {
        let corpus = match which {
            config::Corpus::World => self.world(world)?,
            _ => {
                let (outside, progress) = (Rc::clone(&self.outside), self.fetch_progress());
                self.texts.corpus(which, &*outside, progress).await?
            }
        };
        self.cutting.looked_at = Some(corpus.clone());
        Ok(corpus)
    }

    fn world(&mut self, dials: &WorldDials) -> Result<Rc<Corpus>, String> {
        if let Some(written) = self.texts.written(dials) {
            return Ok(written.corpus.clone());
        }
        let bytes = dials.kilobytes as usize * 1000;
        let made = world::generate(&dials.config(), dials.seed, bytes);
        let made = made.map_err(|e| e.to_string())?;
        let nats_per_byte = made.entropy.nats_per_byte();
        let written = Written::new(dials, made.text, nats_per_byte);
        Ok(self.texts.keep_written(written))
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
