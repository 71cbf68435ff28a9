//! One row of every sequence: `y[b] = x[b, positions[b]]`. The gradient is zero but for those rows.
//!
//! x (B, T, C); positions u32 (B); y (B, C). A position beyond the sequence is its last row.

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "gather_rows",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug)]
pub struct GatherRows;

/// The row of sequence `b` in (B·T) that is meant.
fn row_of(b: usize, position: f32, time: usize) -> usize {
    b * time + (position.to_bits() as usize).min(time - 1)
}

/// `count` lanes of the result.
fn launch(
    entry: &'static str,
    sequences: &TensorType,
    count: usize,
    width: Width,
    bindings: Vec<Binding>,
) -> Launch {
    let lanes = width.lanes(sequences.last());
    Launch {
        shader: Shader {
            name: "gather_rows",
            sources: vec![
                width.source(),
                include_str!("../../shaders/gather_rows.wgsl"),
            ],
            entry,
            constants: vec![],
        },
        bindings,
        params: [count, sequences.shape[1], lanes]
            .map(|w| w as u32)
            .to_vec(),
        workgroups: launch::spread(count.div_ceil(64)),
    }
}

impl Op for GatherRows {
    fn name(&self) -> &'static str {
        "gather_rows"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [x, positions] = inputs else {
            return Err("x and positions are needed".to_owned());
        };
        let [batch, _, channels] = x.shape[..] else {
            return Err("rows are taken of (B, T, C)".to_owned());
        };
        if x.dtype != DType::F32 || x.is_empty() || *positions != TensorType::u32(&[batch]) {
            return Err("one position, a whole number, goes with each sequence".to_owned());
        }
        Ok(vec![TensorType::f32(&[batch, channels])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let (time, channels) = (cx.inputs[0].shape[1], cx.inputs[0].last());
        let rows = outputs[0].chunks_exact_mut(channels).zip(inputs[1]);
        for (b, (y, &position)) in rows.enumerate() {
            let row = row_of(b, position, time);
            y.copy_from_slice(&inputs[0][row * channels..][..channels]);
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let time = cx.graph.ty(cx.inputs[0]).shape[1];
        let dx = cx.apply(ScatterRows { time }, &[dy, cx.inputs[1]])?;
        Ok(Gradients::Inputs(vec![Some(dx), None]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let x = &cx.inputs[0];
        let width = Width::of(x.last());
        let count = x.shape[0] * width.lanes(x.last());
        let bindings = vec![Binding::Input(0), Binding::Input(1), Binding::Output(0)];
        vec![launch("forward", x, count, width, bindings)]
    }
}

/// Gradient of [`GatherRows`]: dy (B, C) and positions to dx (B, T, C).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScatterRows {
    /// T.
    pub time: usize,
}

impl Op for ScatterRows {
    fn name(&self) -> &'static str {
        "scatter_rows"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [dy, positions]
                if dy.shape.len() == 2 && *positions == TensorType::u32(&dy.shape[..1]) =>
            {
                let shape = [dy.shape[0], self.time, dy.last()];
                Ok(vec![TensorType::f32(&shape)])
            }
            _ => Err("rows (B, C) and positions (B) are needed".to_owned()),
        }
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let channels = cx.inputs[0].last();
        outputs[0].fill(0.0);
        let rows = inputs[0].chunks_exact(channels).zip(inputs[1]);
        for (b, (dy, &position)) in rows.enumerate() {
            let row = row_of(b, position, self.time);
            outputs[0][row * channels..][..channels].copy_from_slice(dy);
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let dx = &cx.outputs[0];
        let width = Width::of(dx.last());
        let count = dx.rows() * width.lanes(dx.last());
        let bindings = vec![Binding::Input(0), Binding::Input(1), Binding::Output(0)];
        vec![launch("backward", dx, count, width, bindings)]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, shape: [usize; 3], positions: Vec<u32>| {
        let inputs = vec![
            (TensorType::f32(&shape), Fill::Normal(1.0)),
            (TensorType::u32(&shape[..1]), Fill::U32(positions)),
        ];
        Sample::new(label, GatherRows, inputs).differentiable(&[0])
    };
    vec![
        with("odd sizes", [3, 5, 7], vec![4, 0, 2]),
        with("in fours, beyond the end", [2, 3, 8], vec![9, 1]),
        with("one token", [1, 1, 1], vec![0]),
    ]
}
