//! Attention whose scores are made by a small network (Bahdanau et al. 2015, appendix A.1.2):
//!
//! `score_ts = v · tanh(q_t + k_s)`, `weight_ts = softmax over s < length`, `o_t = Σ_s weight_ts values_s`.
//!
//! Inputs q (B, T, A), a projection of the reader's states; k (B, S, A), one of what is read; v (A); values (B, S, C); lengths u32 (B).
//! Outputs o (B, T, C) and the weights (B, T, S), which the backward pass reads too. A sequence of length 0 gives zeros, a length
//! beyond S is S. Nothing of size T × S × A is stored.

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::additive_attention_backward::AdditiveAttentionBackward;
use crate::ops::lanes::Curves;
use crate::ops::launch::{Team, Width};
use crate::ops::matmul::Matmul;
use crate::ops::reduce::SumRows;
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "additive_attention",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdditiveAttention;

/// The sizes of q, k and v.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub batch: usize,
    /// T.
    pub queries: usize,
    /// S.
    pub keys: usize,
    /// A.
    pub inner: usize,
}

impl Sizes {
    pub fn of(q: &TensorType, k: &TensorType, v: &TensorType) -> Result<Self, String> {
        let ([batch, queries, inner], [of_k, keys, inner_k]) = (&q.shape[..], &k.shape[..]) else {
            return Err("q is (B, T, A) and k (B, S, A)".to_owned());
        };
        if batch != of_k || inner != inner_k || *v != TensorType::f32(&[*inner]) {
            return Err("q (B, T, A), k (B, S, A) and v (A) share B and A".to_owned());
        }
        if q.dtype != DType::F32 || q.is_empty() || k.is_empty() {
            return Err("at least one query and one key are needed".to_owned());
        }
        Ok(Self {
            batch: *batch,
            queries: *queries,
            keys: *keys,
            inner: *inner,
        })
    }

    pub fn weights(self) -> TensorType {
        TensorType::f32(&[self.batch, self.queries, self.keys])
    }
}

/// A width that divides both `a` and `b`.
fn width_of(a: usize, b: usize) -> Width {
    if a.is_multiple_of(4) {
        Width::of(b)
    } else {
        Width::One
    }
}

impl Op for AdditiveAttention {
    fn name(&self) -> &'static str {
        "additive_attention"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [q, k, v, values, lengths] = inputs else {
            return Err("q, k, v, values and lengths are needed".to_owned());
        };
        let sizes = Sizes::of(q, k, v)?;
        let [batch, keys, channels] = values.shape[..] else {
            return Err("values are (B, S, C)".to_owned());
        };
        if [batch, keys] != [sizes.batch, sizes.keys] || values.is_empty() {
            return Err("values (B, S, C) go with keys (B, S, A)".to_owned());
        }
        if *lengths != TensorType::u32(&[batch]) {
            return Err("one length, a whole number, goes with each sequence".to_owned());
        }
        let o = TensorType::f32(&[batch, sizes.queries, channels]);
        Ok(vec![o, sizes.weights()])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let [q, k, v, values, lengths] = inputs else {
            unreachable!("five inputs")
        };
        let [o, weights] = outputs else {
            unreachable!("two outputs")
        };
        let [q_type, k_type, v_type, ..] = cx.inputs else {
            unreachable!("five inputs")
        };
        let sizes = Sizes::of(q_type, k_type, v_type).expect("checked by infer");
        let (keys, inner, channels) = (sizes.keys, sizes.inner, cx.inputs[3].last());
        let lengths: &[u32] = bytemuck::cast_slice(lengths);
        let curves = Curves::load();
        let mut scored = vec![0.0f32; inner];
        let rows = weights
            .chunks_exact_mut(keys)
            .zip(o.chunks_exact_mut(channels));
        for ((row, (weights, o)), q) in rows.enumerate().zip(q.chunks_exact(inner)) {
            let b = row / sizes.queries;
            let seen = keys.min(lengths[b] as usize);
            let (weights, masked) = weights.split_at_mut(seen);
            masked.fill(0.0);
            o.fill(0.0);
            let of_batch = k[b * keys * inner..].chunks_exact(inner);
            for (score, k) in weights.iter_mut().zip(of_batch) {
                // In two passes: the one with tanh then vectorises.
                for ((s, q), k) in scored.iter_mut().zip(q).zip(k) {
                    *s = curves.tanh(q + k);
                }
                *score = lanes::dot(&scored, v);
            }
            let largest = lanes::max(weights);
            for weight in weights.iter_mut() {
                *weight = curves.exp(*weight - largest);
            }
            let factor = 1.0 / lanes::sum1(weights, |w| w);
            let of_batch = values[b * keys * channels..].chunks_exact(channels);
            for (weight, values) in weights.iter_mut().zip(of_batch) {
                *weight *= factor;
                for (o, value) in o.iter_mut().zip(values) {
                    *o += *weight * value;
                }
            }
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let d_o = cx.d_first(self.name())?;
        let (q, k, v, values) = (cx.inputs[0], cx.inputs[1], cx.inputs[2], cx.inputs[3]);
        let weights = cx.outputs[1];
        let batched = Matmul {
            batched: true,
            ..Matmul::plain()
        };
        let from_values = Matmul {
            transpose_b: true,
            ..batched
        };
        let d_weights = cx.apply(from_values, &[d_o, values])?; // (B, T, S)
        let to_values = Matmul {
            transpose_a: true,
            ..batched
        };
        let d_values = cx.apply(to_values, &[weights, d_o])?; // (B, S, C)
        let made = cx.push(AdditiveAttentionBackward, &[d_weights, weights, q, k, v])?;
        let d_v = cx.apply(SumRows, &[made[2]])?; // (A)
        let gradients = [made[0], made[1], d_v, d_values].map(Some);
        Ok(Gradients::Inputs(
            gradients.into_iter().chain([None]).collect(),
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let sizes =
            Sizes::of(&cx.inputs[0], &cx.inputs[1], &cx.inputs[2]).expect("checked by infer");
        let channels = cx.inputs[3].last();
        let width = width_of(sizes.inner, channels);
        let team = Team::of(sizes.keys.max(width.lanes(channels)), cx.is_software);
        let rows = sizes.batch * sizes.queries;
        let words = [
            rows,
            sizes.queries,
            sizes.keys,
            width.lanes(sizes.inner),
            width.lanes(channels),
        ];
        let mut bindings: Vec<Binding> = (0..5).map(Binding::Input).collect();
        bindings.extend([Binding::Output(0), Binding::Output(1)]);
        vec![Launch {
            shader: Shader {
                name: "additive_attention",
                sources: vec![
                    width.source(),
                    include_str!("../../shaders/lib/lane_tanh.wgsl"),
                    team.source(),
                    include_str!("../../shaders/additive_attention.wgsl"),
                ],
                entry: "forward",
                constants: team.constants(),
            },
            bindings,
            params: words.map(|w| w as u32).to_vec(),
            workgroups: team.workgroups(rows),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, [b, t, s, a, c]: [usize; 5], lengths: Vec<u32>| {
        let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
        let inputs = vec![
            normal(&[b, t, a]),
            normal(&[b, s, a]),
            normal(&[a]),
            normal(&[b, s, c]),
            (TensorType::u32(&[b]), Fill::U32(lengths)),
        ];
        Sample::new(label, AdditiveAttention, inputs)
            .differentiable(&[0, 1, 2, 3])
            .compared(&[0, 1])
            .tolerance(2e-5)
    };
    vec![
        with("odd sizes", [3, 4, 5, 7, 3], vec![5, 2, 0]),
        with(
            "in fours, a length beyond the end",
            [2, 3, 9, 8, 12],
            vec![99, 4],
        ),
        with("one of each", [1, 1, 1, 1, 1], vec![1]),
        with("keys beyond a workgroup", [1, 2, 300, 4, 8], vec![290]),
    ]
}
