//! Gradient of [`super::additive_attention`] from that of its weights; the values' part is two matrix products around it:
//!
//! ```text
//! ds_ts = w_ts (dw_ts − Σ_s w_ts dw_ts)            τ_tsa = tanh(q_ta + k_sa)
//! dq_ta = v_a Σ_s ds_ts (1 − τ²_tsa)               dk_sa = v_a Σ_t ds_ts (1 − τ²_tsa)        dv_a = Σ_ts ds_ts τ_tsa
//! ```
//!
//! Inputs dw and w (B, T, S), q (B, T, A), k (B, S, A), v (A). Outputs dq (B, T, A); dk (B, S, A); the sums over s of dv (B, T, A), whose
//! rows a reduction then adds; ds (B, T, S). Masked keys have w = 0 and with it ds = 0.

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op, Shader,
    TensorType,
};
use crate::ops::additive_attention::Sizes;
use crate::ops::lanes::{self, Curves};
use crate::ops::launch::{self, Team, Width};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdditiveAttentionBackward;

fn sizes_of(inputs: &[TensorType]) -> Result<Sizes, String> {
    match inputs {
        [d_weights, weights, q, k, v] if d_weights == weights => {
            let sizes = Sizes::of(q, k, v)?;
            if *weights == sizes.weights() {
                Ok(sizes)
            } else {
                Err("weights are (B, T, S)".to_owned())
            }
        }
        _ => Err("dw, w, q, k and v are needed, dw and w of one shape".to_owned()),
    }
}

impl Op for AdditiveAttentionBackward {
    fn name(&self) -> &'static str {
        "additive_attention_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        sizes_of(inputs)?;
        let (q, k) = (&inputs[2], &inputs[3]);
        Ok(vec![q.clone(), k.clone(), q.clone(), inputs[1].clone()])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let [d_weights, weights, q, k, v] = inputs else {
            unreachable!("five inputs")
        };
        let [d_q, d_k, d_v, d_scores] = outputs else {
            unreachable!("four outputs")
        };
        let Sizes {
            queries,
            keys,
            inner,
            ..
        } = sizes_of(cx.inputs).expect("checked by infer");
        d_k.fill(0.0);
        let rows = d_scores
            .chunks_exact_mut(keys)
            .zip(weights.chunks_exact(keys).zip(d_weights.chunks_exact(keys)));
        let curves = Curves::load();
        for (row, (ds, (w, dw))) in rows.enumerate() {
            let mean = lanes::dot(w, dw);
            for ((ds, w), dw) in ds.iter_mut().zip(w.iter()).zip(dw) {
                *ds = w * (dw - mean);
            }
            let own = row * inner..(row + 1) * inner;
            let (q, d_q, d_v) = (&q[own.clone()], &mut d_q[own.clone()], &mut d_v[own]);
            d_q.fill(0.0);
            d_v.fill(0.0);
            let first = row / queries * keys * inner;
            let of_batch = k[first..]
                .chunks_exact(inner)
                .zip(d_k[first..].chunks_exact_mut(inner));
            for (&ds, (k, d_k)) in ds.iter().zip(of_batch).filter(|(ds, _)| **ds != 0.0) {
                let sums = d_q.iter_mut().zip(d_k).zip(d_v.iter_mut());
                for (((d_q, d_k), d_v), ((q, k), v)) in sums.zip(q.iter().zip(k).zip(*v)) {
                    let t = curves.tanh(q + k);
                    let d = ds * v * (1.0 - t * t);
                    *d_q += d;
                    *d_k += d;
                    *d_v += ds * t;
                }
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let sizes = sizes_of(cx.inputs).expect("checked by infer");
        let width = Width::of(sizes.inner);
        let lanes = width.lanes(sizes.inner);
        let rows = sizes.batch * sizes.queries;
        let team = Team::of(sizes.keys, cx.is_software);
        let launch = |entry, bindings, workgroups| Launch {
            shader: Shader {
                name: "additive_attention_backward",
                sources: vec![
                    width.source(),
                    include_str!("../../shaders/lib/lane_tanh.wgsl"),
                    team.source(),
                    include_str!("../../shaders/additive_attention_backward.wgsl"),
                ],
                entry,
                constants: team.constants(),
            },
            bindings,
            params: [
                rows,
                sizes.queries,
                sizes.keys,
                lanes,
                sizes.batch * sizes.keys,
            ]
            .map(|w| w as u32)
            .to_vec(),
            workgroups,
        };
        let threads = |rows: usize| launch::spread((rows * lanes).div_ceil(64));
        let [d_weights, weights, q, k, v] = [0, 1, 2, 3, 4].map(Binding::Input);
        let [d_q, d_k, d_v, d_scores] = [0, 1, 2, 3].map(Binding::Output);
        let ds = Binding::OutputRead(3);
        vec![
            launch(
                "scores",
                vec![weights, d_weights, d_scores],
                team.workgroups(rows),
            ),
            launch("queries", vec![ds, q, k, v, d_q, d_v], threads(rows)),
            launch(
                "keys",
                vec![ds, q, k, v, d_k],
                threads(sizes.batch * sizes.keys),
            ),
        ]
    }
}
