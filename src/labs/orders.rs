//! Configurations that were ordered and not answered yet. The worker answers each by its number, so that an answer is never
//! taken for that of another order.

use crate::session::config::Playground;

/// The orders under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Orders {
    last: u32,
    /// Given to the worker, oldest first.
    given: Vec<(u32, Playground)>,
    /// Waits for its device; only the newest is worth waiting with.
    waiting: Option<(u32, Playground)>,
    is_cancelled: bool,
}

impl Orders {
    /// A new order; its number. It counts as given unless it `waits` for its device.
    pub fn add(&mut self, playground: Playground, waits: bool) -> u32 {
        self.last += 1;
        self.is_cancelled = false;
        self.waiting = None;
        if waits {
            self.waiting = Some((self.last, playground));
        } else {
            self.given.push((self.last, playground));
        }
        self.last
    }

    /// Whether an order waits for its device: a command given now would reach the run before it.
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// The device is there: the order that waited for it, to be given now.
    pub fn give_waiting(&mut self) -> Option<(u32, Playground)> {
        self.given.extend(self.waiting.clone());
        self.waiting.take()
    }

    /// The order that waits for a device is not worth it any more; its number.
    pub fn drop_waiting(&mut self) -> Option<u32> {
        self.waiting.take().map(|(request, _)| request)
    }

    /// The configuration that is about to be in force.
    pub fn newest(&self) -> Option<&Playground> {
        let newest = self.waiting.as_ref().or(self.given.last());
        newest.map(|(_, playground)| playground)
    }

    /// An order was answered; what had been ordered.
    pub fn answered(&mut self, request: u32) -> Option<Playground> {
        let place = self.given.iter().position(|(own, _)| *own == request)?;
        Some(self.given.remove(place).1)
    }

    /// All of them are to be given up. Some may be done before the worker hears of it.
    pub fn cancel(&mut self) {
        self.is_cancelled = self.newest().is_some();
    }

    /// Whether the last order was just answered after all were to be given up: the page then shows what stands.
    pub fn end_of_cancelled(&mut self) -> bool {
        self.newest().is_none() && std::mem::take(&mut self.is_cancelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets;

    #[test]
    fn an_answer_belongs_to_its_own_order() {
        let mut orders = Orders::default();
        let a = orders.add(presets::moby_dick(), false);
        let b = orders.add(presets::tiny_cpu(), false);
        assert_eq!(orders.newest(), Some(&presets::tiny_cpu()));
        assert_eq!(orders.answered(a), Some(presets::moby_dick()));
        assert_eq!(orders.newest(), Some(&presets::tiny_cpu()));
        assert_eq!(orders.answered(a), None);
        assert_eq!(orders.answered(b), Some(presets::tiny_cpu()));
        assert_eq!(orders.newest(), None);
    }

    #[test]
    fn only_the_newest_order_waits_for_a_device() {
        let mut orders = Orders::default();
        orders.add(presets::moby_dick(), true);
        let newest = orders.add(presets::tiny_cpu(), true);
        assert!(orders.is_waiting());
        assert_eq!(orders.give_waiting(), Some((newest, presets::tiny_cpu())));
        assert!(!orders.is_waiting());
        assert_eq!(orders.give_waiting(), None);
        assert_eq!(orders.answered(newest), Some(presets::tiny_cpu()));
        let given_up = orders.add(presets::moby_dick(), true);
        assert_eq!(orders.drop_waiting(), Some(given_up));
        assert_eq!(orders.newest(), None);
    }

    #[test]
    fn a_cancel_is_over_with_the_last_answer_whichever_it_is() {
        let mut orders = Orders::default();
        orders.cancel();
        assert!(!orders.end_of_cancelled(), "there was nothing to give up");
        let a = orders.add(presets::moby_dick(), false);
        let b = orders.add(presets::tiny_cpu(), false);
        orders.cancel();
        orders.answered(b);
        assert!(!orders.end_of_cancelled());
        // This one was done before the worker heard of it.
        orders.answered(a);
        assert!(orders.end_of_cancelled());
        assert!(!orders.end_of_cancelled());
    }
}
