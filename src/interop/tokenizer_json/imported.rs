//! A tokenizer that came from a file: its model, and what the file says is done before and after it.

use std::borrow::Cow;

use super::added::Added;
use super::normalise::{Normalised, Step};
use crate::tokenizer::bpe::Bpe;
use crate::tokenizer::unigram::Unigram;
use crate::tokenizer::wordpiece::WordPiece;
use crate::tokenizer::{Span, Tokenizer};

/// The model of an imported tokenizer.
#[derive(Clone, Debug)]
pub enum Model {
    Bpe(Box<Bpe>),
    Unigram(Box<Unigram>),
    WordPiece(Box<WordPiece>),
}

/// How text is read and ids are framed; the default treats everything as text and adds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Whether special tokens that are written out in the text become their ids.
    pub finds_special: bool,
    /// Whether the ids are framed as the model was trained, as with \[CLS\] and \[SEP\].
    pub adds_frame: bool,
}

/// A tokenizer from a `tokenizer.json`.
///
/// [`Tokenizer::encode`] takes special tokens in the text for text and adds none; [`Imported::encode_as`] can do either.
#[derive(Clone, Debug)]
pub struct Imported {
    pub(super) model: Model,
    pub(super) steps: Vec<Step>,
    /// Added tokens that are looked for in the text as it is, and in the normalised text.
    pub(super) in_text: Added,
    pub(super) in_normalised: Added,
    /// Whether a blank is put before a stretch of text that does not begin with one (byte-level BPE).
    pub(super) adds_blank: bool,
    /// Ids before and after a framed text.
    pub(super) frame: (Vec<u32>, Vec<u32>),
    /// Special tokens by id, with how they are written.
    pub(super) specials: Vec<(u32, String)>,
}

/// A stretch of text or an added token, with its place.
struct Part<'a> {
    added: Option<u32>,
    /// Normalised text.
    text: &'a str,
    /// Where it starts in the normalised stretch.
    at: usize,
    is_first: bool,
}

impl Imported {
    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The ids of a text, read as asked.
    pub fn encode_as(&self, text: &str, reading: Reading) -> Vec<u32> {
        let (before, after) = &self.frame;
        let mut ids = Vec::with_capacity(text.len() / 3 + 2);
        if reading.adds_frame {
            ids.extend(before);
        }
        self.stretches(text, reading.finds_special, |_, _, part| match part.added {
            Some(id) => ids.push(id),
            None => ids.extend(self.encode_part(&part)),
        });
        if reading.adds_frame {
            ids.extend(after);
        }
        ids
    }

    /// Visits the parts of a text in order, each with the normalised stretch it lies in and where that starts in the text.
    fn stretches(
        &self,
        text: &str,
        finds_special: bool,
        mut visit: impl FnMut(usize, &Normalised, Part),
    ) {
        for (added, range) in self.in_text.split(text, finds_special) {
            let (start, stretch) = (range.start, &text[range]);
            if added.is_some() {
                let as_it_is = Normalised::of(stretch, &[]);
                let part = Part {
                    added,
                    text: stretch,
                    at: 0,
                    is_first: false,
                };
                visit(start, &as_it_is, part);
                continue;
            }
            let normalised = Normalised::of(stretch, &self.steps);
            for (added, range) in self.in_normalised.split(&normalised.text, finds_special) {
                let part = Part {
                    added,
                    at: range.start,
                    is_first: start == 0 && range.start == 0,
                    text: &normalised.text[range],
                };
                visit(start, &normalised, part);
            }
        }
    }

    /// The part's text as the model is given it, and how many bytes were put before it.
    fn prepared<'a>(&self, part: &Part<'a>) -> (Cow<'a, str>, usize) {
        if self.adds_blank && !part.text.starts_with(' ') {
            (Cow::Owned([" ", part.text].concat()), 1)
        } else {
            (Cow::Borrowed(part.text), 0)
        }
    }

    fn encode_part(&self, part: &Part) -> Vec<u32> {
        let (text, _) = self.prepared(part);
        match &self.model {
            Model::Bpe(bpe) => bpe.encode(&text),
            Model::Unigram(unigram) => unigram.encode_part(&text, part.is_first),
            Model::WordPiece(pieces) => pieces.encode(&text),
        }
    }

    fn spans_of_part(&self, part: &Part) -> Vec<Span> {
        let (text, added) = self.prepared(part);
        let mut spans = match &self.model {
            Model::Bpe(bpe) => bpe.spans(&text),
            Model::Unigram(unigram) => unigram.spans_of_part(&text, part.is_first),
            Model::WordPiece(pieces) => pieces.spans(&text),
        };
        for span in &mut spans {
            span.start = span.start.saturating_sub(added as u32);
            span.end = span.end.saturating_sub(added as u32);
        }
        spans
    }

    fn spans_as(&self, text: &str, finds_special: bool) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        self.stretches(text, finds_special, |start, normalised, part| {
            let found = match part.added {
                Some(id) => vec![Span {
                    id,
                    start: 0,
                    end: part.text.len() as u32,
                }],
                None => self.spans_of_part(&part),
            };
            let mut original = normalised.original_ranges();
            for span in found {
                let (first, last) =
                    original(part.at + span.start as usize, part.at + span.end as usize);
                // Tokens that share a character of the text: the first has it.
                let after = spans.last().map_or(0, |span| span.end);
                let first = ((start + first) as u32).max(after);
                spans.push(Span {
                    id: span.id,
                    start: first,
                    end: ((start + last) as u32).max(first),
                });
            }
        });
        spans
    }

    fn tokenizer(&self) -> &dyn Tokenizer {
        match &self.model {
            Model::Bpe(bpe) => &**bpe,
            Model::Unigram(unigram) => &**unigram,
            Model::WordPiece(pieces) => &**pieces,
        }
    }
}

impl Tokenizer for Imported {
    fn vocabulary_size(&self) -> u32 {
        self.tokenizer().vocabulary_size()
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        self.encode_as(text, Reading::default())
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        self.spans_as(text, false)
    }

    fn special_tokens(&self) -> &[(u32, String)] {
        &self.specials
    }

    fn spans_with_specials(&self, text: &str) -> Vec<Span> {
        self.spans_as(text, true)
    }

    /// Whether nothing is changed before a model that loses nothing.
    fn is_lossless(&self) -> bool {
        self.steps.is_empty() && !self.adds_blank && self.tokenizer().is_lossless()
    }

    fn token_bytes(&self, id: u32) -> &[u8] {
        self.tokenizer().token_bytes(id)
    }

    fn made_of(&self, id: u32) -> Option<(u32, u32)> {
        self.tokenizer().made_of(id)
    }

    fn score(&self, id: u32) -> Option<f32> {
        self.tokenizer().score(id)
    }

    fn unknown(&self) -> Option<u32> {
        self.tokenizer().unknown()
    }

    fn token_label(&self, id: u32) -> String {
        self.tokenizer().token_label(id)
    }
}
