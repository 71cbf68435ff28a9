//! Zipf's law: the r-th most frequent word occurs about 1/rˢ as often as the first, with s near 1 (Zipf 1949).
//!
//! ```text
//! p(r) = r⁻ˢ / H(n, s),   H(n, s) = Σ_{r=1..n} r⁻ˢ
//! ŝ    : −H′(n, ŝ) / H(n, ŝ) = Σ_r f_r ln r / Σ_r f_r          (maximum likelihood)
//! ```
//!
//! The exponent is fitted by maximum likelihood over all ranks; a straight line through the log–log plot would give its weight to the
//! many rare words (Clauset, Shalizi and Newman 2009, section 3).

use serde::{Deserialize, Serialize};

/// Rank and frequency of kinds of units (words, tokens, characters), most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ranks {
    /// Different kinds n.
    pub kinds: u64,
    /// Units in all.
    pub units: u64,
    /// Kinds that occur once.
    pub once: u64,
    /// Fitted exponent s; `None` below two kinds.
    pub exponent: Option<f64>,
    /// (rank from 1, frequency) thinned to equal distances on a logarithmic axis.
    pub points: Vec<(u64, u64)>,
}

/// Points kept for each doubling of the rank.
const POINTS_PER_OCTAVE: f64 = 8.0;

impl Ranks {
    /// Of frequencies in any order; zeros do not count.
    pub fn of(mut frequencies: Vec<u64>) -> Self {
        frequencies.retain(|&frequency| frequency > 0);
        frequencies.sort_unstable_by(|a, b| b.cmp(a));
        let kinds = frequencies.len();
        let mut points: Vec<(u64, u64)> = Vec::new();
        let mut place = 0.0f64;
        while let Some(&frequency) = frequencies.get(place.exp2().round() as usize - 1) {
            let rank = place.exp2().round() as u64;
            if points.last().is_none_or(|last| last.0 < rank) {
                points.push((rank, frequency));
            }
            place += 1.0 / POINTS_PER_OCTAVE;
        }
        if let Some(&last) = frequencies.last()
            && points.last().is_some_and(|point| point.0 < kinds as u64)
        {
            points.push((kinds as u64, last));
        }
        Self {
            kinds: kinds as u64,
            units: frequencies.iter().sum(),
            once: frequencies.iter().filter(|&&it| it == 1).count() as u64,
            exponent: exponent(&frequencies),
            points,
        }
    }

    /// Frequency that the fitted law expects at a rank.
    pub fn expected(&self, rank: f64) -> Option<f64> {
        let s = self.exponent?;
        Some(self.units as f64 * rank.powf(-s) / harmonic(self.kinds, s).0)
    }
}

/// H(n, s) and its derivative by s: Σ r⁻ˢ and −Σ r⁻ˢ ln r. Terms far out are summed by the midpoint of blocks: for ranks beyond 4,096 the
/// error is below 10⁻⁶ of the sum.
fn harmonic(kinds: u64, s: f64) -> (f64, f64) {
    const EXACT: u64 = 4096;
    let (mut sum, mut slope) = (0.0, 0.0);
    let mut add = |rank: f64, count: f64| {
        let term = count * rank.powf(-s);
        sum += term;
        slope -= term * rank.ln();
    };
    for rank in 1..=kinds.min(EXACT) {
        add(rank as f64, 1.0);
    }
    let mut from = EXACT + 1;
    while from <= kinds {
        let to = (from + from / 64).min(kinds);
        add((from + to) as f64 / 2.0, (to - from + 1) as f64);
        from = to + 1;
    }
    (sum, slope)
}

/// The maximum-likelihood exponent of frequencies sorted downwards, between 0 and 8, by bisection: the expected ln r falls
/// as s grows.
fn exponent(frequencies: &[u64]) -> Option<f64> {
    if frequencies.len() < 2 {
        return None;
    }
    let units: u64 = frequencies.iter().sum();
    let weighted =
        |(index, &frequency): (usize, &u64)| frequency as f64 * ((index + 1) as f64).ln();
    let observed = frequencies.iter().enumerate().map(weighted).sum::<f64>() / units as f64;
    let (mut low, mut high) = (0.0, 8.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        let (sum, slope) = harmonic(frequencies.len() as u64, middle);
        if -slope / sum > observed {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_of_an_exact_law_is_found() {
        for s in [0.6, 1.0, 1.4] {
            let frequencies = (1..=20_000).map(|r| (1e9 * f64::from(r).powf(-s)).round() as u64);
            let ranks = Ranks::of(frequencies.collect());
            let fitted = ranks.exponent.unwrap();
            assert!((fitted - s).abs() < 2e-3, "{s}: {fitted}");
            let first = ranks.expected(1.0).unwrap();
            assert!((first / 1e9 - 1.0).abs() < 0.02, "{first}");
        }
    }

    #[test]
    fn points_are_few_and_reach_both_ends() {
        let ranks = Ranks::of((1..=10_000).collect());
        assert_eq!((ranks.kinds, ranks.once), (10_000, 1));
        assert_eq!(ranks.points.first(), Some(&(1, 10_000)));
        assert_eq!(ranks.points.last(), Some(&(10_000, 1)));
        assert!(ranks.points.len() < 120);
        assert!(ranks.points.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn one_kind_has_no_exponent_and_equal_ones_have_none_to_speak_of() {
        assert_eq!(Ranks::of(vec![5]).exponent, None);
        assert_eq!(Ranks::of(vec![0, 0]).kinds, 0);
        assert!(Ranks::of(vec![7; 50]).exponent.unwrap() < 1e-6);
    }
}
