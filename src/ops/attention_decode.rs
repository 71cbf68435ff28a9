//! Attention of one new token over a key–value cache, for generation. At position p (the cursor):
//!
//! `key_cache[p] = k`, `value_cache[p] = v`, `o = Σ_j softmax_j(cap(q · k_j / √D) + bias(p, j)) v_j` over the j ≤ p that p sees.
//!
//! Inputs qkv (1, (H + 2K) D), packed as for [`super::attention`]; key_cache and value_cache (S, K D), S the capacity, updated
//! in place; cursor u32 (1); and for a learned bias its table (buckets, H). Outputs o (1, H D) and the two caches. A cursor
//! beyond the capacity is taken as the last row: the caller stops or starts anew before that.

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    TensorType,
};
use crate::ops::attention::{Attention, Bias, Mask, Optional, RelativeBias};
use crate::ops::attention_launch::Kernel;
use crate::ops::attention_layout::Layout;
use crate::ops::lanes::Curves;
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "attention_decode",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttentionDecode {
    /// Of a mask that looks back only, within one sequence.
    pub attention: Attention,
    /// S, rows of each cache.
    pub capacity: usize,
}

impl AttentionDecode {
    /// The new token's queries, and the cache's rows as keys.
    fn layout(&self, qkv: &TensorType) -> Result<Layout, String> {
        let Attention {
            heads, kv_heads, ..
        } = self.attention;
        let new = Layout::packed(qkv, heads, kv_heads)?;
        if new.batch * new.rows != 1 {
            return Err("one token is decoded at a time: qkv is (1, 3C)".to_owned());
        }
        Ok(Layout {
            columns: self.capacity,
            ..new
        })
    }

    fn known_layout(&self, qkv: &TensorType) -> Layout {
        self.layout(qkv)
            .expect("checked when the op was added to the graph")
    }
}

impl Op for AttentionDecode {
    fn name(&self) -> &'static str {
        "attention_decode"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [qkv, key_cache, value_cache, cursor, table @ ..] = inputs else {
            return Err("qkv, the key and value caches and the cursor are needed".to_owned());
        };
        self.attention.check()?;
        let Attention {
            mask,
            is_cross,
            has_lengths,
            ..
        } = self.attention;
        if mask == Mask::Bidirectional || is_cross || has_lengths {
            return Err(
                "one token at a time looks back over its own sequence; across sequences and with lengths the attention op serves"
                    .to_owned(),
            );
        }
        let layout = self.layout(qkv)?;
        let cache = TensorType::f32(&[self.capacity, layout.kv_channels()]);
        if self.capacity == 0 || *key_cache != cache || *value_cache != cache {
            return Err(format!(
                "the caches are f32 ({}, {}), capacity by channels, of at least one row",
                self.capacity,
                layout.kv_channels()
            ));
        }
        if *cursor != TensorType::u32(&[1]) {
            return Err("the cursor is one u32".to_owned());
        }
        self.attention.check_table(table.first())?;
        let mut o = qkv.clone();
        *o.shape.last_mut().expect("two or three axes") = layout.channels();
        Ok(vec![o, cache.clone(), cache])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let layout = self.known_layout(&cx.inputs[0]);
        let Attention {
            mask,
            bias,
            soft_cap,
            ..
        } = self.attention;
        let (size, channels) = (layout.size, layout.kv_channels());
        let position = (inputs[3][0].to_bits() as usize).min(self.capacity - 1);
        let [o, key_cache, value_cache] = outputs else {
            unreachable!("three outputs")
        };
        let (queries, new) = inputs[0].split_at(layout.channels());
        let (new_key, new_value) = new.split_at(channels);
        key_cache[position * channels..][..channels].copy_from_slice(new_key);
        value_cache[position * channels..][..channels].copy_from_slice(new_value);
        // Biases of the distances from 0 to p: as of one row p and p + 1 columns.
        let distances = Layout {
            rows: position + 1,
            columns: 1,
            ..layout
        };
        let biases = bias.by_offset(distances, inputs.get(4).copied());
        let seen = mask.keys_of(position..position + 1, position + 1);
        let first = seen.start;
        let mut weights = vec![0.0f32; seen.len()];
        let curves = Curves::load();
        for (head, (q, o)) in queries
            .chunks_exact(size)
            .zip(o.chunks_exact_mut(size))
            .enumerate()
        {
            let start = first * channels + head / layout.group() * size;
            let keys = key_cache[start..].chunks(channels);
            for (weight, key) in weights.iter_mut().zip(keys) {
                *weight = lanes::dot(q, &key[..size]) * layout.scale();
                if soft_cap > 0.0 {
                    *weight = soft_cap * curves.tanh(*weight * (1.0 / soft_cap));
                }
            }
            if !biases.is_empty() {
                let of_head = &biases[head * (position + 1) + first..];
                for (weight, bias) in weights.iter_mut().zip(of_head) {
                    *weight += bias;
                }
            }
            mask.fill_holes(position, first, &mut weights, f32::NEG_INFINITY);
            let largest = lanes::max(&weights);
            for weight in &mut weights {
                *weight = curves.exp(*weight - largest);
            }
            mask.fill_holes(position, first, &mut weights, 0.0);
            let factor = 1.0 / lanes::sum1(&weights, |p| p);
            o.fill(0.0);
            for (p, value) in weights.iter().zip(value_cache[start..].chunks(channels)) {
                for (o, v) in o.iter_mut().zip(&value[..size]) {
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
        let layout = self.known_layout(&cx.inputs[0]);
        let kernel = Kernel {
            attention: self.attention,
            layout,
            optional: Optional {
                table: (cx.inputs.len() > 4).then_some(4),
                ..Optional::default()
            },
            is_software: cx.is_software,
        };
        let body = include_str!("../../shaders/attention_decode.wgsl");
        let mut bindings = vec![
            Binding::Input(0),
            Binding::Input(3),
            Binding::Output(0),
            Binding::Output(1),
            Binding::Output(2),
        ];
        let entry = if cx.is_software { "serial" } else { "parallel" };
        let shader = kernel.shader(("attention_decode", entry), &[body], &mut bindings);
        vec![Launch {
            shader,
            bindings,
            params: kernel.params(layout.heads, 1),
            workgroups: [layout.heads as u32, 1, 1],
        }]
    }

    fn aliases(&self) -> Vec<(usize, usize)> {
        vec![(1, 1), (2, 2)]
    }
}

fn sample(
    label: &'static str,
    attention: Attention,
    [size, capacity]: [usize; 2],
    cursor: u32,
) -> Sample {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let Attention {
        heads, kv_heads, ..
    } = attention;
    let mut inputs = vec![
        normal(&[1, (heads + 2 * kv_heads) * size]),
        normal(&[capacity, kv_heads * size]),
        normal(&[capacity, kv_heads * size]),
        (TensorType::u32(&[1]), Fill::U32(vec![cursor])),
    ];
    let table = attention.bias.table(heads);
    inputs.extend(table.map(|table| normal(&table.shape)));
    let op = AttentionDecode {
        attention,
        capacity,
    };
    Sample::new(label, op, inputs)
        .differentiable(&[])
        .compared(&[0, 1, 2])
        .tolerance(2e-5)
}

fn samples() -> Vec<Sample> {
    let causal = Attention::causal;
    let alibi = |heads| Attention {
        bias: Bias::Alibi,
        ..causal(heads)
    };
    let relative = Bias::Relative(RelativeBias {
        buckets: 6,
        max_distance: 20,
        is_bidirectional: false,
    });
    let window = Attention {
        kv_heads: 2,
        mask: Mask::Window(7),
        ..causal(4)
    };
    let strided = Attention {
        kv_heads: 1,
        mask: Mask::Strided(5),
        soft_cap: 1.5,
        ..alibi(3)
    };
    let learned = Attention {
        bias: relative,
        ..window
    };
    vec![
        sample("first token", causal(3), [4, 5], 0),
        sample("last row, head size three", causal(2), [3, 9], 8),
        sample("beyond a workgroup, ALiBi", alibi(5), [16, 101], 97),
        sample("head size 64", causal(2), [64, 33], 6),
        sample("cursor beyond the capacity", alibi(1), [1, 4], 9),
        sample("window, queries in pairs", window, [4, 19], 12),
        sample("window beyond what is there", window, [4, 19], 3),
        sample("stride, one key head, soft cap", strided, [8, 90], 81),
        sample("learned bias, window", learned, [4, 40], 33),
        sample(
            "learned bias beyond a workgroup",
            Attention {
                mask: Mask::Causal,
                ..learned
            },
            [3, 90],
            70,
        ),
    ]
}
