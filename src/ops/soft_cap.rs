//! Soft cap of logits (Gemma 2, 2024): `y = c · tanh(x / c)`, close to x where x is small, never beyond ±c.
//!
//! ```text
//! dx = dy · (1 − (y / c)²)
//! ```
//!
//! Any shape.

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op, Shader,
    TensorType,
};
use crate::ops::lanes::Curves;
use crate::ops::{Fill, OpEntry, Sample, launch};

pub const ENTRY: OpEntry = OpEntry {
    name: "soft_cap",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftCap {
    /// c, above 0.
    pub cap: f32,
}

fn launch(entry: &'static str, cap: f32, bindings: Vec<Binding>, count: usize) -> Launch {
    let shader = Shader {
        name: "soft_cap",
        sources: vec![include_str!("../../shaders/soft_cap.wgsl")],
        entry,
        constants: vec![],
    };
    let mut launch = launch::elementwise(shader, bindings, count);
    launch.params.push(cap.to_bits());
    launch
}

impl Op for SoftCap {
    fn name(&self) -> &'static str {
        "soft_cap"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [x] if self.cap > 0.0 => Ok(vec![x.clone()]),
            [_] => Err(format!("the cap is above 0, not {}", self.cap)),
            _ => Err("one tensor is needed".to_owned()),
        }
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let (cap, inverse) = (self.cap, 1.0 / self.cap);
        let curves = Curves::load();
        for (y, x) in outputs[0].iter_mut().zip(inputs[0]) {
            *y = cap * curves.tanh(x * inverse);
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let dx = cx.apply(SoftCapBackward { cap: self.cap }, &[dy, cx.outputs[0]])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        vec![launch("forward", self.cap, bindings, cx.outputs[0].len())]
    }
}

/// Inputs dy, y; output dx.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftCapBackward {
    pub cap: f32,
}

impl Op for SoftCapBackward {
    fn name(&self) -> &'static str {
        "soft_cap_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [dy, y] if dy == y => Ok(vec![dy.clone()]),
            _ => Err("the gradient and the output have one shape".to_owned()),
        }
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let inverse = 1.0 / self.cap;
        for ((dx, dy), y) in outputs[0].iter_mut().zip(inputs[0]).zip(inputs[1]) {
            let t = y * inverse;
            *dx = dy * (1.0 - t * t);
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let bindings = vec![Binding::Input(0), Binding::Output(0), Binding::Input(1)];
        vec![launch("backward", self.cap, bindings, cx.outputs[0].len())]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, shape: &[usize], cap, std| {
        let x = (TensorType::f32(shape), Fill::Normal(std));
        Sample::new(label, SoftCap { cap }, vec![x])
    };
    vec![
        with("odd shape", &[3, 67], 2.0, 1.5),
        with("far beyond the cap", &[5, 7], 0.5, 4.0).differentiable(&[]),
        with("beyond a workgroup", &[2, 300], 30.0, 10.0),
    ]
}
