//! Questions of the page to the model, answered one after the other and in pieces. Training waits meanwhile, so that an answer is of
//! one step's weights.

use std::mem::discriminant;

use super::engine::{Engine, lost_by};
use super::later::{Answering, Piece, answering};
use crate::session::protocol::{Event, RunState};
use crate::session::questions::{Question, Told};

/// A question that waits, or is being answered.
pub(super) struct Asked {
    request: u32,
    question: Question,
    answering: Option<Box<dyn Answering>>,
}

impl Engine {
    /// Takes the place of a question of the same kind.
    pub(super) async fn ask(&mut self, request: u32, question: Question) {
        let kind = discriminant(&question);
        self.asked
            .retain(|asked| discriminant(&asked.question) != kind);
        self.drain().await;
        if self.active.is_none() {
            return self.refuse(
                request,
                "There is no model yet; apply a configuration first.",
            );
        }
        if self.state == RunState::Broken {
            return self.refuse(request, "The run has stopped; resume or rewind it first.");
        }
        self.asked.push_back(Asked {
            request,
            question,
            answering: None,
        });
    }

    pub(super) fn stop_asking(&mut self, request: u32) {
        self.asked.retain(|asked| asked.request != request);
    }

    /// What was asked of weights that are gone.
    pub(super) fn drop_questions(&mut self) {
        for asked in std::mem::take(&mut self.asked) {
            self.refuse(asked.request, "The run has changed. Ask again.");
        }
    }

    /// Says why there is no answer.
    pub(super) fn refuse(&self, request: u32, message: &str) {
        self.emit(Event::Told {
            request,
            told: Box::new(Told::Failed {
                message: message.to_owned(),
            }),
            done: true,
        });
    }

    /// The next piece of an answer; false when nothing is asked.
    pub(super) async fn ask_slice(&mut self) -> bool {
        let Some(active) = &mut self.active else {
            return false;
        };
        let Some(mut asked) = self.asked.pop_front() else {
            return false;
        };
        let question = &asked.question;
        let answer = asked.answering.get_or_insert_with(|| answering(question));
        match answer.advance(active).await {
            Ok(Piece { told, is_last }) => {
                self.emit(Event::Told {
                    request: asked.request,
                    told: Box::new(told),
                    done: is_last,
                });
                // The cache on the device may be another's now.
                if let Some(writing) = &mut self.writing {
                    writing.generation.forget_cache();
                }
                if !is_last {
                    self.asked.push_front(asked);
                }
            }
            Err(error) => {
                self.refuse(asked.request, &error.to_string());
                if let Some(reason) = lost_by(&error) {
                    self.device_lost(reason);
                }
            }
        }
        true
    }
}
