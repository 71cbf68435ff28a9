//! What the tokenizer laboratory knows: the text, the tokenizers beside it and how each cuts it. A pure reducer over the
//! worker's answers; which questions are open is told by [`State::questions`].

use std::sync::Arc;

use super::pieces::Pieces;
use crate::session::config::{Corpus, Playground, Recipe, TokenizerKind};
use crate::session::tokens::{Answer, Ask, Source, TextFacts};

/// The longest text that is edited in a text box; a longer one is only shown in the strips.
pub const MOST_EDITED_BYTES: usize = 100_000;

/// Most tokenizers side by side.
pub const MOST_STRIPS: usize = 12;

/// Which tokenizer a strip shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// The playground's own, whatever it is set to.
    Playground,
    /// One beside it; without a corpus, from the playground's.
    Beside {
        corpus: Option<Corpus>,
        recipe: Recipe,
    },
    /// From a file.
    Imported { file: u32, name: String },
}

/// One tokenizer beside the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Stays the same while strips come and go.
    pub id: u32,
    pub chosen: Chosen,
    /// What was asked last: with the version of the text, and whether special tokens are read in it.
    asked: Option<(Source, u32, bool)>,
    pub awaiting: Option<u32>,
    /// Share of the learning that is done.
    pub progress: Option<f32>,
    /// Of the text of this version.
    pub cut: Option<(u32, Arc<Pieces>)>,
    pub failure: Option<String>,
    pub is_stopped: bool,
}

impl Strip {
    fn new(id: u32, chosen: Chosen) -> Self {
        Self {
            id,
            chosen,
            asked: None,
            awaiting: None,
            progress: None,
            cut: None,
            failure: None,
            is_stopped: false,
        }
    }

    /// Where its tokenizer comes from in this playground.
    pub fn source(&self, playground: &Playground) -> Source {
        let (corpus, recipe) = match &self.chosen {
            Chosen::Playground => (&playground.corpus, playground.tokenizer),
            Chosen::Beside { corpus, recipe } => {
                (corpus.as_ref().unwrap_or(&playground.corpus), *recipe)
            }
            Chosen::Imported { file, .. } => return Source::Imported { file: *file },
        };
        Source::Learned {
            corpus: corpus.clone(),
            recipe: recipe.essential(),
            held_out: playground.training.held_out(),
        }
    }
}

/// A token under the pointer or the keyboard's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// Its strip.
    pub strip: u32,
    pub token: usize,
    /// The bytes it covers.
    pub start: u32,
    pub end: u32,
}

impl Pointed {
    /// Whether a token that covers these bytes is the same text, in part or whole. What covers nothing meets nothing.
    pub fn meets(&self, start: u32, end: u32) -> bool {
        start < end && start < self.end && self.start < end
    }
}

/// The laboratory's knowledge.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub text: Arc<str>,
    /// Counts the texts: answers about an older one are dropped.
    pub version: u32,
    pub facts: Option<TextFacts>,
    pub strips: Vec<Strip>,
    /// Whether special tokens that are spelled out in the text stand for themselves; else they are text.
    pub reads_specials: bool,
    asked_text: Option<(u32, u32)>,
    next_strip: u32,
}

impl Default for State {
    /// The playground's tokenizer with bytes beside it, the finest cut there is.
    fn default() -> Self {
        let mut state = Self {
            text: "".into(),
            version: 0,
            facts: None,
            strips: Vec::new(),
            reads_specials: false,
            asked_text: None,
            next_strip: 0,
        };
        state.add(Chosen::Playground);
        state.add(Chosen::Beside {
            corpus: None,
            recipe: Recipe::of_kind(TokenizerKind::Bytes),
        });
        state
    }
}

impl State {
    pub fn set_text(&mut self, text: impl Into<Arc<str>>) {
        let text = text.into();
        if text != self.text {
            self.text = text;
            self.version += 1;
            self.facts = None;
        }
    }

    /// Whether the text is short enough for the text box.
    pub fn is_edited(&self) -> bool {
        self.text.len() <= MOST_EDITED_BYTES
    }

    /// Puts a tokenizer beside the others; its id, or none when there are enough.
    pub fn add(&mut self, chosen: Chosen) -> Option<u32> {
        if self.strips.len() == MOST_STRIPS {
            return None;
        }
        let id = self.next_strip;
        self.next_strip += 1;
        self.strips.push(Strip::new(id, chosen));
        Some(id)
    }

    /// Takes a tokenizer away; the playground's stays.
    pub fn remove(&mut self, id: u32) {
        self.strips
            .retain(|strip| strip.id != id || strip.chosen == Chosen::Playground);
    }

    pub fn strip(&self, id: u32) -> Option<&Strip> {
        self.strips.iter().find(|strip| strip.id == id)
    }

    /// Whether a tokenizer on show has special tokens.
    pub fn has_specials(&self) -> bool {
        let has_some = |(_, pieces): &(u32, Arc<Pieces>)| pieces.special_count > 0;
        self.strips
            .iter()
            .any(|strip| strip.cut.as_ref().is_some_and(has_some))
    }

    /// Edits a strip. What was said about its old tokenizer no longer counts.
    pub fn edit(&mut self, id: u32, edit: impl FnOnce(&mut Chosen)) {
        if let Some(strip) = self.strips.iter_mut().find(|strip| strip.id == id) {
            edit(&mut strip.chosen);
            strip.failure = None;
            strip.is_stopped = false;
        }
    }

    /// Lets a strip that was stopped or failed ask again.
    pub fn retry(&mut self, id: u32) {
        if let Some(strip) = self.strips.iter_mut().find(|strip| strip.id == id) {
            strip.asked = None;
            strip.failure = None;
            strip.is_stopped = false;
        }
    }

    /// The questions that are to be asked now, each with the place it is asked for: 0 for the text, and 1 + id for a strip.
    /// `next` gives request numbers.
    pub fn questions(
        &mut self,
        playground: &Playground,
        mut next: impl FnMut() -> u32,
    ) -> Vec<(u32, u32, Ask)> {
        let mut questions = Vec::new();
        if self
            .asked_text
            .is_none_or(|(version, _)| version != self.version)
        {
            let request = next();
            self.asked_text = Some((self.version, request));
            let text = self.text.to_string();
            questions.push((0, request, Ask::Text { text }));
        }
        for strip in &mut self.strips {
            let source = strip.source(playground);
            // What is learned here has no special tokens, so that its cut stays as it is.
            let reads_specials = self.reads_specials && matches!(source, Source::Imported { .. });
            let wanted = (source, self.version, reads_specials);
            let is_other = strip.asked.as_ref() != Some(&wanted);
            // A tokenizer that was stopped or cannot be learned is not tried again for another text.
            let is_settled = (strip.is_stopped || strip.failure.is_some())
                && strip
                    .asked
                    .as_ref()
                    .is_some_and(|asked| asked.0 == wanted.0);
            if !is_other || is_settled {
                continue;
            }
            let request = next();
            strip.awaiting = Some(request);
            strip.progress = None;
            strip.failure = None;
            strip.is_stopped = false;
            let source = wanted.0.clone();
            strip.asked = Some(wanted);
            let ask = Ask::Cut {
                source,
                reads_specials,
            };
            questions.push((1 + strip.id, request, ask));
        }
        questions
    }

    /// Takes an answer in.
    pub fn apply(&mut self, request: u32, answer: &Answer) {
        if let (Answer::Text(facts), Some((version, asked))) = (answer, self.asked_text) {
            if asked == request && version == self.version {
                self.facts = Some(*facts);
            }
            return;
        }
        let Some(strip) = self
            .strips
            .iter_mut()
            .find(|strip| strip.awaiting == Some(request))
        else {
            return;
        };
        if let Answer::Progress(share) = answer {
            strip.progress = Some(*share);
            return;
        }
        strip.awaiting = None;
        strip.progress = None;
        match answer {
            Answer::Cut(cut) => {
                let version = strip.asked.as_ref().map_or(0, |asked| asked.1);
                strip.cut = Some((version, Arc::new(Pieces::of(cut))));
            }
            Answer::Failed(message) => {
                strip.failure = Some(message.clone());
                strip.cut = None;
            }
            Answer::Stopped => {
                strip.is_stopped = true;
                strip.cut = None;
            }
            _ => {}
        }
    }

    /// How a strip cuts the present text; nothing while the answer is on its way.
    pub fn pieces(&self, id: u32) -> Option<Arc<Pieces>> {
        let (version, pieces) = self.strip(id)?.cut.as_ref()?;
        (*version == self.version).then(|| pieces.clone())
    }
}

/// What is counted of a cut.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub tokens: u64,
    pub vocabulary: u32,
    pub characters_per_token: f64,
    pub bytes_per_token: f64,
    /// Fertility: tokens per word.
    pub tokens_per_word: f64,
    /// Share of the tokens that are unknown.
    pub unknown: f64,
}

impl Counts {
    pub fn of(pieces: &Pieces, facts: TextFacts) -> Self {
        let tokens = pieces.list.len() as u64;
        let per = |amount: u64, of: u64| {
            if of == 0 {
                0.0
            } else {
                amount as f64 / of as f64
            }
        };
        Self {
            tokens,
            vocabulary: pieces.vocabulary,
            characters_per_token: per(facts.characters, tokens),
            bytes_per_token: per(facts.bytes, tokens),
            tokens_per_word: per(tokens, facts.words),
            unknown: per(pieces.unknown_count() as u64, tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets::first_minute as playground;
    use crate::session::tokens::Cut;

    struct Asked {
        state: State,
        requests: u32,
    }

    impl Asked {
        fn new() -> Self {
            Self {
                state: State::default(),
                requests: 0,
            }
        }

        fn ask(&mut self, playground: &Playground) -> Vec<(u32, u32, Ask)> {
            let requests = &mut self.requests;
            self.state.questions(playground, || {
                *requests += 1;
                *requests
            })
        }
    }

    fn cut(tokens: &[u32]) -> Answer {
        Answer::Cut(Box::new(Cut {
            tokens: tokens.to_vec(),
            unknown: Some(9),
            vocabulary: 10,
            ..Cut::default()
        }))
    }

    #[test]
    fn every_question_is_asked_once_until_something_changes() {
        let mut lab = Asked::new();
        let mut playground = playground();
        let first = lab.ask(&playground);
        assert_eq!(first.len(), 3);
        assert!(matches!(first[0], (0, 1, Ask::Text { .. })));
        assert!(matches!(first[1], (1, 2, Ask::Cut { .. })));
        assert!(lab.ask(&playground).is_empty());
        lab.state.set_text("whale");
        assert_eq!(lab.ask(&playground).len(), 3);
        // The playground's own tokenizer changes; the one beside it stays.
        playground.tokenizer.kind = TokenizerKind::Bytes;
        assert_eq!(lab.ask(&playground).len(), 1);
        // A setting that bytes do not heed makes no other tokenizer.
        playground.tokenizer.vocabulary += 1;
        assert!(lab.ask(&playground).is_empty());
    }

    #[test]
    fn special_tokens_are_read_only_by_tokenizers_from_files_and_when_asked_for() {
        let mut lab = Asked::new();
        let playground = playground();
        let (file, name) = (1, "gpt2".to_owned());
        lab.state.add(Chosen::Imported { file, name });
        let asked = lab.ask(&playground);
        let reads = |ask: &Ask| matches!(ask, Ask::Cut { reads_specials, .. } if *reads_specials);
        assert!(!asked.iter().any(|(.., ask)| reads(ask)));
        assert!(!lab.state.has_specials());
        let cut = Cut {
            special_count: 1,
            ..Cut::default()
        };
        lab.state.apply(asked[3].1, &Answer::Cut(Box::new(cut)));
        assert!(lab.state.has_specials());
        lab.state.reads_specials = true;
        let again = lab.ask(&playground);
        assert!(matches!(&again[..], [(3, _, ask)] if reads(ask)));
        lab.state.reads_specials = false;
        assert_eq!(lab.ask(&playground).len(), 1);
    }

    #[test]
    fn answers_about_an_older_text_are_not_shown() {
        let mut lab = Asked::new();
        let playground = playground();
        lab.ask(&playground);
        lab.state.apply(2, &cut(&[1, 0, 3]));
        assert!(lab.state.pieces(0).is_some());
        lab.state.set_text("whale");
        assert!(lab.state.pieces(0).is_none());
        let asked = lab.ask(&playground)[1].1;
        lab.state.apply(2, &cut(&[1, 0, 3]));
        assert!(lab.state.pieces(0).is_none());
        lab.state.apply(asked, &Answer::Progress(0.5));
        assert_eq!(lab.state.strips[0].progress, Some(0.5));
        lab.state.apply(asked, &cut(&[1, 0, 5]));
        assert_eq!(lab.state.pieces(0).unwrap().list.len(), 1);
    }

    #[test]
    fn what_failed_or_was_stopped_waits_for_the_person() {
        let mut lab = Asked::new();
        let playground = playground();
        lab.ask(&playground);
        lab.state.apply(2, &Answer::Failed("too large".into()));
        lab.state.apply(3, &Answer::Stopped);
        lab.state.set_text("whale");
        let again = lab.ask(&playground);
        assert!(matches!(again[..], [(0, _, Ask::Text { .. })]));
        assert_eq!(lab.state.strips[0].failure.as_deref(), Some("too large"));
        lab.state.retry(1);
        assert!(matches!(
            lab.ask(&playground)[..],
            [(2, _, Ask::Cut { .. })]
        ));
    }

    #[test]
    fn strips_come_and_go_but_for_the_playgrounds() {
        let mut state = State::default();
        state.remove(0);
        state.remove(1);
        assert_eq!(state.strips.len(), 1);
        let beside = || Chosen::Beside {
            corpus: None,
            recipe: Recipe::of_kind(TokenizerKind::Bytes),
        };
        let id = state.add(beside()).unwrap();
        assert_eq!(id, 2);
        for _ in 0..20 {
            state.add(beside());
        }
        assert_eq!(state.strips.len(), MOST_STRIPS);
    }

    #[test]
    fn counts_are_rates() {
        let pieces = Pieces::of(&Cut {
            tokens: vec![1, 0, 4, 9, 0, 2],
            unknown: Some(9),
            vocabulary: 10,
            ..Cut::default()
        });
        let facts = TextFacts {
            bytes: 6,
            characters: 4,
            words: 1,
        };
        let counts = Counts::of(&pieces, facts);
        assert_eq!((counts.tokens, counts.characters_per_token), (2, 2.0));
        assert_eq!((counts.bytes_per_token, counts.tokens_per_word), (3.0, 2.0));
        assert_eq!(counts.unknown, 0.5);
        assert_eq!(
            Counts::of(&Pieces::default(), facts).characters_per_token,
            0.0
        );
    }

    #[test]
    fn the_same_bytes_meet() {
        let pointed = Pointed {
            strip: 0,
            token: 0,
            start: 3,
            end: 5,
        };
        assert!(pointed.meets(4, 9) && pointed.meets(0, 4));
        assert!(!pointed.meets(5, 6) && !pointed.meets(4, 4) && !pointed.meets(0, 3));
    }
}
