//! Answers questions about a corpus: the engine brings the text and says how far it is, `data::statistics` counts.

use std::cell::Cell;
use std::rc::Rc;

use super::super::prepare::token_text;
use super::Reader;
use crate::data::split::split;
use crate::data::statistics::blocks::blocks;
use crate::data::statistics::contamination::contamination;
use crate::data::statistics::documents::documents;
use crate::data::statistics::duplicates::{duplicates, preview, without};
use crate::data::statistics::languages::{by_script, makeup};
use crate::data::statistics::lengths::part_lengths;
use crate::data::statistics::predictor::code_length;
use crate::data::statistics::{Stopped, frequency, passage};
use crate::session::config::{self, Dials, Playground};
use crate::session::field::Choice;
use crate::session::protocol::Job;
use crate::session::reading::Reply;
use crate::session::study::{Coded, Document, Finding, NO_LETTERS, Passage, SIMILARITY, Study};
use crate::session::validate::validate;

/// Seconds between two words on progress.
const EVERY_SECS: f64 = 0.1;

/// Why there is no answer.
enum NoAnswer {
    Stopped,
    /// With the cure.
    Failed(String),
}

impl From<Stopped> for NoAnswer {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<String> for NoAnswer {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl Reader {
    pub(super) async fn study(&mut self, request: u32, mut playground: Playground, study: Study) {
        validate(&mut playground);
        let finding = match self.find(request, &playground, study).await {
            Ok(finding) => finding,
            Err(NoAnswer::Stopped) => Finding::Stopped,
            Err(NoAnswer::Failed(_)) if self.outside.is_cancelled(Job::Study) => Finding::Stopped,
            Err(NoAnswer::Failed(message)) => Finding::Failed(message),
        };
        self.say(Reply::Studied {
            request,
            finding: Box::new(finding),
        });
    }

    async fn find(
        &mut self,
        request: u32,
        playground: &Playground,
        study: Study,
    ) -> Result<Finding, NoAnswer> {
        let mut watch = self.study_watch(request);
        let watch = &mut watch;
        if study == Study::TwoLanguages {
            return self.two_languages(playground, watch).await;
        }
        let corpus = self.corpus(&playground.corpus, &playground.dials()).await?;
        let text = &corpus.text;
        let parts = || split(text, playground.training.held_out());
        Ok(match study {
            Study::Documents { from, limit } => {
                let all = documents(text);
                let shown = all
                    .iter()
                    .enumerate()
                    .skip(from as usize)
                    .take(limit as usize);
                Finding::Documents {
                    total: all.len() as u32,
                    documents: shown
                        .map(|(index, range)| Document {
                            number: index as u32 + 1,
                            start: range.start as u32,
                            characters: text[range.clone()].chars().count() as u64,
                            preview: preview(&text[range.clone()]),
                        })
                        .collect(),
                }
            }
            Study::Frequencies => {
                let (characters, words) = (frequency::characters(text), frequency::words(text));
                stopped_unless(watch(0.4))?;
                let tokens = self.token_frequencies(playground, watch).await?;
                Finding::Frequencies {
                    characters,
                    words,
                    tokens,
                }
            }
            Study::Parts => {
                let lengths = part_lengths(text);
                stopped_unless(watch(0.3))?;
                Finding::Parts {
                    lengths,
                    makeup: makeup(text),
                }
            }
            Study::Duplicates => Finding::Duplicates(duplicates(text, SIMILARITY, watch)?.0),
            Study::Contamination => {
                let (training, validation) = parts();
                Finding::Contamination(contamination(&training, &validation, watch)?)
            }
            Study::Blocks { alphabet, longest } => {
                Finding::Blocks(blocks(text, alphabet, longest.clamp(1, 16), watch)?)
            }
            Study::Guessing { round } => {
                let (training, validation) = parts();
                let found = passage::passage(&training, &validation, round, watch)?;
                let Some(passage::Passage { text, machine }) = found else {
                    return Err(NoAnswer::Failed(NO_LETTERS.to_owned()));
                };
                Finding::Guessing(Passage {
                    text,
                    given: passage::GIVEN as u32,
                    machine,
                })
            }
            Study::TwoLanguages => return self.two_languages(playground, watch).await,
        })
    }

    /// Tells the page of progress now and then, and hears whether to stop.
    fn study_watch(&self, request: u32) -> impl FnMut(f32) -> bool + use<> {
        let outside = Rc::clone(&self.outside);
        let say = Rc::clone(&self.say);
        let said = Cell::new(f64::NEG_INFINITY);
        move |share| {
            let now = outside.now_secs();
            if now - said.get() > EVERY_SECS {
                said.set(now);
                say(Reply::StudyProgress { request, share });
            }
            !outside.is_cancelled(Job::Study)
        }
    }

    async fn token_frequencies(
        &mut self,
        playground: &Playground,
        watch: &mut dyn FnMut(f32) -> bool,
    ) -> Result<frequency::Frequencies, NoAnswer> {
        let (which, dials) = (&playground.corpus, &playground.dials());
        let held_out = playground.training.held_out();
        let recipe = &playground.tokenizer;
        let tokenizer = self
            .tokenizer(which, dials, recipe, held_out, Job::Study, &|_| ())
            .await?;
        stopped_unless(watch(0.7))?;
        let corpus = self.corpus(which, dials).await?;
        let ids = tokenizer.encode_for_training(&split(&corpus.text, held_out).0, playground.seed);
        stopped_unless(watch(0.8))?;
        let label = |id| token_text(&*tokenizer, id);
        Ok(frequency::tokens(&ids, tokenizer.vocabulary_size(), label))
    }

    /// The chosen corpus for the languages it is written in, and for the other one the best there is. What is made here speaks both
    /// languages from one meaning, so that the world stands on both sides.
    async fn two_languages(
        &mut self,
        playground: &Playground,
        watch: &mut dyn FnMut(f32) -> bool,
    ) -> Result<Finding, NoAnswer> {
        use config::Corpus as C;
        let (chosen, dials) = (&playground.corpus, &playground.dials());
        let (english, chinese) = if matches!(chosen, C::Generated | C::World | C::Task) {
            (vec![C::World], vec![C::World])
        } else {
            let chosen = || chosen.clone();
            (
                vec![chosen(), C::MobyDick, C::Sotu, C::World],
                vec![chosen(), C::SongCi, C::TangPoems, C::Analects, C::World],
            )
        };
        let english = self
            .in_one_language(&english, dials, |(english, _)| english)
            .await?;
        let english = Coded {
            name: english.0,
            length: code_length(&english.1, &mut |share| watch(0.5 * share))?,
        };
        let chinese = self
            .in_one_language(&chinese, dials, |(_, chinese)| chinese)
            .await?;
        let chinese = Coded {
            name: chinese.0,
            length: code_length(&chinese.1, &mut |share| watch(0.5 + 0.5 * share))?,
        };
        Ok(Finding::TwoLanguages { english, chinese })
    }

    /// The first of some corpora that holds enough of a language, with its word in links.
    async fn in_one_language(
        &mut self,
        corpora: &[config::Corpus],
        dials: &Dials,
        part: fn((String, String)) -> String,
    ) -> Result<(String, String), NoAnswer> {
        const ENOUGH_BYTES: usize = 30_000;
        let mut best = (String::new(), String::new());
        for which in corpora {
            // One that this site lacks is passed over; the generated text is always there.
            let Ok(corpus) = self.corpus(which, dials).await else {
                continue;
            };
            let found = part(by_script(&corpus.text));
            let is_enough = found.len() >= ENOUGH_BYTES;
            if found.len() > best.1.len() {
                best = (which.word().to_owned(), found);
            }
            if is_enough {
                return Ok(best);
            }
            if self.outside.is_cancelled(Job::Study) {
                return Err(NoAnswer::Stopped);
            }
        }
        Ok(best)
    }

    pub(super) async fn remove_duplicates(&mut self, playground: Playground) {
        let corpus = match self.corpus(&playground.corpus, &playground.dials()).await {
            Ok(corpus) => corpus,
            Err(message) => return self.say(Reply::Failed { message }),
        };
        let Ok((_, repeats)) = duplicates(&corpus.text, SIMILARITY, &mut |_| true) else {
            return;
        };
        self.say(Reply::Text {
            name: format!("{} (−{})", corpus.name, repeats.len()),
            text: without(&corpus.text, &repeats),
        });
    }
}

fn stopped_unless(goes_on: bool) -> Result<(), Stopped> {
    if goes_on { Ok(()) } else { Err(Stopped) }
}
