//! The most probable segmentation of a stretch of text.
//!
//! ```text
//! best(0) = 0,  best(j) = max over pieces i → j of best(i) + ln p      O(bytes × bytes of the longest piece)
//! ```
//!
//! Of equal sums the one found first stays: the piece that starts earlier. Sums are taken in f64 from the left, as the
//! `tokenizers` crate takes them, so that ids are equal to the last tie.

use super::Unigram;

/// One token of a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    pub id: u32,
    /// Bytes of the stretch.
    pub start: u32,
    pub end: u32,
}

#[derive(Clone, Copy)]
struct Best {
    score: f64,
    start: u32,
    id: u32,
}

const UNREACHED: Best = Best {
    score: f64::NEG_INFINITY,
    start: 0,
    id: 0,
};

/// Arrays that one stretch after another uses.
#[derive(Default)]
pub struct Viterbi {
    best: Vec<Best>,
    /// The tokens of the last stretch, last first.
    tokens: Vec<Token>,
}

impl Viterbi {
    /// Segments a stretch; [`Viterbi::tokens`] has the result.
    #[inline]
    pub fn best(&mut self, unigram: &Unigram, stretch: &[u8]) {
        let n = stretch.len();
        self.best.clear();
        self.best.resize(n + 1, UNREACHED);
        self.best[0].score = 0.0;
        let mut start = 0;
        while start < n {
            let after = start + character_length(stretch[start]);
            let so_far = self.best[start].score;
            let best = &mut self.best[..];
            let mut has_character = false;
            unigram.trie.prefixes(&stretch[start..], |length, id| {
                has_character |= start + length == after;
                let score = so_far + unigram.scores[id as usize];
                let end = &mut best[start + length];
                if score > end.score {
                    *end = Best {
                        score,
                        start: start as u32,
                        id,
                    };
                }
            });
            if !has_character {
                let score = so_far + unigram.unknown_score;
                let end = &mut best[after];
                if score > end.score {
                    *end = Best {
                        score,
                        start: start as u32,
                        id: unigram.unknown,
                    };
                }
            }
            start = after;
        }
        self.tokens.clear();
        let mut end = n;
        while end > 0 {
            let Best { start, id, .. } = self.best[end];
            match self.tokens.last_mut() {
                // Unknown neighbours are one token.
                Some(next) if id == unigram.unknown && next.id == id => next.start = start,
                _ => self.tokens.push(Token {
                    id,
                    start,
                    end: end as u32,
                }),
            }
            end = start as usize;
        }
    }

    /// The tokens of the last stretch, in order.
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        self.tokens.iter().rev().copied()
    }

    /// ln of the probability of the last stretch's segmentation.
    #[cfg(test)]
    pub fn score(&self) -> f64 {
        self.best.last().map_or(0.0, |best| best.score)
    }
}

/// Bytes of the UTF-8 character with this first byte.
pub fn character_length(first: u8) -> usize {
    match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}
