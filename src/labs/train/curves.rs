//! The history of a run as curves, in the unit the person chose.

use super::state::State;
use crate::session::history::{self, Bucket, bits_per_byte, perplexity, trend};
use crate::ui::{Point, Series};

/// What the main chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Nats per token.
    Loss,
    Perplexity,
    BitsPerByte,
}

/// About one a pixel on a wide screen: runs of this many steps are drawn step by step.
const COLUMNS: usize = 1000;
/// Neighbours on each side that the bold curve is the mean of.
const HALF_WIDTH: usize = 8;

impl Metric {
    /// A loss in this unit.
    pub fn of(self, nats: f64, bytes_per_token: f64) -> f64 {
        match self {
            Metric::Loss => nats,
            Metric::Perplexity => perplexity(nats),
            Metric::BitsPerByte => bits_per_byte(nats, bytes_per_token),
        }
    }
}

fn point(bucket: &Bucket, unit: impl Fn(f64) -> f64) -> Point {
    Point {
        x: bucket.centre(),
        y: unit(f64::from(bucket.mean)),
        from: f64::from(bucket.first_step),
        to: f64::from(bucket.last_step),
        low: unit(f64::from(bucket.least)),
        high: unit(f64::from(bucket.greatest)),
    }
}

fn drawn(series: &history::Series) -> Vec<Bucket> {
    series.drawn(0, u32::MAX, COLUMNS)
}

/// Training (every step pale, its course bold) and validation.
pub fn loss_curves(state: &State, metric: Metric, train: &str, validation: &str) -> Vec<Series> {
    let unit = |nats: f64| metric.of(nats, state.bytes_per_token);
    let buckets = drawn(&state.history.loss);
    let course = trend(&buckets, HALF_WIDTH);
    let held_out = drawn(&state.history.validation);
    vec![
        Series {
            name: train.into(),
            style: 0,
            points: buckets.iter().map(|bucket| point(bucket, unit)).collect(),
            faint: true,
            is_read: true,
            dots: false,
        },
        Series {
            name: train.into(),
            style: 0,
            points: buckets
                .iter()
                .zip(course)
                .map(|(bucket, mean)| Point::at(bucket.centre(), unit(f64::from(mean))))
                .collect(),
            faint: false,
            is_read: false,
            dots: false,
        },
        Series {
            name: validation.into(),
            style: 1,
            dots: held_out.len() <= 40,
            points: held_out.iter().map(|bucket| point(bucket, unit)).collect(),
            faint: false,
            is_read: true,
        },
    ]
}

/// One quantity of the steps as it is.
pub fn plain_curve(series: &history::Series, name: &str, style: usize) -> Vec<Series> {
    vec![Series {
        name: name.into(),
        style,
        points: drawn(series)
            .iter()
            .map(|bucket| point(bucket, |value| value))
            .collect(),
        faint: false,
        is_read: true,
        dots: false,
    }]
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::metrics;
    use super::*;
    use crate::session::protocol::Event;

    fn state() -> State {
        let mut state = State {
            bytes_per_token: 2.0,
            ..State::default()
        };
        state.apply(&Event::Metrics(vec![
            metrics(1, 2.0),
            metrics(2, f32::NAN),
            metrics(3, 1.0),
        ]));
        state.apply(&Event::Validation { step: 3, loss: 1.0 });
        state
    }

    #[test]
    fn every_step_is_read_as_it_was_and_what_is_no_number_is_left_out() {
        let curves = loss_curves(&state(), Metric::Loss, "train", "validation");
        assert_eq!(curves[0].points, [Point::at(1.0, 2.0), Point::at(3.0, 1.0)]);
        assert!(curves[0].is_read && !curves[1].is_read);
        assert_eq!(curves[1].points.len(), 2);
        assert_eq!(curves[2].points, [Point::at(3.0, 1.0)]);
    }

    #[test]
    fn long_runs_keep_their_spikes() {
        let mut state = State::default();
        let loss = |step| if step == 7_777 { 9.0 } else { 1.0 };
        state.apply(&Event::Metrics(
            (1..=20_000).map(|step| metrics(step, loss(step))).collect(),
        ));
        let curves = loss_curves(&state, Metric::Loss, "train", "validation");
        assert!(curves[0].points.len() <= COLUMNS);
        let spike = curves[0].points.iter().find(|point| point.high == 9.0);
        let spike = spike.expect("the spike is drawn");
        assert!(spike.from <= 7_777.0 && spike.to >= 7_777.0 && spike.low == 1.0);
    }

    #[test]
    fn perplexity_is_the_exponential_of_the_loss() {
        let curves = loss_curves(&state(), Metric::Perplexity, "t", "v");
        assert!((curves[2].points[0].y - std::f64::consts::E).abs() < 1e-6);
        assert_eq!(
            plain_curve(&state().history.learning_rate, "lr", 2)[0]
                .points
                .len(),
            3
        );
    }
}
