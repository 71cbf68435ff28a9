//! Carries a value over to the next step: `state = value`, in place.
//!
//! value, state: one shape, f32; the output is the state. With it a recurrent model goes on where the last step ended, and the
//! gradient ends there: truncated back-propagation through time (Williams and Peng 1990). Whatever reads the old state must have
//! been added to the graph before. A backward pass that reads it (the product of a state and a weight) counts: differentiate first.

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "carry",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug)]
pub struct Carry;

impl Op for Carry {
    fn name(&self) -> &'static str {
        "carry"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [value, state] if value == state && value.dtype == DType::F32 && !value.is_empty() => {
                Ok(vec![state.clone()])
            }
            _ => Err("a value and a state of one shape are needed".to_owned()),
        }
    }

    fn aliases(&self) -> Vec<(usize, usize)> {
        vec![(0, 1)]
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        outputs[0].copy_from_slice(inputs[0]);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "the gradient ends where a state is carried over",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let len = cx.inputs[0].len();
        let width = Width::of(len);
        vec![launch::elementwise(
            Shader {
                name: "carry",
                sources: vec![width.source(), include_str!("../../shaders/carry.wgsl")],
                entry: "forward",
                constants: vec![],
            },
            vec![Binding::Input(0), Binding::Output(0)],
            width.lanes(len),
        )]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, shape: &[usize]| {
        let normal = (TensorType::f32(shape), Fill::Normal(1.0));
        Sample::new(label, Carry, vec![normal.clone(), normal]).differentiable(&[])
    };
    vec![
        with("odd length", &[3, 37]),
        with("in fours", &[2, 64]),
        with("one number", &[1]),
    ]
}
