//! Questions to the worker about the corpus, and their answers, as both laboratories of data keep them: one place for each kind of
//! question, so that an answer stays until the corpus changes. A pure reducer.

use std::sync::Arc;

use crate::session::reading::{Order, Reply};
use crate::session::study::{Finding, Study};

/// A kind of question; each laboratory asks some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Documents,
    Frequencies,
    Parts,
    Duplicates,
    Contamination,
    Blocks,
    TwoLanguages,
    Guessing,
}

const KINDS: usize = 8;

impl Kind {
    pub fn of(study: Study) -> Self {
        match study {
            Study::Documents { .. } => Kind::Documents,
            Study::Frequencies => Kind::Frequencies,
            Study::Parts => Kind::Parts,
            Study::Duplicates => Kind::Duplicates,
            Study::Contamination => Kind::Contamination,
            Study::Blocks { .. } => Kind::Blocks,
            Study::TwoLanguages => Kind::TwoLanguages,
            Study::Guessing { .. } => Kind::Guessing,
        }
    }
}

/// How far a question is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Answer {
    /// Not asked.
    #[default]
    None,
    /// Share done.
    Waiting(f32),
    Here(Arc<Finding>),
    /// Stopped by the person.
    Stopped,
    /// Why not, with the cure.
    Failed(String),
}

impl Answer {
    pub fn finding(&self) -> Option<&Arc<Finding>> {
        match self {
            Answer::Here(finding) => Some(finding),
            _ => None,
        }
    }

    pub fn is_waiting(&self) -> bool {
        matches!(self, Answer::Waiting(_))
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Slot {
    request: u32,
    study: Option<Study>,
    answer: Answer,
}

/// All questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Studies {
    requests: u32,
    slots: [Slot; KINDS],
}

impl Studies {
    pub fn answer(&self, kind: Kind) -> &Answer {
        &self.slots[kind as usize].answer
    }

    /// The last question of this kind about the present corpus.
    pub fn asked(&self, kind: Kind) -> Option<Study> {
        self.slots[kind as usize].study
    }

    /// The number of a new question, for its command.
    pub fn next_request(&self) -> u32 {
        self.requests + 1
    }

    pub fn sent(&mut self, order: &Order) {
        if let Order::Study { request, study, .. } = order {
            self.requests = self.requests.max(*request);
            self.slots[Kind::of(*study) as usize] = Slot {
                request: *request,
                study: Some(*study),
                answer: Answer::Waiting(0.0),
            };
        }
    }

    /// Another text, or another cut of it: what was found is of the old one.
    pub fn forget(&mut self) {
        for slot in &mut self.slots {
            *slot = Slot::default();
        }
    }

    pub fn apply(&mut self, reply: &Reply) {
        match reply {
            Reply::StudyProgress { request, share } => {
                if let Some(slot) = self.slot(*request) {
                    slot.answer = Answer::Waiting(*share);
                }
            }
            Reply::Studied { request, finding } => {
                if let Some(slot) = self.slot(*request) {
                    slot.answer = match &**finding {
                        Finding::Stopped => Answer::Stopped,
                        Finding::Failed(message) => Answer::Failed(message.clone()),
                        finding => Answer::Here(Arc::new(finding.clone())),
                    };
                }
            }
            _ => {}
        }
    }

    fn slot(&mut self, request: u32) -> Option<&mut Slot> {
        self.slots
            .iter_mut()
            .find(|slot| slot.request == request && slot.answer.is_waiting())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets;

    fn ask(studies: &mut Studies, study: Study) -> u32 {
        let request = studies.next_request();
        studies.sent(&Order::Study {
            request,
            playground: Box::new(presets::first_minute()),
            study,
        });
        request
    }

    fn documents() -> Box<Finding> {
        Box::new(Finding::Documents {
            total: 3,
            documents: Vec::new(),
        })
    }

    #[test]
    fn an_answer_stays_until_the_corpus_changes() {
        let mut studies = Studies::default();
        let request = ask(&mut studies, Study::Documents { from: 0, limit: 9 });
        studies.apply(&Reply::StudyProgress {
            request,
            share: 0.5,
        });
        assert_eq!(studies.answer(Kind::Documents), &Answer::Waiting(0.5));
        assert!(studies.asked(Kind::Documents).is_some());
        studies.apply(&Reply::Studied {
            request,
            finding: documents(),
        });
        assert!(studies.answer(Kind::Documents).finding().is_some());
        studies.forget();
        assert_eq!(studies.answer(Kind::Documents), &Answer::None);
        assert_eq!(studies.asked(Kind::Documents), None);
        studies.apply(&Reply::Studied {
            request,
            finding: documents(),
        });
        assert_eq!(
            studies.answer(Kind::Documents),
            &Answer::None,
            "of the old corpus"
        );
    }

    #[test]
    fn only_the_newest_question_of_a_kind_is_answered() {
        let mut studies = Studies::default();
        let old = ask(&mut studies, Study::Guessing { round: 0 });
        let new = ask(&mut studies, Study::Guessing { round: 1 });
        assert!(new > old);
        studies.apply(&Reply::Studied {
            request: old,
            finding: Box::new(Finding::Stopped),
        });
        assert!(studies.answer(Kind::Guessing).is_waiting());
    }

    #[test]
    fn a_failure_is_said_where_it_was_asked() {
        let mut studies = Studies::default();
        let request = ask(&mut studies, Study::Guessing { round: 0 });
        ask(&mut studies, Study::Frequencies);
        studies.apply(&Reply::Studied {
            request,
            finding: Box::new(Finding::Failed("no letters".into())),
        });
        assert_eq!(
            studies.answer(Kind::Guessing),
            &Answer::Failed("no letters".into())
        );
        assert!(studies.answer(Kind::Frequencies).is_waiting());
    }
}
