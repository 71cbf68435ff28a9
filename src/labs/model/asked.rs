//! What the laboratory asks the model and was told: an example of the objective, and the scale of the activations. A pure reducer.

use std::sync::Arc;

use super::example::Picture;
use crate::models::Initialisation;
use crate::session::config::{Masking, Objective, Playground};
use crate::session::questions::{Question, Told};

/// What of an example is drawn at random when its text comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    Nothing,
    Masks,
    /// The same every time.
    FixedMasks,
    Damage,
}

impl Drawn {
    pub fn of(playground: &Playground) -> Self {
        let objective = &playground.objective;
        match (objective.objective, objective.masking) {
            (Objective::Masked | Objective::NextSentence, Masking::Dynamic) => Self::Masks,
            (Objective::Masked | Objective::NextSentence, Masking::Static) => Self::FixedMasks,
            (Objective::Denoising | Objective::Spans, _) => Self::Damage,
            (Objective::Causal | Objective::TextToText | Objective::Prompted, _) => Self::Nothing,
        }
    }
}

/// Which run is asked: the preparation it comes from, and the seed of its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub prepared: u32,
    pub seed: u32,
    /// Rows of an update.
    pub rows: u32,
    pub drawn: Drawn,
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
    /// By the objective of the run it is of.
    pub drawn: Drawn,
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

/// What is asked, with what the answer is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    Example(Run, Place),
    Scales(Run, Start),
}

impl Wanted {
    pub fn question(&self) -> Question {
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
    /// Of each kind the newest that waits for its answer.
    open: Vec<Wanted>,
}

impl Asked {
    /// What has to be asked to see the example at `place`; nothing if that is there or on its way.
    pub fn want_example(&mut self, run: Run) -> Option<Wanted> {
        self.want(Wanted::Example(run, self.place))
    }

    /// What has to be asked to see the scales at step 0; nothing if they are there or on their way.
    pub fn want_scales(&mut self, run: Run, start: Start) -> Option<Wanted> {
        self.want(Wanted::Scales(run, start))
    }

    /// Whether the scales, or why there are none, are of this run.
    pub fn has_scales_of(&self, run: Run) -> bool {
        let is_of = |it: &Wanted| matches!(it, Wanted::Scales(of, _) if *of == run);
        self.settled.iter().any(is_of)
    }

    /// The engine answers the newest question of a kind.
    fn want(&mut self, wanted: Wanted) -> Option<Wanted> {
        if self.open.contains(&wanted) {
            return None;
        }
        self.open.retain(|it| !it.is_kind_of(&wanted));
        if self.settled.contains(&wanted) {
            return None;
        }
        self.open.push(wanted);
        Some(wanted)
    }

    /// Nothing is waited for any more.
    pub fn give_up(&mut self) {
        self.open.clear();
    }

    /// What came of a question; only that of the newest of its kind is looked at.
    pub fn hear(&mut self, wanted: Wanted, told: &Told) {
        if !self.open.contains(&wanted) {
            return;
        }
        self.open.retain(|it| *it != wanted);
        let failure = match (wanted, told) {
            (_, Told::Failed { message }) => Some(message.clone()),
            (Wanted::Example(run, place), Told::Example { view, texts }) => {
                self.example = Some(Example {
                    place,
                    rows: run.rows,
                    drawn: run.drawn,
                    picture: Arc::new(Picture::of(view, texts)),
                });
                None
            }
            (Wanted::Scales(_, start), Told::Scales { step: 0, layers }) => {
                self.take_scales(Measured {
                    start,
                    layers: layers.clone(),
                });
                None
            }
            // The run went on meanwhile: it is asked again at step 0.
            _ => return,
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
        drawn: Drawn::Masks,
    };

    fn example() -> Told {
        Told::Example {
            view: Box::default(),
            texts: vec![],
        }
    }

    #[test]
    fn what_is_drawn_is_said_of_the_example_that_is_shown() {
        let mut asked = Asked::default();
        let first = asked.want_example(RUN).unwrap();
        asked.hear(first, &example());
        let fixed = Run {
            prepared: 2,
            drawn: Drawn::FixedMasks,
            ..RUN
        };
        let second = asked.want_example(fixed).unwrap();
        let shown = |asked: &Asked| asked.example.as_ref().map(|it| it.drawn);
        assert_eq!(shown(&asked), Some(Drawn::Masks), "it is still the first");
        asked.hear(second, &example());
        assert_eq!(shown(&asked), Some(Drawn::FixedMasks));
    }

    fn scales(step: u32, rms: f32) -> Told {
        let layers = vec![("embedding".to_owned(), rms)];
        Told::Scales { step, layers }
    }

    fn failed() -> Told {
        let message = "no".to_owned();
        Told::Failed { message }
    }

    fn start() -> Start {
        Start::of(&playground())
    }

    #[test]
    fn what_is_there_or_on_its_way_is_not_asked_again() {
        let mut asked = Asked {
            place: Place {
                number: 9,
                later: 2,
            },
            ..Asked::default()
        };
        let wanted = asked.want_example(RUN).unwrap();
        let question = Question::Example {
            step: 2,
            row: 1,
            again: 4,
        };
        assert_eq!(wanted.question(), question);
        let measure = asked.want_scales(RUN, start()).unwrap();
        assert_eq!(measure.question(), Question::Scales);
        assert_eq!(asked.want_example(RUN), None, "on its way");
        asked.hear(wanted, &example());
        let shown = asked.example.clone().unwrap();
        assert_eq!((shown.place.number, shown.rows), (9, 4));
        asked.hear(measure, &scales(0, 0.5));
        assert!(asked.has_scales_of(RUN));
        assert_eq!(asked.want_example(RUN), None, "there");
        assert_eq!(asked.want_scales(RUN, start()), None);
        let other = Run { seed: 2, ..RUN };
        assert!(!asked.has_scales_of(other));
        assert!(asked.want_scales(other, start()).is_some());
    }

    #[test]
    fn of_several_questions_only_the_newest_is_heard() {
        let mut asked = Asked::default();
        let first = asked.want_example(RUN).unwrap();
        asked.place.number = 1;
        let second = asked.want_example(RUN).unwrap();
        asked.hear(first, &example());
        assert!(asked.example.is_none());
        asked.hear(second, &failed());
        assert_eq!(asked.example_failure.as_deref(), Some("no"));
        assert_eq!(asked.want_example(RUN), None, "it would fail again");
        asked.place.number = 0;
        let first = asked.want_example(RUN).unwrap();
        asked.hear(first, &example());
        assert_eq!(asked.example_failure, None);
    }

    #[test]
    fn what_was_given_up_or_came_too_late_is_asked_again() {
        let mut asked = Asked::default();
        let wanted = asked.want_scales(RUN, start()).unwrap();
        asked.give_up();
        asked.hear(wanted, &scales(0, 0.1));
        assert!(!asked.has_scales_of(RUN));
        let wanted = asked.want_scales(RUN, start()).unwrap();
        asked.hear(wanted, &scales(7, 0.1));
        assert!(!asked.has_scales_of(RUN), "the run went on");
        assert_eq!(asked.scales, None);
        assert!(asked.want_scales(RUN, start()).is_some());
    }

    #[test]
    fn scales_are_kept_beside_those_that_were_different_before() {
        let mut asked = Asked::default();
        let mut measure = |prepared, rms| {
            let run = Run { prepared, ..RUN };
            let wanted = asked.want_scales(run, start()).unwrap();
            asked.hear(wanted, &scales(0, rms));
            let rms = |it: &Option<Measured>| it.as_ref().map(|it| it.layers[0].1);
            (rms(&asked.scales_before), rms(&asked.scales))
        };
        assert_eq!(measure(1, 0.02), (None, Some(0.02)));
        assert_eq!(measure(2, 0.02), (None, Some(0.02)));
        assert_eq!(measure(3, 0.5), (Some(0.02), Some(0.5)));
        assert_eq!(measure(4, 0.5), (Some(0.02), Some(0.5)));
    }
}
