//! AdamW (Loshchilov and Hutter 2019) on the flat buffer of all parameters, as PyTorch's `AdamW` computes it:
//!
//! ```text
//! g = scale · gradient                      scale of clip.rs
//! m = β₁ m + (1 − β₁) g                     v = β₂ v + (1 − β₂) g²
//! w = w − lr λ w − lr (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
//! ```
//!
//! λ goes by stretch of the buffer (`weight_decay.rs`). The learning rate and both bias corrections come from `Globals`.

use crate::graph::{
    Binding, CpuContext, Globals, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::weight_decay::WeightDecay;
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "adamw",
    samples,
};

/// Inputs weights, gradients, m, v (all N), norm_and_scale (2); outputs weights, m, v, in place.
#[derive(Clone, Copy, Debug)]
pub struct AdamW {
    pub beta1: f32,
    pub beta2: f32,
    pub epsilon: f32,
    pub decay: WeightDecay,
}

impl Op for AdamW {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 5 {
            return Err("the inputs are weights, gradients, m, v, norm_and_scale".to_owned());
        }
        self.decay.check(inputs)?;
        Ok(vec![inputs[0].clone(); 3])
    }

    fn aliases(&self) -> Vec<(usize, usize)> {
        vec![(0, 0), (1, 2), (2, 3)]
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let Globals {
            learning_rate,
            bias_correction1,
            bias_correction2,
            ..
        } = *cx.globals;
        let [weights, m, v] = outputs else {
            unreachable!("three outputs")
        };
        let (gradients, scale) = (inputs[1], inputs[4][1]);
        let mut update = |range: std::ops::Range<usize>, decay: f32| {
            let numbers = weights[range.clone()]
                .iter_mut()
                .zip(&gradients[range.clone()])
                .zip(m[range.clone()].iter_mut().zip(v[range].iter_mut()));
            for ((w, gradient), (m, v)) in numbers {
                let g = gradient * scale;
                *m = self.beta1 * *m + (1.0 - self.beta1) * g;
                *v = self.beta2 * *v + (1.0 - self.beta2) * g * g;
                let step =
                    (*m / bias_correction1) / ((*v / bias_correction2).sqrt() + self.epsilon);
                *w = *w - learning_rate * decay * *w - learning_rate * step;
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
                name: "adamw",
                sources: vec![
                    include_str!("../../shaders/lib/globals.wgsl"),
                    width.source(),
                    include_str!("../../shaders/lib/weight_decay.wgsl"),
                    include_str!("../../shaders/adamw.wgsl"),
                ],
                entry: "forward",
                constants: vec![],
            },
            bindings: vec![
                Binding::Output(0),
                Binding::Input(1),
                Binding::Output(1),
                Binding::Output(2),
                Binding::Input(4),
            ],
            params: [
                &[
                    lanes as u32,
                    self.beta1.to_bits(),
                    self.beta2.to_bits(),
                    self.epsilon.to_bits(),
                ][..],
                &self.decay.params(width),
            ]
            .concat(),
            workgroups: launch::spread(lanes.div_ceil(256)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, len: usize, ends| {
        let flat = |std| (TensorType::f32(&[len]), Fill::Normal(std));
        let op = AdamW {
            beta1: 0.9,
            beta2: 0.95,
            epsilon: 1e-8,
            decay: WeightDecay {
                ends,
                rates: [0.1, 0.5, 0.02],
            },
        };
        let v = (TensorType::f32(&[len]), Fill::Uniform(0.1, 1.0));
        let scale = (TensorType::f32(&[2]), Fill::F32(vec![4.0, 0.25]));
        Sample::new(label, op, vec![flat(1.0), flat(1.0), flat(0.5), v, scale])
            .differentiable(&[])
            .compared(&[0, 1, 2])
            .globals(Globals {
                learning_rate: 0.05,
                bias_correction1: 0.1,
                bias_correction2: 0.05,
                ..Globals::default()
            })
    };
    vec![
        with("odd length", 37, [20, 29]),
        with("in fours", 320, [64, 192]),
        with("one stretch", 4, [0, 0]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three steps on a weight of each stretch, by the formula in double precision.
    #[test]
    fn follows_the_formula_over_several_steps() {
        let op = AdamW {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            decay: WeightDecay {
                ends: [1, 2],
                rates: [0.1, 0.3, 0.0],
            },
        };
        let types = vec![TensorType::f32(&[3]); 5];
        let (mut w, mut m, mut v) = ([0.5f32; 3], [0f32; 3], [0f32; 3]);
        let mut exact = [(0.5f64, 0.0f64, 0.0f64); 3];
        for (t, gradient) in [0.3f64, -2.0, 0.01].into_iter().enumerate() {
            let power = t as i32 + 1;
            let corrections = [1.0 - 0.9f64.powi(power), 1.0 - 0.999f64.powi(power)];
            let globals = Globals {
                learning_rate: 0.01,
                bias_correction1: corrections[0] as f32,
                bias_correction2: corrections[1] as f32,
                ..Globals::default()
            };
            let cx = CpuContext {
                globals: &globals,
                inputs: &types,
                outputs: &types[..3],
            };
            let gradients = [gradient as f32; 3];
            let inputs: [&[f32]; 5] = [&[], &gradients, &[], &[], &[1.0, 0.5]];
            op.forward_cpu(&cx, &inputs, &mut [&mut w, &mut m, &mut v]);
            for (i, (w, m, v)) in exact.iter_mut().enumerate() {
                let decay = [0.1, 0.3, 0.0][i];
                let g = gradient * 0.5;
                *m = 0.9 * *m + 0.1 * g;
                *v = 0.999 * *v + 0.001 * g * g;
                *w -= 0.01 * decay * *w;
                *w -= 0.01 * (*m / corrections[0]) / ((*v / corrections[1]).sqrt() + 1e-8);
            }
        }
        for (w, exact) in w.iter().zip(exact) {
            assert!((f64::from(*w) - exact.0).abs() < 1e-6, "{w} {}", exact.0);
        }
    }
}
