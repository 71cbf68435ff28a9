//! Beam search (Lowerre 1976; for translation Sutskever et al. 2014): of all answers, the `width` best beginnings are gone on from.
//!
//! ```text
//! total(y₁ … y_n) = Σ ln p(y_t | y₁ … y_{t−1})        score = total / n^penalty        n counts the token that ends the answer
//! ```
//!
//! Of all continuations of the beginnings of one length the best by total are kept, as many as `width` less the answers that have
//! ended, which keep their places (Bahdanau et al. 2015). So a width of 1 is greedy, and one that holds every answer searches all
//! of them. Equals are ranked by their beginning's rank, then by token id. The search knows no model: it is given ln p.

use std::cmp::Ordering;

/// How it is searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// At least 1.
    pub width: usize,
    /// 0 prefers short answers; at 1 the score is the mean ln p of a token.
    pub length_penalty: f32,
    /// Tokens of the longest answer, the one that ends it included.
    pub most_tokens: usize,
    /// The token that ends an answer.
    pub end: u32,
}

/// A beginning of an answer: its parent's, and one token more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// None of the empty answer.
    pub parent: Option<u32>,
    pub token: u32,
    /// Of the token, nats.
    pub log_probability: f32,
    /// Of the whole beginning, nats.
    pub total: f64,
    /// Tokens up to here.
    pub length: u32,
    /// It is gone on from, or it ended.
    pub is_kept: bool,
}

/// A search under way.
#[derive(Clone, Debug)]
pub struct Search {
    settings: Settings,
    /// Parents stand before their children; the first is the empty answer. Of what was dropped, the best are there.
    nodes: Vec<Node>,
    /// To be gone on from, best first.
    live: Vec<u32>,
    ended: Vec<u32>,
    length: usize,
}

/// A continuation of a live beginning.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Rank of the beginning.
    rank: usize,
    token: u32,
    log_probability: f32,
    total: f64,
}

impl Candidate {
    fn order(&self, other: &Self) -> Ordering {
        let by_total = other.total.total_cmp(&self.total);
        let place = |c: &Self| (c.rank, c.token);
        by_total.then_with(|| place(self).cmp(&place(other)))
    }
}

/// The first `count` by their order.
fn best(mut candidates: Vec<Candidate>, count: usize) -> Vec<Candidate> {
    if count < candidates.len() {
        candidates.select_nth_unstable_by(count, Candidate::order);
        candidates.truncate(count);
    }
    candidates.sort_unstable_by(Candidate::order);
    candidates
}

impl Search {
    pub fn new(settings: Settings) -> Self {
        let empty = Node {
            parent: None,
            token: 0,
            log_probability: 0.0,
            total: 0.0,
            length: 0,
            is_kept: true,
        };
        Self {
            settings,
            nodes: vec![empty],
            live: vec![0],
            ended: Vec::new(),
            length: 0,
        }
    }

    /// Whether there is nothing to go on from, or no room.
    pub fn is_over(&self) -> bool {
        self.live.is_empty() || self.length >= self.settings.most_tokens
    }

    /// Tokens of each of the beginnings.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The beginnings to go on from, best first.
    pub fn beginnings(&self) -> Vec<Vec<u32>> {
        self.live.iter().map(|&node| self.tokens(node)).collect()
    }

    /// Goes on by a token, given ln p of every token after each of the beginnings, in their order.
    pub fn advance<'a>(&mut self, log_probabilities: impl IntoIterator<Item = &'a [f32]>) {
        let Settings { width, end, .. } = self.settings;
        let places = width.saturating_sub(self.ended.len());
        let shown = places + width;
        let mut candidates = Vec::new();
        for ((rank, &node), row) in self.live.iter().enumerate().zip(log_probabilities) {
            let before = self.nodes[node as usize].total;
            let of_row = row
                .iter()
                .zip(0..)
                .map(|(&log_probability, token)| Candidate {
                    rank,
                    token,
                    log_probability,
                    total: before + f64::from(log_probability),
                });
            let possible = of_row.filter(|c| c.log_probability.is_finite());
            candidates.extend(best(possible.collect(), shown));
        }
        self.length += 1;
        let parents = std::mem::take(&mut self.live);
        for (place, candidate) in best(candidates, shown).into_iter().enumerate() {
            let node = self.nodes.len() as u32;
            let is_kept = place < places;
            self.nodes.push(Node {
                parent: Some(parents[candidate.rank]),
                token: candidate.token,
                log_probability: candidate.log_probability,
                total: candidate.total,
                length: self.length as u32,
                is_kept,
            });
            match (is_kept, candidate.token == end) {
                (true, true) => self.ended.push(node),
                (true, false) => self.live.push(node),
                (false, _) => {}
            }
        }
    }

    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// total / length^penalty; 0 of the empty answer.
    pub fn score(&self, node: u32) -> f64 {
        let node = &self.nodes[node as usize];
        let length = f64::from(node.length.max(1));
        node.total / length.powf(f64::from(self.settings.length_penalty))
    }

    /// Ends of the answers, best first: those that ended, then those that were cut off.
    pub fn answers(&self) -> Vec<u32> {
        let ranked = |ends: &[u32]| {
            let mut ends = ends.to_vec();
            ends.sort_by(|&a, &b| self.score(b).total_cmp(&self.score(a)).then(a.cmp(&b)));
            ends
        };
        [ranked(&self.ended), ranked(&self.live)].concat()
    }

    /// The tokens from the beginning up to a node.
    pub fn tokens(&self, node: u32) -> Vec<u32> {
        let mut tokens = Vec::new();
        let mut at = &self.nodes[node as usize];
        while let Some(parent) = at.parent {
            tokens.push(at.token);
            at = &self.nodes[parent as usize];
        }
        tokens.reverse();
        tokens
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rng::{hash32, uniform};

    const END: u32 = 0;

    /// ln p of every token after a beginning, drawn by its tokens; some of them equal.
    fn scorer(seed: u32, vocabulary: u32, beginning: &[u32]) -> Vec<f32> {
        let key = beginning.iter().fold(seed, |key, &t| hash32(key, t + 1));
        let weights: Vec<f64> = (0..vocabulary)
            .map(|token| (uniform(key, token) * 4.0).ceil())
            .collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|w| (w / sum).ln() as f32).collect()
    }

    fn search(settings: Settings, seed: u32, vocabulary: u32) -> Search {
        let mut search = Search::new(settings);
        while !search.is_over() {
            let rows: Vec<Vec<f32>> = search
                .beginnings()
                .iter()
                .map(|beginning| scorer(seed, vocabulary, beginning))
                .collect();
            search.advance(rows.iter().map(Vec::as_slice));
        }
        search
    }

    /// Every answer of at most `most` tokens with its total.
    fn all(seed: u32, vocabulary: u32, most: usize) -> Vec<(Vec<u32>, f64)> {
        let mut answers = Vec::new();
        let mut open = vec![(Vec::new(), 0.0)];
        while let Some((beginning, total)) = open.pop() {
            let row = scorer(seed, vocabulary, &beginning);
            for (token, log_p) in (0..).zip(row) {
                let mut answer = beginning.clone();
                answer.push(token);
                let longer = (answer, total + f64::from(log_p));
                if token == END || longer.0.len() == most {
                    answers.push(longer);
                } else {
                    open.push(longer);
                }
            }
        }
        answers
    }

    fn settings(width: usize, length_penalty: f32, most_tokens: usize) -> Settings {
        Settings {
            width,
            length_penalty,
            most_tokens,
            end: END,
        }
    }

    proptest! {
        #[test]
        fn a_beam_that_holds_every_answer_searches_all(
            seed: u32, vocabulary in 1u32..4, most in 1usize..5, penalty in 0f32..2.0,
        ) {
            let width = (vocabulary as usize).pow(most as u32);
            let search = search(settings(width, penalty, most), seed, vocabulary);
            prop_assert!(search.nodes().iter().all(|node| node.is_kept));
            let mut expected = all(seed, vocabulary, most);
            let score = |(tokens, total): &(Vec<u32>, f64)| {
                total / (tokens.len() as f64).powf(f64::from(penalty))
            };
            let rank = |answer: &(Vec<u32>, f64)| {
                (answer.0.last() != Some(&END), -score(answer))
            };
            expected.sort_by(|a, b| rank(a).partial_cmp(&rank(b)).unwrap());
            let found = search.answers();
            prop_assert_eq!(found.len(), expected.len());
            for (&node, answer) in found.iter().zip(&expected) {
                prop_assert!((search.score(node) - score(answer)).abs() < 1e-9);
            }
            let mut found: Vec<Vec<u32>> = found.iter().map(|&n| search.tokens(n)).collect();
            let mut expected: Vec<Vec<u32>> = expected.into_iter().map(|e| e.0).collect();
            found.sort();
            expected.sort();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_beam_of_one_is_greedy(seed: u32, vocabulary in 1u32..9, most in 1usize..12) {
            let search = search(settings(1, 1.0, most), seed, vocabulary);
            let mut greedy: Vec<u32> = Vec::new();
            while greedy.len() < most && greedy.last() != Some(&END) {
                let row = scorer(seed, vocabulary, &greedy);
                let best = (0..vocabulary).rev().max_by(|&a, &b| {
                    row[a as usize].total_cmp(&row[b as usize])
                });
                greedy.push(best.unwrap());
            }
            let answers = search.answers();
            prop_assert_eq!(answers.len(), 1);
            prop_assert_eq!(search.tokens(answers[0]), greedy);
        }

        #[test]
        fn the_tree_is_small_and_adds_up(
            seed: u32, vocabulary in 1u32..30, width in 1usize..9, most in 1usize..12,
        ) {
            let search = search(settings(width, 0.7, most), seed, vocabulary);
            let nodes = search.nodes();
            prop_assert!(nodes.len() <= 1 + 2 * width * most);
            for (index, node) in nodes.iter().enumerate().skip(1) {
                let parent = node.parent.unwrap() as usize;
                prop_assert!(parent < index);
                let parent = nodes[parent];
                prop_assert!(parent.is_kept && (parent.length == 0 || parent.token != END));
                prop_assert_eq!(node.length, parent.length + 1);
                prop_assert_eq!(node.total, parent.total + f64::from(node.log_probability));
            }
            for length in 1..=most as u32 {
                let of_length = || nodes.iter().filter(move |node| node.length == length);
                let kept = of_length().filter(|node| node.is_kept);
                prop_assert!(kept.clone().count() <= width);
                let worst_kept = kept.map(|node| node.total).fold(f64::INFINITY, f64::min);
                let dropped = of_length().filter(|node| !node.is_kept);
                prop_assert!(dropped.map(|node| node.total).all(|total| total <= worst_kept));
            }
            let answers = search.answers();
            prop_assert!((1..=width).contains(&answers.len()));
            let ended = |&&node: &&u32| nodes[node as usize].token == END && node != 0;
            let first = answers.iter().take_while(ended).count();
            prop_assert_eq!(answers.iter().filter(ended).count(), first, "those that ended come first");
        }
    }

    /// Greedy takes a, whose best answer has 0.5 · 0.4; a beam of two finds b, whose has 0.4 · 0.9.
    #[test]
    fn a_wider_beam_finds_what_greed_misses() {
        let (a, b) = (1, 2);
        let of = |beginning: &[u32]| -> Vec<f32> {
            let p: [f32; 3] = match beginning {
                [] => [0.1, 0.5, 0.4],
                [1] => [0.4, 0.3, 0.3],
                [2] => [0.9, 0.05, 0.05],
                _ => [1.0, 0.0, 0.0],
            };
            p.map(f32::ln).to_vec()
        };
        let best = |width, penalty| {
            let mut search = Search::new(settings(width, penalty, 5));
            while !search.is_over() {
                let rows: Vec<Vec<f32>> = search.beginnings().iter().map(|b| of(b)).collect();
                search.advance(rows.iter().map(Vec::as_slice));
            }
            search.tokens(search.answers()[0])
        };
        assert_eq!(best(1, 0.0), [a, END]);
        assert_eq!(best(2, 0.0), [b, END]);
    }

    #[test]
    fn the_penalty_weighs_length_and_what_is_impossible_is_left_out() {
        // [END] has p = 0.3; [1, END] has 0.7 · 0.4 = 0.28 and is longer.
        let of = |beginning: &[u32]| match beginning {
            [] => vec![0.3f32.ln(), 0.7f32.ln(), f32::NEG_INFINITY],
            _ => vec![0.4f32.ln(), f32::NAN, f32::NEG_INFINITY],
        };
        let best = |penalty| {
            let mut search = Search::new(settings(4, penalty, 6));
            while !search.is_over() {
                let rows: Vec<Vec<f32>> = search.beginnings().iter().map(|b| of(b)).collect();
                search.advance(rows.iter().map(Vec::as_slice));
            }
            assert_eq!(search.nodes().len(), 4);
            search.tokens(search.answers()[0])
        };
        assert_eq!(best(0.0), [END]);
        assert_eq!(best(1.0), [1, END]);
    }

    #[test]
    fn a_search_without_any_continuation_ends_without_answers() {
        let mut search = Search::new(settings(2, 1.0, 4));
        search.advance([&[f32::NAN; 3][..]]);
        assert!(search.is_over());
        assert!(search.answers().is_empty());
    }
}
