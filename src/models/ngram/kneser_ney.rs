//! Interpolated modified Kneser–Ney smoothing: discounts and back-off weights.
//!
//! ```text
//! a(h w) = c(h w)                                   at the highest order: occurrences
//!        = |{v : c(v h w) > 0}|                     below: continuations, the distinct tokens that stood before h w
//! a(h)   = Σ_w a(h w)
//! N_k(h) = |{w : a(h w) = k}|                       k = 1, 2, and N₃₊ for three or more
//! λ(h)   = (D₁ N₁(h) + D₂ N₂(h) + D₃₊ N₃₊(h)) / a(h)
//!
//! n_k    = n-grams of this order with a = k         counts of counts
//! Y = n₁ / (n₁ + 2 n₂)     D₁ = 1 − 2 Y n₂ / n₁     D₂ = 2 − 3 Y n₃ / n₂     D₃₊ = 3 − 4 Y n₄ / n₃
//! ```
//!
//! A context that was never seen, or whose a(h) is 0 because it stands only at the beginning of the text, has λ = 1.
//!
//! Small vocabularies have too few n-grams of low order for these estimates: hardly a letter occurs once. If one of n₁…n₄ is 0, or a D_k
//! is not between 0 and k, that order takes D₁ = 0.5, D₂ = 1, D₃₊ = 1.5, KenLM's fall-back (Heafield et al. 2013). Discounts stay
//! above 0 so that every token keeps a probability. Source: Chen and Goodman 1998, section 3.

use serde::{Deserialize, Serialize};

use super::Term;
use super::counts::Context;

const FALL_BACK: [f64; 3] = [0.5, 1.0, 1.5];

/// What is taken from counts of one order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Discounts {
    /// D₁, D₂, D₃₊.
    pub by_count: [f64; 3],
    /// n₁…n₄, how many n-grams have count 1, 2, 3, 4.
    pub counts_of_counts: [u64; 4],
    /// Whether the discounts follow from `counts_of_counts`; else they are the fall-back.
    pub are_estimated: bool,
}

impl Discounts {
    pub(super) fn new(counts_of_counts: [u64; 4]) -> Self {
        let n = counts_of_counts.map(|n| n as f64);
        let y = n[0] / (n[0] + 2.0 * n[1]);
        // 0 / 0 is not a number, which no comparison takes.
        let by_count = [0, 1, 2].map(|i| {
            let k = (i + 1) as f64;
            k - (k + 1.0) * y * n[i + 1] / n[i]
        });
        let are_estimated = (0..3).all(|i| by_count[i] > 0.0 && by_count[i] < (i + 1) as f64);
        Self {
            by_count: if are_estimated { by_count } else { FALL_BACK },
            counts_of_counts,
            are_estimated,
        }
    }

    /// D(count); 0 of 0.
    pub(super) fn of(&self, count: u32) -> f64 {
        match count {
            0 => 0.0,
            1 | 2 => self.by_count[count as usize - 1],
            _ => self.by_count[2],
        }
    }

    pub(super) fn term(&self, context: &Context, count: u32) -> Term {
        if context.total == 0 {
            return Term {
                own: 0.0,
                weight: 1.0,
            };
        }
        let total = f64::from(context.total);
        let taken: f64 = (0..3)
            .map(|i| self.by_count[i] * f64::from(context.followers_by_count[i]))
            .sum();
        Term {
            own: (f64::from(count) - self.of(count)).max(0.0) / total,
            weight: taken / total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discounts_follow_the_counts_of_counts() {
        let discounts = Discounts::new([100, 40, 20, 12]);
        // Y = 100 / 180.
        let expected = [
            1.0 - 2.0 * 40.0 / 180.0,
            2.0 - 3.0 * 20.0 * 100.0 / (40.0 * 180.0),
            3.0 - 4.0 * 12.0 * 100.0 / (20.0 * 180.0),
        ];
        for (found, expected) in discounts.by_count.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert!(discounts.are_estimated);
        assert_eq!(discounts.of(0), 0.0);
        assert_eq!(discounts.of(2), discounts.by_count[1]);
        assert_eq!(discounts.of(3), discounts.of(1000));
    }

    #[test]
    fn estimates_that_would_break_the_probabilities_are_not_taken() {
        // In turn: nothing at all, each of n₁…n₄ missing, D₂ below 0, D₃₊ below 0.
        for counts in [
            [0, 0, 0, 0],
            [0, 4, 3, 2],
            [9, 0, 3, 2],
            [9, 4, 0, 2],
            [9, 4, 3, 0],
            [9, 1, 3, 2],
            [9, 4, 1, 5],
        ] {
            let discounts = Discounts::new(counts);
            assert!(!discounts.are_estimated, "{counts:?}");
            assert_eq!(discounts.by_count, FALL_BACK);
        }
    }
}
