//! WordPiece encoding for vocabularies of BERT's kind (Schuster and Nakajima 2012; Devlin et al. 2019). They are read from files;
//! none is learned here.
//!
//! ```text
//! word → the longest piece that it starts with, then the longest continuation ("##…") that the rest starts with, …
//!        a word that cannot be finished so is one unknown token, and so is one of more than 100 characters
//! ```
//!
//! What is lost: white space, and whatever normalisation takes away (case and accents, with uncased vocabularies). Decoded text has
//! one blank before every word.

mod categories;
mod normalise;

pub use normalise::BertNormaliser;
use normalise::{Origin, words};

use super::double_array::DoubleArray;
use super::{REPLACEMENT, Span, Tokenizer};

/// What makes a WordPiece tokenizer, as a vocabulary file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct WordPieceParts {
    /// Pieces by id; continuations begin with `continuation`.
    pub pieces: Vec<String>,
    /// The id of what cannot be written.
    pub unknown: u32,
    /// "##" in BERT's vocabularies.
    pub continuation: String,
    /// Longer words are unknown.
    pub longest_word: usize,
    pub normaliser: BertNormaliser,
    /// Ids that stand for no text, as \[CLS\].
    pub specials: Vec<u32>,
}

/// Why parts make no tokenizer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordPieceError {
    #[error(
        "The unknown token is number {unknown}, but the vocabulary has {pieces} pieces. Name one of them."
    )]
    NoUnknown { unknown: u32, pieces: usize },
    #[error(
        "Special token {0} is not in the vocabulary. Take the special tokens from the same file."
    )]
    SpecialWithoutPiece(u32),
}

/// A WordPiece tokenizer.
#[derive(Clone, Debug)]
pub struct WordPiece {
    parts: WordPieceParts,
    /// What each id stands for in text: a blank before what begins a word, nothing before a continuation.
    texts: Vec<String>,
    beginnings: DoubleArray,
    continuations: DoubleArray,
}

impl WordPiece {
    /// The tokenizer of parts.
    ///
    /// # Errors
    /// For an unknown or special token outside the vocabulary.
    pub fn from_parts(mut parts: WordPieceParts) -> Result<Self, WordPieceError> {
        parts.specials.sort_unstable();
        let pieces = parts.pieces.len();
        if parts.unknown as usize >= pieces {
            return Err(WordPieceError::NoUnknown {
                unknown: parts.unknown,
                pieces,
            });
        }
        if let Some(&id) = parts.specials.iter().find(|&&id| id as usize >= pieces) {
            return Err(WordPieceError::SpecialWithoutPiece(id));
        }
        let continuation = parts.continuation.as_str();
        let rest = |piece: &String| piece.strip_prefix(continuation).map(str::to_owned);
        let texts = parts
            .pieces
            .iter()
            .map(|piece| rest(piece).unwrap_or_else(|| [" ", piece].concat()))
            .collect();
        let ordinary = (0u32..)
            .zip(&parts.pieces)
            .filter(|(id, _)| parts.specials.binary_search(id).is_err());
        let beginnings = ordinary.clone().map(|(id, piece)| (piece.as_bytes(), id));
        let continuations = ordinary.filter_map(|(id, piece)| {
            let rest = piece.strip_prefix(continuation)?;
            Some((rest.as_bytes(), id))
        });
        Ok(Self {
            beginnings: DoubleArray::of(beginnings),
            continuations: DoubleArray::of(continuations),
            texts,
            parts,
        })
    }

    /// The parts of this tokenizer; [`WordPiece::from_parts`] makes it again.
    pub fn parts(&self) -> &WordPieceParts {
        &self.parts
    }

    /// Calls `found` with (id, first byte, byte after the last) of every token of a word.
    fn cut(&self, word: &[Origin], buffer: &mut String, mut found: impl FnMut(u32, usize, usize)) {
        buffer.clear();
        buffer.extend(word.iter().map(|origin| origin.c));
        let length = buffer.len();
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < length && word.len() <= self.parts.longest_word {
            let trie = if at == 0 {
                &self.beginnings
            } else {
                &self.continuations
            };
            let Some((length, id)) = trie.longest(&buffer.as_bytes()[at..]) else {
                break;
            };
            tokens.push((id, at, at + length));
            at += length;
        }
        if at < length {
            found(self.parts.unknown, 0, length);
        } else {
            tokens
                .into_iter()
                .for_each(|(id, start, end)| found(id, start, end));
        }
    }
}

impl Tokenizer for WordPiece {
    fn vocabulary_size(&self) -> u32 {
        self.parts.pieces.len() as u32
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        let characters = self.parts.normaliser.characters(text);
        let mut ids = Vec::with_capacity(characters.len() / 4);
        let mut buffer = String::new();
        for word in words(&characters) {
            self.cut(word, &mut buffer, |id, _, _| ids.push(id));
        }
        ids
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        let characters = self.parts.normaliser.characters(text);
        let mut spans: Vec<Span> = Vec::new();
        let mut buffer = String::new();
        for word in words(&characters) {
            // Byte → character of the word; the end belongs to the last.
            let mut at = 0;
            let starts: Vec<usize> = word
                .iter()
                .map(|origin| {
                    let start = at;
                    at += origin.c.len_utf8();
                    start
                })
                .collect();
            self.cut(word, &mut buffer, |id, start, end| {
                let first = word[starts.partition_point(|&place| place < start)];
                let last = word[starts.partition_point(|&place| place < end) - 1];
                // Two tokens of one character: the first has it. Marks in another order than the text's: no step back.
                let after = spans.last().map_or(0, |span| span.end);
                spans.push(Span {
                    id,
                    start: first.start.max(after),
                    end: last.end.max(after),
                });
            });
        }
        spans
    }

    /// False: see the head of this file.
    fn is_lossless(&self) -> bool {
        false
    }

    fn token_bytes(&self, id: u32) -> &[u8] {
        match self.texts.get(id as usize) {
            Some(text) if id != self.parts.unknown => text.as_bytes(),
            _ => REPLACEMENT,
        }
    }

    fn unknown(&self) -> Option<u32> {
        Some(self.parts.unknown)
    }

    /// As vocabulary files write it: continuations with their sign.
    fn token_label(&self, id: u32) -> String {
        let piece = self.parts.pieces.get(id as usize);
        piece.map_or_else(
            || "<unk>".to_owned(),
            |piece| super::label(piece.as_bytes()),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn toy(normaliser: BertNormaliser) -> WordPiece {
        let pieces = [
            "[UNK]", "[CLS]", "whale", "##s", "un", "##want", "##ed", "##e", "鲸", "!", "cafe", "U",
        ];
        WordPiece::from_parts(WordPieceParts {
            pieces: pieces.map(str::to_owned).to_vec(),
            unknown: 0,
            continuation: "##".to_owned(),
            longest_word: 100,
            normaliser,
            specials: vec![0, 1],
        })
        .unwrap()
    }

    #[test]
    fn the_longest_piece_is_taken_each_time() {
        let toy = toy(BertNormaliser::UNCASED);
        assert_eq!(toy.encode("Unwanted  WHALES!"), [4, 5, 6, 2, 3, 9]);
        assert_eq!(toy.encode("unwantedx whale"), [0, 2]);
        assert_eq!(toy.encode("鲸whale鲸"), [8, 2, 8]);
        assert_eq!(toy.encode("CAFÉ cafe\u{301} ca\u{200B}fe"), [10, 10, 10]);
        assert_eq!(toy.encode("[CLS]"), [0, 0, 0]);
        assert_eq!(toy.decode(&[4, 5, 6, 2, 3]), " unwanted whales");
        assert_eq!(toy.token_label(5), "##want");
        let long = "un".to_owned() + &"ed".repeat(49);
        assert_eq!(toy.encode(&long).len(), 50);
        assert_eq!(toy.encode(&(long + "e")), [0]);
    }

    #[test]
    fn cased_vocabularies_keep_case() {
        let toy = toy(BertNormaliser::CASED);
        assert_eq!(toy.encode("U u CAFÉ"), [11, 0, 0]);
    }

    #[test]
    fn spans_lead_back_to_the_text() {
        let toy = toy(BertNormaliser::UNCASED);
        let text = "  Unwanted\u{301}, CAFÉ鲸";
        let cut: Vec<&str> = toy
            .spans(text)
            .iter()
            .map(|span| &text[span.start as usize..span.end as usize])
            .collect();
        assert_eq!(cut, ["Un", "want", "ed", ",", "CAFÉ", "鲸"]);
    }

    #[test]
    fn parts_that_do_not_fit_are_errors() {
        let parts = toy(BertNormaliser::UNCASED).parts;
        let unknown = WordPiece::from_parts(WordPieceParts {
            unknown: 12,
            ..parts.clone()
        });
        assert!(unknown.is_err());
        let special = WordPiece::from_parts(WordPieceParts {
            specials: vec![99],
            ..parts
        });
        assert_eq!(special.err(), Some(WordPieceError::SpecialWithoutPiece(99)));
    }

    proptest! {
        #[test]
        fn spans_are_the_ids_in_order(text in any::<String>(), words in "[a-zéU鲸! \u{301}]{0,30}") {
            let toy = toy(BertNormaliser::UNCASED);
            for text in [text, words] {
                let spans = toy.spans(&text);
                prop_assert_eq!(spans.iter().map(|span| span.id).collect::<Vec<_>>(), toy.encode(&text));
                let mut at = 0;
                for span in spans {
                    prop_assert!(at <= span.start && span.start <= span.end && span.end as usize <= text.len());
                    at = span.end;
                }
            }
        }
    }
}
