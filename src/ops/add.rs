//! `y = a + b`, same shapes. Elementwise; da = db = dy.

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op, Shader,
    TensorType,
};
use crate::ops::{Fill, OpEntry, Sample, launch};

pub const ENTRY: OpEntry = OpEntry {
    name: "add",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug)]
pub struct Add;

impl Op for Add {
    fn name(&self) -> &'static str {
        "add"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [a, b] if a == b => Ok(vec![a.clone()]),
            _ => Err("two tensors of one shape are added".to_owned()),
        }
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        for ((y, a), b) in outputs[0].iter_mut().zip(inputs[0]).zip(inputs[1]) {
            *y = a + b;
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        Ok(Gradients::Inputs(vec![Some(dy), Some(dy)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        vec![launch::elementwise(
            Shader {
                name: "add",
                sources: vec![include_str!("../../shaders/add.wgsl")],
                entry: "forward",
                constants: vec![],
            },
            vec![Binding::Input(0), Binding::Input(1), Binding::Output(0)],
            cx.outputs[0].len(),
        )]
    }
}

fn samples() -> Vec<Sample> {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    vec![
        Sample::new("odd length", Add, vec![normal(&[7, 37]), normal(&[7, 37])]),
        Sample::new("one element", Add, vec![normal(&[1]), normal(&[1])]),
    ]
}
