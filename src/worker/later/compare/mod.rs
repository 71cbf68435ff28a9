//! A comparison: several configurations trained on one device with an equal budget, each by a run on an executor of its own, while
//! the run that stands waits.
//!
//! ```text
//! unchecked ──check──▶ checked ──Run::new──▶ training ──budget, target, divergence, stop──▶ over
//!     └──────── failed ──┴──────────────────────┘
//! ```
//!
//! All are checked before any trains: texts and tokenizers are made, and what does not fit is refused. In turn, one after the
//! other takes its place and gives it up; interleaved, all have one, and the next slice belongs to whichever has spent the least
//! share of its budget.

mod contestant;
mod course;
mod duties;
mod source_exam;

use contestant::{Contestant, Rules};

use super::super::comparing::Comparing;
use super::super::engine::Engine;
use super::super::estimate::Room;
use super::super::prepare::Checked;
use super::{Moment, hidden};
use crate::plan::ExecutorError;
use crate::session::compare::{Budget, Comparison, Ending, MOST_CELLS, News, Spent, Turns};
use crate::session::config::Playground;
use crate::session::protocol::{Event, FailedWhat, RunState};
use crate::train::RunError;

/// Where an entry stands.
enum Entry {
    Unchecked(Box<Playground>),
    Checked(Box<Checked>),
    Training(Box<Contestant>),
    Over,
}

/// A comparison under way.
struct Contest {
    request: u32,
    comparison: Comparison,
    entries: Vec<Entry>,
    /// Whether all were found to fit together, where they have to.
    is_admitted: bool,
}

/// Why an order for a comparison is none.
fn fault(comparison: &Comparison) -> Option<String> {
    let (Budget::Tokens(amount) | Budget::Flops(amount) | Budget::Seconds(amount)) =
        comparison.budget;
    let entries = comparison.entries.len();
    if entries == 0 || entries > MOST_CELLS {
        Some(format!(
            "{entries} configurations cannot be compared. Choose from 1 to {MOST_CELLS}."
        ))
    } else if !(amount.is_finite() && amount > 0.0) {
        Some("The budget of a comparison must be a number above 0. Set it in Compare.".to_owned())
    } else {
        None
    }
}

impl Contest {
    fn next(&self, is_next: impl Fn(&Entry) -> bool) -> Option<usize> {
        self.entries.iter().position(is_next)
    }

    /// The entry whose slice is next: with the least share of its budget spent.
    fn whose_turn(&self) -> Option<usize> {
        let shares = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| match entry {
                Entry::Training(contestant) => Some((index, contestant.share())),
                _ => None,
            });
        shares.min_by(|a, b| a.1.total_cmp(&b.1)).map(|it| it.0)
    }
}

/// Begins a comparison, or says why it does not.
#[inline(never)]
pub fn comparing(
    engine: &Engine,
    request: u32,
    comparison: Comparison,
) -> Option<Box<dyn Comparing>> {
    if let Some(message) = fault(&comparison).or_else(|| engine.device_fault()) {
        engine.emit(Event::Failed {
            what: FailedWhat::Compare,
            request: Some(request),
            message,
        });
        engine.emit(Event::Compared {
            request,
            news: News::Over,
        });
        return None;
    }
    let entries = comparison.entries.iter();
    Some(hidden(Box::new(Contest {
        request,
        entries: entries
            .map(|it| Entry::Unchecked(Box::new(it.clone())))
            .collect(),
        comparison,
        is_admitted: false,
    })))
}

impl Comparing for Contest {
    fn advance<'a>(
        self: Box<Self>,
        engine: &'a mut Engine,
    ) -> Moment<'a, Option<Box<dyn Comparing>>> {
        Box::pin(engine.compare_on(self))
    }

    fn stop(self: Box<Self>, engine: &Engine) {
        engine.end_all(*self, |entry, at| News::Finished {
            entry,
            at,
            ending: Ending::Stopped,
        });
    }

    fn fail(self: Box<Self>, engine: &Engine, message: &str) {
        engine.fail_all(*self, message);
    }
}

impl Engine {
    /// Why no device can be compared on.
    fn device_fault(&self) -> Option<String> {
        if self.further.is_none() {
            return Some("No device is ready yet; start the engine first.".to_owned());
        }
        let run = self.active.as_ref().map(|it| &it.run.executor);
        let reason = run.or(self.spare.as_ref())?.lost()?;
        Some(format!(
            "The device is gone ({reason}). Resume the run, or choose a backend in the device menu."
        ))
    }

    fn fail_all(&self, contest: Contest, message: &str) {
        self.end_all(contest, |entry, _| News::Failed {
            entry,
            message: message.to_owned(),
        });
    }

    fn end_all(&self, contest: Contest, last: impl Fn(u32, Spent) -> News) {
        let Contest {
            request,
            comparison,
            entries,
            ..
        } = contest;
        let say = |news| self.emit(Event::Compared { request, news });
        for (entry, state) in (0..).zip(entries) {
            match state {
                Entry::Over => {}
                Entry::Training(contestant) => {
                    let at = contestant.leave(&self.rules(&comparison, &say));
                    say(last(entry, at));
                }
                Entry::Unchecked(_) | Entry::Checked(_) => say(last(entry, Spent::default())),
            }
        }
        say(News::Over);
    }

    fn rules<'a>(&'a self, comparison: &'a Comparison, say: &'a dyn Fn(News)) -> Rules<'a> {
        Rules {
            comparison,
            sampling: &comparison.entries[0].sampling,
            outside: &*self.surroundings,
            say,
        }
    }

    /// What the run that stands leaves of the device.
    fn room_left(&self) -> Room {
        let held = self.active.as_ref().map_or(0, |it| it.memory_bytes);
        let left = |most: u64| most.saturating_sub(held);
        Room {
            max_total_bytes: self.room.max_total_bytes.map(left),
            ..self.room
        }
    }

    /// A piece of the comparison; what is left of it.
    async fn compare_on(&mut self, mut contest: Box<Contest>) -> Option<Box<dyn Comparing>> {
        match self.move_on(&mut contest).await {
            Ok(true) => return Some(contest),
            Ok(false) => self.emit(Event::Compared {
                request: contest.request,
                news: News::Over,
            }),
            Err(reason) => {
                let reason = self.loss_reason(&reason);
                let mut message =
                    format!("The device is gone ({reason}). Start the comparison again");
                if contest.comparison.turns == Turns::Interleaved {
                    message.push_str(", in turn if it has too little memory for all at once");
                }
                message.push('.');
                self.fail_all(*contest, &message);
                if self.active.is_some() && self.state != RunState::Empty {
                    self.device_lost(&reason);
                }
            }
        }
        None
    }

    /// The next thing to do; false when nothing is left. `Err` when the device cannot be used any more.
    async fn move_on(&mut self, contest: &mut Contest) -> Result<bool, String> {
        if let Some(index) = contest.next(|it| matches!(it, Entry::Unchecked(_))) {
            self.check_entry(contest, index).await;
            return Ok(true);
        }
        if contest.comparison.turns == Turns::Interleaved && !contest.is_admitted {
            contest.is_admitted = true;
            self.admit(contest);
            return Ok(true);
        }
        let next = contest.next(|it| matches!(it, Entry::Checked(_)));
        let turn = contest.whose_turn();
        match (contest.comparison.turns, next, turn) {
            (Turns::Interleaved, Some(index), _) | (Turns::InTurn, Some(index), None) => {
                self.enter(contest, index)?;
            }
            (_, _, Some(index)) => self.train_entry(contest, index).await?,
            (_, None, None) => return Ok(false),
        }
        Ok(true)
    }

    async fn check_entry(&mut self, contest: &mut Contest, index: usize) {
        let Entry::Unchecked(playground) =
            std::mem::replace(&mut contest.entries[index], Entry::Over)
        else {
            return;
        };
        let mut playground = *playground;
        // So that it is noted where nothing can be validated.
        playground.training.validation_every = 1;
        match self.check(playground, self.room_left()).await {
            Ok(checked) => contest.entries[index] = Entry::Checked(Box::new(checked)),
            Err(message) => self.fail_entry(contest, index, message),
        }
    }

    fn fail_entry(&self, contest: &mut Contest, index: usize, message: String) {
        contest.entries[index] = Entry::Over;
        self.emit(Event::Compared {
            request: contest.request,
            news: News::Failed {
                entry: index as u32,
                message,
            },
        });
    }

    /// Refuses entries that fit the device alone but not together.
    fn admit(&self, contest: &mut Contest) {
        let Some(most) = self.room_left().max_total_bytes else {
            return;
        };
        let bytes = contest.entries.iter().map(|entry| match entry {
            Entry::Checked(checked) => checked.figures.memory_total,
            _ => 0,
        });
        let needed: u64 = bytes.sum();
        if needed <= most {
            return;
        }
        const MIB: f64 = 1_048_576.0;
        let message = format!(
            "Together the configurations need {:.0} MiB, there are {:.0} MiB. Train them in turn.",
            needed as f64 / MIB,
            most as f64 / MIB
        );
        for index in 0..contest.entries.len() {
            if !matches!(contest.entries[index], Entry::Over) {
                self.fail_entry(contest, index, message.clone());
            }
        }
    }

    /// Gives an entry its place on the device.
    fn enter(&self, contest: &mut Contest, index: usize) -> Result<(), String> {
        let (Entry::Checked(checked), Some(further)) =
            (&contest.entries[index], self.further.as_ref())
        else {
            return Ok(());
        };
        let request = contest.request;
        let say = |news| self.emit(Event::Compared { request, news });
        let rules = self.rules(&contest.comparison, &say);
        match Contestant::new(index as u32, checked, further(), &rules) {
            Ok(contestant) => contest.entries[index] = Entry::Training(Box::new(contestant)),
            Err(error) => {
                let message = of_entry(error)?;
                self.fail_entry(contest, index, message);
            }
        }
        Ok(())
    }

    async fn train_entry(&self, contest: &mut Contest, index: usize) -> Result<(), String> {
        let request = contest.request;
        let say = |news| self.emit(Event::Compared { request, news });
        let rules = self.rules(&contest.comparison, &say);
        let Entry::Training(contestant) = &mut contest.entries[index] else {
            return Ok(());
        };
        let outcome = contestant.work(&rules).await;
        let ending = match outcome {
            Ok(None) => return Ok(()),
            Ok(Some(ending)) => Ok(ending),
            Err(error) => Err(of_entry(error)?),
        };
        let state = std::mem::replace(&mut contest.entries[index], Entry::Over);
        if let Entry::Training(contestant) = state {
            let entry = contestant.entry;
            let at = contestant.leave(&rules);
            say(match ending {
                Ok(ending) => News::Finished { entry, at, ending },
                Err(message) => News::Failed { entry, message },
            });
        }
        Ok(())
    }
}

/// What an error means for one entry; `Err` where the device is gone for all.
fn of_entry(error: RunError) -> Result<String, String> {
    match error {
        RunError::Executor(ExecutorError::DeviceLost(reason) | ExecutorError::Device(reason)) => {
            Err(reason)
        }
        other => Ok(other.to_string()),
    }
}
