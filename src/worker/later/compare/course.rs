//! What a budget comes to for one entry: how many steps, with which learning rates, and when it is spent.
//!
//! ```text
//! tokens D    N = ⌈D / (B·T)⌉ steps
//! FLOPs F     N = ⌈F / FLOPs of a step⌉ steps
//! seconds S   N is not known beforehand: with p = seconds spent / S, at step s and c seconds a step, N ≈ s + (S − spent) / c
//! ```
//!
//! The schedule is laid out over N steps. Warm-up keeps its share of the entry's own steps. With seconds N is worked out anew
//! while the entry trains, so that the learning rate follows p whatever the speed; c is measured without the first step, which
//! may compile kernels, and before that comes from what the device was seen to do. Counting n-grams is one step.

use crate::optim::schedule::Schedule;
use crate::session::compare::{Budget, Spent};

/// Points of training of one entry.
const POINTS: u32 = 200;

/// What one step of an entry comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub tokens: f64,
    pub flops: f64,
    /// A guess before any was made.
    pub secs: Option<f64>,
    /// Whether it is all there is to do.
    pub is_whole: bool,
}

/// See the file's head.
#[derive(Clone, Debug)]
pub(super) struct Course {
    step: Step,
    /// N, the last estimate of it.
    steps: u32,
    /// S, where the budget is of seconds.
    secs: Option<f64>,
    /// Of the entry's own steps.
    warmup_share: f64,
    schedule: Schedule,
    /// Seconds after the first step.
    first_secs: Option<f64>,
}

/// The least number of whole steps that comes to this.
fn whole_steps(budget: f64, step: f64) -> u32 {
    if step > 0.0 {
        ((budget / step).ceil() as u32).max(1)
    } else {
        1
    }
}

impl Course {
    /// `schedule` is laid out over the entry's own steps.
    pub fn new(budget: Budget, step: Step, schedule: Schedule) -> Self {
        let secs = match budget {
            Budget::Seconds(secs) if !step.is_whole => Some(secs),
            _ => None,
        };
        let steps = match budget {
            _ if step.is_whole => 1,
            Budget::Tokens(tokens) => whole_steps(tokens, step.tokens),
            Budget::Flops(flops) => whole_steps(flops, step.flops),
            Budget::Seconds(secs) => match step.secs {
                Some(guess) => whole_steps(secs, guess),
                None => schedule.total_steps,
            },
        };
        let own_steps = f64::from(schedule.total_steps.max(1));
        let mut course = Self {
            step,
            steps,
            secs,
            warmup_share: f64::from(schedule.warmup_steps) / own_steps,
            schedule,
            first_secs: None,
        };
        course.lay_out(steps);
        course
    }

    fn lay_out(&mut self, steps: u32) {
        self.steps = steps;
        self.schedule.total_steps = steps;
        self.schedule.warmup_steps = (self.warmup_share * f64::from(steps)).round() as u32;
    }

    pub fn steps(&self) -> u32 {
        self.steps
    }

    pub fn schedule(&self) -> Schedule {
        self.schedule
    }

    /// Lays the schedule out anew after what is spent, where the budget is of seconds.
    pub fn follow(&mut self, spent: &Spent) {
        let Some(budget) = self.secs else { return };
        if spent.step > 0 {
            self.first_secs.get_or_insert(spent.secs);
        }
        let (Some(first), true) = (self.first_secs, spent.step > 1) else {
            return;
        };
        let step_secs = (spent.secs - first) / f64::from(spent.step - 1);
        let left = (budget - spent.secs).max(0.0);
        if step_secs > 0.0 {
            let steps = f64::from(spent.step) + (left / step_secs).round();
            self.lay_out((steps as u32).max(spent.step + 1));
        }
    }

    /// What so many steps and seconds come to.
    pub fn spent(&self, step: u32, secs: f64) -> Spent {
        Spent {
            step,
            tokens: f64::from(step) * self.step.tokens,
            flops: f64::from(step) * self.step.flops,
            secs,
        }
    }

    /// Share of the budget after `step` steps and `secs` seconds, 1 when it is spent.
    pub fn share(&self, step: u32, secs: f64) -> f64 {
        match self.secs {
            Some(budget) => (secs / budget).min(1.0),
            None => (f64::from(step) / f64::from(self.steps)).min(1.0),
        }
    }

    /// Whole `parts`-ths of the budget that are spent.
    pub fn parts_spent(&self, parts: u32, step: u32, secs: f64) -> u32 {
        match self.secs {
            Some(_) => (self.share(step, secs) * f64::from(parts)) as u32,
            None => {
                let parts_done = u64::from(parts) * u64::from(step) / u64::from(self.steps);
                parts_done.min(u64::from(parts)) as u32
            }
        }
    }

    /// Whether steps from the one after `since` to `at` make up a point.
    pub fn is_point(&self, since: &Spent, at: &Spent) -> bool {
        match self.secs {
            Some(budget) => at.secs - since.secs >= budget / f64::from(POINTS),
            None => at.step - since.step >= self.steps.div_ceil(POINTS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::schedule::ScheduleKind;

    fn course(budget: Budget) -> Course {
        let step = Step {
            tokens: 64.0,
            flops: 1e6,
            secs: Some(0.5),
            is_whole: false,
        };
        let schedule = Schedule {
            kind: ScheduleKind::Linear,
            peak: 1.0,
            warmup_steps: 20,
            total_steps: 200,
            final_fraction: 0.0,
        };
        Course::new(budget, step, schedule)
    }

    #[test]
    fn budgets_come_to_whole_steps_and_warm_up_keeps_its_share() {
        let planned = |budget| {
            let course = course(budget);
            (course.steps(), course.schedule().warmup_steps)
        };
        assert_eq!(planned(Budget::Tokens(64.0 * 50.0)), (50, 5));
        assert_eq!(planned(Budget::Tokens(64.0 * 50.0 + 1.0)), (51, 5));
        assert_eq!(planned(Budget::Flops(3e7)), (30, 3));
        assert_eq!(planned(Budget::Seconds(50.0)), (100, 10));
        assert_eq!(planned(Budget::Tokens(1.0)), (1, 0));
        assert_eq!(planned(Budget::Tokens(f64::MAX)).0, u32::MAX);
    }

    #[test]
    fn parts_of_a_budget_are_spent_one_by_one_and_the_last_at_its_end() {
        let course = course(Budget::Tokens(64.0 * 7.0));
        let parts: Vec<u32> = (0..=7).map(|s| course.parts_spent(3, s, 0.0)).collect();
        assert_eq!(parts, [0, 0, 0, 1, 1, 2, 2, 3]);
        assert!(course.share(6, 0.0) < 1.0 && course.share(7, 0.0) == 1.0);
    }

    /// Whatever the speed, the learning rate falls to its end as the seconds run out.
    #[test]
    fn with_seconds_the_learning_rate_follows_the_time() {
        for step_secs in [0.01, 0.1, 1.0] {
            let mut course = course(Budget::Seconds(100.0));
            let mut secs = 0.0;
            let mut step = 0;
            while course.share(step, secs) < 1.0 {
                course.follow(&course.spent(step, secs));
                let rate = f64::from(course.schedule().learning_rate(step));
                let share = course.share(step, secs);
                // A tenth is warm-up, then it falls to 0; one step is 1 % of the slowest, and the first guess stands for two.
                let expected = if share < 0.1 {
                    share * 10.0
                } else {
                    (1.0 - share) / 0.9
                };
                if step > 2 {
                    assert!(
                        (rate - expected).abs() < 0.12,
                        "{step_secs} {share} {rate} {expected}"
                    );
                }
                step += 1;
                secs += step_secs;
            }
            assert!(course.steps().abs_diff(step) <= 1);
        }
    }
}
