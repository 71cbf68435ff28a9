//! A question of this laboratory with its answer, which stands until there is a newer one.

use super::super::questions::Outcome;
use crate::session::questions::Told;

/// See the file's head. Which answer comes is decided by `labs::questions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked<A> {
    pub answer: Option<A>,
    pub is_waiting: bool,
    /// Share done, while it is known.
    pub progress: Option<f32>,
    /// Why the last question has no answer, with the cure.
    pub failure: Option<String>,
    /// The preparation whose model answered.
    model: Option<u32>,
}

impl<A> Default for Asked<A> {
    fn default() -> Self {
        Self {
            answer: None,
            is_waiting: false,
            progress: None,
            failure: None,
            model: None,
        }
    }
}

impl<A> Asked<A> {
    pub fn sent(&mut self) {
        self.is_waiting = true;
        self.progress = None;
        self.failure = None;
    }

    /// What came of it; `take` makes a piece part of the answer.
    pub fn hear(&mut self, reply: Outcome, take: impl FnOnce(&mut Option<A>, Told)) {
        match reply {
            Outcome::Told { told, is_last } => {
                self.failure = None;
                self.is_waiting = !is_last;
                match told {
                    Told::Progress(share) => self.progress = Some(share),
                    told => take(&mut self.answer, told),
                }
            }
            Outcome::Failed(message) => {
                self.is_waiting = false;
                self.failure = Some(message);
            }
            Outcome::GivenUp => self.is_waiting = false,
        }
    }

    /// The model that is there now: what another one answered is gone. Whether it was another one.
    pub fn met(&mut self, model: u32) -> bool {
        let is_other = self.model != Some(model);
        if is_other {
            *self = Self {
                model: Some(model),
                ..Self::default()
            };
        }
        is_other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(asked: &mut Asked<f64>, told: Told, is_last: bool) {
        asked.hear(Outcome::Told { told, is_last }, |answer, told| {
            if let Told::PseudoScored { total, .. } = told {
                *answer = Some(total);
            }
        });
    }

    fn scored(total: f64) -> Told {
        Told::PseudoScored {
            tokens: vec![],
            total,
            pseudo_perplexity: 1.0,
        }
    }

    #[test]
    fn an_answer_stands_until_the_next_is_there() {
        let mut asked = Asked::default();
        asked.sent();
        hear(&mut asked, Told::Progress(0.5), false);
        assert_eq!((asked.is_waiting, asked.progress), (true, Some(0.5)));
        hear(&mut asked, scored(-1.0), true);
        asked.sent();
        assert_eq!((asked.is_waiting, asked.answer), (true, Some(-1.0)));
        hear(&mut asked, scored(-2.0), true);
        assert_eq!((asked.is_waiting, asked.answer), (false, Some(-2.0)));
    }

    #[test]
    fn failures_and_given_up_questions_end_the_waiting_and_keep_the_answer() {
        let mut asked = Asked::default();
        asked.sent();
        hear(&mut asked, scored(-1.0), true);
        asked.sent();
        asked.hear(Outcome::GivenUp, |_, _| ());
        assert!(!asked.is_waiting && asked.failure.is_none());
        asked.sent();
        asked.hear(Outcome::Failed("too long".into()), |_, _| ());
        assert_eq!(asked.failure.as_deref(), Some("too long"));
        assert!(!asked.is_waiting);
        assert_eq!(asked.answer, Some(-1.0));
        asked.sent();
        assert_eq!(asked.failure, None);
    }

    #[test]
    fn another_model_has_answered_nothing_yet() {
        let mut asked = Asked::default();
        assert!(asked.met(1));
        asked.sent();
        hear(&mut asked, scored(-1.0), true);
        assert!(!asked.met(1));
        assert!(asked.answer.is_some());
        assert!(asked.met(2));
        assert!(asked.answer.is_none());
    }
}
