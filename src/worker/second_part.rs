//! What is done by code that a first visit does not need ([`super::later`], other families, objectives and tokenizers), and how it is
//! refused while that code cannot be had.

use super::engine::Engine;
use crate::models::Family;
use crate::session::compare::News;
use crate::session::config::{Objective, Playground};
use crate::session::protocol::{Command, Event, FailedWhat};

/// Whether a command needs more code than a first visit; a playground finds out by itself.
fn needs_more(command: &Command) -> bool {
    matches!(
        command,
        Command::Ask { .. }
            | Command::Bench { .. }
            | Command::Compare { .. }
            | Command::Inspect { .. }
            | Command::Score { .. }
    )
}

impl Engine {
    /// Brings the code for a command; false, and said, when it cannot be had.
    pub(super) async fn has_code_for(&self, command: &Command) -> bool {
        if !needs_more(command) {
            return true;
        }
        let Err(message) = self.surroundings.second_part().await else {
            return true;
        };
        match *command {
            Command::Ask { request, .. } => self.refuse(request, &message),
            Command::Bench { request, .. } => {
                self.fail(FailedWhat::Bench, message);
                self.emit(Event::BenchDone { request });
            }
            Command::Compare { request, .. } => {
                self.emit(Event::Failed {
                    what: FailedWhat::Compare,
                    request: Some(request),
                    message,
                });
                self.emit(Event::Compared {
                    request,
                    news: News::Over,
                });
            }
            Command::Score { .. } => self.fail(FailedWhat::Score, message),
            _ => self.fail(FailedWhat::Inspect, message),
        }
        false
    }

    /// Brings the code for a valid playground.
    ///
    /// # Errors
    /// Why it does not come, with the cure.
    pub(super) async fn bring_code_for(&self, playground: &Playground) -> Result<(), String> {
        let is_first = playground.model.family == Family::Decoder
            && playground.objective.objective == Objective::Causal;
        match is_first {
            true => Ok(()),
            false => self.surroundings.second_part().await,
        }
    }
}
