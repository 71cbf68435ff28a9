//! Entropy and its relatives, in bits.
//!
//! ```text
//! H(p)      = −Σ p log₂ p                    Shannon 1948, section 6
//! H(p, q)   = −Σ p log₂ q = H(p) + D(p‖q)
//! D(p‖q)    =  Σ p log₂ (p / q)              Kullback and Leibler 1951
//! plug-in   : H of the relative frequencies; too small on average, by about (K − 1) / (2 N ln 2)
//! Miller–Madow : plug-in + (K − 1) / (2 N ln 2)   K kinds seen, N units (Miller 1955)
//! ```
//!
//! 0 log 0 counts as 0, and p log (p / 0) with p > 0 as infinite.

/// H(p), bits. `p` need not sum to 1: it is normalised; 0 for no weight at all.
pub fn entropy(p: &[f64]) -> f64 {
    cross_entropy(p, p)
}

/// H(p, q), bits: mean code length for outcomes of p with the code made for q. Both are normalised.
pub fn cross_entropy(p: &[f64], q: &[f64]) -> f64 {
    let (p_sum, q_sum) = (weight(p), weight(q));
    if p_sum == 0.0 {
        return 0.0;
    }
    let term = |(&p, &q): (&f64, &f64)| {
        if p <= 0.0 {
            0.0
        } else if q <= 0.0 || q_sum == 0.0 {
            f64::INFINITY
        } else {
            -(p / p_sum) * (q / q_sum).log2()
        }
    };
    // Positive zero for a certain outcome.
    p.iter().zip(q).map(term).sum::<f64>() + 0.0
}

/// D(p‖q), bits: what the wrong code costs beyond H(p). Never negative.
pub fn divergence(p: &[f64], q: &[f64]) -> f64 {
    let extra = cross_entropy(p, q) - entropy(p);
    if extra.is_nan() {
        f64::INFINITY
    } else {
        extra.max(0.0)
    }
}

fn weight(values: &[f64]) -> f64 {
    values.iter().map(|value| value.max(0.0)).sum()
}

/// Plug-in entropy of counts, bits.
pub fn plug_in(counts: impl Iterator<Item = u64>) -> f64 {
    // H = log₂ N − (Σ n log₂ n) / N, in one pass.
    let (mut units, mut sum) = (0u64, 0.0);
    for count in counts {
        units += count;
        if count > 1 {
            sum += count as f64 * (count as f64).log2();
        }
    }
    if units == 0 {
        return 0.0;
    }
    let n = units as f64;
    (n.log2() - sum / n).max(0.0)
}

/// What Miller and Madow add to the plug-in entropy of `units` units of `kinds` kinds, bits.
pub fn miller_madow(kinds: u64, units: u64) -> f64 {
    if units == 0 {
        return 0.0;
    }
    kinds.saturating_sub(1) as f64 / (2.0 * units as f64 * std::f64::consts::LN_2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn dice_and_coins() {
        assert!(close(entropy(&[1.0; 6]), 6f64.log2()));
        assert!((entropy(&[1.0 / 6.0; 6]) - 2.585).abs() < 5e-4);
        assert!((entropy(&[0.8, 0.2]) - 0.722).abs() < 5e-4);
        assert_eq!(entropy(&[1.0, 0.0]).to_bits(), 0f64.to_bits());
        assert_eq!(entropy(&[]), 0.0);
    }

    #[test]
    fn a_code_without_a_word_for_what_happens_costs_everything() {
        assert_eq!(cross_entropy(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
        assert_eq!(divergence(&[0.5, 0.5], &[0.0, 0.0]), f64::INFINITY);
        assert!(close(cross_entropy(&[1.0, 0.0], &[0.25, 0.75]), 2.0));
    }

    #[test]
    fn counts_and_the_correction() {
        assert!(close(plug_in([2, 2, 4].into_iter()), 1.5));
        assert_eq!(plug_in([9].into_iter()), 0.0);
        assert_eq!(plug_in([].into_iter()), 0.0);
        assert!(close(
            miller_madow(5, 100),
            4.0 / (200.0 * std::f64::consts::LN_2)
        ));
        assert_eq!(miller_madow(0, 0), 0.0);
    }

    proptest! {
        #[test]
        fn cross_entropy_is_least_for_the_right_code(
            p in proptest::collection::vec(0.01f64..1.0, 5),
            q in proptest::collection::vec(0.01f64..1.0, 5),
        ) {
            prop_assert!(cross_entropy(&p, &q) >= entropy(&p) - 1e-12);
            prop_assert!(close(cross_entropy(&p, &q), entropy(&p) + divergence(&p, &q)));
            prop_assert!(entropy(&p) <= 5f64.log2() + 1e-12);
        }

        /// On samples of a known source the correction brings the mean nearer to the truth.
        #[test]
        fn the_correction_helps(seed in 0u32..200) {
            let (kinds, units, rounds) = (16, 60, 40);
            let (mut raw, mut corrected) = (0.0, 0.0);
            for round in 0..rounds {
                let mut counts = vec![0u64; kinds];
                for i in 0..units {
                    let bits = crate::rng::hash32(seed * 1000 + round, i);
                    counts[crate::rng::below(bits, kinds as u32) as usize] += 1;
                }
                let seen = counts.iter().filter(|&&count| count > 0).count() as u64;
                let h = plug_in(counts.into_iter());
                raw += h / f64::from(rounds);
                corrected += (h + miller_madow(seen, u64::from(units))) / f64::from(rounds);
            }
            prop_assert!(raw < 4.0);
            prop_assert!((corrected - 4.0).abs() < (raw - 4.0).abs());
        }
    }
}
