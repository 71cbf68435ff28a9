//! Next-sentence prediction beside masked tokens (Devlin et al. 2019, §3.1). RoBERTa's training without it on full windows is
//! `masked` alone.
//!
//! ```text
//! source     [CLS] a₁ … a_m [SEP] b₁ … b_k [SEP] [PAD] …        m + k ≤ T − 3
//! segments     0   0  …  0    0   1  …  1    1     0
//! pairs      1: B follows A in its document        0: B begins elsewhere, in another document        half and half
//! ```
//!
//! A passage begins at the sentence that a place drawn over all tokens lies in, and is cut into A and B after one of its
//! sentences, any alike (where it ends none: anywhere). It fills the row or ends with its document; one passage in ten is
//! shorter, of any length, as in BERT. A B from elsewhere takes the place of the passage's own and is no longer than that, so
//! that lengths tell little.

use std::ops::Range;

use super::masked::Masker;
use super::specials::Specials;
use super::view::ExampleView;
use crate::data::batches::Draw;
use crate::data::chance::Dice;
use crate::rng::stream_key;

/// Share of passages that are shorter than the row.
const SHORT: f64 = 0.1;

/// Substream of an example's key; masks have another.
const SEGMENTS: u32 = 0;

/// Documents of at least two tokens, for draws by token.
#[derive(Clone, Debug, Default)]
pub(super) struct Passages {
    documents: Vec<Range<usize>>,
    /// Tokens of the documents up to and with each.
    ends: Vec<usize>,
}

impl Passages {
    /// Ranges that are no documents of `tokens` tokens, or have fewer than two, are left out.
    pub fn new(documents: &[Range<usize>], tokens: usize) -> Self {
        let is_cut = |range: &&Range<usize>| range.start + 2 <= range.end && range.end <= tokens;
        let documents: Vec<_> = documents.iter().filter(is_cut).cloned().collect();
        let mut end = 0;
        let ends = documents
            .iter()
            .map(|document| {
                end += document.len();
                end
            })
            .collect();
        Self { documents, ends }
    }

    pub fn count(&self) -> usize {
        self.documents.len()
    }

    fn tokens(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// The document that the n-th token over all documents is in, and its place in the text.
    fn locate(&self, n: usize) -> (usize, usize) {
        let number = self.ends.partition_point(|&end| end <= n);
        let document = &self.documents[number];
        (number, document.end - (self.ends[number] - n))
    }
}

/// A text to draw pairs from.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    pub tokens: &'a [u32],
    pub passages: &'a Passages,
    /// Over the vocabulary.
    pub sentence_ends: &'a [bool],
    pub word_starts: &'a [bool],
}

impl Pairs<'_> {
    /// A pair within `context` (T) tokens, at least 5, of at least two documents, masked by the draws of `masks`.
    pub fn example(
        &self,
        context: usize,
        masker: &Masker,
        specials: Specials,
        draw: Draw,
        masks: Draw,
    ) -> ExampleView {
        let (first, second, is_next) = self.segments(context - 3, draw);
        let mut view = ExampleView {
            is_next: Some(is_next),
            ..ExampleView::default()
        };
        let append = |range, view: &mut ExampleView| {
            masker.append(self.tokens, self.word_starts, range, masks, view);
        };
        masker.frame(specials.cls(), &mut view);
        append(first, &mut view);
        masker.frame(specials.sep(), &mut view);
        view.segments.resize(view.source.len(), 0);
        append(second, &mut view);
        masker.frame(specials.sep(), &mut view);
        view.segments.resize(view.source.len(), 1);
        view
    }

    /// A and B, together at most `room` tokens, and whether B follows A.
    fn segments(&self, room: usize, draw: Draw) -> (Range<usize>, Range<usize>, bool) {
        let passages = self.passages;
        let mut dice = Dice::new(stream_key(draw.key(), SEGMENTS));
        let (number, at) = passages.locate(draw.place(passages.tokens()));
        let document = &passages.documents[number];
        let length = if dice.happens(SHORT) {
            2 + dice.pick_below(room - 1)
        } else {
            room
        };
        let start = self
            .sentence_start(document, at, room)
            .min(document.end - 2);
        let end = document.end.min(start + length);
        let cut = self.cut(start..end, &mut dice);
        let is_next = dice.pick_below(2) == 1;
        if is_next {
            return (start..cut, cut..end, true);
        }
        let before = passages.ends[number] - document.len();
        let mut other = dice.pick_below(passages.tokens() - document.len());
        if other >= before {
            other += document.len();
        }
        let (number, at) = passages.locate(other);
        let document = &passages.documents[number];
        let begin = self.sentence_start(document, at, room);
        let second = begin..document.end.min(begin + (end - cut));
        (start..cut, second, false)
    }

    /// Where the sentence around a place begins, if that is fewer than `most` tokens back; else the place.
    fn sentence_start(&self, document: &Range<usize>, at: usize, most: usize) -> usize {
        let earliest = document.start.max((at + 1).saturating_sub(most));
        (earliest..=at)
            .rev()
            .find(|&place| place == document.start || self.ends_sentence(place - 1))
            .unwrap_or(at)
    }

    /// A place inside a range of at least 2 tokens.
    fn cut(&self, range: Range<usize>, dice: &mut Dice) -> usize {
        let inside = range.start + 1..range.end;
        let cuts: Vec<usize> = inside
            .clone()
            .filter(|&place| self.ends_sentence(place - 1))
            .collect();
        if cuts.is_empty() {
            inside.start + dice.pick_below(inside.len())
        } else {
            cuts[dice.pick_below(cuts.len())]
        }
    }

    fn ends_sentence(&self, place: usize) -> bool {
        let token = self.tokens[place] as usize;
        self.sentence_ends.get(token).is_some_and(|&is| is)
    }
}
