//! What is done by code that a first visit does not need ([`super::later`], other families, objectives and tokenizers), and how it is
//! refused while that code cannot be had.

use super::engine::Engine;
use crate::models::Family;
use crate::session::compare::News;
use crate::session::config::{Objective, Playground};
use crate::session::protocol::{Command, Event, FailedWhat};

/// What fails when the code for a command does not come; none for what needs none of it, or finds out by itself.
fn needing(command: &Command) -> Option<FailedWhat> {
    Some(match command {
        Command::Ask { .. } => FailedWhat::Ask,
        Command::Bench { .. } => FailedWhat::Bench,
        Command::Compare { .. } => FailedWhat::Compare,
        Command::Inspect { .. } => FailedWhat::Inspect,
        Command::Score { .. } => FailedWhat::Score,
        _ => return None,
    })
}

impl Engine {
    /// Brings the code for a command; false, and said, when it cannot be had.
    pub(super) async fn has_code_for(&self, command: &Command) -> bool {
        let Some(what) = needing(command) else {
            return true;
        };
        let Err(message) = self.surroundings.second_part().await else {
            return true;
        };
        match *command {
            Command::Compare { request, .. } => {
                self.emit(Event::Failed {
                    what,
                    request: Some(request),
                    message,
                });
                self.emit(Event::Compared {
                    request,
                    news: News::Over,
                });
            }
            Command::Bench { request, .. } => {
                self.fail(what, message);
                self.emit(Event::BenchDone { request });
            }
            _ => self.fail(what, message),
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
