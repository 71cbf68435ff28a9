//! What the laboratory asks the model and was told: an example of the objective, and the scale of the activations. A pure reducer. The
//! engine answers one question at a time, so a second waits here for the first.

use std::sync::Arc;

use super::super::questions::Reply;
use super::example::Picture;
use crate::models::Initialisation;
use crate::session::config::Playground;
use crate::session::questions::{Question, Told};

/// Which run is asked: the preparation it comes from, and the seed of its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub prepared: u32,
    pub seed: u32,
    /// Rows of an update.
    pub rows: u32,
}

/// Which example is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Examples before it, over all updates.
    pub number: u32,
    /// Updates later whose masks and damage it has.
    pub later: u32,
}

impl Place {
    /// (update, row), both from 0, with `rows` rows an update.
    pub fn step_and_row(self, rows: u32) -> (u32, u32) {
        (self.number / rows.max(1), self.number % rows.max(1))
    }

    fn question(self, rows: u32) -> Question {
        let (step, row) = self.step_and_row(rows);
        Question::Example {
            step,
            row,
            again: step.saturating_add(self.later),
        }
    }
}

/// An example on show.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub place: Place,
    pub rows: u32,
    pub picture: Arc<Picture>,
}

/// How the weights of a run began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    pub initialisation: Initialisation,
    pub std: f32,
    pub zero_projections: bool,
}

impl Start {
    pub fn of(playground: &Playground) -> Self {
        let model = &playground.model;
        Self {
            initialisation: model.initialisation,
            std: model.initial_std,
            zero_projections: model.zero_projections,
        }
    }
}

/// Scales of the activations at step 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    pub start: Start,
    /// (layer, root mean square)
    pub layers: Vec<(String, f32)>,
}

/// A question with what its answer is of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wanted {
    Example(Run, Place),
    Scales(Run, Start),
}

impl Wanted {
    fn question(&self) -> Question {
        match self {
            Self::Example(run, place) => place.question(run.rows),
            Self::Scales(..) => Question::Scales,
        }
    }

    fn is_kind_of(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// See the file's head.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// Which example is looked at.
    pub place: Place,
    /// The newest example; an older one stands until the next is there.
    pub example: Option<Example>,
    /// Why there is no newer one.
    pub example_failure: Option<String>,
    pub scales: Option<Measured>,
    /// Those that were different before.
    pub scales_before: Option<Measured>,
    pub scales_failure: Option<String>,
    /// What has been answered, or failed, of each kind last.
    settled: Vec<Wanted>,
    waiting: Vec<Wanted>,
    under_way: Option<Wanted>,
}

impl Asked {
    /// Has the example at `place` asked for.
    pub fn want_example(&mut self, run: Run) {
        self.want(Wanted::Example(run, self.place));
    }

    /// Has the scales at step 0 asked for.
    pub fn want_scales(&mut self, run: Run, start: Start) {
        self.want(Wanted::Scales(run, start));
    }

    /// Whether the scales, or why there are none, are of this run.
    pub fn has_scales_of(&self, run: Run) -> bool {
        let is_of = |it: &Wanted| matches!(it, Wanted::Scales(of, _) if *of == run);
        self.settled.iter().any(is_of)
    }

    /// A question of the same kind that still waits is not worth asking any more.
    fn want(&mut self, wanted: Wanted) {
        self.waiting.retain(|it| !it.is_kind_of(&wanted));
        if self.under_way != Some(wanted) && !self.settled.contains(&wanted) {
            self.waiting.push(wanted);
        }
    }

    /// The question to be asked now; none while another is under way.
    pub fn next(&mut self) -> Option<Question> {
        if self.under_way.is_some() || self.waiting.is_empty() {
            return None;
        }
        let wanted = self.waiting.remove(0);
        self.under_way = Some(wanted);
        Some(wanted.question())
    }

    /// Nothing is waited for any more.
    pub fn give_up(&mut self) {
        self.waiting.clear();
        self.under_way = None;
    }

    /// What came of the question under way.
    pub fn hear(&mut self, reply: &Reply) {
        let Some(wanted) = self.under_way.take() else {
            return;
        };
        let failure = match (wanted, reply) {
            (Wanted::Example(run, place), Reply::Told { told, .. }) => {
                if let Told::Example { view, texts } = told {
                    self.example = Some(Example {
                        place,
                        rows: run.rows,
                        picture: Arc::new(Picture::of(view, texts)),
                    });
                }
                None
            }
            (Wanted::Scales(_, start), Reply::Told { told, .. }) => {
                let Told::Scales { step: 0, layers } = told else {
                    // The run went on meanwhile: it is asked again at step 0.
                    return;
                };
                self.take_scales(Measured {
                    start,
                    layers: layers.clone(),
                });
                None
            }
            (_, Reply::Failed(message)) => Some(message.clone()),
            (_, Reply::GivenUp) => return,
        };
        self.settled.retain(|it| !it.is_kind_of(&wanted));
        self.settled.push(wanted);
        match wanted {
            Wanted::Example(..) => self.example_failure = failure,
            Wanted::Scales(..) => self.scales_failure = failure,
        }
    }

    fn take_scales(&mut self, measured: Measured) {
        let is_same = |old: &Measured| old.layers == measured.layers;
        if !self.scales.as_ref().is_some_and(is_same) {
            self.scales_before = self.scales.take();
        }
        self.scales = Some(measured);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::model::state::tests::playground;

    const RUN: Run = Run {
        prepared: 1,
        seed: 1,
        rows: 4,
    };

    fn reply(told: Told) -> Reply {
        Reply::Told {
            told,
            is_last: true,
        }
    }

    fn example() -> Reply {
        reply(Told::Example {
            view: Box::default(),
            texts: vec![],
        })
    }

    fn scales(step: u32, rms: f32) -> Reply {
        let layers = vec![("embedding".to_owned(), rms)];
        reply(Told::Scales { step, layers })
    }

    fn start() -> Start {
        Start::of(&playground())
    }

    #[test]
    fn one_question_is_asked_after_the_other() {
        let mut asked = Asked::default();
        asked.place = Place {
            number: 9,
            later: 2,
        };
        asked.want_example(RUN);
        asked.want_scales(RUN, start());
        let question = Question::Example {
            step: 2,
            row: 1,
            again: 4,
        };
        assert_eq!(asked.next(), Some(question));
        assert_eq!(asked.next(), None, "one is under way");
        asked.hear(&example());
        let shown = asked.example.clone().unwrap();
        assert_eq!((shown.place.number, shown.rows), (9, 4));
        assert_eq!(asked.next(), Some(Question::Scales));
        asked.hear(&scales(0, 0.5));
        assert!(asked.has_scales_of(RUN));
        // What was answered is not asked again, of another run it is.
        asked.want_example(RUN);
        asked.want_scales(RUN, start());
        assert_eq!(asked.next(), None);
        let other = Run { seed: 2, ..RUN };
        assert!(!asked.has_scales_of(other));
        asked.want_scales(other, start());
        assert_eq!(asked.next(), Some(Question::Scales));
    }

    #[test]
    fn of_several_that_wait_only_the_newest_is_asked() {
        let mut asked = Asked::default();
        for number in 0..3 {
            asked.place.number = number;
            asked.want_example(RUN);
        }
        let question = Question::Example {
            step: 0,
            row: 2,
            again: 0,
        };
        assert_eq!(asked.next(), Some(question));
        asked.hear(&Reply::Failed("no".into()));
        assert_eq!(asked.example_failure.as_deref(), Some("no"));
        asked.want_example(RUN);
        assert_eq!(asked.next(), None, "it would fail again");
        asked.place.number = 0;
        asked.want_example(RUN);
        assert!(asked.next().is_some());
        asked.hear(&example());
        assert_eq!(asked.example_failure, None);
    }

    #[test]
    fn what_was_given_up_may_be_asked_again() {
        let mut asked = Asked::default();
        asked.want_scales(RUN, start());
        assert!(asked.next().is_some());
        asked.hear(&Reply::GivenUp);
        assert!(!asked.has_scales_of(RUN));
        asked.want_example(RUN);
        asked.give_up();
        assert_eq!(asked.next(), None);
        asked.want_scales(RUN, start());
        assert!(asked.next().is_some());
        asked.hear(&scales(7, 0.1));
        assert!(!asked.has_scales_of(RUN), "the run went on");
        assert_eq!(asked.scales, None);
    }

    #[test]
    fn scales_are_kept_beside_those_that_were_different_before() {
        let mut asked = Asked::default();
        let mut measure = |prepared, rms| {
            let run = Run { prepared, ..RUN };
            asked.want_scales(run, start());
            assert!(asked.next().is_some());
            asked.hear(&scales(0, rms));
            let rms = |it: &Option<Measured>| it.as_ref().map(|it| it.layers[0].1);
            (rms(&asked.scales_before), rms(&asked.scales))
        };
        assert_eq!(measure(1, 0.02), (None, Some(0.02)));
        assert_eq!(measure(2, 0.02), (None, Some(0.02)));
        assert_eq!(measure(3, 0.5), (Some(0.02), Some(0.5)));
        assert_eq!(measure(4, 0.5), (Some(0.02), Some(0.5)));
    }
}
