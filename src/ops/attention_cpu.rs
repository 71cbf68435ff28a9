//! Attention on the CPU: per sequence and head by blocks of rows, so that scores of a block fit the cache and keys that no row of
//! the block sees are never touched; matrix products over strided views of the tensors.

use std::ops::Range;

use crate::graph::TensorType;
use crate::ops::attention::Attention;
use crate::ops::attention_layout::Layout;
use crate::ops::lanes::{self, Curves};
use crate::ops::product::{Matrix, product};

/// Rows of a block. Smaller wastes less on the masked corner, larger makes better matrix products.
const BLOCK: usize = 32;

/// An attention and the numbers it is of.
#[derive(Debug)]
pub struct Operands<'a> {
    attention: Attention,
    layout: Layout,
    /// qkv, or q.
    q: &'a [f32],
    /// The same qkv, or kv.
    kv: &'a [f32],
    lengths: Option<&'a [f32]>,
    /// (H, T + S − 1), or empty.
    bias: Vec<f32>,
}

/// Where a head's rows lie.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// First query in `q`.
    query: usize,
    /// First key in `kv`.
    key: usize,
    value: usize,
    /// First row of the head in (B, T, H D).
    output: usize,
    /// First row of the head in (B, H, T).
    row: usize,
    /// Keys that exist: all, or the length of the sequence.
    keys: usize,
    /// First number of the head in the bias.
    bias: usize,
    /// Whether its keys are those of the head before.
    shares_keys: bool,
}

impl<'a> Operands<'a> {
    /// `inputs` are those of the attention, of types that `infer` has accepted.
    pub fn new(attention: Attention, types: &[TensorType], inputs: &[&'a [f32]]) -> Self {
        let layout = attention.known_layout(types);
        let optional = attention.optional(0);
        let table = optional.table.map(|i| inputs[i]);
        Self {
            attention,
            layout,
            q: inputs[0],
            kv: inputs[optional.kv.unwrap_or(0)],
            lengths: optional.lengths.map(|i| inputs[i]),
            bias: attention.bias.by_offset(layout, table),
        }
    }

    fn heads(&self) -> impl Iterator<Item = Head> {
        let layout = self.layout;
        let offsets = layout.rows + layout.columns - 1;
        (0..layout.batch).flat_map(move |b| {
            let keys = self.lengths.map_or(layout.columns, |lengths| {
                (lengths[b].to_bits() as usize).min(layout.columns)
            });
            (0..layout.heads).map(move |h| {
                let kv_head = h / layout.group();
                let key = b * layout.columns * layout.key_stride()
                    + layout.key_start()
                    + kv_head * layout.size;
                Head {
                    query: b * layout.rows * layout.query_stride() + h * layout.size,
                    key,
                    value: key + layout.kv_channels(),
                    output: b * layout.rows * layout.channels() + h * layout.size,
                    row: (b * layout.heads + h) * layout.rows,
                    keys,
                    bias: h * offsets,
                    shares_keys: h % layout.group() != 0,
                }
            })
        })
    }

    /// The block of rows that starts at `first`.
    fn block(&self, head: Head, first: usize) -> Block<'a> {
        let layout = self.layout;
        let rows = first..layout.rows.min(first + BLOCK);
        let columns = self.attention.mask.keys_of(rows.clone(), head.keys);
        let keys = |start: usize| {
            let start = start + columns.start * layout.key_stride();
            Matrix::new(self.kv.get(start..).unwrap_or(&[]), layout.key_stride(), 1)
        };
        Block {
            q: Matrix::new(
                &self.q[head.query + first * layout.query_stride()..],
                layout.query_stride(),
                1,
            ),
            k: keys(head.key),
            v: keys(head.value),
            rows,
            columns,
        }
    }

    /// Caps products.
    fn cap(&self, products: &mut [f32]) {
        let cap = self.attention.soft_cap;
        if cap > 0.0 {
            let inverse = 1.0 / cap;
            let curves = Curves::load();
            for x in products {
                *x = cap * curves.tanh(*x * inverse);
            }
        }
    }

    /// Multiplies by the cap's derivative, given what it made of the products.
    fn multiply_by_slope(&self, capped: &[f32], ds: &mut [f32]) {
        let inverse = 1.0 / self.attention.soft_cap;
        for (ds, c) in ds.iter_mut().zip(capped) {
            let x = c * inverse;
            *ds *= 1.0 - x * x;
        }
    }

    /// Adds the bias to a row of scores of the columns from `first` on.
    fn add_bias(&self, head: Head, row: usize, first: usize, scores: &mut [f32]) {
        if !self.bias.is_empty() {
            let start = head.bias + first + self.layout.rows - 1 - row;
            for (score, bias) in scores.iter_mut().zip(&self.bias[start..]) {
                *score += bias;
            }
        }
    }

    /// Numbers of a block of scores.
    fn block_len(&self) -> usize {
        BLOCK.min(self.layout.rows) * self.layout.columns
    }
}

/// The views of a block of queries, and of the keys that they see.
#[derive(Clone, Debug)]
struct Block<'a> {
    rows: Range<usize>,
    columns: Range<usize>,
    q: Matrix<'a>,
    k: Matrix<'a>,
    v: Matrix<'a>,
}

/// The middle of a row whose ends, the columns not seen, become 0. Gives the middle's first column too.
fn seen<'r>(
    columns: &Range<usize>,
    seen: Range<usize>,
    row: &'r mut [f32],
) -> (usize, &'r mut [f32]) {
    let (start, end) = (seen.start - columns.start, seen.end - columns.start);
    row[..start].fill(0.0);
    row[end..].fill(0.0);
    (seen.start, &mut row[start..end])
}

/// o and lse; shapes as in `attention.rs`.
pub fn forward(operands: &Operands<'_>, o: &mut [f32], lse: &mut [f32]) {
    let (layout, mask) = (operands.layout, operands.attention.mask);
    let (d, c) = (layout.size, layout.channels());
    let mut scores = vec![0.0f32; operands.block_len()];
    let curves = Curves::load();
    for head in operands.heads() {
        for first in (0..layout.rows).step_by(BLOCK) {
            let block = operands.block(head, first);
            let (rows, columns) = (block.rows.len(), block.columns.len());
            let k = block.k.transposed();
            product(
                [rows, columns, d],
                &mut scores,
                columns,
                false,
                layout.scale(),
                block.q,
                k,
            );
            let mut totals = [1.0f32; BLOCK];
            for (r, row) in block.rows.clone().enumerate() {
                let scores = &mut scores[r * columns..][..columns];
                let of_row = mask.keys_of(row..row + 1, head.keys);
                let (start, scores) = seen(&block.columns, of_row, scores);
                operands.cap(scores);
                operands.add_bias(head, row, start, scores);
                mask.fill_holes(row, start, scores, f32::NEG_INFINITY);
                let largest = lanes::max(scores);
                if largest == f32::NEG_INFINITY {
                    scores.fill(0.0);
                    lse[head.row + row] = 0.0;
                    continue;
                }
                for s in scores.iter_mut() {
                    *s = curves.exp(*s - largest);
                }
                mask.fill_holes(row, start, scores, 0.0);
                totals[r] = lanes::sum1(scores, |p| p);
                lse[head.row + row] = largest + totals[r].ln();
            }
            let out = &mut o[head.output + first * c..];
            let p = Matrix::new(&scores, columns, 1);
            product([rows, d, columns], out, c, false, 1.0, p, block.v);
            for (row, total) in out.chunks_mut(c).zip(totals).take(rows) {
                let factor = 1.0 / total;
                for x in &mut row[..d] {
                    *x *= factor;
                }
            }
        }
    }
}

/// δ_i = do_i · o_i for every head and row.
pub fn delta(operands: &Operands<'_>, d_o: &[f32], o: &[f32], delta: &mut [f32]) {
    let layout = operands.layout;
    for head in operands.heads() {
        for (t, delta) in delta[head.row..][..layout.rows].iter_mut().enumerate() {
            let start = head.output + t * layout.channels();
            *delta = lanes::dot(&d_o[start..][..layout.size], &o[start..][..layout.size]);
        }
    }
}

/// dqkv, or dq and dkv, and dtable from do, lse and δ.
pub fn backward(
    operands: &Operands<'_>,
    [d_o, lse, delta]: [&[f32]; 3],
    gradients: &mut [&mut [f32]],
) {
    let (layout, mask) = (operands.layout, operands.attention.mask);
    let (d, c, scale) = (layout.size, layout.channels(), layout.scale());
    let stride = layout.key_stride();
    let kv_output = usize::from(layout.is_cross);
    let mut probabilities = vec![0.0f32; operands.block_len()];
    let mut d_scores = vec![0.0f32; operands.block_len()];
    let is_capped = operands.attention.soft_cap > 0.0;
    let mut capped = vec![0.0f32; if is_capped { layout.columns } else { 0 }];
    let is_learned = operands.attention.bias.buckets() > 0;
    let mut d_bias = vec![0.0f64; if is_learned { operands.bias.len() } else { 0 }];
    let last_block = (layout.rows - 1) / BLOCK * BLOCK;
    let curves = Curves::load();
    for head in operands.heads() {
        // The last block, which goes first, sees every key where nothing is cut off: it then writes dk and dv without adding.
        let is_whole = operands.block(head, last_block).columns == (0..layout.columns);
        if !is_whole && !head.shares_keys {
            for start in [head.key, head.value] {
                let rows = gradients[kv_output][start..].chunks_mut(stride);
                for row in rows.take(layout.columns) {
                    row[..d].fill(0.0);
                }
            }
        }
        for first in (0..layout.rows).step_by(BLOCK).rev() {
            let block = operands.block(head, first);
            let (rows, columns) = (block.rows.len(), block.columns.len());
            let is_added_to = !is_whole || first < last_block || head.shares_keys;
            let d_out = Matrix::new(&d_o[head.output + first * c..], c, 1);
            let k = block.k.transposed();
            let v = block.v.transposed();
            let sizes = [rows, columns, d];
            product(sizes, &mut probabilities, columns, false, scale, block.q, k);
            product(sizes, &mut d_scores, columns, false, 1.0, d_out, v);
            for (r, row) in block.rows.clone().enumerate() {
                let (lse, delta) = (lse[head.row + row], delta[head.row + row]);
                let of_row = mask.keys_of(row..row + 1, head.keys);
                let p = &mut probabilities[r * columns..][..columns];
                let (start, p) = seen(&block.columns, of_row.clone(), p);
                let ds = &mut d_scores[r * columns..][..columns];
                let (_, ds) = seen(&block.columns, of_row, ds);
                operands.cap(p);
                if is_capped {
                    capped[..p.len()].copy_from_slice(p);
                }
                operands.add_bias(head, row, start, p);
                for (p, ds) in p.iter_mut().zip(ds.iter_mut()) {
                    *p = curves.exp(*p - lse);
                    *ds = *p * (*ds - delta);
                }
                mask.fill_holes(row, start, p, 0.0);
                mask.fill_holes(row, start, ds, 0.0);
                if is_learned {
                    let place = head.bias + start + layout.rows - 1 - row;
                    for (d_bias, ds) in d_bias[place..].iter_mut().zip(ds.iter()) {
                        *d_bias += f64::from(*ds);
                    }
                }
                if is_capped {
                    operands.multiply_by_slope(&capped, ds);
                }
            }
            let p = Matrix::new(&probabilities, columns, 1);
            let ds = Matrix::new(&d_scores, columns, 1);
            let d_q = &mut gradients[0][head.query + first * layout.query_stride()..];
            let of_queries = [rows, d, columns];
            product(
                of_queries,
                d_q,
                layout.query_stride(),
                false,
                scale,
                ds,
                block.k,
            );
            if columns == 0 {
                continue;
            }
            let of_keys = [columns, d, rows];
            let first_column = block.columns.start * stride;
            let d_k = &mut gradients[kv_output][head.key + first_column..];
            let ds = ds.transposed();
            product(of_keys, d_k, stride, is_added_to, scale, ds, block.q);
            let d_v = &mut gradients[kv_output][head.value + first_column..];
            let p = p.transposed();
            product(of_keys, d_v, stride, is_added_to, 1.0, p, d_out);
        }
    }
    if is_learned {
        let d_table = gradients.last_mut().expect("the table has a gradient");
        operands
            .attention
            .bias
            .add_to_table(layout, &d_bias, d_table);
    }
}

/// weights (B, H, T, S) from lse.
pub fn weights(operands: &Operands<'_>, lse: &[f32], weights: &mut [f32]) {
    let (layout, mask) = (operands.layout, operands.attention.mask);
    let curves = Curves::load();
    for head in operands.heads() {
        for first in (0..layout.rows).step_by(BLOCK) {
            let block = operands.block(head, first);
            let (rows, columns) = (block.rows.len(), &block.columns);
            let s = layout.columns;
            let out = &mut weights[(head.row + first) * s..][..rows * s];
            let k = block.k.transposed();
            let sizes = [rows, columns.len(), layout.size];
            let products = &mut out[columns.start..];
            product(sizes, products, s, false, layout.scale(), block.q, k);
            for (row, weights) in block.rows.clone().zip(out.chunks_exact_mut(s)) {
                let lse = lse[head.row + row];
                let of_row = mask.keys_of(row..row + 1, head.keys);
                let (start, weights) = seen(&(0..s), of_row, weights);
                operands.cap(weights);
                operands.add_bias(head, row, start, weights);
                for p in weights.iter_mut() {
                    *p = curves.exp(*p - lse);
                }
                mask.fill_holes(row, start, weights, 0.0);
            }
        }
    }
}
