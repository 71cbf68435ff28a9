//! Causal self-attention of H heads in one streaming launch (Vaswani et al. 2017; Dao et al. 2022):
//!
//! `score_ij = q_i · k_j / √D − slope_h · (i − j)`, `o_i = Σ_{j ≤ i} softmax_j(score_ij) v_j`,
//! `lse_i = log Σ_{j ≤ i} exp score_ij`.
//!
//! Input qkv (B, T, 3C): queries, keys and values side by side as GPT-2's `c_attn` makes them, each (H, D) within a
//! token. Outputs o (B, T, C) and lse (B, H, T), natural logarithm, which the backward pass and [`super::attention_weights`]
//! make the probabilities from. No T × T matrix is stored on WebGPU, and only a block of rows on the CPU.
//! The slope is 0, or ALiBi's (Press et al. 2021). Which keys a query sees is decided by `sees` in
//! `shaders/lib/attention.wgsl` and by the row's length in `attention_cpu.rs`: other masks start there.

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::attention_backward::AttentionBackward;
use crate::ops::{Fill, OpEntry, Sample, attention_cpu, launch};

pub const ENTRY: OpEntry = OpEntry {
    name: "attention",
    samples,
};

/// Largest head size D: beyond it the registers and the workgroup memory of the kernels do not suffice.
pub const MAX_HEAD_SIZE: usize = 256;

/// Threads of a workgroup of the attention kernels.
const THREADS: usize = 64;

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attention {
    pub heads: usize,
    pub alibi: bool,
}

/// The sizes in a packed qkv tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub batch: usize,
    pub time: usize,
    pub heads: usize,
    /// D.
    pub size: usize,
}

impl Packed {
    /// Reads (B, T, 3C), or (T, 3C) as one sequence.
    pub fn of(qkv: &TensorType, heads: usize) -> Result<Self, String> {
        let (batch, time) = match qkv.shape[..] {
            [batch, time, _] => (batch, time),
            [time, _] => (1, time),
            _ => return Err("queries, keys and values come packed as (B, T, 3C)".to_owned()),
        };
        if heads == 0 || qkv.is_empty() {
            return Err("at least one head and one token are needed".to_owned());
        }
        if !qkv.last().is_multiple_of(3 * heads) {
            return Err(format!(
                "the last axis, {}, is not 3 × {heads} heads of one size; choose channels that the heads divide",
                qkv.last()
            ));
        }
        let size = qkv.last() / 3 / heads;
        if size > MAX_HEAD_SIZE {
            return Err(format!(
                "heads of {size} channels are larger than {MAX_HEAD_SIZE}; use more heads"
            ));
        }
        Ok(Self {
            batch,
            time,
            heads,
            size,
        })
    }

    /// Of a type that `infer` has accepted.
    pub fn known(qkv: &TensorType, heads: usize) -> Self {
        Self::of(qkv, heads).expect("checked when the op was added to the graph")
    }

    /// C.
    pub fn channels(self) -> usize {
        self.heads * self.size
    }

    /// B · H.
    pub fn sequences(self) -> usize {
        self.batch * self.heads
    }

    /// 1 / √D.
    pub fn scale(self) -> f32 {
        1.0 / (self.size as f32).sqrt()
    }

    /// Whether numbers are read four at a time.
    fn is_packed_by_four(self) -> bool {
        self.size.is_multiple_of(4)
    }

    /// `PACKS` in WGSL: reads of a head.
    pub fn packs(self) -> u32 {
        let pack = if self.is_packed_by_four() { 4 } else { 1 };
        (self.size / pack) as u32
    }

    pub fn pack_source(self) -> &'static str {
        if self.is_packed_by_four() {
            include_str!("../../shaders/lib/pack4.wgsl")
        } else {
            include_str!("../../shaders/lib/pack1.wgsl")
        }
    }
}

/// ALiBi's slope of head `head` (from 0) of `heads`, 0 without `alibi`. For a power of two 2^(−8 (head + 1) / heads);
/// else the slopes of the largest power of two P below, then every other one of the series for 2 P.
pub fn alibi_slope(alibi: bool, head: usize, heads: usize) -> f32 {
    if !alibi {
        return 0.0;
    }
    let base = slope_base(heads);
    let exponent = if head < base {
        -8.0 * (head + 1) as f64 / base as f64
    } else {
        -4.0 * (2 * (head - base) + 1) as f64 / base as f64
    };
    exponent.exp2() as f32
}

/// The largest power of two not above `heads`.
pub(crate) fn slope_base(heads: usize) -> usize {
    1 << heads.ilog2()
}

/// The words of `Params` in `shaders/lib/attention.wgsl`.
pub(crate) fn params(packed: Packed, padded: usize) -> Vec<u32> {
    vec![
        packed.sequences() as u32,
        packed.heads as u32,
        packed.time as u32,
        padded as u32,
        packed.scale().to_bits(),
        slope_base(packed.heads) as u32,
    ]
}

/// A launch whose threads have the rows of every sequence. `body` is the kernel's text.
pub(crate) fn row_launch(
    packed: Packed,
    (name, body, entry): (&'static str, &'static str, &'static str),
    mut constants: Vec<(&'static str, Constant)>,
    bindings: Vec<Binding>,
    is_software: bool,
) -> Launch {
    // Rows a thread has, rows of a tile (two tiles fit 16 KiB of workgroup memory), threads with the same loop bounds.
    let (span, tile, lanes, tile_source) = if is_software {
        let source = include_str!("../../shaders/lib/tile_direct.wgsl");
        (4, 4, 4, source)
    } else {
        let fitting = 2048 / packed.size / 4 * 4;
        let source = include_str!("../../shaders/lib/tile_shared.wgsl");
        (1, fitting.min(32), THREADS, source)
    };
    let padded = packed.time.next_multiple_of(lanes * span);
    constants.push(("PACKS", Constant::U32(packed.packs())));
    constants.push(("SPAN", Constant::U32(span as u32)));
    constants.push(("TILE", Constant::U32(tile as u32)));
    Launch {
        shader: Shader {
            name,
            sources: vec![
                packed.pack_source(),
                include_str!("../../shaders/lib/attention.wgsl"),
                tile_source,
                body,
            ],
            entry,
            constants,
        },
        bindings,
        params: params(packed, padded),
        workgroups: launch::spread((packed.sequences() * padded).div_ceil(THREADS * span)),
    }
}

impl Op for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [qkv] = inputs else {
            return Err("one packed qkv tensor is needed".to_owned());
        };
        let packed = Packed::of(qkv, self.heads)?;
        let mut o = qkv.clone();
        *o.shape.last_mut().expect("two or three axes") = packed.channels();
        let lse = TensorType::f32(&[packed.batch, packed.heads, packed.time]);
        Ok(vec![o, lse])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let [o, lse] = outputs else {
            unreachable!("two outputs")
        };
        let packed = Packed::known(&cx.inputs[0], self.heads);
        attention_cpu::forward(packed, self.alibi, inputs[0], o, lse);
    }

    /// Scores and weighted sum over the places each query sees.
    fn flops(&self, inputs: &[TensorType]) -> u64 {
        let packed = Packed::known(&inputs[0], self.heads);
        let time = packed.time as u64;
        4 * packed.sequences() as u64 * packed.size as u64 * (time * (time + 1) / 2)
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let d_o = cx.d_first(self.name())?;
        let op = AttentionBackward {
            heads: self.heads,
            alibi: self.alibi,
        };
        let d_qkv = cx.apply(op, &[d_o, cx.inputs[0], cx.outputs[0], cx.outputs[1]])?;
        Ok(Gradients::Inputs(vec![Some(d_qkv)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let body = include_str!("../../shaders/attention.wgsl");
        vec![row_launch(
            Packed::known(&cx.inputs[0], self.heads),
            ("attention", body, "forward"),
            vec![("ALIBI", Constant::Bool(self.alibi))],
            vec![Binding::Input(0), Binding::Output(0), Binding::Output(1)],
            cx.is_software,
        )]
    }
}

pub(crate) fn sample_shapes() -> [(&'static str, usize, bool, [usize; 3]); 7] {
    [
        ("three heads of four", 3, false, [2, 5, 36]),
        ("three heads, ALiBi", 3, true, [2, 5, 36]),
        ("time beyond a workgroup", 2, false, [1, 67, 96]),
        ("ALiBi beyond a workgroup", 5, true, [1, 67, 240]),
        ("head size three", 2, false, [2, 9, 18]),
        ("one token, head size one", 2, true, [3, 1, 6]),
        ("head size 64", 1, false, [1, 21, 192]),
    ]
}

fn samples() -> Vec<Sample> {
    sample_shapes()
        .into_iter()
        .map(|(label, heads, alibi, shape)| {
            let qkv = (TensorType::f32(&shape), Fill::Normal(1.0));
            // WGSL allows exp an error of 3 + 2 |x| units in the last place: at |x| about 20, 3e-6 of a probability.
            Sample::new(label, Attention { heads, alibi }, vec![qkv])
                .compared(&[0, 1])
                .tolerance(2e-5)
        })
        .collect()
}
