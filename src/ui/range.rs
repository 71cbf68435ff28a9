//! The range of a numeric setting: clamping, snapping, and the way between a value and the place of a slider.

/// How a slider spreads its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    Linear,
    /// Equal ratios take equal room; zero, where allowed, is the left end.
    Ratio,
}

/// Which numbers a setting may take, and which of them its slider offers: a slider is for trying, typing is for everything else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Least and greatest number that may be typed.
    pub min: f64,
    pub max: f64,
    /// The slider's ends.
    pub low: f64,
    pub high: f64,
    /// Distance of neighbours on the slider and for the arrow keys; 0 is continuous (two significant digits).
    pub step: f64,
    /// What is typed is rounded to multiples of this; 0 takes it as it is.
    pub snap: f64,
    pub spread: Spread,
}

/// Places on a slider.
pub const PLACES: f64 = 1000.0;

impl Range {
    const fn new(low: f64, high: f64, step: f64, snap: f64, spread: Spread) -> Self {
        Self {
            min: low,
            max: high,
            low,
            high,
            step,
            snap,
            spread,
        }
    }

    /// Whole numbers in equal steps.
    pub const fn whole(low: u32, high: u32, step: u32) -> Self {
        Self::new(
            low as f64,
            high as f64,
            step as f64,
            step as f64,
            Spread::Linear,
        )
    }

    /// Whole numbers spread by ratio.
    pub const fn count(low: u32, high: u32) -> Self {
        Self::new(low as f64, high as f64, 1.0, 1.0, Spread::Ratio)
    }

    /// Real numbers in equal steps.
    pub const fn real(low: f64, high: f64, step: f64) -> Self {
        Self::new(low, high, step, 0.0, Spread::Linear)
    }

    /// Positive real numbers spread by ratio.
    pub const fn ratio(low: f64, high: f64) -> Self {
        Self::new(low, high, 0.0, 0.0, Spread::Ratio)
    }

    /// The same slider where other numbers may be typed.
    pub const fn allowing(mut self, least: f64, most: f64) -> Self {
        self.min = least;
        self.max = most;
        self.low = self.low.max(least);
        self.high = self.high.min(most);
        self
    }

    /// Rounds what is typed to multiples of another distance than the slider's.
    pub const fn typed_by(mut self, snap: f64) -> Self {
        self.snap = snap;
        self
    }

    /// The allowed value nearest to what was typed; `None` when it is not a number.
    pub fn accept(&self, value: f64) -> Option<f64> {
        value.is_finite().then(|| {
            let snapped = if self.snap > 0.0 {
                (value / self.snap).round() * self.snap
            } else {
                value
            };
            snapped.clamp(self.min, self.max)
        })
    }

    /// Where a value stands on the slider, 0..=`PLACES`.
    pub fn place(&self, value: f64) -> f64 {
        let share = match self.spread {
            Spread::Linear => (value - self.low) / (self.high - self.low),
            Spread::Ratio => {
                let floor = self.floor();
                if value < floor {
                    0.0
                } else {
                    (value / floor).ln() / (self.high / floor).ln()
                }
            }
        };
        (share * PLACES).round().clamp(0.0, PLACES)
    }

    /// The value at a place of the slider.
    pub fn at(&self, place: f64) -> f64 {
        let share = (place / PLACES).clamp(0.0, 1.0);
        let value = match self.spread {
            Spread::Linear => self.low + share * (self.high - self.low),
            Spread::Ratio if share == 0.0 => self.low,
            Spread::Ratio if share == 1.0 => self.high,
            Spread::Ratio => two_digits(self.floor() * (self.high / self.floor()).powf(share)),
        };
        let stepped = if self.step > 0.0 {
            without_dust(self.low + ((value - self.low) / self.step).round() * self.step)
        } else {
            value
        };
        self.accept(stepped).unwrap_or(self.low)
    }

    /// The next value up (`direction` 1) or down (−1), for the arrow keys: one step, or one fifth of a decade.
    pub fn neighbour(&self, value: f64, direction: f64) -> f64 {
        let next = if self.step > 0.0 {
            let stride = match self.spread {
                Spread::Linear => self.step,
                Spread::Ratio => self.step.max(two_digits(value.abs() * 0.1).floor()),
            };
            without_dust(value + direction * stride)
        } else {
            two_digits(value * 10f64.powf(direction / 5.0))
        };
        self.accept(next).unwrap_or(value)
    }

    fn floor(&self) -> f64 {
        if self.low > 0.0 {
            self.low
        } else if self.step > 0.0 {
            self.step
        } else {
            self.high * 1e-4
        }
    }
}

/// Decimal steps (0.05) leave binary dust; nine decimals are plenty for any setting.
fn without_dust(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
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
        let temperature = Range::real(0.0, 2.0, 0.05).allowing(0.0, 10.0);
        assert_eq!(temperature.accept(0.123), Some(0.123));
        assert_eq!(temperature.accept(7.0), Some(7.0));
        assert_eq!(temperature.place(7.0), PLACES);
        assert_eq!(temperature.at(348.0), 0.7);
        let context = Range::whole(8, 1024, 8).typed_by(1.0);
        assert_eq!(context.accept(30.0), Some(30.0));
        assert_eq!(context.neighbour(32.0, 1.0), 40.0);
    }

    #[test]
    fn the_slider_reaches_both_ends_and_comes_back() {
        for range in [
            Range::whole(1, 24, 1),
            Range::count(1, 4096),
            Range::ratio(1e-6, 1.0),
            Range::count(0, 1000),
        ] {
            assert_eq!(range.at(0.0), range.low);
            assert_eq!(range.at(PLACES), range.high);
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
