//! What was heard of one comparison: a track an entry. Pure reducers.

use super::sweep::Shape;
use crate::session::compare::{Budget, Comparison, Ending, Facts, News, Spent, TrainingPoint};
use crate::session::history::bits_per_byte;

/// Points of training that a track keeps; beyond them neighbours become one.
pub const MOST_POINTS: usize = 4_096;

/// A validation: mean loss, nats per predicted token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Validation {
    pub at: Spent,
    pub loss: f64,
}

/// Exact answers on held-out examples of a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    pub at: Spent,
    pub right: u32,
    pub asked: u32,
}

impl Answers {
    /// Share of right ones, percent.
    pub fn percent(&self) -> f64 {
        100.0 * f64::from(self.right) / f64::from(self.asked.max(1))
    }
}

/// Where an entry is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its turn has not come.
    Waiting,
    Training,
    Finished(Ending),
    Failed,
}

/// An entry's story.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Track {
    pub facts: Option<Facts>,
    pub points: Vec<TrainingPoint>,
    pub validations: Vec<Validation>,
    pub answers: Vec<Answers>,
    /// What it wrote at its end.
    pub text: Option<String>,
    pub spent: Spent,
    pub ending: Option<Ending>,
    pub failure: Option<String>,
}

impl Track {
    fn append(&mut self, points: &[TrainingPoint]) {
        for point in points {
            self.spent = point.at;
            // What is no number cannot be drawn; the ending tells of it.
            if point.loss.is_finite() {
                self.points.push(*point);
            }
        }
        while self.points.len() > MOST_POINTS {
            self.points = halved(&self.points);
        }
    }

    pub fn stage(&self) -> Stage {
        match (&self.failure, self.ending) {
            (Some(_), _) => Stage::Failed,
            (None, Some(ending)) => Stage::Finished(ending),
            (None, None) if self.facts.is_some() => Stage::Training,
            (None, None) => Stage::Waiting,
        }
    }

    /// Share of its budget that is spent, 0 to 1.
    pub fn share(&self, budget: Budget) -> f64 {
        if self.ending.is_some() || self.failure.is_some() {
            return 1.0;
        }
        let share = match budget {
            Budget::Tokens(most) => self.spent.tokens / most,
            Budget::Flops(most) => self.spent.flops / most,
            Budget::Seconds(most) => self.spent.secs / most,
        };
        share.clamp(0.0, 1.0)
    }

    /// Whether its loss is that of the next token; true before anything is known.
    pub fn is_next_token(&self) -> bool {
        self.facts.as_ref().is_none_or(|facts| facts.is_next_token)
    }

    /// A loss of its own as bits per byte of the text, where it has such.
    pub fn bits_per_byte(&self, loss: f64) -> Option<f64> {
        let facts = self.facts.as_ref()?;
        let is_told = facts.is_next_token && facts.bytes_per_token > 0.0;
        is_told.then(|| bits_per_byte(loss, facts.bytes_per_token))
    }

    /// The lowest validation loss, nats per predicted token.
    pub fn best_loss(&self) -> Option<f64> {
        let losses = self.validations.iter().map(|it| it.loss);
        losses
            .filter(|loss| loss.is_finite())
            .min_by(f64::total_cmp)
    }

    /// The same in bits per byte.
    pub fn best_bits_per_byte(&self) -> Option<f64> {
        self.best_loss().and_then(|loss| self.bits_per_byte(loss))
    }

    /// What was spent when validation first came to a target, bits per byte.
    pub fn to_target(&self, target: f64) -> Option<Spent> {
        let mut validations = self.validations.iter();
        let reached = validations.find(|it| {
            let told = self.bits_per_byte(it.loss);
            told.is_some_and(|told| told <= target)
        });
        reached.map(|it| it.at)
    }

    /// Tokens a second of training.
    pub fn speed(&self) -> Option<f64> {
        let Spent { tokens, secs, .. } = self.spent;
        (secs > 0.0 && tokens > 0.0).then(|| tokens / secs)
    }
}

/// Every two neighbours as one: the mean over the steps of both, told at the later.
fn halved(points: &[TrainingPoint]) -> Vec<TrainingPoint> {
    let steps = |index: usize| {
        let before = match index {
            0 => 0,
            _ => points[index - 1].at.step,
        };
        points[index].at.step.saturating_sub(before).max(1) as f32
    };
    let pair = |first: usize| {
        let Some(later) = points.get(first + 1) else {
            return points[first];
        };
        let share = steps(first + 1) / (steps(first) + steps(first + 1));
        let mean = |a: f32, b: f32| a * (1.0 - share) + b * share;
        TrainingPoint {
            at: later.at,
            loss: mean(points[first].loss, later.loss),
            grad_norm: mean(points[first].grad_norm, later.grad_norm),
        }
    };
    (0..points.len()).step_by(2).map(pair).collect()
}

/// A comparison that was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub request: u32,
    pub comparison: Comparison,
    /// Where the entries lie when they are the cells of a sweep.
    pub shape: Option<Shape>,
    pub tracks: Vec<Track>,
    pub is_paused: bool,
    pub is_over: bool,
    /// Why all of it ended.
    pub failure: Option<String>,
}

impl Record {
    pub fn new(request: u32, comparison: Comparison, shape: Option<Shape>) -> Self {
        Self {
            request,
            tracks: vec![Track::default(); comparison.entries.len()],
            comparison,
            shape,
            is_paused: false,
            is_over: false,
            failure: None,
        }
    }

    pub fn apply(&mut self, news: &News) {
        let entry = match news {
            News::Over => {
                self.is_over = true;
                return;
            }
            News::Prepared { entry, .. }
            | News::Trained { entry, .. }
            | News::Validated { entry, .. }
            | News::Answered { entry, .. }
            | News::Wrote { entry, .. }
            | News::Finished { entry, .. }
            | News::Failed { entry, .. } => *entry,
        };
        let Some(track) = self.tracks.get_mut(entry as usize) else {
            return;
        };
        match news {
            News::Prepared { facts, .. } => track.facts = Some((**facts).clone()),
            News::Trained { points, .. } => track.append(points),
            News::Validated { at, loss, .. } => {
                let (at, loss) = (*at, *loss);
                track.validations.push(Validation { at, loss });
            }
            News::Answered {
                at, right, asked, ..
            } => {
                let (at, right, asked) = (*at, *right, *asked);
                track.answers.push(Answers { at, right, asked });
            }
            News::Wrote { text, .. } => track.text = Some(text.clone()),
            News::Finished { at, ending, .. } => {
                track.spent = *at;
                track.ending = Some(*ending);
            }
            News::Failed { message, .. } => track.failure = Some(message.clone()),
            News::Over => {}
        }
    }

    /// All of it ended without having been told so.
    pub fn give_up(&mut self, reason: Option<String>) {
        self.is_over = true;
        self.failure = reason;
    }

    /// Whether every entry that was prepared tells its loss in bits per byte.
    pub fn is_all_next_token(&self) -> bool {
        self.tracks.iter().all(Track::is_next_token)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::session::comparisons::usual;
    use crate::session::presets::first_minute;

    pub fn spent(step: u32) -> Spent {
        Spent {
            step,
            tokens: f64::from(step) * 100.0,
            flops: f64::from(step) * 1e6,
            secs: f64::from(step) * 0.5,
        }
    }

    pub fn trained(entry: u32, step: u32, loss: f32) -> News {
        News::Trained {
            entry,
            points: vec![TrainingPoint {
                at: spent(step),
                loss,
                grad_norm: 1.0,
            }],
        }
    }

    pub fn validated(entry: u32, step: u32, loss: f64) -> News {
        News::Validated {
            entry,
            at: spent(step),
            loss,
        }
    }

    pub fn prepared(entry: u32, is_next_token: bool) -> News {
        News::Prepared {
            entry,
            facts: Box::new(Facts {
                parameters: 1_000,
                bytes_per_token: 2.0,
                is_next_token,
                ..Facts::default()
            }),
        }
    }

    /// A comparison of so many entries.
    pub fn record(entries: usize) -> Record {
        let comparison = Comparison {
            entries: vec![first_minute(); entries],
            ..usual()
        };
        Record::new(1, comparison, None)
    }

    #[test]
    fn a_track_follows_the_news() {
        let mut record = record(2);
        assert_eq!(record.tracks[0].stage(), Stage::Waiting);
        record.apply(&prepared(0, true));
        record.apply(&trained(0, 10, 2.0));
        record.apply(&trained(0, 20, f32::NAN));
        record.apply(&validated(0, 20, 1.5));
        record.apply(&validated(0, 30, 1.0));
        record.apply(&validated(0, 40, f64::INFINITY));
        let track = &record.tracks[0];
        assert_eq!(track.stage(), Stage::Training);
        assert_eq!((track.points.len(), track.spent.step), (1, 20));
        assert_eq!(track.share(record.comparison.budget), 0.01);
        assert_eq!(track.best_loss(), Some(1.0));
        assert_eq!(track.best_bits_per_byte(), Some(bits_per_byte(1.0, 2.0)));
        assert_eq!(track.to_target(0.8), Some(spent(30)));
        assert_eq!(track.to_target(0.1), None);
        assert_eq!(track.speed(), Some(200.0));
        record.apply(&News::Failed {
            entry: 1,
            message: "no".into(),
        });
        record.apply(&News::Finished {
            entry: 0,
            at: spent(40),
            ending: Ending::Budget,
        });
        record.apply(&trained(7, 1, 1.0));
        record.apply(&News::Over);
        assert_eq!(record.tracks[0].stage(), Stage::Finished(Ending::Budget));
        assert_eq!(record.tracks[1].stage(), Stage::Failed);
        assert!(
            record.is_over
                && record
                    .tracks
                    .iter()
                    .all(|it| it.share(record.comparison.budget) == 1.0)
        );
    }

    #[test]
    fn another_loss_than_the_next_tokens_has_no_bits_per_byte() {
        let mut record = record(1);
        record.apply(&prepared(0, false));
        record.apply(&validated(0, 1, 1.0));
        assert_eq!(record.tracks[0].best_bits_per_byte(), None);
        assert_eq!(record.tracks[0].to_target(9.0), None);
        assert!(!record.is_all_next_token());
    }

    #[test]
    fn a_long_training_is_kept_in_bounds_with_its_mean() {
        let mut record = record(1);
        let last = MOST_POINTS as u32 * 2 + 1;
        for step in 1..=last {
            record.apply(&trained(0, step, step as f32));
        }
        let points = &record.tracks[0].points;
        assert!(points.len() <= MOST_POINTS && points.len() > MOST_POINTS / 2);
        assert_eq!(points.last().unwrap().at.step, last);
        let merged = [(1, 1.0), (2, 3.0), (6, 9.0)].map(|(step, loss)| TrainingPoint {
            at: spent(step),
            loss,
            grad_norm: 0.0,
        });
        let halves = halved(&merged);
        assert_eq!((halves[0].loss, halves[0].at.step), (2.0, 2));
        assert_eq!(halves[1], merged[2]);
        assert_eq!(halved(&merged[1..])[0].loss, 7.0);
    }
}
