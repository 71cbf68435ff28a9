//! Questions to the model (`session::questions`) as the page keeps them: one at a time, whichever laboratory asks. An answer goes to who
//! asked last, by its number, so that a late piece of an older answer is not taken for that of a newer question.

use std::sync::Arc;

use crate::session::questions::Told;

/// What comes of a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A piece of the answer.
    Told { told: Told, is_last: bool },
    /// Why there is none, with the cure.
    Failed(String),
    /// Nothing comes any more: something else was asked, the model is another one, or its device is lost.
    GivenUp,
}

impl Reply {
    pub fn of(told: Box<Told>, is_last: bool) -> Self {
        match *told {
            Told::Failed { message } => Self::Failed(message),
            told => Self::Told { told, is_last },
        }
    }
}

/// Who is told what comes of a question. The view that asked may be gone by then.
pub type Listener = Arc<dyn Fn(Reply) + Send + Sync>;

/// The question under way; `L` is told what comes of it.
#[derive(Clone, Debug)]
pub struct Questions<L> {
    last: u32,
    listener: Option<L>,
}

impl<L> Default for Questions<L> {
    fn default() -> Self {
        Self {
            last: 0,
            listener: None,
        }
    }
}

impl<L: Clone> Questions<L> {
    /// A new question: its number, and who gets no answer any more.
    pub fn ask(&mut self, listener: L) -> (u32, Option<L>) {
        self.last += 1;
        (self.last, self.listener.replace(listener))
    }

    /// Whom a piece of this number is for.
    pub fn told(&mut self, request: u32, is_last: bool) -> Option<L> {
        if request != self.last {
            None
        } else if is_last {
            self.listener.take()
        } else {
            self.listener.clone()
        }
    }

    /// Whom a failure is for. It bears no number and may be that of a question before, so an answer is still waited for.
    pub fn failed(&self) -> Option<L> {
        self.listener.clone()
    }

    /// Nothing is answered any more: whom to tell.
    pub fn give_up(&mut self) -> Option<L> {
        self.listener.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_goes_to_who_asked_last() {
        let mut questions = Questions::default();
        assert_eq!(questions.ask("a"), (1, None));
        assert_eq!(questions.ask("b"), (2, Some("a")));
        assert_eq!(questions.told(1, true), None, "a late piece");
        assert_eq!(questions.told(2, false), Some("b"));
        assert_eq!(questions.told(2, true), Some("b"));
        assert_eq!(questions.told(2, true), None, "it was answered");
    }

    #[test]
    fn nothing_is_heard_after_giving_up() {
        let mut questions = Questions::default();
        questions.ask("a");
        assert_eq!(questions.give_up(), Some("a"));
        assert_eq!(questions.give_up(), None);
        assert_eq!(questions.told(1, true), None);
    }

    #[test]
    fn a_failure_of_the_question_before_does_not_hide_the_answer() {
        let mut questions = Questions::default();
        questions.ask("a");
        questions.ask("b");
        assert_eq!(questions.failed(), Some("b"));
        assert_eq!(questions.told(2, true), Some("b"));
    }
}
