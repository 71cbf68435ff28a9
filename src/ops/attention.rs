//! Attention of H heads in one streaming launch (Vaswani et al. 2017; Dao et al. 2022):
//!
//! `score_ij = cap(q_i · k_j / √D) + bias_h(i, j)`, `o_i = Σ_j softmax_j(score_ij) v_j`, `lse_i = log Σ_j exp score_ij`,
//! sums over the keys j that the [`Mask`] lets query i see and, with lengths, j < lengths_b.
//!
//! Inputs: qkv (B, T, (H + 2K) D), packed as in `attention_layout.rs`; or, across two sequences, q (B, T, H D) and
//! kv (B, S, 2 K D). Then, if there are lengths, lengths u32 (B), at least 1 each; then, for a learned bias, its table
//! (buckets, H). Outputs o (B, T, H D) and lse (B, H, T), natural logarithm, which the backward pass and
//! [`super::attention_weights`] make the probabilities from. No T × S matrix is stored on WebGPU, and only a block of rows
//! on the CPU. A row that sees no key (beyond the length, under a window or stride) has o = 0 and lse = 0.
//!
//! `cap(x) = soft_cap · tanh(x / soft_cap)`, after the scale and before the bias (Gemma Team 2024, section 2).

pub use crate::ops::attention_bias::{Bias, RelativeBias, alibi_slope};
pub use crate::ops::attention_layout::MAX_HEAD_SIZE;
pub use crate::ops::attention_mask::Mask;

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    TensorType,
};
use crate::ops::attention_backward::AttentionBackward;
use crate::ops::attention_cpu::{self, Operands};
use crate::ops::attention_launch::{Kernel, Own};
use crate::ops::attention_layout::Layout;
use crate::ops::{OpEntry, Sample, attention_cases};

pub const ENTRY: OpEntry = OpEntry {
    name: "attention",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attention {
    /// H, heads of queries.
    pub heads: usize,
    /// K, heads of keys and values; divides `heads`.
    pub kv_heads: usize,
    pub mask: Mask,
    pub bias: Bias,
    /// Bound on the products' size; 0 is none.
    pub soft_cap: f32,
    /// Whether keys and values come from another sequence: every key is seen, and no bias is added.
    pub is_cross: bool,
    /// Whether an input tells how many keys of each sequence there are.
    pub has_lengths: bool,
}

/// Places of the optional inputs among an op's inputs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Optional {
    pub kv: Option<usize>,
    pub lengths: Option<usize>,
    pub table: Option<usize>,
}

impl Attention {
    /// `heads` heads of queries, keys and values; a query sees what was before it.
    pub fn causal(heads: usize) -> Self {
        Self {
            heads,
            kv_heads: heads,
            mask: Mask::Causal,
            bias: Bias::None,
            soft_cap: 0.0,
            is_cross: false,
            has_lengths: false,
        }
    }

    /// Every query sees every key of its sequence.
    pub fn bidirectional(heads: usize) -> Self {
        Self {
            mask: Mask::Bidirectional,
            ..Self::causal(heads)
        }
    }

    /// Queries of one sequence, keys and values of another.
    pub fn cross(heads: usize) -> Self {
        Self {
            is_cross: true,
            ..Self::bidirectional(heads)
        }
    }

    /// The optional inputs of an op whose input `first` is qkv or q.
    pub(crate) fn optional(&self, first: usize) -> Optional {
        let mut next = first;
        let mut place = |is_there: bool| {
            next += usize::from(is_there);
            is_there.then_some(next)
        };
        Optional {
            kv: place(self.is_cross),
            lengths: place(self.has_lengths),
            table: place(self.bias.buckets() > 0),
        }
    }

    /// How many inputs there are: qkv or q, and the optional ones.
    pub(crate) fn input_count(&self) -> usize {
        let Optional { kv, lengths, table } = self.optional(0);
        1 + kv.iter().chain(&lengths).chain(&table).count()
    }

    /// What does not depend on the inputs.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.mask.check()?;
        self.bias.check()?;
        if self.is_cross && (self.mask != Mask::Bidirectional || self.bias != Bias::None) {
            return Err(
                "places in two sequences have no order: attention across them sees every key, without a bias by distance"
                    .to_owned(),
            );
        }
        if self.soft_cap != 0.0 && !(self.soft_cap >= 1e-3 && self.soft_cap.is_finite()) {
            return Err(format!(
                "the soft cap is a number from 0.001 on, or 0 for none, not {}",
                self.soft_cap
            ));
        }
        Ok(())
    }

    /// Checks every input of the forward op.
    pub(crate) fn layout(&self, inputs: &[TensorType]) -> Result<Layout, String> {
        self.check()?;
        if inputs.len() != self.input_count() {
            return Err(format!(
                "the inputs are {}{}{}",
                if self.is_cross {
                    "q and kv"
                } else {
                    "one packed qkv tensor"
                },
                if self.has_lengths { ", lengths" } else { "" },
                if self.bias.buckets() > 0 {
                    ", the table of biases"
                } else {
                    ""
                }
            ));
        }
        let optional = self.optional(0);
        let layout = match optional.kv {
            Some(kv) => Layout::cross(&inputs[0], &inputs[kv], self.heads, self.kv_heads)?,
            None => Layout::packed(&inputs[0], self.heads, self.kv_heads)?,
        };
        let lengths = TensorType::u32(&[layout.batch]);
        if optional.lengths.is_some_and(|i| inputs[i] != lengths) {
            return Err(format!("lengths are u32 ({})", layout.batch));
        }
        self.check_table(optional.table.map(|i| &inputs[i]))?;
        Ok(layout)
    }

    pub(crate) fn check_table(&self, table: Option<&TensorType>) -> Result<(), String> {
        let expected = self.bias.table(self.heads);
        if table == expected.as_ref() {
            return Ok(());
        }
        Err(format!(
            "the table of biases is ({}, {}), buckets by heads",
            self.bias.buckets(),
            self.heads
        ))
    }

    /// Of inputs that `infer` has accepted.
    pub(crate) fn known_layout(&self, inputs: &[TensorType]) -> Layout {
        self.layout(inputs)
            .expect("checked when the op was added to the graph")
    }
}

impl Op for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let layout = self.layout(inputs)?;
        let mut o = inputs[0].clone();
        *o.shape.last_mut().expect("two or three axes") = layout.channels();
        let lse = TensorType::f32(&[layout.batch, layout.heads, layout.rows]);
        Ok(vec![o, lse])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let [o, lse] = outputs else {
            unreachable!("two outputs")
        };
        attention_cpu::forward(&Operands::new(*self, cx.inputs, inputs), o, lse);
    }

    /// Scores and weighted sum over the places each query sees.
    fn flops(&self, inputs: &[TensorType]) -> u64 {
        let layout = self.known_layout(inputs);
        let seen = |query| self.mask.count_seen(query, layout.columns) as u64;
        let pairs: u64 = (0..layout.rows).map(seen).sum();
        4 * layout.sequences() as u64 * layout.size as u64 * pairs
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let d_o = cx.d_first(self.name())?;
        let mut inputs = vec![d_o, cx.outputs[0], cx.outputs[1]];
        inputs.extend(cx.inputs);
        let d = cx.push(AttentionBackward(*self), &inputs)?;
        let optional = self.optional(0);
        let mut gradients = vec![None; cx.inputs.len()];
        let places = [Some(0), optional.kv, optional.table];
        for (place, d) in places.into_iter().flatten().zip(d) {
            gradients[place] = Some(d);
        }
        Ok(Gradients::Inputs(gradients))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let kernel = Kernel {
            attention: *self,
            layout: self.known_layout(cx.inputs),
            optional: self.optional(0),
            is_software: cx.is_software,
        };
        let body = include_str!("../../shaders/attention.wgsl");
        let bindings = vec![Binding::Input(0), Binding::Output(0), Binding::Output(1)];
        vec![kernel.row_launch(Own::Queries, ("attention", "forward"), &[body], bindings)]
    }
}

fn samples() -> Vec<Sample> {
    attention_cases::cases()
        .into_iter()
        .map(|(label, op, inputs)| {
            let is_number = |i: &usize| op.optional(0).lengths != Some(*i);
            let differentiable: Vec<usize> = (0..inputs.len()).filter(is_number).collect();
            // WGSL allows exp an error of 3 + 2 |x| units in the last place: at |x| about 20, 3e-6 of a probability.
            Sample::new(label, op, inputs)
                .compared(&[0, 1])
                .differentiable(&differentiable)
                .tolerance(2e-5)
        })
        .collect()
}
