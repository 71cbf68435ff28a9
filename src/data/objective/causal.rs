//! Causal language modelling: every token from those before it. Batches are the plain windows of
//! [`Windows`](crate::data::batches::Windows); no special token is needed.
//!
//! ```text
//! source   x₁ x₂ … x_T        targets   x₂ x₃ … x_T₊₁
//! ```

use super::view::{CellKind, ExampleView};

/// A window of T + 1 tokens as an example.
pub fn example(window: &[u32]) -> ExampleView {
    let mut view = ExampleView {
        original: window.to_vec(),
        ..ExampleView::default()
    };
    for (place, pair) in window.windows(2).enumerate() {
        view.push(pair[0], CellKind::Kept, place..place + 1);
        view.targets.push(Some(pair[1]));
    }
    view
}
