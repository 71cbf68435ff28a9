//! Root-mean-square normalisation of every head of queries and keys, so that scores cannot grow without bound:
//!
//! ```text
//! y = x · rstd ⊙ g                         rstd = 1 / √(mean(x²) + ε), ε = 1e-5, over the D numbers of a head
//! dx = rstd · (d − x̂ · mean(d · x̂))        d = dy ⊙ g, x̂ = x · rstd
//! dg = Σ dy ⊙ x̂                            over tokens and heads
//! ```
//!
//! Henry et al. 2020 normalise to length 1 and learn one scale, Dehghani et al. 2023 take LayerNorm; this is RMSNorm with a gain per
//! channel, as in Qwen 3 and Gemma 3 (2025). Inputs qkv (B, T, (H + 2K) D), packed as for [`super::attention`], and the gains of
//! queries and of keys, (D) each, which all heads share. Outputs y like qkv, values passed on, and rstd (B, T, H + K),
//! saved for the backward pass.

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::attention_layout::Layout;
use crate::ops::launch::{self, Team, Width};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "qk_norm",
    samples,
};

const EPSILON: f32 = 1e-5;

/// Tokens whose part of the gains' gradient one workgroup sums.
const BLOCK_TOKENS: usize = 8;

/// Inputs qkv and the two gains; outputs y, rstd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QkNorm {
    /// H, heads of queries.
    pub heads: usize,
    /// K, heads of keys and values; divides `heads`.
    pub kv_heads: usize,
}

impl QkNorm {
    fn layout(&self, qkv: &TensorType, gains: &[TensorType]) -> Result<Layout, String> {
        let layout = Layout::packed(qkv, self.heads, self.kv_heads)?;
        let gain = TensorType::f32(&[layout.size]);
        if gains.len() != 2 || gains.iter().any(|g| *g != gain) {
            return Err(format!(
                "the gains of queries and of keys are ({}) each, one number a channel of a head",
                layout.size
            ));
        }
        Ok(layout)
    }

    fn known_layout(&self, qkv: &TensorType) -> Layout {
        Layout::packed(qkv, self.heads, self.kv_heads)
            .expect("checked when the op was added to the graph")
    }

    /// Heads of a token that are normalised, and all of them.
    fn counts(&self) -> (usize, usize) {
        let normed = self.heads + self.kv_heads;
        (normed, normed + self.kv_heads)
    }

    fn launch(
        &self,
        entry: &'static str,
        (layout, is_software): (Layout, bool),
        bindings: Vec<Binding>,
        workgroups: impl Fn(Team, usize) -> [u32; 3],
    ) -> Launch {
        let width = Width::of(layout.size);
        let lanes = width.lanes(layout.size);
        let team = Team::of(lanes, is_software);
        let mut constants = team.constants();
        constants.push(("BLOCK_TOKENS", Constant::U32(BLOCK_TOKENS as u32)));
        let tokens = layout.batch * layout.rows;
        let counts = [
            tokens,
            lanes,
            self.heads,
            self.kv_heads,
            tokens.div_ceil(BLOCK_TOKENS),
        ];
        let mut params = counts.map(|n| n as u32).to_vec();
        params.push(EPSILON.to_bits());
        Launch {
            shader: Shader {
                name: "qk_norm",
                sources: vec![
                    width.source(),
                    team.source(),
                    include_str!("../../shaders/qk_norm.wgsl"),
                ],
                entry,
                constants,
            },
            bindings,
            params,
            workgroups: workgroups(team, lanes),
        }
    }
}

impl Op for QkNorm {
    fn name(&self) -> &'static str {
        "qk_norm"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [qkv, gains @ ..] = inputs else {
            return Err("qkv and the gains of queries and keys are needed".to_owned());
        };
        let layout = self.layout(qkv, gains)?;
        let rstd = TensorType::f32(&[layout.batch, layout.rows, self.counts().0]);
        Ok(vec![qkv.clone(), rstd])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let layout = self.known_layout(&cx.inputs[0]);
        let (normed, heads) = self.counts();
        let size = layout.size;
        let [y, rstd] = outputs else {
            unreachable!("two outputs")
        };
        for ((x, y), rstd) in inputs[0]
            .chunks_exact(heads * size)
            .zip(y.chunks_exact_mut(heads * size))
            .zip(rstd.chunks_exact_mut(normed))
        {
            let (x, v) = x.split_at(normed * size);
            let (y, passed) = y.split_at_mut(normed * size);
            passed.copy_from_slice(v);
            let rows = x.chunks_exact(size).zip(y.chunks_exact_mut(size));
            for (head, ((x, y), rstd)) in rows.zip(rstd).enumerate() {
                let gain = inputs[1 + usize::from(head >= self.heads)];
                let mean_square = lanes::sum1(x, |x| x * x) / size as f32;
                let r = 1.0 / (mean_square + EPSILON).sqrt();
                for ((y, &x), &g) in y.iter_mut().zip(x).zip(gain) {
                    *y = x * r * g;
                }
                *rstd = r;
            }
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let [qkv, gain_q, gain_k] = [0, 1, 2].map(|i| cx.inputs[i]);
        let inputs = [dy, qkv, gain_q, gain_k, cx.outputs[1]];
        let d = cx.push(QkNormBackward(*self), &inputs)?;
        Ok(Gradients::Inputs(
            d[..3].iter().copied().map(Some).collect(),
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let layout = self.known_layout(&cx.inputs[0]);
        let rows = layout.batch * layout.rows * self.counts().1;
        let [qkv, gain_q, gain_k] = [0, 1, 2].map(Binding::Input);
        vec![self.launch(
            "forward",
            (layout, cx.is_software),
            vec![qkv, gain_q, gain_k, Binding::Output(0), Binding::Output(1)],
            |team, _| team.workgroups(rows),
        )]
    }
}

/// Inputs dy, qkv, the two gains and rstd; outputs dqkv, the gradients of the gains, and partial sums (blocks, H + K, D), which
/// only the WebGPU launches use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QkNormBackward(pub QkNorm);

impl Op for QkNormBackward {
    fn name(&self) -> &'static str {
        "qk_norm_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [dy, qkv, gain_q, gain_k, rstd] = inputs else {
            return Err("dy, qkv, the gains of queries and keys, and rstd are needed".to_owned());
        };
        let layout = self.0.layout(qkv, &inputs[2..4])?;
        let (tokens, normed) = (layout.batch * layout.rows, self.0.counts().0);
        if dy != qkv || rstd.len() != tokens * normed {
            return Err("dy has the shape of qkv, and rstd is (B, T, H + K)".to_owned());
        }
        let partials = [tokens.div_ceil(BLOCK_TOKENS), normed, layout.size];
        Ok(vec![
            qkv.clone(),
            gain_q.clone(),
            gain_k.clone(),
            TensorType::f32(&partials),
        ])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let layout = self.0.known_layout(&cx.inputs[1]);
        let (normed, heads) = self.0.counts();
        let size = layout.size;
        let [dx, d_gain_q, d_gain_k, _] = outputs else {
            unreachable!("four outputs")
        };
        d_gain_q.fill(0.0);
        d_gain_k.fill(0.0);
        let rows = inputs[0]
            .chunks_exact(size)
            .zip(inputs[1].chunks_exact(size))
            .zip(dx.chunks_exact_mut(size));
        for (row, ((dy, x), dx)) in rows.enumerate() {
            let (token, head) = (row / heads, row % heads);
            if head >= normed {
                dx.copy_from_slice(dy);
                continue;
            }
            let (gain, d_gain) = if head < self.0.heads {
                (inputs[2], &mut **d_gain_q)
            } else {
                (inputs[3], &mut **d_gain_k)
            };
            let r = inputs[4][token * normed + head];
            // dx holds dy ⊙ g until its mean is known.
            for ((d, &dy), &g) in dx.iter_mut().zip(dy).zip(gain) {
                *d = dy * g;
            }
            let d_dot = lanes::dot(dx, x) * r / size as f32;
            for ((d, &x), (&dy, d_gain)) in dx.iter_mut().zip(x).zip(dy.iter().zip(d_gain)) {
                *d = r * (*d - x * r * d_dot);
                *d_gain += dy * (x * r);
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let layout = self.0.known_layout(&cx.inputs[1]);
        let blocks = (layout.batch * layout.rows).div_ceil(BLOCK_TOKENS);
        let at = (layout, cx.is_software);
        let mut bindings: Vec<Binding> = (0..5).map(Binding::Input).collect();
        bindings.extend([Binding::Output(0), Binding::Output(3)]);
        let sums = vec![
            Binding::OutputRead(3),
            Binding::Output(1),
            Binding::Output(2),
        ];
        vec![
            self.0
                .launch("backward", at, bindings, |_, _| launch::spread(blocks)),
            self.0.launch("sum_partials", at, sums, |_, lanes| {
                [2 * lanes as u32, 1, 1]
            }),
        ]
    }
}

fn samples() -> Vec<Sample> {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let with = |label, heads: usize, kv_heads: usize, shape: &[usize]| {
        let size = shape.last().expect("a shape") / (heads + 2 * kv_heads);
        let inputs = vec![normal(shape), normal(&[size]), normal(&[size])];
        Sample::new(label, QkNorm { heads, kv_heads }, inputs).compared(&[0, 1])
    };
    vec![
        with("three heads of four", 3, 3, &[2, 5, 36]),
        with("queries in pairs, head size three", 4, 2, &[2, 9, 24]),
        with(
            "three queries to one key, more tokens than a block",
            3,
            1,
            &[1, 37, 80],
        ),
        with("one token, head size 256", 1, 1, &[1, 768]),
        // The gradient of one channel is nearly zero, which a relative tolerance cannot judge.
        with("head size one", 2, 1, &[3, 4]).differentiable(&[1, 2]),
    ]
}
