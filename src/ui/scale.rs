//! Axis scales: where a value lies on an axis, and which round values are worth a tick.
//!
//! Ranges grow only in round steps (1, 2, 5 × 10ⁿ), so that a live chart keeps its axes while data arrives and moves them
//! at most a few times in a run.

/// How an axis maps values to places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleKind {
    Linear,
    /// Base 10; values at or below zero lie on the lower edge.
    Log,
}

/// An axis from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub kind: ScaleKind,
    pub low: f64,
    pub high: f64,
}

impl Scale {
    /// The place of `value`, 0 at `low` and 1 at `high`, clamped a little outside so that a path never runs away.
    pub fn place(&self, value: f64) -> f64 {
        let place = match self.kind {
            ScaleKind::Linear => (value - self.low) / (self.high - self.low),
            ScaleKind::Log => {
                let value = value.max(self.low);
                (value / self.low).ln() / (self.high / self.low).ln()
            }
        };
        if place.is_finite() {
            place.clamp(-0.02, 1.02)
        } else {
            0.0
        }
    }

    /// The value at a place: the inverse of [`Scale::place`] inside the axis.
    pub fn value(&self, place: f64) -> f64 {
        match self.kind {
            ScaleKind::Linear => self.low + place * (self.high - self.low),
            ScaleKind::Log => self.low * (self.high / self.low).powf(place),
        }
    }

    /// Round values inside the axis, at most about `wanted` of them, in rising order.
    pub fn ticks(&self, wanted: usize) -> Vec<f64> {
        match self.kind {
            ScaleKind::Linear => linear_ticks(self.low, self.high, wanted),
            ScaleKind::Log => log_ticks(self.low, self.high, wanted),
        }
    }
}

/// The smallest of 1, 2, 5 × 10ⁿ that is not below `value`.
pub fn round_up(value: f64) -> f64 {
    if value.is_nan() || value <= 0.0 || value.is_infinite() {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    for factor in [1.0, 2.0, 5.0, 10.0] {
        // A hair of slack, so that 0.30000000000000004 does not become 0.5.
        if value <= factor * power * (1.0 + 1e-9) {
            return factor * power;
        }
    }
    10.0 * power
}

/// A steady axis around the finite values: its ends lie on ticks, so small changes of the data leave it where it is.
pub fn steady(values: impl Iterator<Item = f64>, kind: ScaleKind) -> Scale {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values {
        if value.is_finite() && (kind == ScaleKind::Linear || value > 0.0) {
            low = low.min(value);
            high = high.max(value);
        }
    }
    if low > high {
        (low, high) = (0.1, 1.0);
    }
    match kind {
        ScaleKind::Linear => {
            // Zero belongs to the picture, from the first value on: an axis that found it only later would jump.
            if low >= 0.0 {
                low = 0.0;
            }
            let span = if high > low {
                high - low
            } else {
                high.abs().max(1e-9)
            };
            let step = round_up(span / 5.0);
            let bottom = (low / step + 1e-9).floor() * step;
            let top = (high / step - 1e-9).ceil() * step;
            Scale {
                kind,
                low: bottom,
                high: if top > bottom { top } else { bottom + step },
            }
        }
        ScaleKind::Log => {
            let bottom = round_down(low);
            let top = round_up(high);
            Scale {
                kind,
                low: bottom,
                high: if top > bottom { top } else { bottom * 10.0 },
            }
        }
    }
}

fn round_down(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    for factor in [5.0, 2.0, 1.0] {
        if value >= factor * power * (1.0 - 1e-9) {
            return factor * power;
        }
    }
    power
}

fn linear_ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let step = round_up((high - low) / wanted.max(1) as f64);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|index| index as f64 * step).collect()
}

fn log_ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let collect = |factors: &[f64]| -> Vec<f64> {
        (first..=last)
            .flat_map(|power| factors.iter().map(move |f| f * 10f64.powi(power)))
            .filter(|t| *t >= low * (1.0 - 1e-9) && *t <= high * (1.0 + 1e-9))
            .collect()
    };
    for factors in [
        &[1.0, 2.0, 3.0, 5.0, 7.0][..],
        &[1.0, 2.0, 5.0],
        &[1.0, 3.0],
    ] {
        let ticks = collect(factors);
        if ticks.len() <= wanted + 2 {
            return ticks;
        }
    }
    let decades = collect(&[1.0]);
    let stride = decades.len().div_ceil(wanted.max(1)).max(1);
    decades.into_iter().step_by(stride).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_values_are_inverse() {
        for kind in [ScaleKind::Linear, ScaleKind::Log] {
            let scale = Scale {
                kind,
                low: 0.5,
                high: 8.0,
            };
            for place in [0.0, 0.25, 1.0] {
                assert!((scale.place(scale.value(place)) - place).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_axis_does_not_move_while_the_data_stays_in_it() {
        let before = steady([1.9, 4.2].into_iter(), ScaleKind::Linear);
        let after = steady([1.7, 4.2].into_iter(), ScaleKind::Linear);
        assert_eq!(before, after);
        assert_eq!((before.low, before.high), (0.0, 5.0));
    }

    #[test]
    fn zero_is_on_the_axis_from_the_first_value_on() {
        for values in [vec![4.81], vec![4.81, 4.76], vec![10.0, 10.0]] {
            assert_eq!(steady(values.into_iter(), ScaleKind::Linear).low, 0.0);
        }
        assert!(steady([-1.0, 1.0].into_iter(), ScaleKind::Linear).low < 0.0);
    }

    #[test]
    fn odd_data_still_gives_an_axis() {
        for kind in [ScaleKind::Linear, ScaleKind::Log] {
            for values in [
                vec![],
                vec![f64::NAN],
                vec![0.0],
                vec![3.0],
                vec![-1.0, 1.0],
            ] {
                let scale = steady(values.into_iter(), kind);
                assert!(scale.low < scale.high && scale.low.is_finite() && scale.high.is_finite());
                assert!(!scale.ticks(5).is_empty());
            }
        }
    }

    #[test]
    fn ticks_are_round_and_few() {
        let scale = Scale {
            kind: ScaleKind::Linear,
            low: 0.0,
            high: 5.0,
        };
        assert_eq!(scale.ticks(5), vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let log = Scale {
            kind: ScaleKind::Log,
            low: 1e-6,
            high: 1e3,
        };
        assert!(log.ticks(5).len() <= 7);
    }

    #[test]
    fn rounding_up_is_steady() {
        assert_eq!(round_up(0.1 + 0.2), 0.5);
        assert_eq!(round_up(200.0), 200.0);
        assert_eq!(round_up(201.0), 500.0);
        assert_eq!(round_up(0.0), 1.0);
    }
}
