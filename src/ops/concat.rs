//! Columns side by side, and apart again; each is the other's gradient.
//!
//! ```text
//! Concat   a (…, M), b (…, N)  →  (…, M + N)
//! Split    (…, N)              →  (…, at), (…, N − at)
//! ```

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType, ValueId,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "concat",
    samples,
};

/// `like` with `columns` in its last axis.
fn with_columns(like: &TensorType, columns: usize) -> TensorType {
    let mut made = like.clone();
    if let Some(last) = made.shape.last_mut() {
        *last = columns;
    }
    made
}

/// `whole` is what both parts make together, `left` the columns of the first.
fn launch(
    entry: &'static str,
    whole: &TensorType,
    left: usize,
    parts: [Binding; 2],
    of_whole: Binding,
) -> Launch {
    let right = whole.last() - left;
    let width = if right.is_multiple_of(4) {
        Width::of(left)
    } else {
        Width::One
    };
    let lanes = width.lanes(whole.last());
    let count = whole.rows() * lanes;
    let words = [count, lanes, width.lanes(left)];
    Launch {
        shader: Shader {
            name: "concat",
            sources: vec![width.source(), include_str!("../../shaders/concat.wgsl")],
            entry,
            constants: vec![],
        },
        bindings: vec![parts[0], parts[1], of_whole],
        params: words.map(|w| w as u32).to_vec(),
        workgroups: launch::spread(count.div_ceil(256)),
    }
}

/// See the file's head. Inputs a, b.
#[derive(Clone, Copy, Debug)]
pub struct Concat;

impl Op for Concat {
    fn name(&self) -> &'static str {
        "concat"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [a, b] = inputs else {
            return Err("two tensors are needed".to_owned());
        };
        if a.dtype != DType::F32 || a.is_empty() || b.is_empty() || a.shape.is_empty() {
            return Err("two tensors of f32 numbers are needed".to_owned());
        }
        if with_columns(a, b.last()) != *b {
            return Err("both need the same axes but for the last".to_owned());
        }
        Ok(vec![with_columns(a, a.last() + b.last())])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let (m, n) = (cx.inputs[0].last(), cx.inputs[1].last());
        let rows = inputs[0].chunks_exact(m).zip(inputs[1].chunks_exact(n));
        for (y, (a, b)) in outputs[0].chunks_exact_mut(m + n).zip(rows) {
            let (left, right) = y.split_at_mut(m);
            left.copy_from_slice(a);
            right.copy_from_slice(b);
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let at = cx.graph.ty(cx.inputs[0]).last();
        let parts = cx.push(Split { at }, &[dy])?;
        Ok(Gradients::Inputs(parts.into_iter().map(Some).collect()))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let parts = [Binding::Input(0), Binding::Input(1)];
        let left = cx.inputs[0].last();
        vec![launch(
            "forward",
            &cx.outputs[0],
            left,
            parts,
            Binding::Output(0),
        )]
    }
}

/// See the file's head. The first output has the columns below `at`, the second the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    pub at: usize,
}

impl Op for Split {
    fn name(&self) -> &'static str {
        "split"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [x] = inputs else {
            return Err("one tensor is needed".to_owned());
        };
        if x.dtype != DType::F32 || x.is_empty() || self.at == 0 || self.at >= x.last() {
            return Err(format!(
                "{} columns cannot be split at {}",
                x.last(),
                self.at
            ));
        }
        let parts = [self.at, x.last() - self.at];
        Ok(parts.map(|columns| with_columns(x, columns)).to_vec())
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let [left, right] = outputs else {
            unreachable!("two outputs")
        };
        let columns = cx.inputs[0].last();
        let parts = left
            .chunks_exact_mut(self.at)
            .zip(right.chunks_exact_mut(columns - self.at));
        for (x, (left, right)) in inputs[0].chunks_exact(columns).zip(parts) {
            left.copy_from_slice(&x[..self.at]);
            right.copy_from_slice(&x[self.at..]);
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let mut parts: Vec<ValueId> = Vec::new();
        for (&output, &d) in cx.outputs.iter().zip(cx.d_outputs) {
            let shape = cx.graph.ty(output).shape.clone();
            // A part that the loss does not depend on has a gradient of zeros.
            parts.push(d.unwrap_or_else(|| cx.graph.constant("no gradient", &shape, 0.0)));
        }
        Ok(Gradients::Inputs(vec![Some(cx.apply(Concat, &parts)?)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let parts = [Binding::Output(0), Binding::Output(1)];
        vec![launch(
            "split",
            &cx.inputs[0],
            self.at,
            parts,
            Binding::Input(0),
        )]
    }
}

fn samples() -> Vec<Sample> {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let concat =
        |label, a: &[usize], b: &[usize]| Sample::new(label, Concat, vec![normal(a), normal(b)]);
    let split = |label, x: &[usize], at| {
        Sample::new(label, Split { at }, vec![normal(x)]).compared(&[0, 1])
    };
    vec![
        concat("odd sizes", &[3, 5, 7], &[3, 5, 4]),
        concat("in fours", &[5, 8], &[5, 12]),
        concat("one row", &[1], &[2]),
        split("split, odd sizes", &[3, 5, 7], 3),
        split("split in fours", &[5, 20], 8),
    ]
}
