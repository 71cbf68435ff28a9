//! Rotary positions (Su et al. 2021) on packed qkv (B, T, (H + 2K) D): every head of q and k is turned in planes, v is passed on.
//! Plane i < D/2 holds the numbers i and i + D/2 of a head, as in Llama and GPT-NeoX (not 2i and 2i + 1, as in the paper):
//!
//! `y_i = x_i cos a − x_{i+D/2} sin a`, `y_{i+D/2} = x_{i+D/2} cos a + x_i sin a`, `a = position · base^(−2i/D)`.
//!
//! Position is t, or cursor + t with a second input, cursor u32 (1), for decoding. The gradient is the turn back.

use std::f64::consts::TAU;

use crate::graph::{
    Binding, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op, Shader,
    TensorType,
};
use crate::ops::attention_layout::Layout;
use crate::ops::{Fill, OpEntry, Sample, launch};

pub const ENTRY: OpEntry = OpEntry {
    name: "rotary",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotary {
    /// H, heads of queries.
    pub heads: usize,
    /// K, heads of keys and values; divides `heads`.
    pub kv_heads: usize,
    /// Above 1; 10,000 in the paper.
    pub base: f64,
    /// Turns back by the same angles.
    pub is_inverse: bool,
}

/// 2³², a whole turn in the shader's angles.
const TURN: f64 = 4_294_967_296.0;

impl Rotary {
    /// With the usual base, 10,000.
    pub fn new(heads: usize, kv_heads: usize) -> Self {
        Self {
            heads,
            kv_heads,
            base: 10_000.0,
            is_inverse: false,
        }
    }

    /// Of a type that `infer` has accepted.
    fn layout(&self, qkv: &TensorType) -> Layout {
        Layout::packed(qkv, self.heads, self.kv_heads)
            .expect("checked when the op was added to the graph")
    }

    /// Angle per position in plane `i` of heads of `size`, radians.
    fn frequency(&self, i: usize, size: usize) -> f64 {
        self.base.powf(-2.0 * i as f64 / size as f64)
    }
}

impl Op for Rotary {
    fn name(&self) -> &'static str {
        "rotary"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let (qkv, cursor) = match inputs {
            [qkv] => (qkv, None),
            [qkv, cursor] => (qkv, Some(cursor)),
            _ => return Err("qkv and perhaps a cursor are needed".to_owned()),
        };
        let layout = Layout::packed(qkv, self.heads, self.kv_heads)?;
        if !layout.size.is_multiple_of(2) {
            return Err(format!(
                "rotary positions turn pairs, but heads have {} channels; choose channels that twice the heads divide",
                layout.size
            ));
        }
        if self.base.is_nan() || self.base <= 1.0 {
            return Err(format!("the base must be above 1, not {}", self.base));
        }
        if cursor.is_some_and(|c| *c != TensorType::u32(&[1])) {
            return Err("the cursor is one u32".to_owned());
        }
        Ok(vec![qkv.clone()])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let layout = self.layout(&cx.inputs[0]);
        let half = layout.size / 2;
        let start = inputs.get(1).map_or(0, |cursor| cursor[0].to_bits());
        let sign = if self.is_inverse { -1.0 } else { 1.0 };
        let frequencies: Vec<f64> = (0..half).map(|i| self.frequency(i, layout.size)).collect();
        let mut turns = Vec::with_capacity(layout.rows * layout.size);
        for t in 0..layout.rows {
            let position = f64::from(start) + t as f64;
            let angles = frequencies.iter().map(|f| position * f);
            turns.extend(angles.clone().map(|a| a.cos() as f32));
            turns.extend(angles.map(|a| (sign * a.sin()) as f32));
        }
        let tokens = inputs[0].chunks_exact(layout.query_stride());
        let out = outputs[0].chunks_exact_mut(layout.query_stride());
        let turned = layout.channels() + layout.kv_channels();
        let turns = turns.chunks_exact(layout.size).cycle();
        for ((x, y), turn) in tokens.zip(out).zip(turns) {
            let (cos, sin) = turn.split_at(half);
            let (x, v) = x.split_at(turned);
            let (y, passed) = y.split_at_mut(turned);
            passed.copy_from_slice(v);
            for (x, y) in x
                .chunks_exact(layout.size)
                .zip(y.chunks_exact_mut(layout.size))
            {
                let (a, b) = x.split_at(half);
                let (ya, yb) = y.split_at_mut(half);
                for i in 0..half {
                    ya[i] = a[i] * cos[i] - b[i] * sin[i];
                    yb[i] = b[i] * cos[i] + a[i] * sin[i];
                }
            }
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        if cx.inputs.len() != 1 {
            return Ok(Gradients::NotDifferentiable(
                "with a cursor it is for generation",
            ));
        }
        let dy = cx.d_first(self.name())?;
        let back = Self {
            is_inverse: !self.is_inverse,
            ..*self
        };
        Ok(Gradients::Inputs(vec![Some(cx.apply(back, &[dy])?)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let layout = self.layout(&cx.inputs[0]);
        let half = layout.size / 2;
        let tokens = layout.batch * layout.rows;
        let fixed = |x: f64| (x * TURN).round().min(f64::from(u32::MAX)) as u32;
        let direction = if self.is_inverse { u32::MAX } else { 1 };
        // As `Params` in the shader.
        let mut words = vec![
            tokens as u32,
            layout.rows as u32,
            (layout.heads + layout.kv_heads) as u32,
            half as u32,
            direction,
            fixed(1.0 / TAU),
            layout.kv_heads as u32,
            0,
        ];
        words.extend((0..8).map(|bit| fixed(self.frequency(1 << bit, layout.size))));
        let mut bindings = vec![Binding::Input(0), Binding::Output(0)];
        let has_cursor = cx.inputs.len() > 1;
        if has_cursor {
            bindings.push(Binding::Input(1));
        }
        vec![Launch {
            shader: Shader {
                name: "rotary",
                sources: vec![include_str!("../../shaders/rotary.wgsl")],
                entry: if has_cursor {
                    "forward_at_cursor"
                } else {
                    "forward"
                },
                constants: vec![],
            },
            bindings,
            params: words,
            workgroups: launch::spread((tokens * half).div_ceil(64)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let qkv = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let cursor = |p| (TensorType::u32(&[1]), Fill::U32(vec![p]));
    // Angles carry an error of 2e-9 · position radians at most (fixed point), the polynomials 3e-7, f32 products the rest.
    let decoded = |label, heads, shape: &[usize], p| {
        Sample::new(
            label,
            Rotary::new(heads, heads),
            vec![qkv(shape), cursor(p)],
        )
        .differentiable(&[])
    };
    vec![
        Sample::new(
            "three heads of four",
            Rotary::new(3, 3),
            vec![qkv(&[2, 5, 36])],
        ),
        Sample::new(
            "four queries to two keys",
            Rotary::new(4, 2),
            vec![qkv(&[2, 3, 48])],
        ),
        Sample::new("one pair", Rotary::new(2, 2), vec![qkv(&[1, 67, 12])]),
        Sample::new(
            "five pairs, turned back",
            Rotary {
                is_inverse: true,
                ..Rotary::new(1, 1)
            },
            vec![qkv(&[3, 7, 30])],
        ),
        decoded("late position", 2, &[1, 96], 1023),
        decoded("late positions, large heads", 1, &[1, 3, 768], 1021),
    ]
}
