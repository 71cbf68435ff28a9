//! Attention of one new token over a key–value cache, for generation. At position p (the cursor):
//!
//! `key_cache[p] = k`, `value_cache[p] = v`, `o = Σ_{j ≤ p} softmax_j(q · k_j / √D − slope_h (p − j)) v_j`.
//!
//! Inputs qkv (1, 3C), packed as for [`super::attention`]; key_cache and value_cache (T, C), T the capacity, updated in place;
//! cursor u32 (1). Outputs o (1, C) and the two caches. A cursor beyond the capacity is taken as the last row: the
//! caller stops or starts anew before that.

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::attention::{Packed, alibi_slope, params};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "attention_decode",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionDecode {
    pub heads: usize,
    pub alibi: bool,
    /// T, rows of each cache.
    pub capacity: usize,
}

impl Op for AttentionDecode {
    fn name(&self) -> &'static str {
        "attention_decode"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [qkv, key_cache, value_cache, cursor] = inputs else {
            return Err("qkv, the key and value caches and the cursor are needed".to_owned());
        };
        let packed = Packed::of(qkv, self.heads)?;
        if packed.batch * packed.time != 1 {
            return Err("one token is decoded at a time: qkv is (1, 3C)".to_owned());
        }
        let cache = TensorType::f32(&[self.capacity, packed.channels()]);
        if self.capacity == 0 || *key_cache != cache || *value_cache != cache {
            return Err(format!(
                "the caches are f32 ({}, {}), capacity by channels, of at least one row",
                self.capacity,
                packed.channels()
            ));
        }
        if *cursor != TensorType::u32(&[1]) {
            return Err("the cursor is one u32".to_owned());
        }
        let mut o = qkv.clone();
        *o.shape.last_mut().expect("two or three axes") = packed.channels();
        Ok(vec![o, cache.clone(), cache])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let packed = Packed::known(&cx.inputs[0], self.heads);
        let (size, channels) = (packed.size, packed.channels());
        let position = (inputs[3][0].to_bits() as usize).min(self.capacity - 1);
        let [o, key_cache, value_cache] = outputs else {
            unreachable!("three outputs")
        };
        let (queries, new) = inputs[0].split_at(channels);
        let (new_key, new_value) = new.split_at(channels);
        key_cache[position * channels..][..channels].copy_from_slice(new_key);
        value_cache[position * channels..][..channels].copy_from_slice(new_value);
        let mut weights = vec![0.0f32; position + 1];
        for (head, (q, o)) in queries
            .chunks_exact(size)
            .zip(o.chunks_exact_mut(size))
            .enumerate()
        {
            let slope = alibi_slope(self.alibi, head, self.heads);
            let of_head = head * size..(head + 1) * size;
            let keys = key_cache.chunks_exact(channels);
            for (j, (weight, key)) in weights.iter_mut().zip(keys).enumerate() {
                let score = lanes::dot(q, &key[of_head.clone()]) * packed.scale();
                *weight = score - slope * (position - j) as f32;
            }
            let largest = lanes::max(&weights);
            for weight in &mut weights {
                *weight = lanes::exp(*weight - largest);
            }
            let factor = 1.0 / lanes::sum1(&weights, |p| p);
            o.fill(0.0);
            for (p, value) in weights.iter().zip(value_cache.chunks_exact(channels)) {
                for (o, v) in o.iter_mut().zip(&value[of_head.clone()]) {
                    *o += p * factor * v;
                }
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "decoding is for generation; train with the attention op",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let packed = Packed::known(&cx.inputs[0], self.heads);
        // In a cache the capacity takes the place of time; one sequence a head.
        let cache = Packed {
            time: self.capacity,
            ..packed
        };
        vec![Launch {
            shader: Shader {
                name: "attention_decode",
                sources: vec![
                    packed.pack_source(),
                    include_str!("../../shaders/lib/attention.wgsl"),
                    include_str!("../../shaders/attention_decode.wgsl"),
                ],
                entry: if cx.is_software { "serial" } else { "parallel" },
                constants: vec![
                    ("ALIBI", Constant::Bool(self.alibi)),
                    ("PACKS", Constant::U32(packed.packs())),
                ],
            },
            bindings: vec![
                Binding::Input(0),
                Binding::Input(3),
                Binding::Output(0),
                Binding::Output(1),
                Binding::Output(2),
            ],
            params: params(cache, self.capacity),
            workgroups: [self.heads as u32, 1, 1],
        }]
    }

    fn aliases(&self) -> Vec<(usize, usize)> {
        vec![(1, 1), (2, 2)]
    }
}

fn sample(
    label: &'static str,
    [heads, size, capacity]: [usize; 3],
    alibi: bool,
    cursor: u32,
) -> Sample {
    let channels = heads * size;
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let op = AttentionDecode {
        heads,
        alibi,
        capacity,
    };
    let inputs = vec![
        normal(&[1, 3 * channels]),
        normal(&[capacity, channels]),
        normal(&[capacity, channels]),
        (TensorType::u32(&[1]), Fill::U32(vec![cursor])),
    ];
    Sample::new(label, op, inputs)
        .differentiable(&[])
        .compared(&[0, 1, 2])
        .tolerance(2e-5)
}

fn samples() -> Vec<Sample> {
    vec![
        sample("first token", [3, 4, 5], false, 0),
        sample("last row, head size three", [2, 3, 9], false, 8),
        sample("beyond a workgroup, ALiBi", [5, 16, 101], true, 97),
        sample("head size 64", [2, 64, 33], false, 6),
        sample("cursor beyond the capacity", [1, 1, 4], true, 9),
    ]
}
