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
use crate::ops::{Fill, OpEntry, Sample};

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

/// An attention with inputs to try it on.
pub(crate) type Case = (&'static str, Attention, Vec<(TensorType, Fill)>);

/// Samples of this op and of [`super::attention_weights`].
pub(crate) fn cases() -> Vec<Case> {
    let causal = Attention::causal;
    let both_ways = Attention::bidirectional;
    let alibi = |heads| Attention {
        bias: Bias::Alibi,
        ..causal(heads)
    };
    let relative = |buckets, max_distance, is_bidirectional| {
        Bias::Relative(RelativeBias {
            buckets,
            max_distance,
            is_bidirectional,
        })
    };
    let case = |label, op: Attention, shapes: &[&[usize]], lengths: &[u32]| -> Case {
        let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
        let mut inputs: Vec<_> = shapes.iter().map(|shape| normal(shape)).collect();
        let op = Attention {
            has_lengths: !lengths.is_empty(),
            ..op
        };
        if op.has_lengths {
            let words = Fill::U32(lengths.to_vec());
            inputs.push((TensorType::u32(&[lengths.len()]), words));
        }
        let table = op.bias.table(op.heads);
        inputs.extend(table.map(|table| (table, Fill::Normal(1.0))));
        (label, op, inputs)
    };
    let shared = |kv_heads, op| Attention { kv_heads, ..op };
    let masked = |mask, op| Attention { mask, ..op };
    let biased = |bias, op| Attention { bias, ..op };
    let capped = |soft_cap, op| Attention { soft_cap, ..op };
    let (window, strided) = (Mask::Window, Mask::Strided);
    vec![
        case("three heads of four", causal(3), &[&[2, 5, 36]], &[]),
        case("three heads, ALiBi", alibi(3), &[&[2, 5, 36]], &[]),
        case("time beyond a workgroup", causal(2), &[&[1, 67, 96]], &[]),
        case("ALiBi beyond a workgroup", alibi(5), &[&[1, 67, 240]], &[]),
        case("head size three", causal(2), &[&[2, 9, 18]], &[]),
        case("one token, head size one", alibi(2), &[&[3, 1, 6]], &[]),
        case("head size 64", causal(1), &[&[1, 21, 192]], &[]),
        case(
            "queries in pairs, window",
            masked(window(3), shared(2, causal(4))),
            &[&[2, 9, 32]],
            &[],
        ),
        case(
            "window beyond a workgroup, queries in threes",
            masked(window(19), shared(1, alibi(3))),
            &[&[1, 150, 40]],
            &[],
        ),
        case(
            "window of one",
            masked(window(1), causal(1)),
            &[&[1, 3, 6]],
            &[],
        ),
        case(
            "stride, one key head, soft cap",
            masked(strided(3), shared(1, capped(1.5, causal(3)))),
            &[&[2, 11, 15]],
            &[],
        ),
        case(
            "stride beyond a workgroup, lengths",
            masked(strided(8), causal(2)),
            &[&[2, 70, 24]],
            &[3, 66],
        ),
        case(
            "window, lengths, a learned bias: rows that see nothing",
            masked(window(3), biased(relative(4, 6, false), causal(2))),
            &[&[2, 12, 24]],
            &[4, 12],
        ),
        case(
            "both ways, ALiBi, lengths",
            biased(Bias::Alibi, both_ways(2)),
            &[&[3, 7, 24]],
            &[7, 1, 4],
        ),
        case(
            "both ways beyond a workgroup",
            shared(2, both_ways(4)),
            &[&[1, 67, 32]],
            &[],
        ),
        case(
            "learned bias",
            biased(relative(6, 10, false), causal(3)),
            &[&[2, 13, 36]],
            &[],
        ),
        case(
            "learned bias both ways, queries in pairs, soft cap",
            biased(relative(8, 9, true), shared(2, capped(2.0, both_ways(4)))),
            &[&[1, 19, 24]],
            &[],
        ),
        case(
            "learned bias of T5 beyond a workgroup",
            biased(relative(32, 64, false), causal(2)),
            &[&[2, 71, 24]],
            &[],
        ),
        case(
            "learned bias of one direction, both ways seen",
            biased(relative(4, 5, false), both_ways(1)),
            &[&[1, 9, 9]],
            &[5],
        ),
        case(
            "cross",
            Attention::cross(3),
            &[&[2, 5, 12], &[2, 7, 24]],
            &[],
        ),
        case(
            "cross beyond a workgroup, one key head, lengths, soft cap",
            shared(1, capped(1.5, Attention::cross(2))),
            &[&[2, 67, 10], &[2, 9, 10]],
            &[9, 2],
        ),
        case(
            "keys beyond a workgroup, one query",
            shared(2, Attention::cross(4)),
            &[&[1, 1, 16], &[1, 70, 16]],
            &[69],
        ),
    ]
}

fn samples() -> Vec<Sample> {
    cases()
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
