//! The attention probabilities themselves, for looking at: `weights_ij = exp(score_ij − lse_i)` for j ≤ i, else 0.
//!
//! Inputs qkv (B, T, 3C) and lse (B, H, T), both of [`super::attention`], whose scores these are; output weights
//! (B, H, T, T), rows by query. Only the inspect plan has it, so that training does not pay for the T × T matrix.

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::attention::{Packed, params};
use crate::ops::{Fill, OpEntry, Sample, attention_cpu, launch};

pub const ENTRY: OpEntry = OpEntry {
    name: "attention_weights",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionWeights {
    pub heads: usize,
    pub alibi: bool,
}

impl Op for AttentionWeights {
    fn name(&self) -> &'static str {
        "attention_weights"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [qkv, lse] = inputs else {
            return Err("qkv and lse are needed".to_owned());
        };
        let packed = Packed::of(qkv, self.heads)?;
        let Packed {
            batch, time, heads, ..
        } = packed;
        if lse.shape != [batch, heads, time] {
            return Err(format!("lse is ({batch}, {heads}, {time}) for this qkv"));
        }
        Ok(vec![TensorType::f32(&[batch, heads, time, time])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let packed = Packed::known(&cx.inputs[0], self.heads);
        attention_cpu::weights(packed, self.alibi, inputs[0], inputs[1], outputs[0]);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "attention weights are for looking at; train through the attention op",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let packed = Packed::known(&cx.inputs[0], self.heads);
        vec![Launch {
            shader: Shader {
                name: "attention_weights",
                sources: vec![
                    packed.pack_source(),
                    include_str!("../../shaders/lib/attention.wgsl"),
                    include_str!("../../shaders/attention_weights.wgsl"),
                ],
                entry: "forward",
                constants: vec![
                    ("ALIBI", Constant::Bool(self.alibi)),
                    ("PACKS", Constant::U32(packed.packs())),
                ],
            },
            bindings: vec![Binding::Input(0), Binding::Input(1), Binding::Output(0)],
            params: params(packed, packed.time),
            workgroups: launch::spread(cx.outputs[0].len().div_ceil(launch::WORKGROUP as usize)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    crate::ops::attention::sample_shapes()
        .into_iter()
        .map(|(label, heads, alibi, shape)| {
            let [batch, time, _] = shape;
            let qkv = (TensorType::f32(&shape), Fill::Normal(1.0));
            // Any lse serves: weights above 1 are as good a test.
            let lse = TensorType::f32(&[batch, heads, time]);
            let lse = (lse, Fill::Uniform(0.0, 3.0));
            Sample::new(label, AttentionWeights { heads, alibi }, vec![qkv, lse])
                .differentiable(&[])
                .tolerance(2e-5)
        })
        .collect()
}
