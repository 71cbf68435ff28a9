//! Token and position embedding: `y[b, t] = wte[ids[b, t]] + wpe[t]`.
//!
//! ids (B, T); wte (V, C); wpe (T or more, C); y (B, T, C). The gradient of wte is a scatter; made a gather by the
//! host's counting sort of the ids ([`token_order`]), it is parallel and always adds in the same order, without atomics.
//! Ids beyond the vocabulary read its last row: the data room keeps them in range, this only keeps them harmless.

use std::any::Any;
use std::sync::Arc;

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::add::Add;
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "embedding",
    samples,
};

/// Rows sorted by token, and where each token's rows start: token v stands at the flat positions
/// `order[starts[v]..starts[v + 1]]` of `ids`, in ascending order. Lengths: `ids.len()` and `vocabulary + 1`.
pub fn token_order(ids: &[u32], vocabulary: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; vocabulary + 1];
    let token = |id: u32| (id as usize).min(vocabulary - 1);
    for &id in ids {
        starts[token(id) + 1] += 1;
    }
    for v in 0..vocabulary {
        starts[v + 1] += starts[v];
    }
    let mut next = starts.clone();
    let mut order = vec![0u32; ids.len()];
    for (position, &id) in ids.iter().enumerate() {
        let slot = &mut next[token(id)];
        order[*slot as usize] = position as u32;
        *slot += 1;
    }
    (order, starts)
}

/// The fixed position table (T, C) of Vaswani et al. 2017, section 3.5: even channels
/// `sin(t / 10000^(c / C))`, odd channels the cosine of the same angle as the even one before.
pub fn sinusoidal_table(time: usize, channels: usize) -> Vec<f32> {
    let angle =
        |t: usize, c: usize| t as f64 / 10_000f64.powf((c - c % 2) as f64 / channels.max(1) as f64);
    (0..time * channels)
        .map(|i| (i / channels, i % channels))
        .map(|(t, c)| match c % 2 {
            0 => angle(t, c).sin() as f32,
            _ => angle(t, c).cos() as f32,
        })
        .collect()
}

const NOTHING_ADDED: &str = "fn added_at(i: u32) -> Lane { return lane(0.0); }
";
const NO_POSITIONS: &str = "fn position_at(i: u32) -> Lane { return lane(0.0); }
fn store_dposition(i: u32, value: Lane) {}
";
const POSITIONS: &str = "@group(0) @binding(5) var<storage, read> wpe: array<Lane>;
fn position_at(i: u32) -> Lane { return wpe[i]; }
@group(0) @binding(6) var<storage, read_write> dwpe: array<Lane>;
fn store_dposition(i: u32, value: Lane) { dwpe[i] = value; }
";
const ADDED_AT_6: &str = "@group(0) @binding(6) var<storage, read> added: array<Lane>;
fn added_at(i: u32) -> Lane { return added[i]; }
";
const ADDED_AT_7: &str = "@group(0) @binding(7) var<storage, read> added: array<Lane>;
fn added_at(i: u32) -> Lane { return added[i]; }
";

fn shader(
    entry: &'static str,
    width: Width,
    positions: &'static str,
    added: &'static str,
) -> Shader {
    Shader {
        name: "embedding",
        sources: vec![
            width.source(),
            positions,
            added,
            include_str!("../../shaders/embedding.wgsl"),
        ],
        entry,
        constants: vec![],
    }
}

fn check_table(table: &TensorType, name: &str) -> Result<(), String> {
    if table.shape.len() == 2 && table.dtype == DType::F32 && !table.is_empty() {
        Ok(())
    } else {
        Err(format!("{name} is a table (rows, C) of f32"))
    }
}

fn check_order(order: &TensorType, starts: &TensorType, rows: usize, v: usize) -> bool {
    *order == TensorType::u32(&[rows]) && *starts == TensorType::u32(&[v + 1])
}

/// `to += from`, as wide as the compiler can.
fn add_to(to: &mut [f32], from: &[f32]) {
    for (a, b) in to.iter_mut().zip(from) {
        *a += b;
    }
}

/// Inputs ids (B, T), wte, with `positions` wpe, then order (B·T) and starts (V + 1) of [`token_order`], which only the
/// gradient reads; output (B, T, C). A table of positions that is no parameter (sinusoidal) goes in as a state.
#[derive(Clone, Copy, Debug)]
pub struct Embedding {
    pub positions: bool,
}

impl Op for Embedding {
    fn name(&self) -> &'static str {
        "embedding"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let tables = 1 + usize::from(self.positions);
        if inputs.len() != 3 + tables {
            return Err("the inputs are ids, wte, wpe if used, order, starts".to_owned());
        }
        let (ids, wte) = (&inputs[0], &inputs[1]);
        if ids.shape.len() != 2 || ids.dtype != DType::U32 || ids.is_empty() {
            return Err("ids are (B, T) whole numbers".to_owned());
        }
        check_table(wte, "wte")?;
        if self.positions {
            check_table(&inputs[2], "wpe")?;
            if inputs[2].last() != wte.last() {
                return Err("wte and wpe need the same channels".to_owned());
            }
            if inputs[2].rows() < ids.last() {
                return Err(format!(
                    "wpe has {} positions, {} are used",
                    inputs[2].rows(),
                    ids.last()
                ));
            }
        }
        if !check_order(
            &inputs[1 + tables],
            &inputs[2 + tables],
            ids.len(),
            wte.rows(),
        ) {
            return Err("order has B·T and starts V + 1 whole numbers".to_owned());
        }
        Ok(vec![TensorType::f32(&[
            ids.shape[0],
            ids.shape[1],
            wte.last(),
        ])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let (vocabulary, channels) = (cx.inputs[1].rows(), cx.inputs[1].last());
        let time = cx.inputs[0].last();
        let ids: &[u32] = bytemuck::cast_slice(inputs[0]);
        for (row, (y, &id)) in outputs[0].chunks_exact_mut(channels).zip(ids).enumerate() {
            let start = (id as usize).min(vocabulary - 1) * channels;
            y.copy_from_slice(&inputs[1][start..start + channels]);
            if self.positions {
                let start = row % time * channels;
                add_to(y, &inputs[2][start..start + channels]);
            }
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let rows_of = |cx: &GradientContext<'_>, i: usize| cx.graph.ty(cx.inputs[i]).rows();
        let backward = EmbeddingBackward {
            vocabulary: rows_of(cx, 1),
            positions: if self.positions { rows_of(cx, 2) } else { 0 },
            added: false,
        };
        let [order, starts] = cx.inputs[cx.inputs.len() - 2..] else {
            unreachable!("infer checked the inputs")
        };
        let d = cx.push(backward, &[dy, order, starts])?;
        let mut list = vec![None, Some(d[0])];
        if self.positions {
            list.push(Some(d[1]));
        }
        list.extend([None, None]);
        Ok(Gradients::Inputs(list))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let channels = cx.inputs[1].last();
        let width = Width::of(channels);
        let lanes = width.lanes(channels);
        let rows = cx.inputs[0].len();
        let mut bindings = vec![Binding::Input(0), Binding::Input(1), Binding::Output(0)];
        let positions = if self.positions {
            bindings.push(Binding::Input(2));
            POSITIONS
        } else {
            NO_POSITIONS
        };
        let words = [rows, lanes, cx.inputs[0].last(), cx.inputs[1].rows(), 0, 0];
        vec![Launch {
            shader: shader("forward", width, positions, NOTHING_ADDED),
            bindings,
            params: words.map(|w| w as u32).to_vec(),
            workgroups: launch::spread((rows * lanes).div_ceil(256)),
        }]
    }
}

/// Inputs dy (B, T, C), order, starts and, when an addition was fused, added (V, C); outputs dwte (V, C) (+ added) and,
/// if there are positions, dwpe (positions, C). Rows no token used are zero.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddingBackward {
    pub vocabulary: usize,
    /// Rows of wpe; 0 without positions.
    pub positions: usize,
    pub added: bool,
}

impl Op for EmbeddingBackward {
    fn name(&self) -> &'static str {
        "embedding_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 3 + usize::from(self.added) || inputs[0].shape.len() != 3 {
            return Err(
                "the inputs are dy (B, T, C), order, starts and, if fused, added".to_owned(),
            );
        }
        let dy = &inputs[0];
        if !check_order(&inputs[1], &inputs[2], dy.rows(), self.vocabulary) {
            return Err("order has B·T and starts V + 1 whole numbers".to_owned());
        }
        let dwte = TensorType::f32(&[self.vocabulary, dy.last()]);
        if inputs[3..].iter().any(|a| *a != dwte) {
            return Err("what is added has the shape of wte".to_owned());
        }
        let mut outputs = vec![dwte];
        if self.positions > 0 {
            outputs.push(TensorType::f32(&[self.positions, dy.last()]));
        }
        Ok(outputs)
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let (time, channels) = (cx.inputs[0].shape[1], cx.inputs[0].last());
        let (dy, order, starts): (_, &[u32], &[u32]) = (
            inputs[0],
            bytemuck::cast_slice(inputs[1]),
            bytemuck::cast_slice(inputs[2]),
        );
        let [dwte, rest @ ..] = outputs else {
            unreachable!("at least one output")
        };
        if self.added {
            dwte.copy_from_slice(inputs[3]);
        } else {
            dwte.fill(0.0);
        }
        for (d, span) in dwte.chunks_exact_mut(channels).zip(starts.windows(2)) {
            let end = (span[1] as usize).min(order.len());
            let start = (span[0] as usize).min(end);
            for &row in &order[start..end] {
                if let Some(dy) = dy.chunks_exact(channels).nth(row as usize) {
                    add_to(d, dy);
                }
            }
        }
        if let [dwpe] = rest {
            dwpe.fill(0.0);
            for batch in dy.chunks_exact(time * channels) {
                add_to(&mut dwpe[..time * channels], batch);
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let dy = &cx.inputs[0];
        let width = Width::of(dy.last());
        let lanes = width.lanes(dy.last());
        let mut bindings: Vec<Binding> = (0..3).map(Binding::Input).collect();
        bindings.push(Binding::Output(0));
        let positions = if self.positions > 0 {
            bindings.push(Binding::Output(1));
            POSITIONS
        } else {
            NO_POSITIONS
        };
        let added = match (self.added, self.positions > 0) {
            (false, _) => NOTHING_ADDED,
            (true, false) => ADDED_AT_6,
            (true, true) => ADDED_AT_7,
        };
        if self.added {
            bindings.push(Binding::Input(3));
        }
        let words = [
            dy.rows(),
            lanes,
            dy.shape[1],
            self.vocabulary,
            self.positions,
            0,
        ];
        vec![Launch {
            shader: shader("backward", width, positions, added),
            bindings,
            params: words.map(|w| w as u32).to_vec(),
            workgroups: launch::spread(((self.vocabulary + self.positions) * lanes).div_ceil(64)),
        }]
    }

    fn fuse(&self, output: usize, next: &dyn Op) -> Option<Arc<dyn Op>> {
        let is_add = (next as &dyn Any).is::<Add>();
        (output == 0 && is_add && !self.added).then(|| {
            Arc::new(Self {
                added: true,
                ..*self
            }) as Arc<dyn Op>
        })
    }
}

/// Decoding: the embedding (1, C) of `tokens[cursor]` at position `cursor`. Inputs tokens (capacity), cursor (1), wte
/// and, with `positions`, wpe.
#[derive(Clone, Copy, Debug)]
pub struct EmbedAt {
    pub positions: bool,
}

impl Op for EmbedAt {
    fn name(&self) -> &'static str {
        "embed_at"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 3 + usize::from(self.positions) {
            return Err("the inputs are tokens, cursor, wte and, if used, wpe".to_owned());
        }
        if inputs[0].dtype != DType::U32
            || inputs[0].is_empty()
            || inputs[1] != TensorType::u32(&[1])
        {
            return Err("tokens and the cursor are whole numbers".to_owned());
        }
        for table in &inputs[2..] {
            check_table(table, "wte or wpe")?;
            if table.last() != inputs[2].last() {
                return Err("wte and wpe need the same channels".to_owned());
            }
        }
        Ok(vec![TensorType::f32(&[1, inputs[2].last()])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let tokens: &[u32] = bytemuck::cast_slice(inputs[0]);
        let at = inputs[1][0].to_bits() as usize;
        let channels = cx.inputs[2].last();
        let token = tokens[at.min(tokens.len() - 1)] as usize;
        let start = token.min(cx.inputs[2].rows() - 1) * channels;
        outputs[0].copy_from_slice(&inputs[2][start..start + channels]);
        if self.positions {
            let start = at.min(cx.inputs[3].rows() - 1) * channels;
            add_to(outputs[0], &inputs[3][start..start + channels]);
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable("decoding only reads tables"))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let channels = cx.inputs[2].last();
        let width = Width::of(channels);
        let lanes = width.lanes(channels);
        // Without positions the cursor also fills the place of wpe, which nothing reads then.
        let (positions, rows, wpe) = if self.positions {
            (POSITIONS, cx.inputs[3].rows(), Binding::Input(3))
        } else {
            (NO_POSITIONS, 1, Binding::Input(1))
        };
        let bindings = vec![
            Binding::Input(0),
            Binding::Input(2),
            Binding::Output(0),
            wpe,
            Binding::Input(1),
        ];
        let words = [1, lanes, 1, cx.inputs[2].rows(), rows, cx.inputs[0].len()];
        vec![Launch {
            shader: shader("embed_at", width, positions, NOTHING_ADDED),
            bindings,
            params: words.map(|w| w as u32).to_vec(),
            workgroups: launch::spread(lanes.div_ceil(64)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let whole = |words: Vec<u32>| (TensorType::u32(&[words.len()]), Fill::U32(words));
    // Token 0 often, most others once or never.
    let ids = |count: u32, vocabulary: u32| -> Vec<u32> {
        (0..count)
            .map(|i| if i % 3 == 0 { 0 } else { i * 7 % vocabulary })
            .collect()
    };
    let with = |label, [b, t, c, v]: [usize; 4], positions: usize| {
        let ids = ids((b * t) as u32, v as u32);
        let (order, starts) = token_order(&ids, v);
        let mut inputs = vec![(TensorType::u32(&[b, t]), Fill::U32(ids)), normal(&[v, c])];
        let mut differentiable = vec![1];
        if positions > 0 {
            inputs.push(normal(&[positions, c]));
            differentiable.push(2);
        }
        inputs.extend([whole(order), whole(starts)]);
        let op = Embedding {
            positions: positions > 0,
        };
        Sample::new(label, op, inputs).differentiable(&differentiable)
    };
    let (order, starts) = token_order(&ids(15, 4), 4);
    let added = EmbeddingBackward {
        vocabulary: 4,
        positions: 0,
        added: true,
    };
    let at = |label, cursor: u32, c: usize, positions: bool| {
        let mut inputs = vec![whole(vec![3, 1, 4, 99]), whole(vec![cursor])];
        inputs.push(normal(&[7, c]));
        if positions {
            inputs.push(normal(&[4, c]));
        }
        Sample::new(label, EmbedAt { positions }, inputs).differentiable(&[])
    };
    vec![
        with("odd sizes", [3, 5, 7, 11], 5),
        with("channels in fours, spare positions", [2, 9, 8, 5], 12),
        with("no positions", [2, 9, 12, 33], 0),
        with("one token", [1, 1, 1, 1], 1),
        Sample::new(
            "backward with an addition",
            added,
            vec![
                normal(&[3, 5, 4]),
                whole(order.clone()),
                whole(starts.clone()),
                normal(&[4, 4]),
            ],
        )
        .differentiable(&[]),
        Sample::new(
            "backward with an addition and positions",
            EmbeddingBackward {
                positions: 6,
                ..added
            },
            vec![
                normal(&[3, 5, 3]),
                whole(order),
                whole(starts),
                normal(&[4, 3]),
            ],
        )
        .differentiable(&[])
        .compared(&[0, 1]),
        at("decoding", 2, 5, true),
        at("decoding a token out of range", 3, 8, false),
        at("decoding past the end", 9, 8, true),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_order_lists_every_position_once_by_token() {
        let (order, starts) = token_order(&[2, 0, 2, 9, 1, 2], 4);
        assert_eq!(order, [1, 4, 0, 2, 5, 3]);
        assert_eq!(starts, [0, 1, 2, 5, 6]);
    }

    #[test]
    fn sinusoidal_table_is_the_paper_formula() {
        let table = sinusoidal_table(3, 5);
        assert_eq!(table.len(), 15);
        assert_eq!(table[..5], [0.0, 1.0, 0.0, 1.0, 0.0]);
        assert!((table[5] - 1f32.sin()).abs() < 1e-6);
        let slow = 2.0 / 10_000f32.powf(2.0 / 5.0);
        assert!((table[12] - slow.sin()).abs() < 1e-6 && (table[13] - slow.cos()).abs() < 1e-6);
    }
}
