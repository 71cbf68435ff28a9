//! One round of expectation and maximisation.
//!
//! ```text
//! E: c(x) = expected count of piece x              (lattices.rs)
//! M: p(x) = c(x) / Σ c                             maximum likelihood
//!    p(x) = exp(ψ(c(x)) − ψ(Σ c))                  sparse: variational Bayes with a Dirichlet prior towards 0
//! ```
//!
//! ψ is the digamma function; ψ(c) ≈ ln(c − ½), so that the sparse step takes about half a count from every piece and rare
//! ones fade. Sources: Kudo 2018, section 3.2 (maximum likelihood, under which no round lowers the likelihood); the sparse step as
//! in SentencePiece after Liang and Klein 2007, section 2.6.

/// How probabilities follow from expected counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MStep {
    MaximumLikelihood,
    Sparse,
}

impl MStep {
    /// ln p of every piece.
    pub fn log_probabilities(self, counts: &[f64]) -> Vec<f64> {
        let sum: f64 = counts.iter().sum();
        match self {
            MStep::MaximumLikelihood => counts.iter().map(|&count| (count / sum).ln()).collect(),
            MStep::Sparse => {
                let log_sum = digamma(sum);
                counts
                    .iter()
                    .map(|&count| digamma(count) - log_sum)
                    .collect()
            }
        }
    }
}

/// ψ(x) for x > 0: recurrence ψ(x) = ψ(x + 1) − 1/x up to 7, then the asymptotic series (Abramowitz and Stegun 6.3.18); the error is
/// below 1e-9.
pub fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 7.0 {
        below += 1.0 / x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r * (1.0 / 240.0))));
    x.ln() - 0.5 / x - series - below
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lattices::Lattices;
    use super::super::seeds::{Piece, seeds};
    use super::super::units::Units;
    use super::*;

    #[test]
    fn digamma_has_its_known_values() {
        let euler = 0.577_215_664_901_532_9;
        let known = [
            (1.0, -euler),
            (0.5, -euler - 2.0 * 2f64.ln()),
            (2.0, 1.0 - euler),
            (10.0, 2.251_752_589_066_721),
            (1e6, 13.815_510_057_964_191),
        ];
        for (x, expected) in known {
            assert!((digamma(x) - expected).abs() < 1e-9, "{x}");
        }
    }

    #[test]
    fn the_sparse_step_takes_half_a_count() {
        let log_p = MStep::Sparse.log_probabilities(&[0.5, 10.0, 989.5]);
        let p: Vec<f64> = log_p.iter().map(|log_p| log_p.exp() * 1000.0).collect();
        assert!(
            p[0] < 0.15 && (p[1] - 9.5).abs() < 0.02 && (p[2] - 989.0).abs() < 1.0,
            "{p:?}"
        );
    }

    fn rounds(pieces: &[Piece], lattices: &Lattices, units: &Units) -> Vec<f64> {
        let mut log_p: Vec<f64> = pieces.iter().map(|piece| piece.log_p).collect();
        (0..8)
            .map(|_| {
                let p: Vec<f64> = log_p.iter().map(|log_p| log_p.exp()).collect();
                let found = lattices.expectation(units, &p);
                log_p = MStep::MaximumLikelihood.log_probabilities(&found.counts);
                found.log_likelihood
            })
            .collect()
    }

    #[test]
    fn pieces_may_fade_to_nothing() {
        let units = Units::of("习时时时不不时时时不不时亦时之时之", 1);
        let (pieces, lattices) = seeds(&units, 8, 2, 1000);
        for log_likelihood in rounds(&pieces, &lattices, &units) {
            assert!(log_likelihood.is_finite());
        }
    }

    proptest! {
        #[test]
        fn no_round_lowers_the_likelihood(text in "[abcd ]{1,200}", chinese in "[学而时习之不亦]{1,100}") {
            for text in [text, chinese] {
                let units = Units::of(&text, 1);
                let (pieces, lattices) = seeds(&units, 8, 2, 1000);
                let log_likelihoods = rounds(&pieces, &lattices, &units);
                for pair in log_likelihoods.windows(2) {
                    prop_assert!(pair[1] >= pair[0] - 1e-9 * pair[0].abs(), "{:?}", log_likelihoods);
                }
            }
        }
    }
}
