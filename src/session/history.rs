//! What a run measured, kept for charts in bounded memory.
//!
//! A [`Series`] starts exact, one bucket a value. When it is full, neighbouring buckets are merged in pairs, each keeping
//! first and last step, least, greatest and mean value: a spike stays visible however long the run, and the newest half of
//! a long run is never coarser than the oldest.

use serde::{Deserialize, Serialize};

use super::protocol::StepMetrics;

/// Buckets a series holds at most.
pub const MOST_BUCKETS: usize = 4096;

/// Samples kept, newest last.
pub const MOST_SAMPLES: usize = 200;

/// Values of neighbouring steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    pub first_step: u32,
    pub last_step: u32,
    pub least: f32,
    pub greatest: f32,
    pub mean: f32,
    /// The value of `last_step`.
    pub last: f32,
    /// Values merged here.
    pub count: u32,
}

impl Bucket {
    fn of(step: u32, value: f32) -> Self {
        Self {
            first_step: step,
            last_step: step,
            least: value,
            greatest: value,
            mean: value,
            last: value,
            count: 1,
        }
    }

    fn merged(self, next: Self) -> Self {
        let count = self.count + next.count;
        let share = f64::from(next.count) / f64::from(count);
        let mean = f64::from(self.mean) * (1.0 - share) + f64::from(next.mean) * share;
        Self {
            first_step: self.first_step,
            last_step: next.last_step,
            least: self.least.min(next.least),
            greatest: self.greatest.max(next.greatest),
            mean: mean as f32,
            last: next.last,
            count,
        }
    }

    /// Where it is drawn on the step axis.
    pub fn centre(&self) -> f64 {
        (f64::from(self.first_step) + f64::from(self.last_step)) / 2.0
    }
}

/// One measured quantity by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    buckets: Vec<Bucket>,
    /// Values a full bucket holds: 1, 2, 4, …
    width: u32,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            buckets: Vec::new(),
            width: 1,
        }
    }
}

impl Series {
    /// Adds a value. A step not after the last one means that the run went back: what lies from it on is dropped.
    /// Values that are no numbers are left out, for nothing could be drawn.
    pub fn append(&mut self, step: u32, value: f32) {
        self.rewind_before(step);
        if !value.is_finite() {
            return;
        }
        let new = Bucket::of(step, value);
        match self.buckets.last_mut() {
            Some(last) if last.count < self.width => *last = last.merged(new),
            _ => {
                if self.buckets.len() == MOST_BUCKETS {
                    self.halve();
                }
                self.buckets.push(new);
            }
        }
    }

    /// Drops everything from `step` on. A merged bucket that reaches beyond goes whole.
    pub fn rewind_before(&mut self, step: u32) {
        while self
            .buckets
            .last()
            .is_some_and(|last| last.last_step >= step)
        {
            self.buckets.pop();
        }
        if self.buckets.is_empty() {
            self.width = 1;
        }
    }

    /// Everything held, oldest first.
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    pub fn last(&self) -> Option<&Bucket> {
        self.buckets.last()
    }

    /// The bucket that holds or lies nearest to a step, for hovering.
    pub fn nearest(&self, step: u32) -> Option<&Bucket> {
        let after = self
            .buckets
            .partition_point(|bucket| bucket.last_step < step);
        let around = &self.buckets[after.saturating_sub(1)..(after + 1).min(self.buckets.len())];
        around.iter().min_by_key(|bucket| {
            bucket
                .first_step
                .saturating_sub(step)
                .max(step.saturating_sub(bucket.last_step))
        })
    }

    /// Steps `from..=to` in at most `columns` buckets, about one a pixel column.
    pub fn drawn(&self, from: u32, to: u32, columns: usize) -> Vec<Bucket> {
        let start = self
            .buckets
            .partition_point(|bucket| bucket.last_step < from);
        let end = self
            .buckets
            .partition_point(|bucket| bucket.first_step <= to);
        let seen = self.buckets.get(start..end).unwrap_or_default();
        if columns == 0 || seen.is_empty() {
            return Vec::new();
        }
        // the same groups whatever comes after, so that a growing curve does not shimmer
        let group = seen.len().div_ceil(columns).next_power_of_two();
        merged_by(seen, group)
    }

    fn halve(&mut self) {
        self.buckets = merged_by(&self.buckets, 2);
        self.width = self.width.saturating_mul(2);
    }
}

fn merged_by(buckets: &[Bucket], group: usize) -> Vec<Bucket> {
    let merge = |group: &[Bucket]| group.iter().copied().reduce(Bucket::merged);
    buckets.chunks(group).filter_map(merge).collect()
}

/// The course of noisy buckets, one value a bucket: the mean of as many neighbours before as after it, at most `half_width`
/// on each side. Toward the ends the window narrows to stay centred, so the curve neither lags behind a falling loss nor
/// leaves the newest value.
pub fn trend(buckets: &[Bucket], half_width: usize) -> Vec<f32> {
    // Sums of value × count and of counts before each bucket.
    let mut sums = vec![(0.0, 0.0)];
    for bucket in buckets {
        let (sum, weight) = sums[sums.len() - 1];
        let count = f64::from(bucket.count);
        sums.push((sum + f64::from(bucket.mean) * count, weight + count));
    }
    let last = buckets.len().saturating_sub(1);
    let mean = |index: usize| {
        let half = half_width.min(index).min(last - index);
        let (before, after) = (sums[index - half], sums[index + half + 1]);
        ((after.0 - before.0) / (after.1 - before.1)) as f32
    };
    (0..buckets.len()).map(mean).collect()
}

/// A text the model wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    pub step: u32,
    pub prompt: String,
    /// What was written after it.
    pub text: String,
}

/// All a run measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunHistory {
    /// Training loss, nats per token.
    pub loss: Series,
    /// Validation loss, nats per token.
    pub validation: Series,
    pub learning_rate: Series,
    pub grad_norm: Series,
    pub tokens_per_sec: Series,
    /// The newest [`MOST_SAMPLES`].
    pub samples: Vec<Sample>,
    /// The last step's figures, not finite ones included.
    pub latest: Option<StepMetrics>,
}

impl RunHistory {
    pub fn append(&mut self, metrics: &StepMetrics) {
        let step = metrics.step;
        let newest = self.latest.map(|latest| latest.step);
        let newest = newest.max(self.loss.last().map(|last| last.last_step));
        if newest.is_some_and(|newest| newest >= step) {
            self.rewind_to(step.saturating_sub(1));
        }
        self.loss.append(step, metrics.loss);
        self.learning_rate.append(step, metrics.learning_rate);
        self.grad_norm.append(step, metrics.grad_norm);
        // Speed is known from the second step on; until then it is told as 0.
        if metrics.tokens_per_sec > 0.0 {
            self.tokens_per_sec.append(step, metrics.tokens_per_sec);
        }
        self.latest = Some(*metrics);
    }

    pub fn append_validation(&mut self, step: u32, loss: f32) {
        self.validation.append(step, loss);
    }

    pub fn append_sample(&mut self, sample: Sample) {
        if self.samples.len() == MOST_SAMPLES {
            self.samples.remove(0);
        }
        self.samples.push(sample);
    }

    /// Forgets what came after `step` updates: 0 for a rewind or reseed, the snapshot's step for a resume.
    pub fn rewind_to(&mut self, step: u32) {
        let first_dropped = step.saturating_add(1);
        for series in [
            &mut self.loss,
            &mut self.validation,
            &mut self.learning_rate,
            &mut self.grad_norm,
            &mut self.tokens_per_sec,
        ] {
            series.rewind_before(first_dropped);
        }
        self.samples.retain(|sample| sample.step <= step);
        self.latest = self.latest.filter(|latest| latest.step <= step);
    }
}

/// Mean cross-entropy in nats per token as perplexity.
pub fn perplexity(nats_per_token: f64) -> f64 {
    nats_per_token.exp()
}

/// Nats as bits.
pub fn bits(nats: f64) -> f64 {
    nats / std::f64::consts::LN_2
}

/// Nats per token as bits per UTF-8 byte, comparable between tokenizers.
pub fn bits_per_byte(nats_per_token: f64, bytes_per_token: f64) -> f64 {
    bits(nats_per_token) / bytes_per_token
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn series(count: u32, value: impl Fn(u32) -> f32) -> Series {
        let mut series = Series::default();
        for step in 1..=count {
            series.append(step, value(step));
        }
        series
    }

    #[test]
    fn short_runs_are_exact_and_long_ones_bounded() {
        let short = series(100, |step| step as f32);
        assert_eq!(short.buckets().len(), 100);
        assert_eq!(short.nearest(40).unwrap().mean, 40.0);
        let long = series(100_000, |step| if step == 77_777 { 9.0 } else { 1.0 });
        assert!(long.buckets().len() <= MOST_BUCKETS);
        assert!(long.buckets().len() > MOST_BUCKETS / 4);
        let spike = long.nearest(77_777).unwrap();
        assert_eq!((spike.least, spike.greatest), (1.0, 9.0));
        let total: u32 = long.buckets().iter().map(|bucket| bucket.count).sum();
        assert_eq!(total, 100_000);
    }

    #[test]
    fn drawing_keeps_peaks_and_the_range() {
        let series = series(3_000, |step| if step == 1_234 { -5.0 } else { 2.0 });
        let drawn = series.drawn(1_000, 2_000, 100);
        assert!(drawn.len() <= 100, "{}", drawn.len());
        assert!(drawn.iter().any(|bucket| bucket.least == -5.0));
        assert_eq!(drawn.first().unwrap().first_step, 1_000);
        assert_eq!(drawn.last().unwrap().last_step, 2_000);
        assert!(series.drawn(5_000, 6_000, 100).is_empty());
        assert!(series.drawn(2_000, 1_000, 100).is_empty());
        assert!(series.drawn(0, 10, 0).is_empty());
    }

    #[test]
    fn going_back_drops_what_came_after() {
        let mut series = series(50, |step| step as f32);
        series.append(20, -1.0);
        assert_eq!(series.buckets().len(), 20);
        assert_eq!(series.last().unwrap().mean, -1.0);
        series.append(21, f32::NAN);
        assert_eq!(series.buckets().len(), 20);
        series.rewind_before(0);
        assert_eq!(series.last(), None);
        assert_eq!(series.nearest(3), None);
    }

    #[test]
    fn the_trend_neither_lags_nor_leaves_the_newest_value() {
        let falling = series(60, |step| 5.0 - 0.05 * step as f32);
        for (bucket, value) in falling.buckets().iter().zip(trend(falling.buckets(), 8)) {
            assert!((bucket.mean - value).abs() < 1e-5);
        }
        let noisy = series(200, |step| 2.0 + if step % 2 == 0 { 0.5 } else { -0.5 });
        let calm = trend(noisy.buckets(), 8);
        assert!(calm[8..192].iter().all(|value| (value - 2.0).abs() < 0.05));
        assert_eq!(calm[199], noisy.last().unwrap().mean);
        assert_eq!(trend(noisy.buckets(), 0)[20], noisy.buckets()[20].mean);
        assert!(trend(&[], 8).is_empty());
    }

    #[test]
    fn merged_buckets_weigh_by_their_values() {
        let mut buckets = series(3, |_| 0.0).buckets().to_vec();
        buckets[1].mean = 1.0;
        buckets[1].count = 2;
        assert_eq!(trend(&buckets, 1)[1], 0.5);
    }

    #[test]
    fn a_history_rewinds_as_a_whole() {
        let mut history = RunHistory::default();
        let metrics = |step| StepMetrics {
            step,
            loss: 1.0,
            learning_rate: 0.1,
            grad_norm: 0.5,
            tokens_per_sec: 10.0,
            elapsed_secs: 1.0,
        };
        for step in 1..=10 {
            history.append(&metrics(step));
        }
        history.append_validation(5, 2.0);
        history.append_validation(10, 1.5);
        for step in [5, 10] {
            history.append_sample(Sample {
                step,
                prompt: String::new(),
                text: "a".to_owned(),
            });
        }
        history.rewind_to(7);
        assert_eq!(history.loss.last().unwrap().last_step, 7);
        assert_eq!(history.validation.buckets().len(), 1);
        assert_eq!(history.samples.len(), 1);
        history.append(&metrics(1));
        assert_eq!(history.loss.buckets().len(), 1);
        assert_eq!(history.validation.last(), None);
        history.rewind_to(0);
        assert_eq!(history, RunHistory::default());
    }

    #[test]
    fn a_speed_that_is_not_known_is_not_drawn() {
        let mut history = RunHistory::default();
        for (step, tokens_per_sec) in [(1, 0.0), (2, 900.0)] {
            history.append(&StepMetrics {
                step,
                loss: 1.0,
                learning_rate: 0.1,
                grad_norm: 0.5,
                tokens_per_sec,
                elapsed_secs: 1.0,
            });
        }
        let speeds = history.tokens_per_sec.buckets();
        assert_eq!((speeds.len(), speeds[0].first_step), (1, 2));
    }

    #[test]
    fn units_of_loss() {
        assert!((perplexity(2f64.ln() * 3.0) - 8.0).abs() < 1e-12);
        assert!((bits_per_byte(2f64.ln() * 6.0, 3.0) - 2.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn buckets_stay_in_order(steps in proptest::collection::vec(0u32..3000, 0..200), columns in 1usize..50) {
            let mut series = Series::default();
            for step in steps {
                series.append(step, step as f32);
            }
            let drawn = series.drawn(0, u32::MAX, columns);
            prop_assert!(drawn.len() <= columns);
            for buckets in [series.buckets(), &drawn] {
                prop_assert!(buckets.windows(2).all(|pair| pair[0].last_step < pair[1].first_step));
                prop_assert!(buckets.iter().all(|b| b.least <= b.mean && b.mean <= b.greatest));
            }
        }
    }
}
