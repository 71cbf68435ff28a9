//! The attention probabilities themselves, for looking at: `weights_ij = exp(score_ij − lse_i)` for the keys that query i sees, else 0.
//!
//! Inputs are those of [`super::attention`], whose scores these are, and last its lse (B, H, T); output weights (B, H, T, S),
//! rows by query. Only the inspect plan has it, so that training does not pay for the T × S matrix.

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    TensorType,
};
use crate::ops::attention::{self, Attention};
use crate::ops::attention_cpu::{self, Operands};
use crate::ops::attention_launch::Kernel;
use crate::ops::{Fill, OpEntry, Sample, launch};

pub const ENTRY: OpEntry = OpEntry {
    name: "attention_weights",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttentionWeights(pub Attention);

impl Op for AttentionWeights {
    fn name(&self) -> &'static str {
        "attention_weights"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [operands @ .., lse] = inputs else {
            return Err("the attention's inputs and lse are needed".to_owned());
        };
        let layout = self.0.layout(operands)?;
        let rows = [layout.batch, layout.heads, layout.rows];
        if lse.shape != rows {
            let [batch, heads, time] = rows;
            return Err(format!(
                "lse is ({batch}, {heads}, {time}) for these queries"
            ));
        }
        let [batch, heads, time] = rows;
        Ok(vec![TensorType::f32(&[batch, heads, time, layout.columns])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let count = self.0.input_count();
        let operands = Operands::new(self.0, &cx.inputs[..count], &inputs[..count]);
        attention_cpu::weights(&operands, inputs[count], outputs[0]);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "attention weights are for looking at; train through the attention op",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let count = self.0.input_count();
        let layout = self.0.known_layout(&cx.inputs[..count]);
        let kernel = Kernel {
            attention: self.0,
            layout,
            optional: self.0.optional(0),
            is_software: cx.is_software,
        };
        let body = include_str!("../../shaders/attention_weights.wgsl");
        let mut bindings = vec![Binding::Input(0), Binding::Input(count), Binding::Output(0)];
        let shader = kernel.shader(("attention_weights", "forward"), &[body], &mut bindings);
        vec![Launch {
            shader,
            bindings,
            params: kernel.params(layout.sequences(), layout.rows),
            workgroups: launch::spread(cx.outputs[0].len().div_ceil(launch::WORKGROUP as usize)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    attention::cases()
        .into_iter()
        .map(|(label, op, mut inputs)| {
            let types: Vec<TensorType> = inputs.iter().map(|(ty, _)| ty.clone()).collect();
            let layout = op.known_layout(&types);
            // Any lse serves: weights above 1 are as good a test.
            let lse = TensorType::f32(&[layout.batch, layout.heads, layout.rows]);
            inputs.push((lse, Fill::Uniform(0.0, 3.0)));
            Sample::new(label, AttentionWeights(op), inputs)
                .differentiable(&[])
                .tolerance(2e-5)
        })
        .collect()
}
