//! Commands that are carried out by code which a first visit does not need ([`super::later`]), and how they are refused while it
//! cannot be had.

use super::engine::Engine;
use crate::models::Family;
use crate::session::compare::News;
use crate::session::config::{Objective, Playground};
use crate::session::protocol::{Command, Event, FailedWhat};

/// Whether a model is of another family, or learns by another objective, than those that a first visit shows.
fn is_of_another(playground: &Playground) -> bool {
    playground.model.family != Family::Decoder
        || playground.objective.objective != Objective::Causal
}

/// What fails when the code for a command does not come; none for what needs none of it.
fn needing(command: &Command) -> Option<FailedWhat> {
    Some(match command {
        Command::Prepare { playground, .. } if is_of_another(playground) => FailedWhat::Prepare,
        Command::Estimate(playground) if is_of_another(playground) => FailedWhat::Estimate,
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
        let request = match command {
            Command::Compare { request, .. } | Command::Prepare { request, .. } => Some(*request),
            _ => None,
        };
        self.emit(Event::Failed {
            what,
            request,
            message,
        });
        match *command {
            Command::Compare { request, .. } => self.emit(Event::Compared {
                request,
                news: News::Over,
            }),
            Command::Bench { request, .. } => self.emit(Event::BenchDone { request }),
            _ => {}
        }
        false
    }
}
