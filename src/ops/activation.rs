//! Elementwise nonlinearities `y = f(x)` and `dx = dy · f′(x)`.
//!
//! GELU (Hendrycks and Gimpel 2016) by tanh, as GPT-2 computes it, or by erf; ReLU; SiLU (Elfwing et al. 2017);
//! tanh; the logistic function σ.

use std::any::Any;

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::lanes::Curves;
use crate::ops::{Fill, OpEntry, Sample, launch};

pub const ENTRY: OpEntry = OpEntry {
    name: "activation",
    samples,
};

/// Which nonlinearity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    GeluTanh,
    GeluErf,
    Relu,
    Silu,
    Tanh,
    Sigmoid,
}

const GELU_SCALE: f32 = 0.797_884_6;

impl Activation {
    /// The number `shaders/lib/activation.wgsl` knows it by.
    pub fn code(self) -> u32 {
        match self {
            Self::GeluTanh => 1,
            Self::GeluErf => 2,
            Self::Relu => 3,
            Self::Silu => 4,
            Self::Tanh => 5,
            Self::Sigmoid => 6,
        }
    }

    /// f(x) for every element, in place of x.
    pub fn apply_in_place(self, x: &mut [f32]) {
        let curves = Curves::load();
        match self {
            Self::GeluTanh => map(x, |x| {
                0.5 * x * (1.0 + curves.tanh(GELU_SCALE * (x + 0.044_715 * x * x * x)))
            }),
            Self::GeluErf => map(x, |x| {
                0.5 * x * (1.0 + erf(&curves, x * std::f32::consts::FRAC_1_SQRT_2))
            }),
            Self::Relu => map(x, |x| if x > 0.0 { x } else { 0.0 }),
            Self::Silu => map(x, |x| x * curves.sigmoid(x)),
            Self::Tanh => map(x, |x| curves.tanh(x)),
            Self::Sigmoid => map(x, |x| curves.sigmoid(x)),
        }
    }

    /// dx = dy · f′(x) for every element, in place of dy.
    pub fn scale_by_slope(self, x: &[f32], dy: &mut [f32]) {
        let curves = Curves::load();
        match self {
            Self::GeluTanh => map_in_place(x, dy, |x| {
                let t = curves.tanh(GELU_SCALE * (x + 0.044_715 * x * x * x));
                0.5 * (1.0 + t)
                    + 0.5 * x * (1.0 - t * t) * GELU_SCALE * (1.0 + 3.0 * 0.044_715 * x * x)
            }),
            Self::GeluErf => map_in_place(x, dy, |x| {
                0.5 * (1.0 + erf(&curves, x * std::f32::consts::FRAC_1_SQRT_2))
                    + x * 0.398_942_3 * curves.exp(-0.5 * x * x)
            }),
            Self::Relu => map_in_place(x, dy, |x| if x > 0.0 { 1.0 } else { 0.0 }),
            Self::Silu => map_in_place(x, dy, |x| {
                let s = curves.sigmoid(x);
                s * (1.0 + x * (1.0 - s))
            }),
            Self::Tanh => map_in_place(x, dy, |x| {
                let t = curves.tanh(x);
                1.0 - t * t
            }),
            Self::Sigmoid => map_in_place(x, dy, |x| {
                let s = curves.sigmoid(x);
                s * (1.0 - s)
            }),
        }
    }
}

/// erf by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7; branch-free.
fn erf(curves: &Curves, x: f32) -> f32 {
    let a = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * a);
    let poly = t
        * (0.254_829_6
            + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    (1.0 - poly * curves.exp(-a * a)).copysign(x)
}

fn map(x: &mut [f32], f: impl Fn(f32) -> f32) {
    for x in x {
        *x = f(*x);
    }
}

fn map_in_place(x: &[f32], dy: &mut [f32], slope: impl Fn(f32) -> f32) {
    for (d, &x) in dy.iter_mut().zip(x) {
        *d *= slope(x);
    }
}

fn shader(entry: &'static str, activation: Activation) -> Shader {
    Shader {
        name: "activation",
        sources: vec![
            include_str!("../../shaders/lib/activation.wgsl"),
            include_str!("../../shaders/activation.wgsl"),
        ],
        entry,
        constants: vec![("ACTIVATION", Constant::U32(activation.code()))],
    }
}

/// `y = f(x)`.
#[derive(Clone, Copy, Debug)]
pub struct Activate(pub Activation);

impl Op for Activate {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [x] => Ok(vec![x.clone()]),
            _ => Err("one tensor is needed".to_owned()),
        }
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        outputs[0].copy_from_slice(inputs[0]);
        self.0.apply_in_place(outputs[0]);
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let dx = cx.apply_fusing(ActivateBackward(self.0), &[dy, cx.inputs[0]])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        vec![launch::elementwise(
            shader("forward", self.0),
            vec![Binding::Input(0), Binding::Output(0)],
            cx.outputs[0].len(),
        )]
    }
}

/// `dx = dy · f′(x)`; inputs dy, x.
#[derive(Clone, Copy, Debug)]
pub struct ActivateBackward(pub Activation);

impl ActivateBackward {
    /// The activation when `op` is this op.
    pub fn of(op: &dyn Op) -> Option<Activation> {
        (op as &dyn Any).downcast_ref::<Self>().map(|b| b.0)
    }
}

impl Op for ActivateBackward {
    fn name(&self) -> &'static str {
        "activation_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [dy, x] if dy == x => Ok(vec![dy.clone()]),
            _ => Err("the gradient and the input have one shape".to_owned()),
        }
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        outputs[0].copy_from_slice(inputs[0]);
        self.0.scale_by_slope(inputs[1], outputs[0]);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        vec![launch::elementwise(
            shader("backward", self.0),
            vec![Binding::Input(0), Binding::Output(0), Binding::Input(1)],
            cx.outputs[0].len(),
        )]
    }
}

fn samples() -> Vec<Sample> {
    let all = [
        ("GELU by tanh", Activation::GeluTanh),
        ("GELU by erf", Activation::GeluErf),
        ("ReLU", Activation::Relu),
        ("SiLU", Activation::Silu),
        ("tanh", Activation::Tanh),
        ("logistic", Activation::Sigmoid),
    ];
    let mut samples: Vec<Sample> = all
        .into_iter()
        .map(|(label, activation)| {
            let x = (TensorType::f32(&[3, 67]), Fill::Normal(2.0));
            Sample::new(label, Activate(activation), vec![x])
        })
        .collect();
    let extremes = Fill::F32(vec![-80.0, -20.0, -0.09, 0.0, 0.11, 20.0, 80.0]);
    for activation in [Activation::GeluTanh, Activation::Tanh, Activation::Sigmoid] {
        let x = (TensorType::f32(&[7]), extremes.clone());
        samples.push(Sample::new("extremes", Activate(activation), vec![x]).differentiable(&[]));
    }
    samples
}
