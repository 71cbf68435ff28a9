//! Reductions in a fixed order, each with the op that spreads its gradient back:
//!
//! ```text
//! SumRows   y[n] = Σ_r x[r, n]      dx[r, n] = dy[n]          x (…, N) → (N)
//! Mean      y = Σ x / count         dx = dy / count           any shape → (1)
//! ```

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "reduce",
    samples,
};

/// Rows one thread sums; more rows are summed in blocks of it first.
const BLOCK_ROWS: usize = 64;

struct Layout {
    count: usize,
    lanes: usize,
    blocks: usize,
    block_rows: usize,
    inverse: f32,
}

fn launch(
    entry: &'static str,
    width: Width,
    bindings: Vec<Binding>,
    layout: &Layout,
    threads: usize,
) -> Launch {
    Launch {
        shader: Shader {
            name: "reduce",
            sources: vec![
                width.source(),
                include_str!("../../shaders/lib/reduce.wgsl"),
                include_str!("../../shaders/reduce.wgsl"),
            ],
            entry,
            constants: vec![],
        },
        bindings,
        params: vec![
            layout.count as u32,
            layout.lanes as u32,
            layout.blocks as u32,
            layout.block_rows as u32,
            layout.inverse.to_bits(),
        ],
        workgroups: launch::spread(threads.div_ceil(64)),
    }
}

fn check(inputs: &[TensorType]) -> Result<&TensorType, String> {
    match inputs {
        [x] if x.dtype == DType::F32 && !x.is_empty() => Ok(x),
        _ => Err("one tensor of f32 numbers is needed".to_owned()),
    }
}

/// Input x (…, N); output (N) and, where there are more than [`BLOCK_ROWS`] rows, partial sums (blocks, N), which only
/// the WebGPU launches use.
#[derive(Clone, Copy, Debug)]
pub struct SumRows;

impl Op for SumRows {
    fn name(&self) -> &'static str {
        "sum_rows"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let x = check(inputs)?;
        let mut outputs = vec![TensorType::f32(&[x.last()])];
        if x.rows() > BLOCK_ROWS {
            let blocks = x.rows().div_ceil(BLOCK_ROWS);
            outputs.push(TensorType::f32(&[blocks, x.last()]));
        }
        Ok(outputs)
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        outputs[0].fill(0.0);
        for row in inputs[0].chunks_exact(cx.inputs[0].last()) {
            for (y, x) in outputs[0].iter_mut().zip(row) {
                *y += x;
            }
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let shape = cx.graph.ty(cx.inputs[0]).shape.clone();
        let dx = cx.apply(RepeatRows { shape }, &[dy])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, columns) = (cx.inputs[0].rows(), cx.inputs[0].last());
        let width = Width::of(columns);
        let lanes = width.lanes(columns);
        let pass = |count: usize, blocks: usize, bindings| {
            let layout = Layout {
                count,
                lanes,
                blocks,
                block_rows: count.div_ceil(blocks).max(1),
                inverse: 1.0,
            };
            launch("sum_rows", width, bindings, &layout, blocks * lanes)
        };
        if rows <= BLOCK_ROWS {
            return vec![pass(rows, 1, vec![Binding::Input(0), Binding::Output(0)])];
        }
        let blocks = rows.div_ceil(BLOCK_ROWS);
        let mut first = pass(rows, blocks, vec![Binding::Input(0), Binding::Output(1)]);
        first.params[3] = BLOCK_ROWS as u32;
        let bindings = vec![Binding::OutputRead(1), Binding::Output(0)];
        vec![first, pass(blocks, 1, bindings)]
    }
}

/// Input (N); output of `shape`, whose last axis is N: every row the same.
#[derive(Clone, Debug)]
pub struct RepeatRows {
    pub shape: Vec<usize>,
}

impl Op for RepeatRows {
    fn name(&self) -> &'static str {
        "repeat_rows"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let y = TensorType::f32(&self.shape);
        if check(inputs)?.len() != y.last() {
            return Err(format!("a row has {} numbers", y.last()));
        }
        Ok(vec![y])
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        for row in outputs[0].chunks_exact_mut(inputs[0].len()) {
            row.copy_from_slice(inputs[0]);
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let dx = cx.apply(SumRows, &[dy])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, columns) = (cx.outputs[0].rows(), cx.outputs[0].last());
        let width = Width::of(columns);
        let lanes = width.lanes(columns);
        let layout = Layout {
            count: rows,
            lanes,
            blocks: 0,
            block_rows: 0,
            inverse: 1.0,
        };
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        vec![launch(
            "repeat_rows",
            width,
            bindings,
            &layout,
            rows * lanes,
        )]
    }
}

/// Input of any shape; output (1) and partial sums, which only the WebGPU launches use.
#[derive(Clone, Copy, Debug)]
pub struct Mean;

/// Threads of the first launch: about 64 loads each, but no more partial sums than one workgroup adds up quickly.
fn mean_blocks(len: usize) -> usize {
    let lanes = Width::of(len).lanes(len);
    lanes.div_ceil(64).next_multiple_of(64).min(16_384)
}

impl Op for Mean {
    fn name(&self) -> &'static str {
        "mean"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let x = check(inputs)?;
        Ok(vec![
            TensorType::f32(&[1]),
            TensorType::f32(&[mean_blocks(x.len())]),
        ])
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        // Blocks keep the running sums short, as the partial sums of the launches do.
        let blocks = inputs[0].chunks(4096);
        let sum: f32 = blocks.map(|block| lanes::sum1(block, |x| x)).sum();
        outputs[0][0] = sum * (1.0 / inputs[0].len() as f32);
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let shape = cx.graph.ty(cx.inputs[0]).shape.clone();
        let dx = cx.apply(MeanBackward { shape }, &[dy])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let len = cx.inputs[0].len();
        let width = Width::of(len);
        let blocks = mean_blocks(len);
        let layout = Layout {
            count: len,
            lanes: width.lanes(len),
            blocks,
            block_rows: 0,
            inverse: 1.0 / len as f32,
        };
        let first = vec![Binding::Input(0), Binding::Output(1)];
        let second = vec![Binding::OutputRead(1), Binding::Output(0)];
        vec![
            launch("partial_sums", width, first, &layout, blocks),
            launch("mean", width, second, &layout, 1),
        ]
    }
}

/// Input dy (1); output dx of `shape`: dy / count everywhere.
#[derive(Clone, Debug)]
pub struct MeanBackward {
    pub shape: Vec<usize>,
}

impl Op for MeanBackward {
    fn name(&self) -> &'static str {
        "mean_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if check(inputs)?.len() != 1 {
            return Err("the gradient of a mean is one number".to_owned());
        }
        Ok(vec![TensorType::f32(&self.shape)])
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let share = inputs[0][0] * (1.0 / outputs[0].len() as f32);
        outputs[0].fill(share);
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let len = cx.outputs[0].len();
        let width = Width::of(len);
        let lanes = width.lanes(len);
        let layout = Layout {
            count: len,
            lanes,
            blocks: 0,
            block_rows: 0,
            inverse: 1.0 / len as f32,
        };
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        vec![launch("spread", width, bindings, &layout, lanes)]
    }
}

fn samples() -> Vec<Sample> {
    let x = |shape: &[usize]| vec![(TensorType::f32(shape), Fill::Normal(1.0))];
    let shape = vec![3, 5, 7];
    vec![
        Sample::new("sum of odd rows", SumRows, x(&[3, 5, 7])),
        Sample::new("sum of many rows", SumRows, x(&[131, 12])),
        Sample::new("sum of one row", SumRows, x(&[5])),
        Sample::new("rows repeated", RepeatRows { shape }, x(&[7])),
        Sample::new("mean of an odd count", Mean, x(&[3, 5, 7])),
        Sample::new("mean of many", Mean, x(&[70, 1000])).differentiable(&[]),
        Sample::new("mean of one", Mean, x(&[1])),
    ]
}
