//! Gradient of [`super::attention`], the probabilities made again from the saved lse, so that no T × T matrix is kept:
//!
//! `p_ij = exp(score_ij − lse_i)`, `δ_i = do_i · o_i`, `ds_ij = p_ij (do_i · v_j − δ_i)`,
//! `dq_i = Σ_j ds_ij k_j / √D`, `dk_j = Σ_i ds_ij q_i / √D`, `dv_j = Σ_i p_ij do_i`.
//!
//! Inputs do (B, T, C), qkv (B, T, 3C), o (B, T, C), lse (B, H, T); outputs dqkv (B, T, 3C) and δ (B, H, T), which the first
//! launch (dq) leaves for the second (dk and dv).

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, TensorType,
};
use crate::ops::attention::{Packed, row_launch};
use crate::ops::attention_cpu;

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionBackward {
    pub heads: usize,
    pub alibi: bool,
}

impl Op for AttentionBackward {
    fn name(&self) -> &'static str {
        "attention_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [d_o, qkv, o, lse] = inputs else {
            return Err("do, qkv, o and lse are needed".to_owned());
        };
        let packed = Packed::of(qkv, self.heads)?;
        let rows = packed.sequences() * packed.time;
        if d_o != o || o.len() * 3 != qkv.len() || lse.len() != rows {
            return Err(
                "do and o are (B, T, C) and lse (B, H, T) for a qkv of (B, T, 3C)".to_owned(),
            );
        }
        Ok(vec![qkv.clone(), lse.clone()])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let [d_o, qkv, o, lse] = inputs else {
            unreachable!("four inputs")
        };
        let [d_qkv, delta] = outputs else {
            unreachable!("two outputs")
        };
        let packed = Packed::known(&cx.inputs[1], self.heads);
        attention_cpu::delta(packed, d_o, o, delta);
        attention_cpu::backward(packed, self.alibi, [d_o, qkv, lse, delta], d_qkv);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let packed = Packed::known(&cx.inputs[1], self.heads);
        let body = include_str!("../../shaders/attention_backward.wgsl");
        let constants = |over_queries| {
            vec![
                ("ALIBI", Constant::Bool(self.alibi)),
                ("OVER_QUERIES", Constant::Bool(over_queries)),
            ]
        };
        let [d_o, qkv, o, lse] = [0, 1, 2, 3].map(Binding::Input);
        let [d_qkv, delta] = [0, 1].map(Binding::Output);
        vec![
            row_launch(
                packed,
                ("attention_backward", body, "queries"),
                constants(false),
                vec![qkv, d_o, lse, d_qkv, delta, o],
                cx.is_software,
            ),
            row_launch(
                packed,
                ("attention_backward", body, "keys"),
                constants(true),
                vec![qkv, d_o, lse, d_qkv, Binding::OutputRead(1)],
                cx.is_software,
            ),
        ]
    }
}
