//! A recurrent layer over a whole sequence in one launch: `h_t, c_t = cell(x_t, h_{t−1} W + b, h_{t−1}, c_{t−1})`. x_t is the
//! input's projection, made for all steps at once by a linear layer before. Gates stand side by side, in PyTorch's order:
//!
//! ```text
//! Tanh (Elman 1990)         h = tanh(x + hidden)
//! GRU (Cho et al. 2014)     r, z = σ(x + hidden)      q = hidden_n      n = tanh(x_n + r ⊙ q)      h = (1 − z) ⊙ n + z ⊙ h'
//! LSTM (Hochreiter and      i, f, o = σ(x + hidden)   g = tanh(x + hidden)                         order i, f, g, o
//! Schmidhuber 1997; Gers    c = f ⊙ c' + i ⊙ g        h = o ⊙ tanh c
//! et al. 2000)
//! ```
//!
//! Inputs x (B, T, G·H), or (T, G·H) as one sequence; weight W (H, G·H); bias b (G·H); state (B, S·H), which is h and, for an
//! LSTM, c after it; with `has_lengths` lengths u32 (B). Outputs h (B, T, H); the last state (B, S·H); what the backward pass
//! needs (B, T, (K + 1)·H): K vectors of the cell, then h_{t−1}. G, S and K: [`Cell`].
//!
//! Steps t ≥ length leave the state as it is, and h there is the state. Reversed, time runs from T − 1 to 0: the padding comes
//! first and leaves the first state. h and c are one tensor because a launch binds eight buffers at most.

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    TensorType,
};
use crate::ops::matmul::Matmul;
use crate::ops::recurrence_backward::{self, RecurrenceBackward};
use crate::ops::recurrence_cpu;
use crate::ops::recurrence_launch::sequence_launch;
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "recurrence",
    samples,
};

/// Largest H: two states of a sequence fit 16 KiB of workgroup memory with room to spare, and 256 threads have four numbers each.
pub const MAX_HIDDEN: usize = 1024;

/// The output that holds what the backward pass needs.
pub const KEPT: usize = 2;

/// Which recurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    Tanh,
    Gru,
    Lstm,
}

impl Cell {
    /// G, vectors of H that a step needs of the input and of h.
    pub fn gates(self) -> usize {
        match self {
            Self::Tanh => 1,
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }

    /// S, vectors of H carried from step to step.
    pub fn states(self) -> usize {
        match self {
            Self::Tanh | Self::Gru => 1,
            Self::Lstm => 2,
        }
    }

    /// K, vectors of H kept of a step besides h_{t−1}: y; r, z, n, q; i, f, g, o, c_{t−1}.
    pub(super) fn kept(self) -> usize {
        match self {
            Self::Tanh => 1,
            Self::Gru => 4,
            Self::Lstm => 5,
        }
    }

    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Tanh => include_str!("../../shaders/lib/cell_tanh.wgsl"),
            Self::Gru => include_str!("../../shaders/lib/cell_gru.wgsl"),
            Self::Lstm => include_str!("../../shaders/lib/cell_lstm.wgsl"),
        }
    }
}

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    pub cell: Cell,
    pub is_reversed: bool,
    pub has_lengths: bool,
}

/// The sizes of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub batch: usize,
    pub time: usize,
    pub hidden: usize,
}

impl Sizes {
    /// Of a tensor (B, T, vectors · H), or (T, vectors · H).
    pub fn of(t: &TensorType, vectors: usize) -> Result<Self, String> {
        let (batch, time) = match t.shape[..] {
            [batch, time, _] => (batch, time),
            [time, _] => (1, time),
            _ => return Err("sequences are (B, T, channels) or (T, channels)".to_owned()),
        };
        if t.dtype != DType::F32 || t.is_empty() || !t.last().is_multiple_of(vectors) {
            return Err(format!(
                "the last axis holds {vectors} vectors of the hidden size side by side"
            ));
        }
        let hidden = t.last() / vectors;
        if hidden > MAX_HIDDEN {
            return Err(format!(
                "a hidden size of {hidden} is more than {MAX_HIDDEN}; lower it, or use more layers"
            ));
        }
        Ok(Self {
            batch,
            time,
            hidden,
        })
    }

    /// `like` with this many vectors of H in its last axis.
    pub fn with_vectors(self, like: &TensorType, vectors: usize) -> TensorType {
        let mut made = like.clone();
        *made.shape.last_mut().expect("two or three axes") = vectors * self.hidden;
        made
    }

    pub fn state(self, cell: Cell) -> TensorType {
        TensorType::f32(&[self.batch, cell.states() * self.hidden])
    }
}

impl Op for Recurrence {
    fn name(&self) -> &'static str {
        "recurrence"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 4 + usize::from(self.has_lengths) {
            return Err(
                "x, hidden weight, hidden bias and state are needed, and lengths if switched on"
                    .to_owned(),
            );
        }
        let gates = self.cell.gates();
        let sizes = Sizes::of(&inputs[0], gates)?;
        let hidden = sizes.hidden;
        if inputs[1] != TensorType::f32(&[hidden, gates * hidden])
            || inputs[2] != TensorType::f32(&[gates * hidden])
        {
            return Err(format!(
                "x has {gates} gates of {hidden}, so the hidden weight is ({hidden}, {0}) and its bias ({0})",
                gates * hidden
            ));
        }
        let state = sizes.state(self.cell);
        if inputs[3] != state {
            let held = if state.last() > hidden { "h | c" } else { "h" };
            return Err(format!("the state is {held}, {:?}", state.shape));
        }
        if self.has_lengths && inputs[4] != TensorType::u32(&[sizes.batch]) {
            return Err(format!("lengths are {} whole numbers", sizes.batch));
        }
        let saved = sizes.with_vectors(&inputs[0], self.cell.kept() + 1);
        Ok(vec![sizes.with_vectors(&inputs[0], 1), state, saved])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let sizes = Sizes::of(&cx.inputs[0], self.cell.gates()).expect("checked by infer");
        recurrence_cpu::forward(self, sizes, inputs, outputs);
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let (dh, d_last) = (cx.d_outputs[0], cx.d_outputs[1]);
        if d_last.is_none() {
            cx.d_first(self.name())?;
        }
        let op = RecurrenceBackward {
            of: *self,
            has_dh: dh.is_some(),
            has_d_last: d_last.is_some(),
        };
        let mut inputs = vec![cx.inputs[1], cx.outputs[2]];
        inputs.extend(cx.inputs.get(4)); // lengths
        inputs.extend(dh);
        inputs.extend(d_last);
        let made = cx.push(op, &inputs)?;
        let (d_x, d_state, h_before) = (made[0], made[1], made[2]);
        let d_hidden = made.get(4).copied().unwrap_or(d_x);
        let sums = Matmul {
            transpose_a: true,
            column_sums: true,
            ..Matmul::plain()
        };
        let of_weight = cx.push(sums, &[h_before, d_hidden])?;
        let mut gradients = [d_x, of_weight[0], of_weight[1], d_state]
            .map(Some)
            .to_vec();
        gradients.extend(self.has_lengths.then_some(None));
        Ok(Gradients::Inputs(gradients))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let sizes = Sizes::of(&cx.inputs[0], self.cell.gates()).expect("checked by infer");
        let mut bindings: Vec<Binding> = (0..4).map(Binding::Input).collect();
        // Without lengths the bias fills their place, which nothing reads then.
        bindings.push(Binding::Input(if self.has_lengths { 4 } else { 2 }));
        bindings.extend((0..3).map(Binding::Output));
        let body = include_str!("../../shaders/recurrence.wgsl");
        vec![sequence_launch(
            self,
            sizes,
            [self.cell.gates(), 2],
            ("recurrence", "forward", &[body]),
            &[],
            bindings,
            cx.is_software,
        )]
    }
}

fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let cells = [Cell::Tanh, Cell::Gru, Cell::Lstm];
    for (label, [batch, time, hidden], is_reversed, has_lengths) in [
        ("odd sizes", [3, 5, 3], false, false),
        ("reversed", [2, 4, 5], true, false),
        ("lengths, units in fours", [5, 6, 12], false, true),
        ("reversed, lengths", [3, 5, 8], true, true),
        ("one number", [1, 1, 1], false, false),
        ("slices", [2, 3, 128], false, false),
        ("beyond a workgroup's threads", [2, 2, 261], true, true),
    ] {
        for cell in cells {
            let op = Recurrence {
                cell,
                is_reversed,
                has_lengths,
            };
            let columns = cell.gates() * hidden;
            // Weights as large as keep h of order one, so that every part of the gradient shows.
            let std = 1.0 / (hidden as f32).sqrt();
            let normal = |shape: &[usize], std: f32| (TensorType::f32(shape), Fill::Normal(std));
            let mut inputs = vec![
                normal(&[batch, time, columns], 1.0),
                normal(&[hidden, columns], std),
                normal(&[columns], 0.5),
                normal(&[batch, cell.states() * hidden], 1.0),
            ];
            if has_lengths {
                let lengths = [0, 3, time as u32, 1, 99]; // none, within, all, one, beyond
                inputs.push((
                    TensorType::u32(&[batch]),
                    Fill::U32(lengths[..batch].to_vec()),
                ));
            }
            let checked: &[usize] = if hidden < 100 { &[0, 1, 2, 3] } else { &[0] };
            samples.push(
                Sample::new(label, op, inputs)
                    .compared(&[0, 1])
                    .differentiable(checked)
                    // Errors of a step pass through every later one.
                    .tolerance(2e-5),
            );
        }
    }
    let decoding = Recurrence {
        cell: Cell::Lstm,
        is_reversed: false,
        has_lengths: false,
    };
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(0.5));
    let inputs = vec![
        normal(&[2, 28]),
        normal(&[7, 28]),
        normal(&[28]),
        normal(&[1, 14]),
    ];
    samples.push(Sample::new("no batch axis", decoding, inputs).compared(&[0, 1]));
    samples.extend(recurrence_backward::samples());
    samples
}
