//! Statistical n-gram language models: the next token from how often it followed the last few.
//!
//! Of order n, the model looks at the tokens h = w₁…w_d, d ≤ n − 1, that stand before token w. With c(h w) the occurrences of h w in
//! the training text, c(h) = Σ_w c(h w), h' = h without its first token, and V tokens in the vocabulary:
//!
//! ```text
//! maximum likelihood   P(w | h) = c(h w) / c(h)                        h never seen: 1 / V, add-k's limit for k → 0
//! add-k                P(w | h) = (c(h w) + k) / (c(h) + k V)
//! stupid back-off      S(w | h) = c(h w) / c(h)  if c(h w) > 0,  else α S(w | h');     P(w | h) = S(w | h) / Σ_v S(v | h)
//! Kneser–Ney           P(w | h) = max(a(h w) − D(a(h w)), 0) / a(h) + λ(h) P(w | h')
//! ```
//!
//! a and λ of Kneser–Ney are in `kneser_ney.rs`. What lies below the empty context, S and P of "no order", is 1 / V: for stupid back-off
//! this is one step more than its authors take, so that a token that was never seen has a score. Its scores do not sum to 1;
//! here they are divided by their sum, so that losses can be compared. Maximum likelihood gives 0 to what it has not seen: its loss
//! on other text is usually infinite and is reported so.
//!
//! A context shorter than n − 1 is answered by the model's lower order, a longer one is cut. Nothing stands before a text's first
//! token: n-grams do not begin before it, and the last context of the text, which nothing followed, is not counted.
//!
//! Losses are in nats. Sources: Jurafsky and Martin, "Speech and Language Processing", chapter 3; Brants et al. 2007, section 4; Chen and
//! Goodman 1998, section 3. Tables are in `counts.rs`, how they are filled in `training.rs`.

mod back_off;
mod config;
mod counts;
mod explain;
mod kneser_ney;
mod sample;
#[cfg(test)]
mod tests;
mod training;

use serde::{Deserialize, Serialize};

pub use config::{MOST_ORDER, MOST_VOCABULARY, NgramConfig, NgramError, Smoothing};
use counts::{Context, Path, Table};
pub use explain::{CountKind, Explanation, Step};
pub use kneser_ney::Discounts;
pub use training::Training;

/// How well a model foretells a text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub tokens: usize,
    /// Mean of −ln P, nats; infinite with a token of probability 0, not a number without tokens.
    pub nats_per_token: f64,
    /// The same over the tokens that have a probability above 0.
    pub nats_per_possible_token: f64,
    /// Tokens of probability 0.
    pub impossible: usize,
    /// Tokens whose context, as long as the order allows, the training text does not have.
    pub unseen_contexts: usize,
}

/// A trained model.
#[derive(Clone, Debug)]
pub struct Ngram {
    config: NgramConfig,
    vocabulary: usize,
    table: Table,
    rule: Rule,
}

/// A smoothing with what it knows of the table.
#[derive(Clone, Debug)]
enum Rule {
    MaximumLikelihood,
    AddK { k: f64 },
    StupidBackOff { factor: f64, sums: Vec<Vec<f64>> },
    KneserNey { discounts: Vec<Discounts> },
}

/// What a context says of a token: P(w | h) = own + weight · P(w | h').
#[derive(Clone, Copy, Debug)]
struct Term {
    own: f64,
    weight: f64,
}

impl Ngram {
    /// Counts a text whose ids are below `vocabulary`. [`Training`] does the same in slices.
    ///
    /// # Errors
    /// The order or a number of `config` is out of range, the text has fewer tokens than the order, or an id is not in the vocabulary.
    pub fn train(
        tokens: &[u32],
        vocabulary: usize,
        config: &NgramConfig,
    ) -> Result<Self, NgramError> {
        Ok(Training::new(tokens, vocabulary, config)?.finish())
    }

    fn new(config: NgramConfig, vocabulary: usize, table: Table) -> Self {
        let rule = match config.smoothing {
            Smoothing::MaximumLikelihood => Rule::MaximumLikelihood,
            Smoothing::AddK => Rule::AddK {
                k: f64::from(config.add_k),
            },
            Smoothing::StupidBackOff => {
                let factor = f64::from(config.back_off);
                let sums = back_off::sums(&table, vocabulary, factor);
                Rule::StupidBackOff { factor, sums }
            }
            Smoothing::KneserNey => Rule::KneserNey {
                discounts: table.counts_of_counts().map(Discounts::new).collect(),
            },
        };
        Self {
            config,
            vocabulary,
            table,
            rule,
        }
    }

    pub fn config(&self) -> &NgramConfig {
        &self.config
    }

    /// V.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// P(token | context), by the last `order − 1` ids of the context; 0 for an id outside the vocabulary.
    pub fn probability(&self, context: &[u32], token: u32) -> f64 {
        self.along(&self.table.path(context), token)
    }

    fn along(&self, path: &Path, token: u32) -> f64 {
        if token as usize >= self.vocabulary {
            return 0.0;
        }
        let mut p = self.uniform();
        // What never followed a context never followed a longer one.
        let mut can_follow = true;
        for depth in self.depths(path) {
            let context = self.table.context(depth, path.node(depth));
            let count = if can_follow { context.count(token) } else { 0 };
            can_follow = count > 0;
            let term = self.term(depth, &context, count);
            p = term.own + term.weight * p;
        }
        p / self.score_sum(path)
    }

    /// P(· | context) into `out` (V).
    ///
    /// # Panics
    /// `out` is not as long as the vocabulary.
    pub fn distribution(&self, context: &[u32], out: &mut [f64]) {
        assert_eq!(out.len(), self.vocabulary, "one number per token");
        let path = self.table.path(context);
        if let Rule::StupidBackOff { factor, .. } = self.rule {
            // The longest context that a token followed is the last to write its score.
            let scale = |depth: usize| factor.powi((path.seen - depth) as i32);
            out.fill(scale(0) * factor * self.uniform());
            let sum = self.score_sum(&path);
            for depth in self.depths(&path) {
                let context = self.table.context(depth, path.node(depth));
                for follower in context.followers {
                    out[follower.token as usize] =
                        scale(depth) * self.term(depth, &context, follower.count).own;
                }
            }
            out.iter_mut().for_each(|p| *p /= sum);
            return;
        }
        // From the longest context down, each by the product of the weights above it.
        out.fill(0.0);
        let mut weight = 1.0;
        for depth in self.depths(&path).rev() {
            let context = self.table.context(depth, path.node(depth));
            for follower in context.followers {
                out[follower.token as usize] +=
                    weight * self.term(depth, &context, follower.count).own;
            }
            weight *= self.term(depth, &context, 0).weight;
        }
        let floor = weight * self.uniform();
        out.iter_mut().for_each(|p| *p += floor);
    }

    /// −ln P of `tokens[i]` after the tokens before it, nats.
    ///
    /// # Panics
    /// `i` is not in `tokens`.
    pub fn nats_at(&self, tokens: &[u32], i: usize) -> f64 {
        -self.probability(&tokens[..i], tokens[i]).ln()
    }

    /// The loss of a text, its first token after an empty context.
    pub fn evaluate(&self, tokens: &[u32]) -> Evaluation {
        let (mut nats, mut impossible, mut unseen_contexts) = (0.0, 0, 0);
        for (i, &token) in tokens.iter().enumerate() {
            let path = self.table.path(&tokens[..i]);
            unseen_contexts += usize::from(path.seen < path.wanted);
            let p = self.along(&path, token);
            if p > 0.0 {
                nats -= p.ln();
            } else {
                impossible += 1;
            }
        }
        let possible = nats / (tokens.len() - impossible) as f64;
        Evaluation {
            tokens: tokens.len(),
            nats_per_token: if impossible > 0 {
                f64::INFINITY
            } else {
                possible
            },
            nats_per_possible_token: possible,
            impossible,
            unseen_contexts,
        }
    }

    /// Bytes that the model occupies.
    pub fn memory_bytes(&self) -> usize {
        let sums: usize = match &self.rule {
            Rule::StupidBackOff { sums, .. } => sums.iter().map(Vec::len).sum(),
            _ => 0,
        };
        size_of::<Self>() + self.table.memory_bytes() + sums * size_of::<f64>()
    }

    /// Distinct n-grams stored, of one token, two, and so on. Kneser–Ney keeps none of lower order that stand only at the very
    /// beginning of the text: nothing precedes them.
    pub fn entries(&self) -> Vec<usize> {
        self.table.entries()
    }

    /// Kneser–Ney's discounts of n-grams of one token, two, and so on; empty under other smoothings.
    pub fn discounts(&self) -> &[Discounts] {
        match &self.rule {
            Rule::KneserNey { discounts } => discounts,
            _ => &[],
        }
    }

    fn uniform(&self) -> f64 {
        1.0 / self.vocabulary as f64
    }

    /// The lengths of the contexts that have a say, of those that were seen.
    fn depths(&self, path: &Path) -> std::ops::RangeInclusive<usize> {
        match self.rule {
            Rule::MaximumLikelihood | Rule::AddK { .. } => path.wanted..=path.seen,
            Rule::StupidBackOff { .. } | Rule::KneserNey { .. } => 0..=path.seen,
        }
    }

    fn term(&self, depth: usize, context: &Context, count: u32) -> Term {
        let (own, total) = (f64::from(count), f64::from(context.total));
        match &self.rule {
            Rule::MaximumLikelihood => Term {
                own: own / total,
                weight: 0.0,
            },
            Rule::AddK { k } => {
                let added = k * self.vocabulary as f64;
                Term {
                    own: own / (total + added),
                    weight: added / (total + added),
                }
            }
            Rule::StupidBackOff { factor, .. } => Term {
                own: own / total,
                weight: if count > 0 { 0.0 } else { *factor },
            },
            Rule::KneserNey { discounts } => discounts[depth].term(context, count),
        }
    }

    /// Σ S(· | h) of the longest context seen; 1 where probabilities come out by themselves. That a longer context was asked for
    /// multiplies every score by the same α.
    fn score_sum(&self, path: &Path) -> f64 {
        match &self.rule {
            Rule::StupidBackOff { sums, .. } => sums[path.seen][path.node(path.seen)],
            _ => 1.0,
        }
    }
}
