//! What the page says to the reader (`Order`), the worker that knows texts, and hears from it (`Reply`), as serde data. The reader is
//! fetched when it is first needed; what the engine needs of it goes through the page (`Want`, `Given`).

use serde::{Deserialize, Serialize};

use super::config::{Corpus, Dials, Made, Playground, Recipe};
use super::protocol::{Job, Work};
use super::study::{Finding, Study};
use super::tokens::{Answer, Ask};
use crate::data::split::HeldOut;
use crate::tokenizer::vocabulary::Vocabulary;

/// Down: page → reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// The user's own text; the engine has been given the same and says what is wrong with it.
    OwnText { name: String, bytes: Vec<u8> },
    /// A question of the tokenizer laboratory; `dials` say what the texts made here mean in it. A newer one for the same place
    /// replaces one that still waits. Answered by `Reply::Tokens` with the request's number.
    Tokens {
        place: u32,
        request: u32,
        dials: Box<Dials>,
        ask: Ask,
    },
    /// Give up what the tokenizer laboratory asked for. Each open request is answered by `Answer::Stopped`.
    StopTokens,
    /// Look into the corpus of this playground. Answered by `StudyProgress` and `Studied`.
    Study {
        request: u32,
        playground: Box<Playground>,
        study: Study,
    },
    /// Give up the studies under way and waiting. Each is answered by `Finding::Stopped`.
    StopStudies,
    /// The corpus of this playground without its near-duplicates. Answered by `Reply::Text` or `Failed`.
    RemoveDuplicates { playground: Box<Playground> },
    /// Measure the learned tokenizers. Answered by `BenchLine`s and `BenchDone`.
    Bench { request: u32, runs: u32 },
    /// What the engine wants. Answered by `Reply::Given`.
    Give { number: u32, want: Want },
    /// Give up what the engine wants.
    Cancel,
    /// As [`super::protocol::Command::StopToken`].
    StopToken { job: Job, address: String },
}

/// What the engine cannot make by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Want {
    /// The tokenizer of a recipe, learned from the training part of a corpus.
    Tokenizer {
        corpus: Corpus,
        dials: Box<Dials>,
        recipe: Recipe,
        held_out: HeldOut,
        /// Length of the corpus the engine has: another one is another text.
        bytes: u64,
    },
    /// A text that is made by dials.
    Text(Made),
}

/// What it is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Given {
    Tokenizer(Vocabulary),
    Text {
        text: String,
        /// Exact entropy rate of its source, nats per UTF-8 byte, where it is known.
        nats_per_byte: Option<f64>,
    },
}

/// Up: reader → page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// Its code runs and listens.
    Ready,
    /// Long work: done and total units (0 total: unknown).
    Progress {
        what: Work,
        done: u64,
        total: u64,
    },
    /// Answers a question of the tokenizer laboratory.
    Tokens {
        request: u32,
        answer: Answer,
    },
    /// Share of a study that is done.
    StudyProgress {
        request: u32,
        share: f32,
    },
    Studied {
        request: u32,
        finding: Box<Finding>,
    },
    /// A text to take for the user's own.
    Text {
        name: String,
        text: String,
    },
    /// One JSON object, as `cargo xtask bench` prints it.
    BenchLine {
        request: u32,
        json: String,
    },
    BenchDone {
        request: u32,
        failure: Option<String>,
    },
    /// Answers the engine, with the thing or why there is none.
    Given {
        number: u32,
        given: Result<Given, String>,
    },
    /// An order could not be done; why, and the cure.
    Failed {
        message: String,
    },
}

/// An order that an answer is owed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    Tokens(u32),
    Study(u32),
    Given(u32),
    Bench(u32),
}

impl Owed {
    /// What is owed for an order, where something is.
    pub fn for_order(order: &Order) -> Option<Self> {
        match order {
            Order::Tokens { request, .. } => Some(Self::Tokens(*request)),
            Order::Study { request, .. } => Some(Self::Study(*request)),
            Order::Give { number, .. } => Some(Self::Given(*number)),
            Order::Bench { request, .. } => Some(Self::Bench(*request)),
            _ => None,
        }
    }

    /// What a reply settles.
    pub fn settled_by(reply: &Reply) -> Option<Self> {
        match reply {
            Reply::Tokens {
                answer: Answer::Progress(_),
                ..
            } => None,
            Reply::Tokens { request, .. } => Some(Self::Tokens(*request)),
            Reply::Studied { request, .. } => Some(Self::Study(*request)),
            Reply::Given { number, .. } => Some(Self::Given(*number)),
            Reply::BenchDone { request, .. } => Some(Self::Bench(*request)),
            _ => None,
        }
    }

    /// The reply of a reader that cannot answer any more.
    pub fn failed(self, message: String) -> Reply {
        match self {
            Self::Tokens(request) => Reply::Tokens {
                request,
                answer: Answer::Failed(message),
            },
            Self::Study(request) => Reply::Studied {
                request,
                finding: Box::new(Finding::Failed(message)),
            },
            Self::Given(number) => Reply::Given {
                number,
                given: Err(message),
            },
            Self::Bench(request) => Reply::BenchDone {
                request,
                failure: Some(message),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_owed_is_settled_by_an_answer_or_a_failure() {
        let order = Order::Study {
            request: 3,
            playground: Box::new(crate::session::presets::first_minute()),
            study: Study::Parts,
        };
        let owed = Owed::for_order(&order).unwrap();
        assert_eq!(
            Owed::settled_by(&owed.failed("gone".to_owned())),
            Some(owed)
        );
        let progress = Reply::StudyProgress {
            request: 3,
            share: 0.5,
        };
        assert_eq!(Owed::settled_by(&progress), None);
        let progress = Reply::Tokens {
            request: 4,
            answer: Answer::Progress(0.5),
        };
        assert_eq!(Owed::settled_by(&progress), None);
        for owed in [Owed::Tokens(4), Owed::Given(5), Owed::Bench(6)] {
            assert_eq!(
                Owed::settled_by(&owed.failed("gone".to_owned())),
                Some(owed)
            );
        }
        assert_eq!(Owed::for_order(&Order::StopStudies), None);
    }
}
