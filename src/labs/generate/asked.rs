//! A question of this laboratory with its answer, which stands until there is a newer one.

use crate::session::questions::Told;

/// See the file's head. Which pieces are of the question that was asked last is known by `labs::questions`: it is the only one open.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked<A> {
    pub answer: Option<A>,
    /// The number of the question that waits for an answer.
    pub request: Option<u32>,
    /// Share done, while it is known.
    pub progress: Option<f32>,
    /// Why the last question has no answer, with the cure.
    pub failure: Option<String>,
    /// The preparation whose model answers.
    model: Option<u32>,
}

impl<A> Default for Asked<A> {
    fn default() -> Self {
        Self {
            answer: None,
            request: None,
            progress: None,
            failure: None,
            model: None,
        }
    }
}

impl<A> Asked<A> {
    /// A question of this number is under way.
    pub fn sent(&mut self, request: u32) {
        self.request = Some(request);
        self.progress = None;
        self.failure = None;
    }

    pub fn is_waiting(&self) -> bool {
        self.request.is_some()
    }

    /// Whether nothing was asked of this model yet.
    pub fn is_new(&self) -> bool {
        self.answer.is_none() && self.request.is_none() && self.failure.is_none()
    }

    /// What came of it; `take` makes a piece part of the answer.
    pub fn hear(&mut self, told: Told, is_last: bool, take: impl FnOnce(&mut Option<A>, Told)) {
        if is_last {
            self.request = None;
        }
        match told {
            Told::Failed { message } => self.failure = Some(message),
            Told::Progress(share) => self.progress = Some(share),
            told => take(&mut self.answer, told),
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
        asked.hear(told, is_last, |answer, told| {
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
        assert!(asked.is_new());
        asked.sent(1);
        hear(&mut asked, Told::Progress(0.5), false);
        assert_eq!((asked.is_waiting(), asked.progress), (true, Some(0.5)));
        hear(&mut asked, scored(-1.0), true);
        asked.sent(2);
        assert_eq!((asked.request, asked.progress), (Some(2), None));
        assert_eq!(asked.answer, Some(-1.0));
        hear(&mut asked, scored(-2.0), true);
        assert_eq!((asked.is_waiting(), asked.answer), (false, Some(-2.0)));
    }

    #[test]
    fn a_failure_ends_the_waiting_and_keeps_the_answer() {
        let mut asked = Asked::default();
        asked.sent(1);
        hear(&mut asked, scored(-1.0), true);
        asked.sent(2);
        let message = "The run has changed. Ask again.".to_owned();
        hear(&mut asked, Told::Failed { message }, true);
        assert_eq!(
            asked.failure.as_deref(),
            Some("The run has changed. Ask again.")
        );
        assert!(!asked.is_waiting() && !asked.is_new());
        assert_eq!(asked.answer, Some(-1.0));
        asked.sent(3);
        assert_eq!(asked.failure, None);
    }

    #[test]
    fn another_model_has_answered_nothing_yet() {
        let mut asked = Asked::default();
        assert!(asked.met(1));
        asked.sent(1);
        hear(&mut asked, scored(-1.0), true);
        assert!(!asked.met(1));
        assert!(asked.answer.is_some());
        asked.sent(2);
        assert!(asked.met(2));
        assert!(asked.is_new(), "nothing is waited for either");
    }
}
