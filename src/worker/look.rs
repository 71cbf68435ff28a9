//! A text that is looked at while the model trains; the looking itself is [`super::later::look`].

use super::engine::Engine;
use super::later::look::showing;
use crate::plan::PlanId;
use crate::session::protocol::RunState;

/// Seconds between two looks while training.
const LIVE_SECS: f64 = 0.5;

/// A text that is looked at.
pub(super) struct Look {
    pub request: u32,
    pub tokens: Vec<u32>,
    /// Whether again while the model trains.
    pub live: bool,
    pub plan: PlanId,
    /// When it was last shown.
    pub shown: f64,
}

impl Engine {
    pub(super) fn stop_looking(&mut self) {
        if let Some(look) = self.look.take()
            && let Some(active) = &mut self.active
        {
            active.run.executor.remove(look.plan);
        }
    }

    /// Looks again, when somebody looks on and it is time (or `now`).
    pub(super) async fn show_live(&mut self, now: bool) {
        let time = self.surroundings.now_secs();
        let is_due = |look: &Look| look.live && (now || time - look.shown > LIVE_SECS);
        if self.look.as_ref().is_some_and(is_due) && self.state != RunState::Broken {
            showing(self).await;
        }
    }
}
