//! Counting a text, in slices so that a worker stays responsive.
//!
//! 1. Positions are sorted by the tokens before them, the last token first: one stable counting sort per token of context, the
//!    farthest token first (radix sort, least significant digit first). Where the text has not begun yet sorts before every token.
//! 2. One pass over the sorted positions writes the table: contexts are runs of positions, at every length. What followed a context is
//!    gathered in an array over the vocabulary while its run lasts; when the run ends it is sorted, written, and added to the
//!    context that is one token shorter.
//!
//! Time O(N · order + n-grams · log V); memory beside the table 8 bytes a token and `order` arrays over the vocabulary.

use std::ops::Deref;

use super::counts::{Follower, Level, Node, Table};
use super::{MOST_VOCABULARY, Ngram, NgramConfig, NgramError, Smoothing};

/// A model in the making.
#[derive(Clone, Debug)]
pub struct Training<T> {
    tokens: T,
    vocabulary: usize,
    config: NgramConfig,
    /// Positions in the order of the last finished sort.
    sorted: Vec<u32>, // (N)
    /// The sort in progress.
    next: Vec<u32>, // (N)
    /// Where the next position with each key goes.
    places: Vec<u32>, // (V + 1)
    /// How far before a position the token is that is sorted by; 0 while the table is written.
    distance: usize,
    /// Positions of this pass that are done.
    at: usize,
    writer: Writer,
}

impl<T: Deref<Target = [u32]>> Training<T> {
    /// Checks the text and the settings; counts nothing yet.
    ///
    /// # Errors
    /// As [`Ngram::train`].
    ///
    /// # Panics
    /// The text has 2³² tokens.
    pub fn new(tokens: T, vocabulary: usize, config: &NgramConfig) -> Result<Self, NgramError> {
        config.check()?;
        if vocabulary == 0 || vocabulary > MOST_VOCABULARY {
            return Err(NgramError::Vocabulary {
                vocabulary: vocabulary as u64,
                most: MOST_VOCABULARY as u64,
            });
        }
        if tokens.len() < config.order as usize {
            return Err(NgramError::TooShort {
                tokens: tokens.len() as u64,
                order: config.order,
            });
        }
        if let Some(position) = tokens.iter().position(|&t| t as usize >= vocabulary) {
            return Err(NgramError::Token {
                token: tokens[position],
                position: position as u64,
                vocabulary: vocabulary as u64,
            });
        }
        let count = u32::try_from(tokens.len()).expect("positions are 32 bits");
        let longest = config.order as usize - 1;
        let mut training = Self {
            tokens,
            vocabulary,
            config: config.clone(),
            sorted: (0..count).collect(),
            next: vec![0; if longest > 0 { count as usize } else { 0 }],
            places: Vec::new(),
            distance: longest,
            at: 0,
            writer: Writer::new(config, vocabulary),
        };
        training.begin_sort();
        Ok(training)
    }

    /// Goes on for so many positions of one pass; there are as many passes as the order. True when all is counted.
    pub fn advance(&mut self, positions: usize) -> bool {
        let mut left = positions;
        while left > 0 && !self.is_done() {
            let end = self.sorted.len().min(self.at.saturating_add(left));
            left -= end - self.at;
            if self.distance > 0 {
                self.sort(end);
            } else {
                self.write(end);
            }
            self.at = end;
            if self.distance > 0 && end == self.sorted.len() {
                std::mem::swap(&mut self.sorted, &mut self.next);
                self.distance -= 1;
                self.at = 0;
                self.begin_sort();
            }
        }
        self.is_done()
    }

    /// The share of the work that is done, 0..=1.
    pub fn share_done(&self) -> f32 {
        let count = self.sorted.len();
        let passes = self.config.order as usize;
        let done = (passes - 1 - self.distance) * count + self.at;
        done as f32 / (passes * count) as f32
    }

    /// Does what is left, and gives the model.
    pub fn finish(mut self) -> Ngram {
        while !self.advance(usize::MAX) {}
        // Before the table is trimmed, so that both are not held at once.
        drop((self.sorted, self.next));
        Ngram::new(self.config, self.vocabulary, self.writer.finish())
    }

    fn is_done(&self) -> bool {
        self.distance == 0 && self.at == self.sorted.len()
    }

    fn begin_sort(&mut self) {
        if self.distance == 0 {
            self.next = Vec::new();
            return;
        }
        let mut places = vec![0; self.vocabulary + 1];
        places[0] = self.distance as u32;
        for &token in &self.tokens[..self.tokens.len() - self.distance] {
            places[token as usize + 1] += 1;
        }
        let mut sum = 0;
        for place in &mut places {
            sum += std::mem::replace(place, sum);
        }
        self.places = places;
    }

    fn sort(&mut self, end: usize) {
        for &position in &self.sorted[self.at..end] {
            let before = (position as usize).checked_sub(self.distance);
            let key = before.map_or(0, |i| self.tokens[i] as usize + 1);
            self.next[self.places[key] as usize] = position;
            self.places[key] += 1;
        }
    }

    fn write(&mut self, end: usize) {
        for &position in &self.sorted[self.at..end] {
            self.writer.take(&self.tokens[..=position as usize]);
        }
    }
}

/// Writes the table from n-grams in the order of their contexts.
#[derive(Clone, Debug)]
struct Writer {
    /// Kneser–Ney counts continuations below the highest order.
    counts_continuations: bool,
    levels: Vec<Level>,
    /// What followed the open context of each length.
    open: Vec<Gathered>,
    /// The longest open context, read from its last token backwards.
    reversed: Vec<u32>,
}

/// Tokens with counts. A slot is 0 for a token that is absent, else 1 more than its count, for a continuation count may be 0.
#[derive(Clone, Debug)]
struct Gathered {
    slots: Vec<u32>, // (V)
    present: Vec<u32>,
}

impl Gathered {
    fn add(&mut self, token: u32, count: u32) {
        let slot = &mut self.slots[token as usize];
        if *slot == 0 {
            self.present.push(token);
            *slot = 1;
        }
        *slot += count;
    }
}

impl Writer {
    fn new(config: &NgramConfig, vocabulary: usize) -> Self {
        let order = config.order as usize;
        let gathered = Gathered {
            slots: vec![0; vocabulary],
            present: Vec::new(),
        };
        let mut levels = vec![Level::default(); order];
        levels[0].tokens.push(0);
        levels[0].nodes.push(Node::default());
        Self {
            counts_continuations: config.smoothing == Smoothing::KneserNey,
            levels,
            open: vec![gathered; order],
            reversed: Vec::with_capacity(order),
        }
    }

    /// The next position: its token after all that stands before it.
    fn take(&mut self, until: &[u32]) {
        let longest = self.levels.len() - 1;
        let (&token, before) = until.split_last().expect("a position has a token");
        let context = before.iter().rev().take(longest);
        let shared = self
            .reversed
            .iter()
            .zip(context.clone())
            .take_while(|(a, b)| a == b)
            .count();
        while self.reversed.len() > shared {
            self.close();
        }
        for &first in context.skip(shared) {
            self.reversed.push(first);
            let depth = self.reversed.len();
            let longer = self.levels.get(depth + 1).map_or(0, |l| l.nodes.len());
            let level = &mut self.levels[depth];
            level.tokens.push(first);
            level.nodes.push(Node {
                longer: longer as u32,
                ..Node::default()
            });
        }
        let depth = self.reversed.len();
        // Below the longest, nothing stands before this n-gram: it continues nothing.
        let is_counted = depth == longest || !self.counts_continuations;
        self.open[depth].add(token, u32::from(is_counted));
    }

    /// Writes what followed the longest open context, and gives it to the one that is a token shorter.
    fn close(&mut self) {
        let depth = self.reversed.len();
        let (shorter, this) = self.open.split_at_mut(depth);
        let (mut shorter, this) = (shorter.last_mut(), &mut this[0]);
        let level = &mut self.levels[depth];
        let node = level.nodes.last_mut().expect("an open context has a node");
        node.followers = level.followers.len() as u32;
        this.present.sort_unstable();
        for token in this.present.drain(..) {
            let count = std::mem::take(&mut this.slots[token as usize]) - 1;
            if let Some(shorter) = &mut shorter {
                let is_once = self.counts_continuations;
                shorter.add(token, if is_once { 1 } else { count });
            }
            if count > 0 {
                level.followers.push(Follower { token, count });
                node.total += count;
                node.ones += u32::from(count == 1);
                node.twos += u32::from(count == 2);
            }
        }
        self.reversed.pop();
    }

    fn finish(mut self) -> Table {
        while !self.reversed.is_empty() {
            self.close();
        }
        self.close();
        let ends: Vec<usize> = self.levels.iter().map(|l| l.nodes.len()).collect();
        for (depth, level) in self.levels.iter_mut().enumerate() {
            level.nodes.push(Node {
                longer: ends.get(depth + 1).map_or(0, |&end| end as u32),
                followers: level.followers.len() as u32,
                ..Node::default()
            });
            level.tokens.shrink_to_fit();
            level.nodes.shrink_to_fit();
            level.followers.shrink_to_fit();
        }
        Table {
            levels: self.levels,
        }
    }
}
