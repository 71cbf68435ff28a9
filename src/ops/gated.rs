//! SwiGLU (Shazeer 2020): the last axis holds gate and up, `y = silu(gate) ⊙ up`.
//!
//! ```text
//! dgate = dy · up · σ(gate) (1 + gate (1 − σ(gate)))        dup = dy · silu(gate)
//! ```
//!
//! x (…, 2F) = gate | up; y (…, F).

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::lanes::Curves;
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "gated",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug)]
pub struct SwiGlu;

/// The type of y.
fn gated_type(x: &TensorType) -> Result<TensorType, String> {
    if x.dtype != DType::F32 || x.is_empty() || !x.last().is_multiple_of(2) {
        return Err("the last axis holds gate and up, so its size must be even".to_owned());
    }
    let mut y = x.clone();
    if let Some(last) = y.shape.last_mut() {
        *last /= 2;
    }
    Ok(y)
}

fn launch(entry: &'static str, x: &TensorType, bindings: Vec<Binding>) -> Launch {
    let (rows, half) = (x.rows(), x.last() / 2);
    let width = Width::of(half);
    let lanes = width.lanes(half);
    Launch {
        shader: Shader {
            name: "gated",
            sources: vec![width.source(), include_str!("../../shaders/gated.wgsl")],
            entry,
            constants: vec![],
        },
        bindings,
        params: vec![rows as u32, lanes as u32],
        workgroups: launch::spread((rows * lanes).div_ceil(256)),
    }
}

impl Op for SwiGlu {
    fn name(&self) -> &'static str {
        "swiglu"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [x] => Ok(vec![gated_type(x)?]),
            _ => Err("one tensor is needed".to_owned()),
        }
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let half = cx.outputs[0].last();
        let curves = Curves::load();
        let rows = inputs[0].chunks_exact(2 * half);
        for (y, x) in outputs[0].chunks_exact_mut(half).zip(rows) {
            let (gate, up) = x.split_at(half);
            for ((y, &gate), &up) in y.iter_mut().zip(gate).zip(up) {
                *y = gate * curves.sigmoid(gate) * up;
            }
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let dx = cx.apply(SwiGluBackward, &[dy, cx.inputs[0]])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        vec![launch("forward", &cx.inputs[0], bindings)]
    }
}

/// Inputs dy, x; output dx.
#[derive(Clone, Copy, Debug)]
pub struct SwiGluBackward;

impl Op for SwiGluBackward {
    fn name(&self) -> &'static str {
        "swiglu_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [dy, x] if *dy == gated_type(x)? => Ok(vec![x.clone()]),
            _ => Err("the gradient has half the input's last axis".to_owned()),
        }
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let half = cx.inputs[0].last();
        let curves = Curves::load();
        let rows = inputs[0]
            .chunks_exact(half)
            .zip(inputs[1].chunks_exact(2 * half))
            .zip(outputs[0].chunks_exact_mut(2 * half));
        for ((dy, x), dx) in rows {
            let (gate, up) = x.split_at(half);
            let (dgate, dup) = dx.split_at_mut(half);
            let numbers = dy.iter().zip(gate.iter().zip(up));
            for ((dgate, dup), (&dy, (&gate, &up))) in
                dgate.iter_mut().zip(dup.iter_mut()).zip(numbers)
            {
                let s = curves.sigmoid(gate);
                *dgate = dy * up * s * (1.0 + gate * (1.0 - s));
                *dup = dy * gate * s;
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let bindings = vec![Binding::Input(1), Binding::Input(0), Binding::Output(0)];
        vec![launch("backward", &cx.inputs[1], bindings)]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, shape: &[usize]| {
        let x = (TensorType::f32(shape), Fill::Normal(1.5));
        Sample::new(label, SwiGlu, vec![x])
    };
    vec![
        with("odd halves", &[3, 5, 14]),
        with("halves in fours", &[7, 24]),
        with("one number", &[1, 2]),
    ]
}
