//! Chance with a memory: dice that add up the surprisal −ln p of everything they show.

use crate::rng::{below, hash32};

/// The probabilities of the choices 0, 1, 2 … of one draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Odds {
    /// n choices alike, n ≥ 1.
    Uniform(usize),
    /// Probabilities that add up to 1.
    Weighted(Vec<f64>),
}

impl Odds {
    /// Nothing with probability 1 − p, or one of n alike: choice 0 is nothing.
    pub fn maybe(p: f64, n: usize) -> Self {
        let mut odds = vec![p / n as f64; n + 1];
        odds[0] = 1.0 - p;
        Odds::Weighted(odds)
    }

    /// Number of choices.
    pub fn count(&self) -> usize {
        match self {
            Odds::Uniform(n) => *n,
            Odds::Weighted(odds) => odds.len(),
        }
    }

    pub fn probability(&self, choice: usize) -> f64 {
        match self {
            Odds::Uniform(n) => 1.0 / *n as f64,
            Odds::Weighted(odds) => odds[choice],
        }
    }
}

/// Dice of one key; the draws are `hash32(key, 0), hash32(key, 1), …`.
#[derive(Clone, Debug)]
pub struct Dice {
    key: u32,
    counter: u32,
    /// Σ −ln p over the draws so far, nats.
    pub surprisal: f64,
}

impl Dice {
    pub fn new(key: u32) -> Self {
        Self {
            key,
            counter: 0,
            surprisal: 0.0,
        }
    }

    fn bits(&mut self) -> u32 {
        let bits = hash32(self.key, self.counter);
        self.counter = self.counter.wrapping_add(1);
        bits
    }

    /// A choice by its odds. A choice of probability 0 is never taken. Frequencies keep to the odds within 2⁻³².
    pub fn pick(&mut self, odds: &Odds) -> usize {
        let choice = match odds {
            Odds::Uniform(n) => below(self.bits(), *n as u32) as usize,
            Odds::Weighted(odds) => {
                let mut left = (f64::from(self.bits()) + 0.5) / 4_294_967_296.0;
                let possible = |p: &f64| *p > 0.0;
                // rounding may leave a rest after the last one: it is the last possible one's
                let mut choice = odds.iter().rposition(possible).unwrap_or(0);
                for (i, p) in odds.iter().enumerate() {
                    left -= p;
                    if left < 0.0 && *p > 0.0 {
                        choice = i;
                        break;
                    }
                }
                choice
            }
        };
        self.surprisal -= odds.probability(choice).ln();
        choice
    }

    pub fn pick_below(&mut self, n: usize) -> usize {
        self.pick(&Odds::Uniform(n))
    }

    pub fn happens(&mut self, p: f64) -> bool {
        self.pick(&Odds::Weighted(vec![1.0 - p, p])) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_keep_to_their_odds_and_count_surprisal() {
        let odds = Odds::Weighted(vec![0.5, 0.0, 0.3, 0.2]);
        let mut dice = Dice::new(11);
        let mut counts = [0.0f64; 4];
        let n = 40_000;
        for _ in 0..n {
            counts[dice.pick(&odds)] += 1.0;
        }
        assert_eq!(counts[1], 0.0);
        let chi_squared: f64 = [0, 2, 3]
            .map(|i| {
                let expected = odds.probability(i) * f64::from(n);
                (counts[i] - expected).powi(2) / expected
            })
            .iter()
            .sum();
        assert!(chi_squared < 13.8, "p < 0.001 for 2 degrees: {chi_squared}");
        let counted: f64 = [0, 2, 3]
            .map(|i| -counts[i] * odds.probability(i).ln())
            .iter()
            .sum();
        assert!((dice.surprisal - counted).abs() < 1e-6);
    }

    #[test]
    fn maybe_is_nothing_or_one_of_many() {
        let odds = Odds::maybe(0.25, 5);
        assert_eq!(odds.count(), 6);
        assert_eq!((odds.probability(0), odds.probability(5)), (0.75, 0.05));
        assert_eq!(Dice::new(1).pick(&Odds::maybe(0.0, 3)), 0);
    }
}
