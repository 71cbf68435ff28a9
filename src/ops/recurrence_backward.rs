//! Gradient of [`super::recurrence`] through time. From the last step to the first, with dh and dc what comes from later steps
//! and from the outputs:
//!
//! ```text
//! Tanh   d_x = dh (1 − y²)
//! GRU    d_n = dh (1 − z) (1 − n²)     d_r = d_n q r (1 − r)     d_z = dh (h' − n) z (1 − z)     dh' = dh z
//! LSTM   dc += dh o (1 − tanh²c)       d_i = dc g i (1 − i)      d_f = dc c' f (1 − f)           dc' = dc f
//!        d_g = dc i (1 − g²)           d_o = dh tanh(c) o (1 − o)
//! all    dh' += d_hidden Wᵀ            d_hidden = d_x; for a GRU (d_r, d_z, d_n r)
//! ```
//!
//! Inputs weight (H, G·H), saved of the forward pass, lengths u32 (B), dh (B, T, H), gradient of the last state (B, S·H), those that
//! are switched on. Outputs d_x (B, T, G·H); d_state (B, S·H); h_{t−1} (B, T, H), from which a matrix product makes the weight's
//! gradient; Wᵀ (G·H, H); and for a GRU d_hidden (B, T, G·H). The first of two launches makes h_{t−1} and Wᵀ. The state that went
//! in is not read again: whoever carries it over to the next step may have changed it by now.

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    TensorType,
};
use crate::ops::recurrence::{Cell, Recurrence, Sizes};
use crate::ops::recurrence_launch::sequence_launch;
use crate::ops::{Fill, Sample, launch, recurrence_cpu};

const D_X_IS_HIDDEN: &str = "fn store_hidden(i: u32, value: Lane) {}
fn hidden_at(i: u32) -> Lane { return d_x[i]; }
";
const D_HIDDEN: &str =
    "@group(0) @binding(9) var<storage, read_write> d_hidden: array<Lane>; // (B, T, G H)
fn store_hidden(i: u32, value: Lane) { d_hidden[i] = value; }
fn hidden_at(i: u32) -> Lane { return d_hidden[i]; }
";

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecurrenceBackward {
    pub of: Recurrence,
    /// The loss depends on h.
    pub has_dh: bool,
    /// The loss depends on the last state.
    pub has_d_last: bool,
}

impl RecurrenceBackward {
    fn sizes(&self, saved: &TensorType) -> Result<Sizes, String> {
        Sizes::of(saved, self.of.cell.kept() + 1)
    }

    /// Positions of lengths, dh and d_last among the inputs.
    pub(super) fn optional_inputs(&self) -> [Option<usize>; 3] {
        let mut next = 2;
        [self.of.has_lengths, self.has_dh, self.has_d_last].map(|is_there| {
            is_there.then(|| {
                next += 1;
                next - 1
            })
        })
    }
}

impl Op for RecurrenceBackward {
    fn name(&self) -> &'static str {
        "recurrence_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let optional = self.optional_inputs();
        if inputs.len() != 2 + optional.iter().flatten().count() {
            return Err("weight, saved and what is switched on are needed".to_owned());
        }
        let cell = self.of.cell;
        let sizes = self.sizes(&inputs[1])?;
        let columns = cell.gates() * sizes.hidden;
        let h = sizes.with_vectors(&inputs[1], 1);
        let state = sizes.state(cell);
        let expected = [TensorType::u32(&[sizes.batch]), h.clone(), state.clone()];
        let is_fitting = optional
            .iter()
            .zip(&expected)
            .all(|(input, ty)| input.is_none_or(|i| inputs[i] == *ty));
        if inputs[0] != TensorType::f32(&[sizes.hidden, columns]) || !is_fitting {
            return Err("lengths are (B), gradients have the shapes of h and the state".to_owned());
        }
        let d_x = sizes.with_vectors(&inputs[1], cell.gates());
        let transposed = TensorType::f32(&[columns, sizes.hidden]);
        let mut outputs = vec![d_x.clone(), state, h, transposed];
        outputs.extend((cell == Cell::Gru).then_some(d_x));
        Ok(outputs)
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let sizes = self.sizes(&cx.inputs[1]).expect("checked by infer");
        recurrence_cpu::backward(self, sizes, inputs, outputs);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let sizes = self.sizes(&cx.inputs[1]).expect("checked by infer");
        let cell = self.of.cell;
        let mut bindings = vec![Binding::OutputRead(3), Binding::Input(1)];
        // What is switched off has the weight in its place, which nothing reads.
        let optional = self.optional_inputs();
        bindings.extend(optional.map(|input| Binding::Input(input.unwrap_or(0))));
        bindings.extend([Binding::Output(0), Binding::Output(1)]);
        let mut hidden = D_X_IS_HIDDEN;
        if cell == Cell::Gru {
            bindings.push(Binding::Output(4));
            hidden = D_HIDDEN;
        }
        let body = include_str!("../../shaders/recurrence_backward.wgsl");
        let through_time = sequence_launch(
            &self.of,
            sizes,
            [1, 0],
            ("recurrence_backward", "backward", &[hidden, body]),
            &[("HAS_DH", self.has_dh), ("HAS_D_LAST", self.has_d_last)],
            bindings,
            cx.is_software,
        );
        let mut shader = through_time.shader.clone();
        shader.entry = "prepare";
        let width = launch::Width::of(sizes.hidden);
        let kept = cx.outputs[2].rows() * width.lanes(sizes.hidden);
        let prepare = Launch {
            shader,
            bindings: vec![
                Binding::Input(0),
                Binding::Input(1),
                Binding::Output(2),
                Binding::Output(3),
            ],
            params: through_time.params.clone(),
            workgroups: launch::spread((kept + cx.outputs[3].len()).div_ceil(64)),
        };
        vec![prepare, through_time]
    }
}

/// Which gradients arrive; samples of the op itself have one at h alone.
pub(super) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (label, has_dh, has_d_last) in [
        ("backward, of the last state alone", false, true),
        ("backward, of h and the last state", true, true),
    ] {
        for cell in [Cell::Tanh, Cell::Gru, Cell::Lstm] {
            for ([batch, time, hidden], has_lengths) in [([3, 4, 7], true), ([5, 3, 64], false)] {
                let op = RecurrenceBackward {
                    of: Recurrence {
                        cell,
                        is_reversed: has_lengths,
                        has_lengths,
                    },
                    has_dh,
                    has_d_last,
                };
                let normal = |shape: &[usize], std| (TensorType::f32(shape), Fill::Normal(std));
                let std = 1.0 / (hidden as f32).sqrt();
                let saved = [batch, time, (cell.kept() + 1) * hidden];
                let mut inputs = vec![
                    normal(&[hidden, cell.gates() * hidden], std),
                    (TensorType::f32(&saved), Fill::Uniform(0.1, 0.9)),
                ];
                if has_lengths {
                    inputs.push((TensorType::u32(&[batch]), Fill::U32(vec![2, 0, 9])));
                }
                if has_dh {
                    inputs.push(normal(&[batch, time, hidden], 1.0));
                }
                inputs.push(normal(&[batch, cell.states() * hidden], 1.0));
                samples.push(
                    Sample::new(label, op, inputs)
                        .differentiable(&[])
                        .compared(&[0, 1, 2, 3])
                        .tolerance(2e-5),
                );
            }
        }
    }
    samples
}
