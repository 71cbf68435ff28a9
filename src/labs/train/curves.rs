//! The history of a run as curves, in the unit the person chose.

use super::state::{State, bits_per_byte};
use crate::session::protocol::StepMetrics;
use crate::ui::Series;
use crate::ui::decimate::{decimate, smooth};

/// What the main chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Nats per token.
    Loss,
    Perplexity,
    BitsPerByte,
}

/// Enough for a wide screen.
const BUCKETS: usize = 320;
/// Smoothing of the training curve.
const BETA: f64 = 0.95;

impl Metric {
    /// A loss in this unit.
    pub fn of(self, nats: f64, bytes_per_token: f64) -> f64 {
        match self {
            Metric::Loss => nats,
            Metric::Perplexity => nats.exp(),
            Metric::BitsPerByte => bits_per_byte(nats, bytes_per_token),
        }
    }
}

/// Training (raw pale, smoothed bold) and validation.
pub fn loss_curves(state: &State, metric: Metric, train: &str, validation: &str) -> Vec<Series> {
    let unit = |nats: f64| metric.of(nats, state.bytes_per_token);
    let losses: Vec<f64> = state
        .steps
        .iter()
        .map(|step| f64::from(step.loss))
        .collect();
    let at = |index: usize| f64::from(state.steps[index].step);
    let raw = decimate(
        losses
            .iter()
            .enumerate()
            .map(|(i, loss)| (at(i), unit(*loss))),
        BUCKETS,
    );
    let smoothed = smooth(&losses, BETA);
    let bold = decimate(
        smoothed
            .iter()
            .enumerate()
            .map(|(i, loss)| (at(i), unit(*loss))),
        BUCKETS,
    );
    let held_out = state.validation.iter();
    vec![
        Series {
            name: String::new(),
            style: 0,
            points: raw,
            faint: true,
            dots: false,
        },
        Series {
            name: train.into(),
            style: 0,
            points: bold,
            faint: false,
            dots: false,
        },
        Series {
            name: validation.into(),
            style: 1,
            points: held_out
                .map(|(step, loss)| (f64::from(*step), unit(f64::from(*loss))))
                .collect(),
            faint: false,
            dots: state.validation.len() <= 40,
        },
    ]
}

/// One quantity of the steps as it is.
pub fn plain_curve(
    state: &State,
    name: &str,
    style: usize,
    get: fn(&StepMetrics) -> f32,
) -> Vec<Series> {
    let points = state
        .steps
        .iter()
        .map(|step| (f64::from(step.step), f64::from(get(step))));
    vec![Series {
        name: name.into(),
        style,
        points: decimate(points, BUCKETS),
        faint: false,
        dots: false,
    }]
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::metrics;
    use super::*;

    fn state() -> State {
        State {
            steps: vec![metrics(1, 2.0), metrics(2, f32::NAN), metrics(3, 1.0)],
            validation: vec![(3, 1.0)],
            bytes_per_token: 2.0,
            ..State::default()
        }
    }

    #[test]
    fn curves_leave_out_what_is_not_a_number() {
        let curves = loss_curves(&state(), Metric::Loss, "train", "validation");
        assert_eq!(curves[0].points, vec![(1.0, 2.0), (3.0, 1.0)]);
        assert!(
            curves
                .iter()
                .flat_map(|c| &c.points)
                .all(|p| p.1.is_finite())
        );
        assert_eq!(curves[2].points, vec![(3.0, 1.0)]);
    }

    #[test]
    fn perplexity_is_the_exponential_of_the_loss() {
        let curves = loss_curves(&state(), Metric::Perplexity, "t", "v");
        assert!((curves[2].points[0].1 - std::f64::consts::E).abs() < 1e-6);
        assert_eq!(
            plain_curve(&state(), "lr", 2, |s| s.learning_rate)[0]
                .points
                .len(),
            3
        );
    }
}
