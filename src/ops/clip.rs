//! Clipping by the global norm (Pascanu, Mikolov and Bengio 2013): the L2 norm of all gradients together, and the
//! factor `min(1, max_norm / norm)` that the optimizers multiply gradients with. Other tensors are measured by it too.

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "clip",
    samples,
};

/// Input: the flat gradients, or any tensor. Outputs: norm_and_scale (2), and partial sums, which only the WebGPU launches use.
#[derive(Clone, Copy, Debug)]
pub struct GradientNorm {
    /// 0 measures without clipping.
    pub max_norm: f32,
}

/// Threads of the first launch: about 64 loads each, but no more partial sums than one workgroup adds up quickly.
fn partials(len: usize) -> usize {
    let lanes = Width::of(len).lanes(len);
    lanes.div_ceil(64).next_multiple_of(256).min(16_384)
}

impl Op for GradientNorm {
    fn name(&self) -> &'static str {
        "gradient_norm"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [gradients] if gradients.dtype == DType::F32 && !gradients.is_empty() => Ok(vec![
                TensorType::f32(&[2]),
                TensorType::f32(&[partials(gradients.len())]),
            ]),
            _ => Err("the input is one tensor of f32 numbers".to_owned()),
        }
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        // Blocks keep the running sums short, as the partial sums of the launches do.
        let squares: f32 = inputs[0]
            .chunks(4096)
            .map(|block| lanes::dot(block, block))
            .sum();
        let norm = squares.sqrt();
        let is_clipped = self.max_norm > 0.0 && norm > self.max_norm;
        outputs[0][0] = norm;
        outputs[0][1] = if is_clipped {
            self.max_norm / norm
        } else {
            1.0
        };
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "it looks at gradients, after the backward pass",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let len = cx.inputs[0].len();
        let width = Width::of(len);
        let partials = partials(len);
        let shader = |entry| Shader {
            name: "clip",
            sources: vec![
                width.source(),
                include_str!("../../shaders/lib/reduce.wgsl"),
                include_str!("../../shaders/clip.wgsl"),
            ],
            entry,
            constants: vec![],
        };
        let params = vec![
            width.lanes(len) as u32,
            partials as u32,
            self.max_norm.to_bits(),
        ];
        vec![
            Launch {
                shader: shader("squares"),
                bindings: vec![Binding::Input(0), Binding::Output(1)],
                params: params.clone(),
                workgroups: launch::spread(partials.div_ceil(256)),
            },
            Launch {
                shader: shader("norm"),
                bindings: vec![Binding::OutputRead(1), Binding::Output(0)],
                params,
                workgroups: [1, 1, 1],
            },
        ]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, len: usize, max_norm| {
        let gradients = (TensorType::f32(&[len]), Fill::Normal(1.0));
        Sample::new(label, GradientNorm { max_norm }, vec![gradients]).differentiable(&[])
    };
    vec![
        with("clipped", 37, 1.0),
        with("below the limit", 64, 100.0),
        with("only measured", 70_000, 0.0),
        with("one number", 1, 0.01),
    ]
}
