//! Adds up over the micro-batches of an update, in place: `state = share · value + state`, the state being 0 before the first.
//!
//! value, state: one shape, f32; the output is the state. With share 1/k, k launches leave the mean of k values. Which micro-batch
//! it is comes from `Globals`, so that nobody has to clear the state.

use crate::graph::{
    Binding, CpuContext, DType, Globals, GradientContext, Gradients, GraphError, Launch,
    LaunchContext, Op, Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "accumulate",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug)]
pub struct Accumulate {
    pub share: f32,
}

impl Op for Accumulate {
    fn name(&self) -> &'static str {
        "accumulate"
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

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let is_first = cx.globals.micro_batch == 0;
        for (state, value) in outputs[0].iter_mut().zip(inputs[0]) {
            let before = if is_first { 0.0 } else { *state };
            *state = self.share * value + before;
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "what is added up over micro-batches is not part of the loss",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let len = cx.inputs[0].len();
        let width = Width::of(len);
        let shader = Shader {
            name: "accumulate",
            sources: vec![
                include_str!("../../shaders/lib/globals.wgsl"),
                width.source(),
                include_str!("../../shaders/accumulate.wgsl"),
            ],
            entry: "forward",
            constants: vec![],
        };
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        let mut launch = launch::elementwise(shader, bindings, width.lanes(len));
        launch.params.push(self.share.to_bits());
        vec![launch]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, len: usize, micro_batch| {
        let normal = (TensorType::f32(&[len]), Fill::Normal(1.0));
        let op = Accumulate { share: 0.25 };
        Sample::new(label, op, vec![normal.clone(), normal])
            .differentiable(&[])
            .globals(Globals {
                micro_batch,
                ..Globals::default()
            })
    };
    vec![
        with("first, odd length", 37, 0),
        with("second, odd length", 37, 1),
        with("third, in fours", 320, 2),
        with("first of one number", 1, 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn micro_batches_leave_their_mean_whatever_stood_there() {
        let op = Accumulate { share: 0.25 };
        let types = vec![TensorType::f32(&[2]); 2];
        let mut state = [7.0f32, f32::NAN];
        for micro_batch in 0..4 {
            let globals = Globals {
                micro_batch,
                ..Globals::default()
            };
            let cx = CpuContext {
                globals: &globals,
                inputs: &types,
                outputs: &types[..1],
            };
            let value = [micro_batch as f32, 1.0];
            op.forward_cpu(&cx, &[&value, &[]], &mut [&mut state]);
        }
        assert_eq!(state, [1.5, 1.0]);
    }
}
