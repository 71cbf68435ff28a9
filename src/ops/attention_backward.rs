//! Gradient of [`super::attention`], the probabilities made again from the saved lse, so that no T × S matrix is kept:
//!
//! `p_ij = exp(score_ij − lse_i)`, `δ_i = do_i · o_i`, `dbias_ij = p_ij (do_i · v_j − δ_i)`, `ds_ij = dbias_ij cap'(q_i · k_j / √D)`,
//! `dq_i = Σ_j ds_ij k_j / √D`, `dk_j = Σ_i ds_ij q_i / √D`, `dv_j = Σ_i p_ij do_i`; `cap' = 1 − (cap / soft_cap)²`.
//! A key shared by several heads of queries takes the sum over them.
//!
//! Inputs do (B, T, H D), o (B, T, H D), lse (B, H, T), then those of the attention. Outputs, as the attention has them:
//! dqkv, or dq and dkv; dtable; and last (1 + buckets, B, H, T), which only the launches use besides δ: δ, and for a learned
//! bias the sum of dbias over the keys of every bucket. The first launch (dq) leaves it for the second (dk and dv)
//! and for the third (dtable).

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, TensorType,
};
use crate::ops::attention::Attention;
use crate::ops::attention_bias;
use crate::ops::attention_cpu::{self, Operands};
use crate::ops::attention_launch::{Kernel, Own};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttentionBackward(pub Attention);

/// The first of the attention's own inputs.
const FIRST: usize = 3;

const NO_SUMS: &str = "fn open_sums(r: u32, row: u32, sequence: u32) {}
fn sum_bias(r: u32, row: u32, sequence: u32, keys: vec4<u32>, d: vec4<f32>) {}
fn close_sum(r: u32, row: u32, sequence: u32) {}
";

impl Op for AttentionBackward {
    fn name(&self) -> &'static str {
        "attention_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [d_o, o, lse, operands @ ..] = inputs else {
            return Err("do, o, lse and the attention's inputs are needed".to_owned());
        };
        let layout = self.0.layout(operands)?;
        let rows = layout.sequences() * layout.rows;
        if d_o != o || o.len() != rows * layout.size || lse.len() != rows {
            return Err("do and o are (B, T, H·D) and lse (B, H, T)".to_owned());
        }
        let optional = self.0.optional(0);
        let places = [Some(0), optional.kv, optional.table];
        let mut outputs: Vec<TensorType> = places
            .into_iter()
            .flatten()
            .map(|place| operands[place].clone())
            .collect();
        let kept = 1 + self.0.bias.buckets();
        outputs.push(TensorType::f32(&[
            kept,
            layout.batch,
            layout.heads,
            layout.rows,
        ]));
        Ok(outputs)
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let operands = Operands::new(self.0, &cx.inputs[FIRST..], &inputs[FIRST..]);
        let (kept, gradients) = outputs.split_last_mut().expect("two outputs at least");
        let delta = &mut kept[..inputs[2].len()];
        attention_cpu::delta(&operands, inputs[0], inputs[1], delta);
        attention_cpu::backward(&operands, [inputs[0], inputs[2], delta], gradients);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let layout = self.0.known_layout(&cx.inputs[FIRST..]);
        let kernel = Kernel {
            attention: self.0,
            layout,
            optional: self.0.optional(FIRST),
            is_software: cx.is_software,
        };
        let buckets = self.0.bias.buckets();
        let sums = if buckets > 0 {
            include_str!("../../shaders/lib/attention_bias_sums.wgsl")
        } else {
            NO_SUMS
        };
        let body = include_str!("../../shaders/attention_backward.wgsl");
        let launch = |own, entry, bindings| {
            let mut launch =
                kernel.row_launch(own, ("attention_backward", entry), &[sums, body], bindings);
            let over_queries = Constant::Bool(own == Own::Keys);
            launch.shader.constants.push(("OVER_QUERIES", over_queries));
            launch
        };
        let [d_o, o, lse, q] = [0, 1, 2, FIRST].map(Binding::Input);
        let kept = cx.outputs.len() - 1;
        let d_kv = usize::from(layout.is_cross);
        let mut launches = vec![
            launch(
                Own::Queries,
                "queries",
                vec![q, d_o, lse, Binding::Output(0), Binding::Output(kept), o],
            ),
            launch(
                Own::Keys,
                "keys",
                vec![
                    q,
                    d_o,
                    lse,
                    Binding::Output(d_kv),
                    Binding::OutputRead(kept),
                ],
            ),
        ];
        if buckets > 0 {
            launches.push(attention_bias::sum_launch(
                layout,
                buckets,
                Binding::OutputRead(kept),
                Binding::Output(kept - 1),
            ));
        }
        launches
    }
}
