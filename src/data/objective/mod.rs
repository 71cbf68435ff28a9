//! Objectives: what of a text a model is given, and what it has to predict. One file each, pure functions of tokens and counters:
//! an example depends on (seed, step, row) or on its number in validation, and on nothing drawn before it.
//!
//! ```text
//! tokens ──window──▶ original ──objective──▶ ExampleView (original, source, targets) ──padding──▶ Batch
//!          pair ─────┘
//! ```
//!
//! | objective | stack | source | targets |
//! |---|---|---|---|
//! | [`causal`](Objective::Causal) | decoder | the text | the next token |
//! | [`masked`](Objective::Masked), [`next-sentence`](Objective::NextSentence) | encoder | some tokens masked | those tokens |
//! | [`denoising`](Objective::Denoising), [`spans`](Objective::Spans) | encoder–decoder | the text damaged | the text, or what is missing |
//! | [`text-to-text`](Objective::TextToText) | encoder–decoder | a question | its answer |
//! | [`prompted`](Objective::Prompted) | decoder | question and answer | the answer |
//!
//! A [`Maker`] has all of them behind one front.

pub mod causal;
mod config;
mod denoise;
mod draw;
mod error;
pub mod marks;
mod masked;
mod next_sentence;
pub mod pairs;
pub mod prompted;
mod spans;
mod specials;
#[cfg(test)]
mod tests;
pub mod text_to_text;
mod view;

use std::ops::Range;
use std::rc::Rc;

pub use self::config::{Lengths, Masking, Objective, ObjectiveConfig};
pub use self::error::{ObjectiveError, Part};
pub use self::masked::LONGEST_WORD;
pub use self::spans::{Split, fit};
pub use self::specials::Specials;
pub use self::text_to_text::Pair;
pub use self::view::{Cell, CellKind, ExampleView};

use self::denoise::Noise;
use self::masked::Masker;
use self::next_sentence::{Pairs, Passages};
use super::batches::{Batch, Draw, IGNORE, Windows};

/// One part of a text. Each objective needs its own of these; the others may be empty.
#[derive(Clone, Debug, Default)]
pub struct PartData {
    /// Objectives on running text.
    pub tokens: Rc<Vec<u32>>,
    /// Next-sentence prediction: documents as ranges of `tokens` ([`marks::document_ranges`]).
    pub documents: Vec<Range<usize>>,
    /// Text to text, and prompts ([`pairs`]).
    pub pairs: Vec<Pair>,
}

/// What examples are made of.
#[derive(Clone, Debug, Default)]
pub struct ObjectiveData {
    pub training: PartData,
    /// None if nothing is held out.
    pub validation: Option<PartData>,
    /// Whole-word masking: for each id whether it begins a word ([`marks::word_starts`]).
    pub word_starts: Vec<bool>,
    /// Pairs and permutation: for each id whether it ends a sentence ([`marks::sentence_ends`]).
    pub sentence_ends: Vec<bool>,
}

/// Makes the batches of an objective.
#[derive(Clone, Debug)]
pub struct Maker {
    data: Rc<ObjectiveData>,
    lengths: Lengths,
    specials: Specials,
    method: Method,
}

/// An objective with what it works out beforehand.
#[derive(Clone, Debug)]
enum Method {
    Causal,
    Masked(Masker),
    NextSentence {
        masker: Masker,
        training: Passages,
        validation: Passages,
    },
    Denoising(Noise),
    Spans(Split),
    TextToText,
    Prompted,
}

impl Maker {
    /// For models of `context` tokens and `specials` after their vocabulary.
    ///
    /// # Errors
    /// Settings out of range, a context that is too short, a part of the text that no example can be made of; see
    /// [`ObjectiveError`]. What is checked here cannot fail later.
    pub fn new(
        config: &ObjectiveConfig,
        data: Rc<ObjectiveData>,
        context: usize,
        specials: Specials,
    ) -> Result<Self, ObjectiveError> {
        let lengths = config.lengths(context)?;
        let masker = || Masker::new(config, specials);
        let passages = |part: &PartData| Passages::new(&part.documents, part.tokens.len());
        let method = match config.objective {
            Objective::Causal => Method::Causal,
            Objective::Masked => Method::Masked(masker()),
            Objective::NextSentence => Method::NextSentence {
                masker: masker(),
                training: passages(&data.training),
                validation: data.validation.as_ref().map(passages).unwrap_or_default(),
            },
            Objective::Denoising => Method::Denoising(Noise::new(config, specials)),
            Objective::Spans => {
                let tokens = fit(context, config.span_rate, config.span_mean);
                Method::Spans(Split::of(tokens, config.span_rate, config.span_mean))
            }
            Objective::TextToText => Method::TextToText,
            Objective::Prompted => Method::Prompted,
        };
        let maker = Self {
            data,
            lengths,
            specials,
            method,
        };
        if config.objective.is_bidirectional()
            && config.whole_words
            && !maker.data.word_starts.contains(&true)
        {
            return Err(ObjectiveError::NoWordStarts);
        }
        maker.check(Part::Training, &maker.data.training)?;
        if let Some(validation) = &maker.data.validation {
            maker.check(Part::Validation, validation)?;
        }
        Ok(maker)
    }

    /// T: tokens in a row of inputs and of targets.
    pub fn context(&self) -> usize {
        self.lengths.context
    }

    /// S: tokens in a row of the source, for objectives with one.
    pub fn source_context(&self) -> Option<usize> {
        self.lengths.source_context
    }

    /// The batch of update `step`, counted from 0, with `rows` (B) examples. The same numbers give the same batch.
    pub fn training_batch(&self, seed: u32, step: u32, rows: u32) -> Batch {
        if let (Method::Causal, Some(windows)) = (&self.method, self.windows(&self.data.training)) {
            return windows.training_batch(seed, step, rows);
        }
        self.batch((0..rows).map(|row| Draw::Training { seed, step, row }))
    }

    /// Whether anything is held out.
    pub fn has_validation(&self) -> bool {
        self.data.validation.is_some()
    }

    /// Batch `index` of `batches` fixed ones with `rows` (B) examples each; empty if nothing is held out.
    pub fn validation_batch(&self, index: u32, batches: u32, rows: u32) -> Batch {
        let Some(validation) = &self.data.validation else {
            return Batch::default();
        };
        if let (Method::Causal, Some(windows)) = (&self.method, self.windows(validation)) {
            return windows.validation_batch(index, batches, rows);
        }
        self.batch((0..rows).map(|row| Draw::Validation {
            index,
            batches,
            rows,
            row,
        }))
    }

    /// Row `row` of update `step`, for looking at.
    pub fn example(&self, seed: u32, step: u32, row: u32) -> ExampleView {
        self.example_again(seed, step, row, step)
    }

    /// The text of row `row` of update `step` with what row `row` of update `again` draws for its text: which tokens are masked,
    /// how it is damaged. Static masks do not depend on `again`.
    pub fn example_again(&self, seed: u32, step: u32, row: u32, again: u32) -> ExampleView {
        let of = |step| Draw::Training { seed, step, row };
        self.drawn(of(step), of(again))
    }

    fn part(&self, draw: Draw) -> &PartData {
        match (draw, &self.data.validation) {
            (Draw::Validation { .. }, Some(validation)) => validation,
            _ => &self.data.training,
        }
    }

    /// Tokens of the text that one example takes, for objectives on running text.
    fn window_length(&self) -> usize {
        let context = self.lengths.context;
        match &self.method {
            Method::Causal => context + 1,
            // framed by [CLS] and [SEP]
            Method::Masked(_) => context - 2,
            // ended by [EOS]
            Method::Denoising(_) => context - 1,
            Method::Spans(split) => split.tokens(),
            Method::NextSentence { .. } | Method::TextToText | Method::Prompted => 0,
        }
    }

    fn windows<'a>(&self, part: &'a PartData) -> Option<Windows<'a>> {
        Windows::new(&part.tokens, self.lengths.context).ok()
    }

    fn window(&self, draw: Draw) -> Range<usize> {
        let length = self.window_length();
        let start = draw.place(self.part(draw).tokens.len() + 1 - length);
        start..start + length
    }

    fn check(&self, part: Part, data: &PartData) -> Result<(), ObjectiveError> {
        let (tokens, needed) = (data.tokens.len(), self.window_length());
        let check_pairs = match &self.method {
            Method::TextToText => text_to_text::check,
            Method::Prompted => prompted::check,
            _ if tokens == 0 && part == Part::Validation => {
                return Err(ObjectiveError::EmptyValidation);
            }
            Method::NextSentence {
                training,
                validation,
                ..
            } => {
                let passages = match part {
                    Part::Training => training,
                    Part::Validation => validation,
                };
                let documents = passages.count();
                return if documents < 2 {
                    Err(ObjectiveError::TooFewDocuments { part, documents })
                } else {
                    Ok(())
                };
            }
            _ if tokens < needed => {
                return Err(ObjectiveError::TextTooShort {
                    part,
                    tokens,
                    needed,
                });
            }
            _ => return Ok(()),
        };
        if data.pairs.is_empty() {
            return Err(ObjectiveError::NoPairs { part });
        }
        check_pairs(&data.pairs, part, self.lengths.context)
    }

    /// The text that one draw takes, with the masks and the damage of another.
    fn drawn(&self, draw: Draw, noise: Draw) -> ExampleView {
        let (part, specials) = (self.part(draw), self.specials);
        let (tokens, word_starts) = (&part.tokens, &self.data.word_starts);
        let pair = || &part.pairs[draw.place(part.pairs.len())];
        match &self.method {
            Method::Causal => causal::example(&tokens[self.window(draw)]),
            Method::Masked(masker) => masker.example(tokens, word_starts, self.window(draw), noise),
            Method::NextSentence {
                masker,
                training,
                validation,
            } => {
                let pairs = Pairs {
                    tokens,
                    passages: match draw {
                        Draw::Training { .. } => training,
                        Draw::Validation { .. } => validation,
                    },
                    sentence_ends: &self.data.sentence_ends,
                    word_starts,
                };
                pairs.example(self.lengths.context, masker, specials, draw, noise)
            }
            Method::Denoising(damage) => {
                let original = &tokens[self.window(draw)];
                damage.example(original, &self.data.sentence_ends, noise.key())
            }
            Method::Spans(split) => {
                spans::example(&tokens[self.window(draw)], *split, specials, noise.key())
            }
            Method::TextToText => text_to_text::example(pair(), specials),
            Method::Prompted => prompted::example(pair(), specials),
        }
    }

    fn batch(&self, draws: impl Iterator<Item = Draw>) -> Batch {
        let mut batch = Batch::default();
        let (pad, context) = (self.specials.pad(), self.lengths.context);
        for (row, draw) in draws.enumerate() {
            let view = self.drawn(draw, draw);
            let source = view.source.iter().map(|cell| cell.id);
            let length = match self.lengths.source_context {
                Some(source_context) => {
                    batch.source.extend(source);
                    batch.source.resize((row + 1) * source_context, pad);
                    batch.source_lengths.push(view.source.len() as u32);
                    batch.inputs.extend_from_slice(&view.inputs);
                    view.inputs.len()
                }
                None => {
                    batch.inputs.extend(source);
                    view.source.len()
                }
            };
            let end = (row + 1) * context;
            batch.inputs.resize(end, pad);
            let targets = view.targets.iter().map(|target| target.unwrap_or(IGNORE));
            batch.targets.extend(targets);
            batch.targets.resize(end, IGNORE);
            if self.has_padding() {
                batch.lengths.push(length as u32);
            }
            if let Some(is_next) = view.is_next {
                batch.segments.extend(view.segments);
                batch.segments.resize(end, 0);
                batch.pairs.push(u32::from(is_next));
            }
        }
        batch
    }

    /// Whether a row of inputs may be shorter than T.
    fn has_padding(&self) -> bool {
        matches!(
            self.method,
            Method::NextSentence { .. } | Method::TextToText | Method::Prompted
        )
    }
}
