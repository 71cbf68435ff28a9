//! The range of a numeric setting: clamping, snapping, and the way between a value and the place of a slider.

/// How a slider spreads its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    Linear,
    /// Equal ratios take equal room; zero, where allowed, is the left end.
    Ratio,
}

/// Which numbers a setting may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub min: f64,
    pub max: f64,
    /// Distance of two neighbours; 0 is continuous (two significant digits from the slider).
    pub step: f64,
    pub spread: Spread,
}

/// Places on a slider.
pub const PLACES: f64 = 1000.0;

impl Range {
    /// Whole numbers.
    pub const fn whole(min: u32, max: u32, step: u32) -> Self {
        Self {
            min: min as f64,
            max: max as f64,
            step: step as f64,
            spread: Spread::Linear,
        }
    }

    /// Whole numbers spread by ratio.
    pub const fn count(min: u32, max: u32) -> Self {
        Self {
            min: min as f64,
            max: max as f64,
            step: 1.0,
            spread: Spread::Ratio,
        }
    }

    /// Real numbers in equal steps.
    pub const fn real(min: f64, max: f64, step: f64) -> Self {
        Self {
            min,
            max,
            step,
            spread: Spread::Linear,
        }
    }

    /// Positive real numbers spread by ratio.
    pub const fn ratio(min: f64, max: f64) -> Self {
        Self {
            min,
            max,
            step: 0.0,
            spread: Spread::Ratio,
        }
    }

    /// The allowed value nearest to what was typed; `None` when it is not a number.
    pub fn accept(&self, value: f64) -> Option<f64> {
        if !value.is_finite() {
            return None;
        }
        let snapped = if self.step > 0.0 {
            let steps = ((value - self.min) / self.step).round();
            // Decimal steps (0.05) leave binary dust; nine decimals are plenty for any setting.
            ((self.min + steps * self.step) * 1e9).round() / 1e9
        } else {
            value
        };
        Some(snapped.clamp(self.min, self.max))
    }

    /// Where a value stands on the slider, 0..=`PLACES`.
    pub fn place(&self, value: f64) -> f64 {
        let share = match self.spread {
            Spread::Linear => (value - self.min) / (self.max - self.min),
            Spread::Ratio => {
                let floor = self.floor();
                if value < floor {
                    0.0
                } else {
                    (value / floor).ln() / (self.max / floor).ln()
                }
            }
        };
        (share * PLACES).round().clamp(0.0, PLACES)
    }

    /// The value at a place of the slider.
    pub fn at(&self, place: f64) -> f64 {
        let share = (place / PLACES).clamp(0.0, 1.0);
        let value = match self.spread {
            Spread::Linear => self.min + share * (self.max - self.min),
            Spread::Ratio if share == 0.0 => self.min,
            Spread::Ratio => two_digits(self.floor() * (self.max / self.floor()).powf(share)),
        };
        self.accept(value).unwrap_or(self.min)
    }

    /// The next value up (`direction` 1) or down (−1), for the arrow keys: one step, or one fifth of a decade.
    pub fn neighbour(&self, value: f64, direction: f64) -> f64 {
        let next = if self.step > 0.0 {
            let stride = match self.spread {
                Spread::Linear => self.step,
                Spread::Ratio => self.step.max(two_digits(value.abs() * 0.1).floor()),
            };
            value + direction * stride
        } else {
            two_digits(value * 10f64.powf(direction / 5.0))
        };
        self.accept(next).unwrap_or(value)
    }

    fn floor(&self) -> f64 {
        if self.min > 0.0 {
            self.min
        } else if self.step > 0.0 {
            self.step
        } else {
            self.max * 1e-4
        }
    }
}

fn two_digits(value: f64) -> f64 {
    if value <= 0.0 {
        return value;
    }
    // Whole numbers below a hundred are already short; larger and smaller ones keep two digits.
    let power = value.log10().floor() as i32 - 1;
    if power < 0 {
        let scale = 10f64.powi(-power);
        (value * scale).round() / scale
    } else {
        let scale = 10f64.powi(power);
        (value / scale).round() * scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_snapped_and_clamped() {
        let channels = Range::whole(8, 1024, 8);
        assert_eq!(channels.accept(130.0), Some(128.0));
        assert_eq!(channels.accept(1e9), Some(1024.0));
        assert_eq!(channels.accept(f64::NAN), None);
        assert_eq!(Range::real(0.0, 2.0, 0.05).accept(0.3499999), Some(0.35));
    }

    #[test]
    fn the_slider_reaches_both_ends_and_comes_back() {
        for range in [
            Range::whole(1, 24, 1),
            Range::count(1, 4096),
            Range::ratio(1e-6, 1.0),
            Range::count(0, 1000),
        ] {
            assert_eq!(range.at(0.0), range.min);
            assert_eq!(range.at(PLACES), range.max);
            let middle = range.at(400.0);
            assert!((range.at(range.place(middle)) - middle).abs() <= middle * 0.05 + range.step);
        }
    }

    #[test]
    fn slider_values_are_short() {
        assert_eq!(
            crate::ui::number::setting(Range::ratio(1e-6, 1.0).at(420.0)),
            "3.3e-4"
        );
        assert_eq!(Range::count(1, 5000).at(870.0), 1700.0);
    }

    #[test]
    fn arrows_always_move() {
        let steps = Range::count(0, 100_000);
        assert_eq!(steps.neighbour(0.0, 1.0), 1.0);
        assert!(steps.neighbour(1000.0, 1.0) > 1000.0);
        let rate = Range::ratio(1e-6, 1.0);
        assert!(rate.neighbour(3e-4, -1.0) < 3e-4);
        assert_eq!(rate.neighbour(1.0, 1.0), 1.0);
    }
}
