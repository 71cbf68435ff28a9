//! Matrix product with everything that always comes with it, in one launch:
//!
//! `y = act(a·b + bias) ⊙ act′(saved) + added`, each part optional.
//!
//! a is (…, M, K), or (…K, M) with `transpose_a`; b is (K, N), or (N, K) with `transpose_b`; y is (…, M, N). Leading
//! axes of `a` are rows (or inner rows with `transpose_a`); with `batched`, the first axis of a, b and y runs over
//! separate products. f32 throughout.

use std::sync::Arc;

use super::activation::{ActivateBackward, Activation};
use super::add::Add;
use super::lanes;
use super::matmul_launch::launches;
use super::product::{Matrix, product};
use super::reduce::SumRows;
use crate::graph::{
    CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op, TensorType,
};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "matmul",
    samples,
};

/// See the file's head. Inputs in order: a, b, bias (N), saved (as y), added (as y), those that are switched on.
/// Outputs: y, then the value before `activation` when `keep_input`, or the sums of b's columns (N) when `column_sums`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matmul {
    pub transpose_a: bool,
    pub transpose_b: bool,
    pub batched: bool,
    pub bias: bool,
    pub activation: Option<Activation>,
    /// Save a·b + bias for the backward pass.
    pub keep_input: bool,
    /// Multiply by this activation's derivative at `saved`.
    pub slope: Option<Activation>,
    /// Add `added` last.
    pub added: bool,
    /// Also sum b over its K rows: the bias gradient beside the weight gradient. Needs `transpose_b` off.
    pub column_sums: bool,
}

/// Sizes of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub batch: usize,
    pub m: usize,
    pub n: usize,
    pub k: usize,
}

impl Matmul {
    /// a·b.
    pub fn plain() -> Self {
        Self::default()
    }

    /// A linear layer `x·w + bias`, w (in, out).
    pub fn linear(bias: bool) -> Self {
        Self {
            bias,
            ..Self::default()
        }
    }

    pub(super) fn sizes(&self, a: &TensorType, b: &TensorType) -> Sizes {
        let flat = |t: &TensorType| match self.batched {
            true => {
                let batch = t.shape[0];
                (batch, t.rows() / batch.max(1), t.last())
            }
            false => (1, t.rows(), t.last()),
        };
        let (batch, a_rows, a_columns) = flat(a);
        let (_, b_rows, b_columns) = flat(b);
        let (m, k) = if self.transpose_a {
            (a_columns, a_rows)
        } else {
            (a_rows, a_columns)
        };
        let n = if self.transpose_b { b_rows } else { b_columns };
        Sizes { batch, m, n, k }
    }

    /// Positions of bias, saved and added among the inputs.
    pub(super) fn optional_inputs(&self) -> [Option<usize>; 3] {
        let mut next = 2;
        [self.bias, self.slope.is_some(), self.added].map(|is_there| {
            is_there.then(|| {
                next += 1;
                next - 1
            })
        })
    }

    fn multiply(&self, sizes: Sizes, a: &[f32], b: &[f32], accumulate: bool, y: &mut [f32]) {
        let Sizes { batch, m, n, k } = sizes;
        for i in 0..batch {
            let (a, b) = (&a[i * m * k..][..m * k], &b[i * k * n..][..k * n]);
            let y = &mut y[i * m * n..][..m * n];
            if m == 1 && !accumulate {
                vector_product(a, b, self.transpose_b, n, y);
                continue;
            }
            let lhs = match self.transpose_a {
                true => Matrix::new(a, m, 1).transposed(),
                false => Matrix::new(a, k, 1),
            };
            let rhs = match self.transpose_b {
                true => Matrix::new(b, k, 1).transposed(),
                false => Matrix::new(b, n, 1),
            };
            product([m, n, k], y, n, accumulate, 1.0, lhs, rhs);
        }
    }
}

/// One row times a matrix: what decoding does for every layer.
fn vector_product(a: &[f32], b: &[f32], transpose_b: bool, n: usize, y: &mut [f32]) {
    if transpose_b {
        for (y, row) in y.iter_mut().zip(b.chunks_exact(a.len().max(1))) {
            *y = lanes::dot(a, row);
        }
        return;
    }
    y.fill(0.0);
    // Four rows at a time: y is loaded and stored once for four multiply–adds.
    let mut rows = b.chunks_exact(4 * n.max(1));
    let mut factors = a.chunks_exact(4);
    for (block, f) in rows.by_ref().zip(factors.by_ref()) {
        let (r0, rest) = block.split_at(n);
        let (r1, rest) = rest.split_at(n);
        let (r2, r3) = rest.split_at(n);
        for ((((y, b0), b1), b2), b3) in y.iter_mut().zip(r0).zip(r1).zip(r2).zip(r3) {
            *y += (f[0] * b0 + f[1] * b1) + (f[2] * b2 + f[3] * b3);
        }
    }
    let rest = rows.remainder();
    for (row, &f) in rest.chunks_exact(n.max(1)).zip(factors.remainder()) {
        for (y, b) in y.iter_mut().zip(row) {
            *y += f * b;
        }
    }
}

fn add_to(y: &mut [f32], x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += x;
    }
}

impl Op for Matmul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [bias, saved, added] = self.optional_inputs();
        let expected = 2 + [bias, saved, added].iter().flatten().count();
        if inputs.len() != expected {
            return Err(format!("{expected} tensors are needed"));
        }
        let (a, b) = (&inputs[0], &inputs[1]);
        let rank = if self.batched { 3 } else { 2 };
        if a.shape.len() < rank
            || (b.shape.len() != rank && !(self.transpose_a && b.shape.len() > rank))
        {
            return Err(format!(
                "b is a {rank}-axis tensor and a has at least as many"
            ));
        }
        if self.batched && (a.shape.len() != 3 || a.shape[0] != b.shape[0]) {
            return Err("batched products need (batch, rows, columns) with one batch".to_owned());
        }
        let sizes = self.sizes(a, b);
        let b_inner = match self.transpose_b {
            true => b.last(),
            false if self.transpose_a && !self.batched => b.rows(),
            false => b.shape[rank - 2],
        };
        if sizes.k != b_inner {
            return Err(format!(
                "the inner sizes differ: {} in a, {b_inner} in b",
                sizes.k
            ));
        }
        if self.column_sums && (self.transpose_b || self.keep_input || self.batched) {
            return Err("column sums go with a plain b and no saved input".to_owned());
        }
        let mut shape: Vec<usize> = match (self.batched, self.transpose_a) {
            (true, _) => vec![sizes.batch, sizes.m],
            (false, true) => vec![sizes.m],
            (false, false) => a.shape[..a.shape.len() - 1].to_vec(),
        };
        shape.push(sizes.n);
        let y = TensorType::f32(&shape);
        if let Some(i) = bias
            && inputs[i].len() != sizes.n
        {
            return Err(format!("the bias has {} columns to fit", sizes.n));
        }
        if [saved, added]
            .iter()
            .flatten()
            .any(|&i| inputs[i].len() != y.len())
        {
            return Err("saved and added tensors have the shape of the product".to_owned());
        }
        let mut outputs = vec![y.clone()];
        if self.keep_input {
            outputs.push(y);
        } else if self.column_sums {
            outputs.push(TensorType::f32(&[sizes.n]));
        }
        Ok(outputs)
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let sizes = self.sizes(&cx.inputs[0], &cx.inputs[1]);
        let [bias, saved, added] = self.optional_inputs().map(|i| i.map(|i| inputs[i]));
        let (y, extra) = outputs.split_first_mut().expect("a product has a result");
        let is_elementwise = self.activation.is_some() || self.slope.is_some();
        // What is only added is put in place first, so that the product accumulates onto it.
        let starts_filled = !is_elementwise && (bias.is_some() || added.is_some()) && sizes.m > 1;
        if starts_filled {
            match added {
                Some(added) => y.copy_from_slice(added),
                None => y.fill(0.0),
            }
            if let Some(bias) = bias {
                y.chunks_exact_mut(sizes.n)
                    .for_each(|row| add_to(row, bias));
            }
        }
        self.multiply(sizes, inputs[0], inputs[1], starts_filled, y);
        if !starts_filled {
            if let Some(bias) = bias {
                y.chunks_exact_mut(sizes.n)
                    .for_each(|row| add_to(row, bias));
            }
            if self.keep_input {
                extra[0].copy_from_slice(y);
            }
            if let Some(activation) = self.activation {
                activation.apply_in_place(y);
            }
            if let (Some(slope), Some(saved)) = (self.slope, saved) {
                slope.scale_by_slope(saved, y);
            }
            if let Some(added) = added {
                add_to(y, added);
            }
        }
        if self.column_sums {
            extra[0].fill(0.0);
            inputs[1]
                .chunks_exact(sizes.n)
                .for_each(|row| add_to(extra[0], row));
        }
    }

    fn flops(&self, inputs: &[TensorType]) -> u64 {
        let Sizes { batch, m, n, k } = self.sizes(&inputs[0], &inputs[1]);
        2 * [batch, m, n, k]
            .map(|size| size as u64)
            .iter()
            .product::<u64>()
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        if self.slope.is_some() || self.column_sums {
            return Ok(Gradients::NotDifferentiable(
                "it is part of a backward pass; second derivatives are not needed",
            ));
        }
        let dy = cx.d_first(self.name())?;
        let (a, b) = (cx.inputs[0], cx.inputs[1]);
        let du = match self.activation {
            None => dy,
            Some(activation) if self.keep_input => {
                let saved = cx.outputs[1];
                let backward = ActivateBackward(activation);
                if self.added {
                    cx.apply(backward, &[dy, saved])?
                } else {
                    cx.apply_fusing(backward, &[dy, saved])?
                }
            }
            Some(_) => {
                return Err(GraphError::NotDifferentiable {
                    op: self.name().to_owned(),
                    reason: "the input of its activation was not kept (keep_input)".to_owned(),
                });
            }
        };
        let product = |transpose_a, transpose_b| Self {
            transpose_a,
            transpose_b,
            batched: self.batched,
            ..Self::default()
        };
        // da first: an elementwise backward of what made `a` then fuses into it, and dw needs du anyway.
        let da = if self.transpose_a {
            cx.apply(product(self.transpose_b, true), &[b, du])?
        } else {
            cx.apply(product(false, !self.transpose_b), &[du, b])?
        };
        let [bias, _, added] = self.optional_inputs();
        if bias.is_some() && (self.transpose_a || self.batched) {
            return Ok(Gradients::NotDifferentiable(
                "a bias is trained only where the rows of the result are those of a",
            ));
        }
        let can_sum = bias.is_some() && !self.transpose_b;
        let (db, dbias) = if can_sum {
            let both = Self {
                column_sums: true,
                ..product(true, false)
            };
            let outputs = cx.push(both, &[a, du])?;
            (outputs[0], Some(outputs[1]))
        } else {
            let db = if self.transpose_b {
                cx.apply(product(true, self.transpose_a), &[du, a])?
            } else {
                cx.apply(product(!self.transpose_a, false), &[a, du])?
            };
            let dbias = match bias {
                Some(_) => Some(cx.apply(SumRows, &[du])?),
                None => None,
            };
            (db, dbias)
        };
        let mut gradients = vec![Some(da), Some(db)];
        if bias.is_some() {
            gradients.push(dbias);
        }
        if added.is_some() {
            gradients.push(Some(dy));
        }
        Ok(Gradients::Inputs(gradients))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        launches(self, cx)
    }

    fn fuse(&self, output: usize, next: &dyn Op) -> Option<Arc<dyn Op>> {
        if output != 0 || self.added {
            return None;
        }
        if (next as &dyn std::any::Any).is::<Add>() {
            return Some(Arc::new(Self {
                added: true,
                ..*self
            }));
        }
        let slope = ActivateBackward::of(next)?;
        let is_free = self.slope.is_none() && self.activation.is_none();
        is_free.then(|| {
            Arc::new(Self {
                slope: Some(slope),
                ..*self
            }) as Arc<dyn Op>
        })
    }
}

fn samples() -> Vec<Sample> {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(0.7));
    let op = Matmul::default();
    let mut samples = Vec::new();
    let transposes: [(&'static str, bool, bool); 4] = [
        ("a·b, odd sizes", false, false),
        ("a·bᵀ, odd sizes", false, true),
        ("aᵀ·b, odd sizes", true, false),
        ("aᵀ·bᵀ, odd sizes", true, true),
    ];
    for (label, transpose_a, transpose_b) in transposes {
        for (m, n, k) in [
            (5, 7, 3),
            (68, 72, 36),
            (67, 65, 33),
            (1, 33, 70),
            (1, 64, 48),
        ] {
            let a = if transpose_a { [k, m] } else { [m, k] };
            let b = if transpose_b { [n, k] } else { [k, n] };
            let product = Matmul {
                transpose_a,
                transpose_b,
                ..op
            };
            let sample = Sample::new(label, product, vec![normal(&a), normal(&b)]);
            // Finite differences visit every element: the small shapes show the rule, the large ones the tiles.
            let checked: &[usize] = if m < 10 { &[0, 1] } else { &[] };
            samples.push(sample.differentiable(checked));
        }
    }
    let batched = |transpose_b, b: [usize; 3]| {
        let product = Matmul {
            batched: true,
            transpose_b,
            ..op
        };
        Sample::new("batched", product, vec![normal(&[3, 4, 5]), normal(&b)])
    };
    samples.push(batched(false, [3, 5, 8]));
    samples.push(batched(true, [3, 8, 5]));
    for (label, activation) in [
        ("bias, GELU, residual", Some(Activation::GeluTanh)),
        ("bias, SiLU, residual", Some(Activation::Silu)),
        ("bias, tanh, residual", Some(Activation::Tanh)),
        ("bias, residual", None),
    ] {
        for (rows, n, k) in [(3, 12, 8), (1, 12, 8), (33, 65, 12)] {
            let linear = Matmul {
                bias: true,
                activation,
                keep_input: activation.is_some(),
                added: true,
                ..op
            };
            let inputs = vec![
                normal(&[2, rows, k]),
                normal(&[k, n]),
                normal(&[n]),
                normal(&[2, rows, n]),
            ];
            let compared: &[usize] = if activation.is_some() { &[0, 1] } else { &[0] };
            let checked: &[usize] = if rows < 10 { &[0, 1, 2, 3] } else { &[] };
            samples.push(
                Sample::new(label, linear, inputs)
                    .compared(compared)
                    .differentiable(checked),
            );
        }
    }
    let tied = Matmul {
        transpose_b: true,
        bias: true,
        ..op
    };
    let inputs = vec![normal(&[2, 3, 8]), normal(&[11, 8]), normal(&[11])];
    samples.push(Sample::new("a·bᵀ with a bias", tied, inputs));
    for (m, n, k) in [(9, 17, 40), (64, 68, 130)] {
        let sums = Matmul {
            transpose_a: true,
            column_sums: true,
            ..op
        };
        samples.push(
            Sample::new(
                "weight and bias gradient",
                sums,
                vec![normal(&[k, m]), normal(&[k, n])],
            )
            .compared(&[0, 1])
            .differentiable(&[]),
        );
        let slope = Matmul {
            transpose_b: true,
            slope: Some(Activation::GeluTanh),
            ..op
        };
        let inputs = vec![normal(&[m, k]), normal(&[n, k]), normal(&[m, n])];
        samples.push(Sample::new("times a slope", slope, inputs).differentiable(&[]));
    }
    samples
}
