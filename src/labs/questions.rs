//! Questions of the laboratories to the model, and who waits for the answers.

use leptos::prelude::*;

use crate::session::questions::Told;

/// Hears the pieces of an answer; true with the last.
pub type Hear = Callback<(Told, bool)>;

/// The questions that are open.
#[derive(Clone, Copy)]
pub struct Questions {
    last: StoredValue<u32>,
    open: StoredValue<Vec<(u32, Hear)>>,
}

impl Default for Questions {
    fn default() -> Self {
        Self {
            last: StoredValue::new(0),
            open: StoredValue::new(Vec::new()),
        }
    }
}

impl Questions {
    /// A number for a question whose answer `hear` waits for.
    pub(super) fn open(self, hear: Hear) -> u32 {
        let request = self.last.get_value() + 1;
        self.last.set_value(request);
        self.open.update_value(|open| open.push((request, hear)));
        request
    }

    /// Nobody waits for it any more.
    pub(super) fn close(self, request: u32) {
        self.open
            .update_value(|open| open.retain(|(it, _)| *it != request));
    }

    /// Hands a piece to who waits for it. A view that is gone hears nothing.
    pub fn tell(self, request: u32, told: Told, done: bool) {
        let open = self.open.get_value();
        if done {
            self.close(request);
        }
        if let Some((_, hear)) = open.iter().find(|(it, _)| *it == request) {
            hear.try_run((told, done));
        }
    }
}
