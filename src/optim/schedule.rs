//! Learning rate by step.
//!
//! With s the update's number from 0, P the peak, W warm-up steps, N total steps, f the final fraction:
//!
//! ```text
//! s < W      P · (s + 1) / W
//! otherwise  p = min(1, (s − W) / (N − 1 − W)),   0 when the denominator is not positive
//!   constant P
//!   linear   P · (1 − (1 − f) · p)
//!   cosine   P · (f + (1 − f) · ½ (1 + cos πp))                  Loshchilov and Hutter 2017, one cycle
//!   step     P · f^k,  k = drops passed: one at p ≥ ½, another at p ≥ ¾
//! ```
//!
//! The first step after warm-up has the peak, the last step (s = N − 1) the final value; steps beyond keep it.

use serde::{Deserialize, Serialize};

/// The shape after warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScheduleKind {
    Constant,
    Linear,
    Cosine,
    Step,
}

/// A whole schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    pub kind: ScheduleKind,
    /// Peak learning rate P.
    pub peak: f32,
    /// Warm-up steps W.
    pub warmup_steps: u32,
    /// Steps N it is laid out for.
    pub total_steps: u32,
    /// Final learning rate as a fraction f of the peak (linear, cosine), or the factor per drop (step).
    pub final_fraction: f32,
}

impl Schedule {
    /// The learning rate of update `step`, counted from 0.
    pub fn learning_rate(&self, step: u32) -> f32 {
        let peak = f64::from(self.peak);
        if step < self.warmup_steps {
            let share = (f64::from(step) + 1.0) / f64::from(self.warmup_steps);
            return (peak * share) as f32;
        }
        let span = f64::from(self.total_steps) - 1.0 - f64::from(self.warmup_steps);
        let progress = if span > 0.0 {
            (f64::from(step - self.warmup_steps) / span).min(1.0)
        } else {
            0.0
        };
        let fraction = f64::from(self.final_fraction);
        let factor = match self.kind {
            ScheduleKind::Constant => 1.0,
            ScheduleKind::Linear => 1.0 - (1.0 - fraction) * progress,
            ScheduleKind::Cosine => {
                let fall = 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
                fraction + (1.0 - fraction) * fall
            }
            ScheduleKind::Step => {
                let drops = i32::from(progress >= 0.5) + i32::from(progress >= 0.75);
                fraction.powi(drops)
            }
        };
        (peak * factor) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(kind: ScheduleKind) -> Schedule {
        Schedule {
            kind,
            peak: 1.0,
            warmup_steps: 10,
            total_steps: 111,
            final_fraction: 0.1,
        }
    }

    fn assert_at(kind: ScheduleKind, expected: &[(u32, f32)]) {
        for &(step, value) in expected {
            let got = schedule(kind).learning_rate(step);
            assert!(
                (got - value).abs() < 1e-6,
                "{kind:?} at {step}: {got}, not {value}"
            );
        }
    }

    #[test]
    fn every_kind_warms_up_and_ends_as_documented() {
        let warm_up = [(0, 0.1), (4, 0.5), (9, 1.0), (10, 1.0)];
        for kind in [
            ScheduleKind::Constant,
            ScheduleKind::Linear,
            ScheduleKind::Cosine,
            ScheduleKind::Step,
        ] {
            assert_at(kind, &warm_up);
        }
        assert_at(
            ScheduleKind::Constant,
            &[(60, 1.0), (110, 1.0), (5000, 1.0)],
        );
        assert_at(ScheduleKind::Linear, &[(60, 0.55), (110, 0.1), (5000, 0.1)]);
        assert_at(
            ScheduleKind::Cosine,
            &[
                (35, 0.1 + 0.9 * 0.853_553_4),
                (60, 0.55),
                (110, 0.1),
                (5000, 0.1),
            ],
        );
        assert_at(
            ScheduleKind::Step,
            &[(59, 1.0), (60, 0.1), (84, 0.1), (85, 0.01), (110, 0.01)],
        );
    }

    #[test]
    fn degenerate_lengths_give_finite_rates() {
        for kind in [
            ScheduleKind::Linear,
            ScheduleKind::Cosine,
            ScheduleKind::Step,
        ] {
            for (warmup_steps, total_steps) in
                [(0, 0), (0, 1), (5, 5), (9, 3), (u32::MAX, u32::MAX)]
            {
                let schedule = Schedule {
                    warmup_steps,
                    total_steps,
                    ..schedule(kind)
                };
                for step in [0, 1, 4, 5, u32::MAX] {
                    let rate = schedule.learning_rate(step);
                    assert!(
                        (0.0..=1.0).contains(&rate),
                        "{kind:?} {warmup_steps} {total_steps} {step}: {rate}"
                    );
                }
            }
        }
    }
}
