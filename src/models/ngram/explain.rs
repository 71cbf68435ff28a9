//! How a probability comes about: one step per length of context, from the longest to the uniform distribution, with all that the
//! formulas of the module's head ask for.

use serde::{Deserialize, Serialize};

use super::{Ngram, Rule, Smoothing};

/// What the counts of a step count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountKind {
    /// How often the n-gram stands in the text.
    Occurrences,
    /// How many distinct tokens stand before it (Kneser–Ney, below the highest order).
    Continuations,
}

/// The say of one context: `probability = own + weight · probability of the next step`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Tokens of this step's n-grams; 0 is the uniform distribution.
    pub order: u32,
    /// `order − 1` ids.
    pub context: Vec<u32>,
    /// Whether something followed this context in the training text.
    pub is_seen: bool,
    pub counts: CountKind,
    /// Of the context with the token: c(h w) or a(h w).
    pub count: u32,
    /// Of the context: c(h) or a(h).
    pub total: u32,
    /// How many distinct tokens followed with count 1, 2, and more: N₁, N₂, N₃₊.
    pub followers_by_count: [u32; 3],
    /// D₁, D₂, D₃₊ of this order; 0 where nothing is discounted.
    pub discounts: [f64; 3],
    /// What is taken from `count`.
    pub discount: f64,
    /// What this context says by itself.
    pub own: f64,
    /// λ of Kneser–Ney; k V / (c(h) + k V) of add-k; α of stupid back-off where the token did not follow, else 0; of maximum
    /// likelihood, 1 for a context that was never seen, else 0.
    pub weight: f64,
    /// `own` times the weights of the steps before, over the sum of scores: what this step adds to the result.
    pub contribution: f64,
    /// Of this step with those below it; of stupid back-off, a score.
    pub probability: f64,
}

/// The steps to a probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    pub token: u32,
    pub vocabulary: u32,
    pub smoothing: Smoothing,
    /// From the longest context that the order allows to the uniform distribution.
    pub steps: Vec<Step>,
    /// The sum of the scores of all tokens (stupid back-off), by which the first step's is divided; else 1.
    pub score_sum: f64,
    /// The result, as [`Ngram::probability`].
    pub probability: f64,
}

impl Ngram {
    /// How P(token | context) comes about. A token outside the vocabulary has the steps of one that was never seen, and probability 0.
    pub fn explain(&self, context: &[u32], token: u32) -> Explanation {
        let path = self.table.path(context);
        let context = &context[context.len() - path.wanted..];
        let shortest = match self.rule {
            Rule::MaximumLikelihood | Rule::AddK { .. } => path.wanted,
            Rule::StupidBackOff { .. } | Rule::KneserNey { .. } => 0,
        };
        let is_known = (token as usize) < self.vocabulary;
        let uniform = if is_known { self.uniform() } else { 0.0 };
        let mut steps = vec![Step {
            own: uniform,
            probability: uniform,
            weight: 0.0,
            is_seen: true,
            ..self.unseen(&[])
        }];
        for depth in shortest..=path.wanted {
            let ids = &context[path.wanted - depth..];
            let below = steps[steps.len() - 1].probability;
            let mut step = self.unseen(ids);
            step.order = depth as u32 + 1;
            if depth + 1 < self.table.levels.len() && self.config.smoothing == Smoothing::KneserNey
            {
                step.counts = CountKind::Continuations;
            }
            if let Rule::KneserNey { discounts } = &self.rule {
                step.discounts = discounts[depth].by_count;
            }
            if depth <= path.seen {
                let context = self.table.context(depth, path.node(depth));
                step.is_seen = true;
                step.count = context.count(token);
                step.total = context.total;
                step.followers_by_count = context.followers_by_count;
                if let Rule::KneserNey { discounts } = &self.rule {
                    step.discount = discounts[depth].of(step.count);
                }
                let term = self.term(depth, &context, step.count);
                (step.own, step.weight) = (term.own, term.weight);
            }
            step.probability = step.own + step.weight * below;
            steps.push(step);
        }
        steps.reverse();
        let score_sum = match self.rule {
            Rule::StupidBackOff { factor, .. } => {
                factor.powi((path.wanted - path.seen) as i32) * self.score_sum(&path)
            }
            _ => 1.0,
        };
        let mut weight = 1.0 / score_sum;
        for step in &mut steps {
            step.contribution = weight * step.own;
            weight *= step.weight;
        }
        Explanation {
            token,
            vocabulary: self.vocabulary as u32,
            smoothing: self.config.smoothing,
            score_sum,
            probability: steps[0].probability / score_sum,
            steps,
        }
    }

    /// The step of a context that was never seen.
    fn unseen(&self, context: &[u32]) -> Step {
        Step {
            order: 0,
            context: context.to_vec(),
            is_seen: false,
            counts: CountKind::Occurrences,
            count: 0,
            total: 0,
            followers_by_count: [0; 3],
            discounts: [0.0; 3],
            discount: 0.0,
            own: 0.0,
            weight: match self.rule {
                Rule::StupidBackOff { factor, .. } => factor,
                _ => 1.0,
            },
            contribution: 0.0,
            probability: 0.0,
        }
    }
}
