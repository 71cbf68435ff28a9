//! A comparison as the engine holds it; what it does is [`super::later::compare`].

use super::engine::Engine;
use super::later::Moment;
use super::later::compare::comparing;
use crate::session::compare::Comparison;

/// Said when the run that stands is to be played meanwhile.
pub(super) const COMPARING: &str = "A comparison is running. Pause or stop it first.";

/// Several configurations being trained.
pub trait Comparing {
    /// After a piece of the work, what is left of it.
    fn advance<'a>(
        self: Box<Self>,
        engine: &'a mut Engine,
    ) -> Moment<'a, Option<Box<dyn Comparing>>>;

    /// Ends it, as somebody asked.
    fn stop(self: Box<Self>, engine: &Engine);

    /// Ends it, and says why of each entry that is not over.
    fn fail(self: Box<Self>, engine: &Engine, message: &str);
}

/// A comparison under way.
pub(super) struct Compared {
    contest: Box<dyn Comparing>,
    is_paused: bool,
}

impl Engine {
    /// Whether a comparison goes on.
    pub(super) fn is_comparing(&self) -> bool {
        self.compared.as_ref().is_some_and(|it| !it.is_paused)
    }

    pub(super) async fn compare(&mut self, request: u32, comparison: Comparison) {
        self.stop_comparing();
        self.pause().await;
        self.compared = comparing(self, request, comparison).map(|contest| Compared {
            contest,
            is_paused: false,
        });
    }

    pub(super) async fn pause_comparing(&mut self, is_paused: bool) {
        if self.compared.is_some() && !is_paused {
            self.pause().await;
        }
        if let Some(compared) = &mut self.compared {
            compared.is_paused = is_paused;
        }
    }

    pub(super) fn stop_comparing(&mut self) {
        if let Some(compared) = self.compared.take() {
            compared.contest.stop(self);
        }
    }

    /// Ends a comparison that cannot go on.
    pub(super) fn end_comparing(&mut self, message: &str) {
        if let Some(compared) = self.compared.take() {
            compared.contest.fail(self, message);
        }
    }

    /// A piece of the comparison.
    pub(super) async fn compare_slice(&mut self) {
        if let Some(Compared { contest, is_paused }) = self.compared.take() {
            let left = contest.advance(self).await;
            self.compared = left.map(|contest| Compared { contest, is_paused });
        }
    }
}
