//! A recurrent layer: the input's projection for all steps in one product, then the recurrence in one launch.

use super::initialisation::Initialisation;
use crate::graph::{Graph, GraphError, Init, ValueId};
use crate::ops::matmul::Matmul;
use crate::ops::recurrence::{Cell, Recurrence};

/// A layer of H units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecurrentLayer {
    pub cell: Cell,
    /// H.
    pub hidden: usize,
    /// Whether it reads the sequence from its end.
    pub is_reversed: bool,
    /// Start of an LSTM's forget bias, 1 in Jozefowicz et al. 2015: a new layer then remembers. Other cells have none.
    pub forget_bias: f32,
    /// How matrices start; usually uniform within ±1/√H, as PyTorch's do.
    pub initialisation: Initialisation,
    /// Of the plain normal initialisation.
    pub std: f32,
}

/// What a layer gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrent {
    /// Every h (B, T, H).
    pub h: ValueId,
    /// The state after the last step (B, S·H): h and, for an LSTM, c after it.
    pub last: ValueId,
}

impl RecurrentLayer {
    /// Words of the state of one sequence, S·H.
    pub fn state_len(&self) -> usize {
        self.cell.states() * self.hidden
    }

    /// x (B, T, C), or (T, C) as one sequence; `state` (B, S·H), zeros if there is none; `lengths` u32 (B). Parameters are those
    /// of [`RecurrentLayer::project`] and [`RecurrentLayer::recur`].
    ///
    /// # Errors
    /// As [`Graph::push`].
    pub fn apply(
        &self,
        graph: &mut Graph,
        name: &str,
        x: ValueId,
        state: Option<ValueId>,
        lengths: Option<ValueId>,
    ) -> Result<Recurrent, GraphError> {
        let x = self.project(graph, name, x)?;
        self.recur(graph, name, x, state, lengths)
    }

    /// The input's projection (…, C) → (…, G·H); of a table of embeddings, that of every token it has. Parameters
    /// `name.input.weight` (C, G·H), `name.input.bias` (G·H).
    ///
    /// # Errors
    /// As [`Graph::push`].
    pub fn project(
        &self,
        graph: &mut Graph,
        name: &str,
        x: ValueId,
    ) -> Result<ValueId, GraphError> {
        let (inputs, hidden) = (graph.ty(x).last(), self.hidden);
        let columns = self.cell.gates() * hidden;
        let bias = match self.cell {
            Cell::Lstm => Init::Span {
                from: hidden,
                to: 2 * hidden,
                value: self.forget_bias,
            },
            Cell::Tanh | Cell::Gru => Init::Zeros,
        };
        let weight = self.weight(graph, name, "input", inputs);
        let bias = graph.parameter(&format!("{name}.input.bias"), &[columns], bias);
        graph.apply(Matmul::linear(true), &[x, weight, bias])
    }

    fn weight(&self, graph: &mut Graph, name: &str, part: &str, rows: usize) -> ValueId {
        let columns = self.cell.gates() * self.hidden;
        let bound = 1.0 / (self.hidden as f32).sqrt();
        let init = self
            .initialisation
            .of_uniform([rows, columns], self.std, bound);
        graph.parameter(&format!("{name}.{part}.weight"), &[rows, columns], init)
    }

    /// The recurrence over a projection (B, T, G·H), or (T, G·H) as one sequence. Parameters `name.hidden.weight` (H, G·H),
    /// `name.hidden.bias` (G·H).
    ///
    /// # Errors
    /// As [`Graph::push`].
    pub fn recur(
        &self,
        graph: &mut Graph,
        name: &str,
        x: ValueId,
        state: Option<ValueId>,
        lengths: Option<ValueId>,
    ) -> Result<Recurrent, GraphError> {
        let columns = self.cell.gates() * self.hidden;
        let weight = self.weight(graph, name, "hidden", self.hidden);
        let bias = graph.parameter(&format!("{name}.hidden.bias"), &[columns], Init::Zeros);
        let batch = match graph.ty(x).shape[..] {
            [batch, _, _] => batch,
            _ => 1,
        };
        let state =
            state.unwrap_or_else(|| graph.constant("zero state", &[batch, self.state_len()], 0.0));
        let mut inputs = vec![x, weight, bias, state];
        inputs.extend(lengths);
        let op = Recurrence {
            cell: self.cell,
            is_reversed: self.is_reversed,
            has_lengths: lengths.is_some(),
        };
        let made = graph.push(op, &inputs)?;
        Ok(Recurrent {
            h: made[0],
            last: made[1],
        })
    }
}
