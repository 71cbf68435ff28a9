//! One entry of a comparison in training: a run of its own, how far its budget is spent, and what is due.

use std::collections::VecDeque;
use std::rc::Rc;

use super::super::super::prepare::Checked;
use super::super::super::surroundings::Outside;
use super::super::super::tokenized::Tokenized;
use super::course::{Course, Step};
use super::duties::{Due, Duties, Piece};
use crate::data::objective::Objective;
use crate::models::Family;
use crate::plan::Executor;
use crate::session::compare::{Comparison, Ending, Facts, News, Spent, TrainingPoint};
use crate::session::config::SamplingConfig;
use crate::train::{Launched, Run, RunError};

/// Steps launched ahead of the oldest unread loss.
const AHEAD: usize = 3;
/// Seconds of work between two looks at the commands, and at whose turn it is.
const SLICE_SECS: f64 = 0.02;
/// Seconds between two pieces of news of training.
const REPORT_SECS: f64 = 0.05;

/// What all entries of a comparison share.
pub(super) struct Rules<'a> {
    pub comparison: &'a Comparison,
    /// Of the first entry; every text is written with it, so that the models alone differ.
    pub sampling: &'a SamplingConfig,
    pub outside: &'a dyn Outside,
    /// Hears the news of this entry.
    pub say: &'a dyn Fn(News),
}

/// Sums of the steps since the last point.
#[derive(Debug, Default)]
struct Gathered {
    steps: u32,
    loss: f64,
    grad_norm: f64,
}

/// See the file's head.
pub(super) struct Contestant {
    pub entry: u32,
    pub run: Run,
    texts: Rc<Tokenized>,
    course: Course,
    in_flight: VecDeque<Launched>,
    /// Of the steps that were read.
    spent: Spent,
    /// Seconds of training before `since`.
    secs: f64,
    since: Option<f64>,
    gathered: Gathered,
    /// Where the last point stands.
    point: Spent,
    points: Vec<TrainingPoint>,
    reported_secs: f64,
    /// Shares of the budget after which there was a validation.
    validated: u32,
    duties: Duties,
    facts: Facts,
    ending: Option<Ending>,
}

impl Contestant {
    /// Takes its place: weights and plans on an executor of its own. Says what it is.
    ///
    /// # Errors
    /// As [`Run::new`]. The executor is emptied.
    pub fn new(
        entry: u32,
        checked: &Checked,
        executor: Box<dyn Executor>,
        rules: &Rules<'_>,
    ) -> Result<Self, RunError> {
        let Checked {
            playground,
            texts,
            spec,
            figures,
            notes,
        } = checked;
        let mut spec = spec.clone();
        let is_counted = playground.model.family == Family::Ngram;
        let tokens = if is_counted {
            texts.train.len() as f64
        } else {
            (spec.recipe.rows() * spec.rows.time) as f64
        };
        let step = Step {
            tokens,
            flops: figures.flops_per_step as f64,
            secs: figures.secs_per_step.map(f64::from),
            is_whole: is_counted,
        };
        let course = Course::new(rules.comparison.budget, step, spec.schedule);
        spec.schedule = course.schedule();
        let vocabulary = spec.vocabulary as u32;
        let run = match Run::new(executor, spec) {
            Ok(run) => run,
            Err((mut executor, error)) => {
                executor.clear();
                return Err(error);
            }
        };
        let is_next_token = playground.model.family.predicts_next()
            && playground.objective.objective == Objective::Causal;
        let facts = Facts {
            parameters: figures.parameters,
            flops_per_token: step.flops / step.tokens,
            memory_bytes: figures.memory_total,
            vocabulary,
            bytes_per_token: texts.bytes_per_token,
            steps: course.steps(),
            dispatches_per_step: run.dispatches_per_step() as u32,
            is_next_token,
            notes: notes.iter().map(ToString::to_string).collect(),
        };
        let contestant = Self {
            entry,
            run,
            texts: Rc::clone(texts),
            course,
            in_flight: VecDeque::new(),
            spent: Spent::default(),
            secs: 0.0,
            since: None,
            gathered: Gathered::default(),
            point: Spent::default(),
            points: Vec::new(),
            reported_secs: 0.0,
            validated: 0,
            duties: Duties::new(checked),
            facts,
            ending: None,
        };
        contestant.introduce(rules);
        Ok(contestant)
    }

    fn introduce(&self, rules: &Rules<'_>) {
        (rules.say)(News::Prepared {
            entry: self.entry,
            facts: Box::new(self.facts.clone()),
        });
    }

    /// Share of its budget that is spent.
    pub fn share(&self) -> f64 {
        self.course.share(self.spent.step, self.spent.secs)
    }

    /// A slice of training, or a piece of what is due; how it ended, once it has.
    ///
    /// # Errors
    /// A lost or too small device.
    pub async fn work(&mut self, rules: &Rules<'_>) -> Result<Option<Ending>, RunError> {
        if let Some(piece) = self.duties.work(&mut self.run, &self.texts, rules).await? {
            self.tell(piece, rules);
            return Ok(None);
        }
        if self.ending.is_none() {
            self.train(rules).await?;
        }
        Ok(self.ending.filter(|_| self.duties.is_empty()))
    }

    /// Says what came of a piece of work, and what follows from it.
    fn tell(&mut self, piece: Piece, rules: &Rules<'_>) {
        let (entry, at) = (self.entry, self.spent);
        match piece {
            Piece::Part => {}
            Piece::Validated(loss) => {
                (rules.say)(News::Validated { entry, at, loss });
                if loss.is_nan() {
                    return self.end(Ending::Diverged);
                }
                let bits_per_byte = loss / std::f64::consts::LN_2 / self.texts.bytes_per_token;
                let target = f64::from(rules.comparison.target_bits_per_byte);
                if self.facts.is_next_token && target > 0.0 && bits_per_byte <= target {
                    self.end(Ending::Target);
                }
            }
            Piece::Answered { right, asked } => (rules.say)(News::Answered {
                entry,
                at,
                right,
                asked,
            }),
            Piece::Wrote(text) => (rules.say)(News::Wrote { entry, text }),
        }
    }

    /// It trains no more.
    fn end(&mut self, ending: Ending) {
        match ending {
            Ending::Diverged => self.duties.clear(),
            _ if self.ending.is_none() => self.duties.add(Due::Sample),
            _ => {}
        }
        self.ending = Some(ending);
    }

    /// Launches steps for a moment, reading what comes back, up to what is due.
    async fn train(&mut self, rules: &Rules<'_>) -> Result<(), RunError> {
        let start = rules.outside.now_secs();
        self.since = Some(start);
        self.course.follow(&self.spent);
        self.run.spec.schedule = self.course.schedule();
        let outcome = self.train_until(start + SLICE_SECS, rules).await;
        self.stop_clock(rules.outside);
        outcome?;
        if let Some((kept, bytes)) = self.run.counted() {
            self.facts.parameters = kept;
            self.facts.memory_bytes = bytes;
            self.introduce(rules);
        }
        if self.ending.is_some() {
            // It diverged.
            self.report(rules);
            return Ok(());
        }
        let parts = rules.comparison.validations.max(1);
        let parts_spent = self
            .course
            .parts_spent(parts, self.spent.step, self.spent.secs);
        if parts_spent > self.validated {
            self.validated = parts_spent;
            if self.share() >= 1.0 {
                self.note_point();
            }
            self.report(rules);
            self.duties.add(Due::Validation);
            self.duties.add(Due::Answers);
            if self.share() >= 1.0 {
                self.end(Ending::Budget);
            }
        } else if rules.outside.now_secs() - self.reported_secs >= REPORT_SECS {
            self.report(rules);
        }
        Ok(())
    }

    async fn train_until(&mut self, until: f64, rules: &Rules<'_>) -> Result<(), RunError> {
        let parts = rules.comparison.validations.max(1);
        while self.ending.is_none() {
            let launched = self.run.launch_step()?;
            self.in_flight.push_back(launched);
            while self.in_flight.len() > AHEAD {
                self.read_oldest(rules.outside).await?;
            }
            let now = rules.outside.now_secs();
            let (step, secs) = (self.run.step(), self.secs_at(now));
            let is_due = self.course.parts_spent(parts, step, secs) > self.validated;
            if is_due || now >= until {
                break;
            }
        }
        // Between two turns nothing is on its way, so that the seconds of each entry are its own.
        while !self.in_flight.is_empty() {
            self.read_oldest(rules.outside).await?;
        }
        Ok(())
    }

    fn secs_at(&self, now: f64) -> f64 {
        self.secs + self.since.map_or(0.0, |since| now - since)
    }

    fn stop_clock(&mut self, outside: &dyn Outside) {
        self.secs = self.secs_at(outside.now_secs());
        self.since = None;
    }

    async fn read_oldest(&mut self, outside: &dyn Outside) -> Result<(), RunError> {
        let Some(Launched { step, reading, .. }) = self.in_flight.pop_front() else {
            return Ok(());
        };
        let numbers = reading.await?;
        let (loss, grad_norm) = (numbers[0], numbers[1]);
        let now = outside.now_secs();
        let is_neural = self.run.spec.model.family.is_neural();
        if is_neural && !(loss.is_finite() && grad_norm.is_finite()) {
            self.in_flight.clear();
            self.note_point();
            self.spent = self.course.spent(step, self.secs_at(now));
            self.end(Ending::Diverged);
            return Ok(());
        }
        self.spent = self.course.spent(step, self.secs_at(now));
        self.gathered.steps += 1;
        self.gathered.loss += f64::from(loss);
        self.gathered.grad_norm += f64::from(grad_norm);
        if self.course.is_point(&self.point, &self.spent) {
            self.note_point();
        }
        Ok(())
    }

    /// The steps since the last point become one.
    fn note_point(&mut self) {
        let Gathered {
            steps,
            loss,
            grad_norm,
        } = std::mem::take(&mut self.gathered);
        if steps > 0 {
            self.point = self.spent;
            self.points.push(TrainingPoint {
                at: self.spent,
                loss: (loss / f64::from(steps)) as f32,
                grad_norm: (grad_norm / f64::from(steps)) as f32,
            });
        }
    }

    fn report(&mut self, rules: &Rules<'_>) {
        self.reported_secs = rules.outside.now_secs();
        if !self.points.is_empty() {
            (rules.say)(News::Trained {
                entry: self.entry,
                points: std::mem::take(&mut self.points),
            });
        }
    }

    /// Frees what it has on the device; what it still had to say is said.
    pub fn leave(mut self, rules: &Rules<'_>) -> Spent {
        self.note_point();
        self.report(rules);
        self.in_flight.clear();
        self.run.executor.clear();
        self.spent
    }
}
