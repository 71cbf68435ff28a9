//! Answers to the tokenizer laboratory: its text cut by any tokenizer, vocabularies, where tokens occur, what texts cost.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;

use super::Reader;
use super::learning::Played;
use super::samples::sample;
use crate::data::corpus::Corpus;
use crate::data::split::{HeldOut, split};
use crate::interop::tokenizer_json::{self, Imported};
use crate::session::config::{Dials, Recipe};
use crate::session::protocol::Job;
use crate::session::reading::Reply;
use crate::session::tokens::{Answer, Ask, Cut, Entry, Places, SampleKind, Source, TextFacts};
use crate::tokenizer::{LearnError, Span, Tokenizer, learn};

/// Characters of context on each side of an occurrence.
const CONTEXT: usize = 32;
/// Occurrences told with their context.
const MOST_CONTEXTS: usize = 24;

/// Special tokens told though they do not occur; a file may have very many.
const MOST_SPECIALS: usize = 256;

/// What the laboratory's questions are about.
#[derive(Default)]
pub(super) struct Cutting {
    text: Rc<str>,
    /// The corpus that was looked at last; what is read from a file is counted in it.
    pub looked_at: Option<Rc<Corpus>>,
    /// What the player plays.
    pub played: Option<Played>,
    /// Read from files, by their numbers.
    imported: Vec<(u32, Rc<Imported>)>,
    /// Learned from samples.
    samples: Vec<(SampleKind, Recipe, Learned)>,
}

/// A tokenizer with the text it was learned from.
#[derive(Clone)]
pub(super) struct Learned {
    pub tokenizer: Rc<dyn Tokenizer>,
    pub corpus: Rc<Corpus>,
    pub held_out: HeldOut,
}

impl Learned {
    pub fn training_text(&self) -> Cow<'_, str> {
        split(&self.corpus.text, self.held_out).0
    }
}

impl Reader {
    pub(super) async fn answer_tokens(&mut self, request: u32, dials: &Dials, ask: Ask) {
        let answer = match self.answer(request, dials, ask).await {
            Ok(answer) => answer,
            Err(_) if self.outside.is_cancelled(Job::Tokens) => Answer::Stopped,
            Err(message) => Answer::Failed(message),
        };
        self.say(Reply::Tokens { request, answer });
    }

    async fn answer(&mut self, request: u32, dials: &Dials, ask: Ask) -> Result<Answer, String> {
        Ok(match ask {
            Ask::Text { text } => {
                let facts = facts_of(&text);
                self.cutting.text = text.into();
                Answer::Text(facts)
            }
            Ask::Cut {
                source,
                reads_specials,
            } => {
                let Learned { tokenizer, .. } = self.learned(request, dials, &source).await?;
                let text = &self.cutting.text;
                let spans = if reads_specials {
                    tokenizer.spans_with_specials(text)
                } else {
                    tokenizer.spans(text)
                };
                Answer::Cut(Box::new(cut_of(&*tokenizer, &spans)))
            }
            Ask::Vocabulary { source } => {
                let learned = self.learned(request, dials, &source).await?;
                Answer::Vocabulary(vocabulary(&learned))
            }
            Ask::Places { source, id } => {
                let learned = self.learned(request, dials, &source).await?;
                Answer::Places(places(&learned, id))
            }
            Ask::Costs { sources, texts } => {
                let mut costs = Vec::new();
                for source in &sources {
                    let learned = self.learned(request, dials, source).await?;
                    let cut = |text: &String| cut(&*learned.tokenizer, text);
                    costs.push(texts.iter().map(cut).collect());
                }
                Answer::Costs(costs)
            }
            Ask::Import { file, bytes } => {
                let imported = tokenizer_json::read(&bytes).map_err(|e| e.to_string())?;
                self.cutting.imported.retain(|known| known.0 != file);
                self.cutting.imported.push((file, Rc::new(imported)));
                Answer::Imported { file }
            }
            Ask::Export { source } => {
                let learned = self.learned(request, dials, &source).await?;
                let written = tokenizer_json::write(&*learned.tokenizer);
                Answer::Exported(written.map_err(|e| e.to_string())?)
            }
            Ask::Learn { source } => self.play_learning(request, dials, &source).await?,
            Ask::Moment { at, sample, word } => self.moment(at, &sample, &word)?,
            Ask::Corpus { corpus, most_bytes } => {
                let corpus = self.corpus(&corpus, dials).await?;
                let text = beginning(&corpus.text, most_bytes as usize);
                Answer::Corpus {
                    text: text.to_owned(),
                    is_whole: text.len() == corpus.text.len(),
                }
            }
        })
    }

    /// The tokenizer of a source, learned now if it is not yet known.
    pub(super) async fn learned(
        &mut self,
        request: u32,
        dials: &Dials,
        source: &Source,
    ) -> Result<Learned, String> {
        let (corpus, recipe, held_out) = match source {
            Source::Learned {
                corpus,
                recipe,
                held_out,
            } => (corpus, recipe, *held_out),
            Source::Sample { kind, recipe } => {
                return self.learned_from_sample(request, *kind, recipe);
            }
            Source::Imported { file } => return self.imported(*file),
        };
        let progress = self.progress(request);
        let tokenizer = self
            .tokenizer(corpus, dials, recipe, held_out, Job::Tokens, &progress)
            .await?;
        let corpus = self.corpus(corpus, dials).await?;
        Ok(Learned {
            tokenizer,
            corpus,
            held_out,
        })
    }

    /// Tells the page how far the learning for a request is.
    pub(super) fn progress(&self, request: u32) -> impl Fn(f32) + use<> {
        let say = Rc::clone(&self.say);
        move |share: f32| {
            let answer = Answer::Progress(share);
            say(Reply::Tokens { request, answer });
        }
    }

    /// A tokenizer from a file, with the text of the run to look at.
    fn imported(&self, file: u32) -> Result<Learned, String> {
        let known = self.cutting.imported.iter().find(|known| known.0 == file);
        let Some((_, tokenizer)) = known else {
            return Err("This tokenizer file is no longer here; choose it again.".to_owned());
        };
        let looked_at = self.cutting.looked_at.clone();
        Ok(Learned {
            tokenizer: tokenizer.clone(),
            corpus: looked_at.unwrap_or_else(|| Rc::new(Corpus::generated())),
            held_out: HeldOut::NOTHING,
        })
    }

    fn learned_from_sample(
        &mut self,
        request: u32,
        kind: SampleKind,
        recipe: &Recipe,
    ) -> Result<Learned, String> {
        let recipe = recipe.essential();
        let samples = &self.cutting.samples;
        if let Some((.., known)) = samples.iter().find(|it| it.0 == kind && it.1 == recipe) {
            return Ok(known.clone());
        }
        let corpus = Rc::new(Corpus {
            name: String::new(),
            text: sample(kind),
        });
        let outside = Rc::clone(&self.outside);
        let progress = self.progress(request);
        let mut watch = |share: f32| {
            progress(share);
            !outside.is_cancelled(Job::Tokens)
        };
        // A sample is short: where it yields fewer tokens than asked for, all of them are taken, and the cut says how many.
        let tokenizer = match learn(&recipe, &corpus.text, &mut watch) {
            Err(LearnError::VocabularyTooLarge { most, .. }) => {
                let vocabulary = most;
                learn(
                    &Recipe {
                        vocabulary,
                        ..recipe
                    },
                    &corpus.text,
                    &mut watch,
                )
            }
            learned => learned,
        };
        let tokenizer = tokenizer.map_err(|e| e.to_string())?;
        let learned = Learned {
            tokenizer: Rc::from(tokenizer),
            corpus,
            held_out: HeldOut::NOTHING,
        };
        // One recipe at a time is compared.
        self.cutting.samples.retain(|it| it.1 == recipe);
        self.cutting.samples.push((kind, recipe, learned.clone()));
        Ok(learned)
    }
}

/// The beginning of a text, whole characters and at most so many bytes.
pub(super) fn beginning(text: &str, most_bytes: usize) -> &str {
    let mut end = most_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn facts_of(text: &str) -> TextFacts {
    TextFacts {
        bytes: text.len() as u64,
        characters: text.chars().count() as u64,
        words: text.unicode_words().count() as u64,
    }
}

pub(super) fn cut(tokenizer: &dyn Tokenizer, text: &str) -> Cut {
    cut_of(tokenizer, &tokenizer.spans(text))
}

/// Spans as the page takes them.
pub(super) fn cut_of(tokenizer: &dyn Tokenizer, spans: &[Span]) -> Cut {
    let mut labels = HashMap::new();
    let mut tokens = Vec::with_capacity(spans.len() * 3);
    let mut at = 0;
    for span in spans {
        labels
            .entry(span.id)
            .or_insert_with(|| tokenizer.token_label(span.id));
        tokens.extend([span.id, span.start - at, span.end - span.start]);
        at = span.end;
    }
    let mut labels: Vec<(u32, String)> = labels.into_iter().collect();
    labels.sort_unstable();
    let all = tokenizer.special_tokens();
    let occurs = |id: u32| labels.binary_search_by_key(&id, |label| label.0).is_ok();
    let specials = (0..).zip(all);
    let specials = specials.filter(|(place, (id, _))| *place < MOST_SPECIALS || occurs(*id));
    Cut {
        special_count: all.len() as u32,
        specials: specials.map(|(_, special)| special.clone()).collect(),
        tokens,
        labels,
        vocabulary: tokenizer.vocabulary_size(),
        unknown: tokenizer.unknown(),
        is_lossless: tokenizer.is_lossless(),
    }
}

fn vocabulary(learned: &Learned) -> Vec<Entry> {
    let tokenizer = &*learned.tokenizer;
    let mut counts = vec![0; tokenizer.vocabulary_size() as usize];
    for id in tokenizer.encode(&learned.training_text()) {
        if let Some(count) = counts.get_mut(id as usize) {
            *count += 1;
        }
    }
    let entry = |(id, count)| Entry {
        label: tokenizer.token_label(id),
        bytes: tokenizer.token_bytes(id).len() as u32,
        count,
        score: tokenizer.score(id),
        made_of: tokenizer.made_of(id),
    };
    (0..).zip(counts).map(entry).collect()
}

fn places(learned: &Learned, id: u32) -> Places {
    let text = &learned.training_text();
    let mut places = Places::default();
    for span in learned.tokenizer.spans(text) {
        if span.id != id {
            continue;
        }
        places.count += 1;
        if places.contexts.len() < MOST_CONTEXTS {
            let (start, end) = (span.start as usize, span.end as usize);
            places.contexts.push(context(text, start, end));
        }
    }
    places
}

/// The text before, of and after some bytes. A character that they cut goes to the middle, whole.
fn context(text: &str, mut start: usize, mut end: usize) -> [String; 3] {
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let before = text[..start].char_indices().rev().nth(CONTEXT - 1);
    let after = text[end..].char_indices().nth(CONTEXT);
    let (from, to) = (
        before.map_or(0, |(at, _)| at),
        after.map_or(text.len(), |(at, _)| end + at),
    );
    [&text[from..start], &text[start..end], &text[end..to]].map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenizer::{Bytes, Characters};

    fn learned(tokenizer: impl Tokenizer + 'static, text: &str) -> Learned {
        Learned {
            tokenizer: Rc::new(tokenizer),
            corpus: Rc::new(Corpus {
                name: String::new(),
                text: text.to_owned(),
            }),
            held_out: HeldOut::NOTHING,
        }
    }

    #[test]
    fn a_cut_tells_ids_gaps_and_lengths() {
        let cut = cut(&Characters::of_text("ab"), "a鲸b");
        assert_eq!(cut.tokens, [0, 0, 1, 2, 0, 3, 1, 0, 1]);
        let labels: Vec<&str> = cut.labels.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["a", "b", "<unk>"]);
        assert_eq!((cut.vocabulary, cut.unknown), (3, Some(2)));
    }

    #[test]
    fn a_vocabulary_counts_its_own_text() {
        let entries = vocabulary(&learned(Characters::of_text("aab"), "aab"));
        let counts: Vec<u32> = entries.iter().map(|entry| entry.count).collect();
        assert_eq!(counts, [2, 1, 0]);
    }

    #[test]
    fn places_are_counted_and_shown_whole() {
        let found = places(&learned(Bytes, "a鲸b鲸"), 0xB2);
        assert_eq!(found.count, 2);
        assert_eq!(found.contexts[0], ["a", "鲸", "b鲸"]);
        assert_eq!(places(&learned(Bytes, "abc"), 0xB2), Places::default());
    }

    #[test]
    fn words_are_counted_in_any_script() {
        let facts = facts_of("The whale, 白鲸.");
        assert_eq!((facts.bytes, facts.characters, facts.words), (18, 14, 4));
        assert_eq!(beginning("a鲸", 3), "a");
    }
}
