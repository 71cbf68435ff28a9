//! Stochastic gradient descent with momentum on the flat buffer of all parameters, as PyTorch's `SGD` defines it
//! (dampening 0, no Nesterov; the decay is L2, added to the gradient, not decoupled as in AdamW):
//!
//! ```text
//! g = scale · gradient + λ w                scale of clip.rs
//! b = μ b + g                               w = w − lr b
//! ```
//!
//! λ goes by stretch of the buffer (`weight_decay.rs`). The learning rate comes from `Globals`.

use crate::graph::{
    Binding, CpuContext, Globals, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::weight_decay::WeightDecay;
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "sgd",
    samples,
};

/// Inputs weights, gradients, momentum buffer (all N), norm_and_scale (2); outputs weights, momentum buffer, in place.
#[derive(Clone, Copy, Debug)]
pub struct Sgd {
    /// μ; 0 is plain descent.
    pub momentum: f32,
    pub decay: WeightDecay,
}

impl Op for Sgd {
    fn name(&self) -> &'static str {
        "sgd"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 4 {
            return Err("the inputs are weights, gradients, momentum, norm_and_scale".to_owned());
        }
        self.decay.check(inputs)?;
        Ok(vec![inputs[0].clone(); 2])
    }

    fn aliases(&self) -> Vec<(usize, usize)> {
        vec![(0, 0), (1, 2)]
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let learning_rate = cx.globals.learning_rate;
        let [weights, momentum] = outputs else {
            unreachable!("two outputs")
        };
        let (gradients, scale) = (inputs[1], inputs[3][1]);
        let mut update = |range: std::ops::Range<usize>, decay: f32| {
            let numbers = weights[range.clone()]
                .iter_mut()
                .zip(&gradients[range.clone()])
                .zip(momentum[range].iter_mut());
            for ((w, gradient), velocity) in numbers {
                *velocity = self.momentum * *velocity + (gradient * scale + decay * *w);
                *w -= learning_rate * *velocity;
            }
        };
        for (range, decay) in self.decay.stretches(gradients.len()) {
            update(range, decay);
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "an update of the weights is not part of the loss",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let len = cx.inputs[1].len();
        let width = Width::of(len);
        let lanes = width.lanes(len);
        vec![Launch {
            shader: Shader {
                name: "sgd",
                sources: vec![
                    include_str!("../../shaders/lib/globals.wgsl"),
                    width.source(),
                    include_str!("../../shaders/lib/weight_decay.wgsl"),
                    include_str!("../../shaders/sgd.wgsl"),
                ],
                entry: "forward",
                constants: vec![],
            },
            bindings: vec![
                Binding::Output(0),
                Binding::Input(1),
                Binding::Output(1),
                Binding::Input(3),
            ],
            params: [
                &[lanes as u32, self.momentum.to_bits()][..],
                &self.decay.params(width),
            ]
            .concat(),
            workgroups: launch::spread(lanes.div_ceil(256)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, len: usize, momentum| {
        let flat = || (TensorType::f32(&[len]), Fill::Normal(1.0));
        let op = Sgd {
            momentum,
            decay: WeightDecay {
                ends: [len / 16 * 4, len / 8 * 4],
                rates: [0.1, 0.5, 0.02],
            },
        };
        let scale = (TensorType::f32(&[2]), Fill::F32(vec![4.0, 0.25]));
        Sample::new(label, op, vec![flat(), flat(), flat(), scale])
            .differentiable(&[])
            .compared(&[0, 1])
            .globals(Globals {
                learning_rate: 0.05,
                ..Globals::default()
            })
    };
    vec![
        with("odd length", 37, 0.9),
        with("in fours", 320, 0.9),
        with("no momentum", 5, 0.0),
    ]
}
