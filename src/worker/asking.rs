//! Questions of the page to the model: one at a time, answered in pieces. Training waits meanwhile, so that an answer is of one
//! step's weights.

use super::engine::Engine;
use super::later::{Answering, Piece, answering};
use crate::session::protocol::{Event, FailedWhat, RunState};
use crate::session::questions::Question;

/// A question that is being answered.
pub(super) struct Asked {
    request: u32,
    answering: Box<dyn Answering>,
}

impl Engine {
    pub(super) async fn ask(&mut self, request: u32, question: Question) {
        self.asked = None;
        self.drain().await;
        if self.active.is_none() {
            return self.fail(
                FailedWhat::Ask,
                "There is no model yet; apply a configuration first.",
            );
        }
        if self.state == RunState::Broken {
            return self.fail(
                FailedWhat::Ask,
                "The run has stopped; resume or rewind it first.",
            );
        }
        let answering = answering(question);
        self.asked = Some(Asked { request, answering });
    }

    pub(super) fn stop_asking(&mut self) {
        self.asked = None;
    }

    /// The next piece of the answer; false when nothing is asked.
    pub(super) async fn ask_slice(&mut self) -> bool {
        let (Some(mut asked), Some(active)) = (self.asked.take(), &mut self.active) else {
            return false;
        };
        match asked.answering.advance(active).await {
            Ok(Piece { told, is_last }) => {
                self.emit(Event::Told {
                    request: asked.request,
                    told: Box::new(told),
                    done: is_last,
                });
                // What is written on the device besides is another's cache.
                if let Some(writing) = &mut self.writing {
                    writing.generation.forget_cache();
                }
                if !is_last {
                    self.asked = Some(asked);
                }
            }
            Err(error) => self.fault(FailedWhat::Ask, &error),
        }
        true
    }
}
