//! A power law through measurements: L = a · x^(−b), fitted by least squares in the logarithms.
//!
//! With u = ln x and v = ln L over n points,
//!
//! ```text
//! b = −Σ(u − ū)(v − v̄) / Σ(u − ū)²        a = exp(v̄ + b·ū)
//! s² = Σ(v − (ln a − b·u))² / (n − 2)      standard error of b = √(s² / Σ(u − ū)²)
//! ```
//!
//! That is a straight line on logarithmic axes, without the constant that a loss cannot fall below (Kaplan et al. 2020, section 1.2; Hoffmann et
//! al. 2022 have the constant too, which needs far more points than a page trains).

/// Fewest points a fit says anything about: with two the line goes through both, and its error is unknown.
pub const FEWEST_POINTS: usize = 3;

/// L = a · x^(−b).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerLaw {
    pub a: f64,
    pub b: f64,
    /// Standard error of `b`, as if the errors of ln L were equal and independent.
    pub b_error: f64,
    pub points: usize,
}

impl PowerLaw {
    /// Through (x, L), of which those that are not positive numbers are left out. `None` with fewer than [`FEWEST_POINTS`] of them, or when all
    /// have the same x.
    pub fn through(points: &[(f64, f64)]) -> Option<Self> {
        let is_usable = |value: f64| value > 0.0 && value.is_finite();
        let logs: Vec<(f64, f64)> = points
            .iter()
            .filter(|(x, y)| is_usable(*x) && is_usable(*y))
            .map(|(x, y)| (x.ln(), y.ln()))
            .collect();
        if logs.len() < FEWEST_POINTS {
            return None;
        }
        let n = logs.len() as f64;
        let mean_u = logs.iter().map(|it| it.0).sum::<f64>() / n;
        let mean_v = logs.iter().map(|it| it.1).sum::<f64>() / n;
        let spread: f64 = logs.iter().map(|it| (it.0 - mean_u).powi(2)).sum();
        let common: f64 = logs
            .iter()
            .map(|it| (it.0 - mean_u) * (it.1 - mean_v))
            .sum();
        // Points that differ by rounding alone have no slope.
        if spread < 1e-9 {
            return None;
        }
        let b = -common / spread;
        let intercept = mean_v + b * mean_u;
        let rest: f64 = logs
            .iter()
            .map(|(u, v)| (v - intercept + b * u).powi(2))
            .sum();
        Some(Self {
            a: intercept.exp(),
            b,
            b_error: (rest / (n - 2.0) / spread).sqrt(),
            points: logs.len(),
        })
    }

    /// The loss it tells at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.a * x.powf(-self.b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_law_is_found_without_error() {
        let law = |x: f64| 11.5 * x.powf(-0.076);
        let points: Vec<(f64, f64)> = [1e3, 1e4, 3e5, 1e7].map(|x| (x, law(x))).to_vec();
        let fit = PowerLaw::through(&points).unwrap();
        assert!((fit.a - 11.5).abs() < 1e-9 && (fit.b - 0.076).abs() < 1e-12);
        assert!(fit.b_error < 1e-7);
        assert!((fit.at(5e4) - law(5e4)).abs() < 1e-9);
    }

    #[test]
    fn the_error_of_the_slope_is_that_of_a_regression() {
        // ln x = 0, 1, 2, 3 and ln L = 1.0, 0.4, 0.1, −0.5: slope −0.48, residuals 0.03, −0.09, 0.09, −0.03,
        // so s² = 0.018 / 2 and the error is √(0.009 / 5).
        let points: Vec<(f64, f64)> = [(0.0, 1.0), (1.0, 0.4), (2.0, 0.1), (3.0, -0.5)]
            .map(|(u, v): (f64, f64)| (u.exp(), v.exp()))
            .to_vec();
        let fit = PowerLaw::through(&points).unwrap();
        assert!((fit.b - 0.48).abs() < 1e-12, "{fit:?}");
        assert!((fit.a - 0.97f64.exp()).abs() < 1e-12, "{fit:?}");
        assert!(
            (fit.b_error - (0.009f64 / 5.0).sqrt()).abs() < 1e-12,
            "{fit:?}"
        );
        assert_eq!(fit.points, 4);
    }

    #[test]
    fn too_few_points_or_one_place_are_no_law() {
        assert_eq!(PowerLaw::through(&[(1.0, 2.0), (2.0, 1.0)]), None);
        assert_eq!(
            PowerLaw::through(&[(4.0, 2.0), (4.0, 1.0), (4.0, 1.5)]),
            None
        );
        let odd = [
            (1.0, 2.0),
            (2.0, 1.0),
            (0.0, 1.0),
            (3.0, f64::INFINITY),
            (4.0, f64::NAN),
        ];
        assert_eq!(PowerLaw::through(&odd), None);
    }
}
