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
//!   inverse square root   P · √(W / (s + 1)),  W at least 1      Vaswani et al. 2017, section 5.3, "Noam": P = (d W)^-½ there
//!   warm-up, stable, decay   P,  from p = 0.8 on P · (1 − (1 − f) · (p − 0.8) / 0.2)     Hu et al. 2024, Hägele et al. 2024
//! ```
//!
//! The first step after warm-up has the peak (the last of it where the fall is an inverse square root), the last step (s = N − 1)
//! the final value; steps beyond keep it, but for the inverse square root, which goes on falling and knows neither N nor f.

use serde::{Deserialize, Serialize};

/// The shape after warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScheduleKind {
    Constant,
    Linear,
    Cosine,
    Step,
    InverseSquareRoot,
    WarmupStableDecay,
}

impl ScheduleKind {
    pub const ALL: [Self; 6] = [
        Self::Constant,
        Self::Linear,
        Self::Cosine,
        Self::Step,
        Self::InverseSquareRoot,
        Self::WarmupStableDecay,
    ];
}

/// Where the decay of a stable schedule begins, as progress p: the last fifth, as Hägele et al. have it.
const STABLE: f64 = 0.8;

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
    /// Final learning rate as a fraction f of the peak (linear, cosine, stable), or the factor per drop (step).
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
            ScheduleKind::InverseSquareRoot => {
                let warmup = f64::from(self.warmup_steps.max(1));
                (warmup / (f64::from(step) + 1.0)).sqrt()
            }
            ScheduleKind::WarmupStableDecay => {
                let fall = ((progress - STABLE) / (1.0 - STABLE)).max(0.0);
                1.0 - (1.0 - fraction) * fall
            }
        };
        (peak * factor) as f32
    }

    /// The updates after warm-up at which the rate drops or begins to decay, where that is sudden.
    pub fn corners(&self) -> Vec<u32> {
        let last = self.total_steps.saturating_sub(1);
        let span = f64::from(last) - f64::from(self.warmup_steps);
        let at = |progress: f64| {
            let after = (span.max(0.0) * progress).ceil() as u32;
            self.warmup_steps.saturating_add(after)
        };
        match self.kind {
            ScheduleKind::Step => vec![at(0.5), at(0.75)],
            ScheduleKind::WarmupStableDecay => vec![at(STABLE)],
            _ => Vec::new(),
        }
    }

    /// The learning rate over the N steps, as it is drawn: at most `points` steps spread evenly from the first to the last, and
    /// those where the shape has a corner; each once, in order.
    pub fn curve(&self, points: u32) -> Vec<(u32, f32)> {
        let last = self.total_steps.saturating_sub(1);
        let gaps = u64::from(points.clamp(2, last.max(1).saturating_add(1)) - 1);
        let even = (0..=gaps).map(|i| (u64::from(last) * i / gaps) as u32);
        let corners = self.corners().into_iter();
        let corners = corners.flat_map(|step| [step.saturating_sub(1), step]);
        let end = self.warmup_steps;
        let of_warmup = [end.saturating_sub(1), end];
        let mut steps: Vec<u32> = even.chain(corners).chain(of_warmup).collect();
        steps.retain(|&step| step <= last);
        steps.sort_unstable();
        steps.dedup();
        let rate = |step| (step, self.learning_rate(step));
        steps.into_iter().map(rate).collect()
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
        for kind in ScheduleKind::ALL {
            let sets_out = if kind == ScheduleKind::InverseSquareRoot {
                3
            } else {
                4
            };
            assert_at(kind, &warm_up[..sets_out]);
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
        assert_at(
            ScheduleKind::InverseSquareRoot,
            &[(10, 0.953_462_6), (39, 0.5), (89, 1.0 / 3.0), (999, 0.1)],
        );
        assert_at(
            ScheduleKind::WarmupStableDecay,
            &[(90, 1.0), (100, 0.55), (110, 0.1), (5000, 0.1)],
        );
    }

    /// d = 512, W = 4000: the base model of the paper.
    #[test]
    fn the_inverse_square_root_is_the_papers() {
        let model = 512f64.powf(-0.5);
        let schedule = Schedule {
            kind: ScheduleKind::InverseSquareRoot,
            peak: (model * 4000f64.powf(-0.5)) as f32,
            warmup_steps: 4000,
            total_steps: 100_000,
            final_fraction: 0.0,
        };
        for step in [1u32, 2000, 4000, 4001, 100_000] {
            let s = f64::from(step);
            let papers = model * s.powf(-0.5).min(s * 4000f64.powf(-1.5));
            let ours = f64::from(schedule.learning_rate(step - 1));
            assert!(
                (ours / papers - 1.0).abs() < 1e-6,
                "{step}: {ours} {papers}"
            );
        }
    }

    #[test]
    fn a_curve_has_its_ends_its_corners_and_no_step_twice() {
        for kind in ScheduleKind::ALL {
            for points in [0, 2, 7, 1000] {
                let curve = schedule(kind).curve(points);
                let steps: Vec<u32> = curve.iter().map(|point| point.0).collect();
                assert!(steps.windows(2).all(|pair| pair[0] < pair[1]));
                assert_eq!((steps[0], *steps.last().unwrap()), (0, 110));
                assert!(steps.contains(&9) && steps.contains(&10));
                assert!(
                    steps.len() <= points.max(2) as usize + 6,
                    "{kind:?} {points}"
                );
                for (step, rate) in curve {
                    assert_eq!(rate, schedule(kind).learning_rate(step));
                }
            }
        }
        let drops = schedule(ScheduleKind::Step).curve(2);
        for corner in [(59, 1.0), (60, 0.1), (84, 0.1)] {
            assert!(drops.contains(&corner), "{drops:?}");
        }
        let stable = schedule(ScheduleKind::WarmupStableDecay).curve(2);
        assert!(stable.contains(&(90, 1.0)), "{stable:?}");
    }

    #[test]
    fn curves_of_degenerate_lengths_are_short() {
        for kind in ScheduleKind::ALL {
            for (warmup_steps, total_steps) in
                [(0, 0), (0, 1), (5, 5), (9, 3), (u32::MAX, u32::MAX)]
            {
                let schedule = Schedule {
                    warmup_steps,
                    total_steps,
                    ..schedule(kind)
                };
                let curve = schedule.curve(50);
                assert!((1..=56).contains(&curve.len()), "{curve:?}");
                assert!(curve.iter().all(|point| point.1.is_finite()));
            }
        }
    }

    #[test]
    fn degenerate_lengths_give_finite_rates() {
        for kind in ScheduleKind::ALL {
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
