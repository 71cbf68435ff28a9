//! Attention on the CPU: per sequence and head by blocks of rows, so that scores of a block fit the cache and keys beyond the
//! block's last row are never touched; matrix products over strided views of the packed tensors.

use crate::ops::attention::{Packed, alibi_slope};
use crate::ops::lanes;
use crate::ops::product::{Matrix, product};

/// Rows of a block. Smaller wastes less on the masked corner, larger makes better matrix products.
const BLOCK: usize = 32;

/// Where a head's rows lie in the packed tensor and in a (B, T, C) one.
#[derive(Clone, Copy)]
struct Head {
    /// First query of the head; keys are C further on, values 2C.
    packed: usize,
    /// First row of the head in (B, T, C).
    output: usize,
    /// First row of the head in (B, H, T).
    row: usize,
    slope: f32,
}

fn heads(packed: Packed, alibi: bool) -> impl Iterator<Item = Head> {
    let Packed {
        batch,
        time,
        heads,
        size,
    } = packed;
    (0..batch).flat_map(move |b| {
        (0..heads).map(move |h| Head {
            packed: b * time * 3 * heads * size + h * size,
            output: b * time * heads * size + h * size,
            row: (b * heads + h) * time,
            slope: alibi_slope(alibi, h, heads),
        })
    })
}

/// The views of one block of queries, and of the keys up to its last row.
struct Block<'a> {
    q: Matrix<'a>,
    k: Matrix<'a>,
    v: Matrix<'a>,
}

impl<'a> Block<'a> {
    fn new(packed: Packed, qkv: &'a [f32], head: Head, first: usize) -> Self {
        let c = packed.channels();
        let view = |start: usize| Matrix::new(&qkv[start..], 3 * c, 1);
        Self {
            q: view(head.packed + first * 3 * c),
            k: view(head.packed + c),
            v: view(head.packed + 2 * c),
        }
    }
}

/// Adds ALiBi's −slope · (i − j) to one row of scores.
fn add_bias(scores: &mut [f32], row: usize, slope: f32) {
    if slope != 0.0 {
        for (j, score) in scores.iter_mut().enumerate() {
            *score -= slope * (row as i32 - j as i32) as f32;
        }
    }
}

/// o and lse from qkv; shapes as in `attention.rs`.
pub fn forward(packed: Packed, alibi: bool, qkv: &[f32], o: &mut [f32], lse: &mut [f32]) {
    let (time, d, c) = (packed.time, packed.size, packed.channels());
    let mut scores = vec![0.0f32; BLOCK.min(time) * time];
    for head in heads(packed, alibi) {
        for first in (0..time).step_by(BLOCK) {
            let rows = BLOCK.min(time - first);
            let columns = first + rows;
            let block = Block::new(packed, qkv, head, first);
            let sizes = [rows, columns, d];
            let k = block.k.transposed();
            product(
                sizes,
                &mut scores,
                columns,
                false,
                packed.scale(),
                block.q,
                k,
            );
            let mut totals = [1.0f32; BLOCK];
            for (r, scores) in scores.chunks_exact_mut(columns).take(rows).enumerate() {
                let row = first + r;
                let (seen, masked) = scores.split_at_mut(row + 1);
                masked.fill(0.0);
                add_bias(seen, row, head.slope);
                let largest = lanes::max(seen);
                for s in seen.iter_mut() {
                    *s = lanes::exp(*s - largest);
                }
                totals[r] = lanes::sum1(seen, |p| p);
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
pub fn delta(packed: Packed, d_o: &[f32], o: &[f32], delta: &mut [f32]) {
    let c = packed.channels();
    for head in heads(packed, false) {
        for (t, delta) in delta[head.row..][..packed.time].iter_mut().enumerate() {
            let range = head.output + t * c..head.output + t * c + packed.size;
            *delta = lanes::dot(&d_o[range.clone()], &o[range]);
        }
    }
}

/// dqkv from do, qkv, lse and δ.
pub fn backward(
    packed: Packed,
    alibi: bool,
    [d_o, qkv, lse, delta]: [&[f32]; 4],
    d_qkv: &mut [f32],
) {
    let (time, d, c) = (packed.time, packed.size, packed.channels());
    let scale = packed.scale();
    let mut probabilities = vec![0.0f32; BLOCK.min(time) * time];
    let mut d_scores = vec![0.0f32; BLOCK.min(time) * time];
    for head in heads(packed, alibi) {
        // From the last block up: it touches every key, so it alone writes dk and dv without adding.
        for first in (0..time).step_by(BLOCK).rev() {
            let rows = BLOCK.min(time - first);
            let columns = first + rows;
            let is_added_to = columns < time;
            let block = Block::new(packed, qkv, head, first);
            let d_out = Matrix::new(&d_o[head.output + first * c..], c, 1);
            let k = block.k.transposed();
            let v = block.v.transposed();
            let sizes = [rows, columns, d];
            product(sizes, &mut probabilities, columns, false, scale, block.q, k);
            product(sizes, &mut d_scores, columns, false, 1.0, d_out, v);
            let score_rows = probabilities.chunks_exact_mut(columns);
            let d_score_rows = d_scores.chunks_exact_mut(columns);
            for (r, (p, ds)) in score_rows.zip(d_score_rows).take(rows).enumerate() {
                let row = first + r;
                let (lse, delta) = (lse[head.row + row], delta[head.row + row]);
                let (p, masked) = p.split_at_mut(row + 1);
                let (ds, d_masked) = ds.split_at_mut(row + 1);
                masked.fill(0.0);
                d_masked.fill(0.0);
                add_bias(p, row, head.slope);
                for (p, ds) in p.iter_mut().zip(ds) {
                    *p = lanes::exp(*p - lse);
                    *ds = *p * (*ds - delta);
                }
            }
            let p = Matrix::new(&probabilities, columns, 1);
            let ds = Matrix::new(&d_scores, columns, 1);
            let stride = 3 * c;
            let d_q = &mut d_qkv[head.packed + first * stride..];
            product([rows, d, columns], d_q, stride, false, scale, ds, block.k);
            let to_keys = [columns, d, rows];
            let d_k = &mut d_qkv[head.packed + c..];
            let ds = ds.transposed();
            product(to_keys, d_k, stride, is_added_to, scale, ds, block.q);
            let d_v = &mut d_qkv[head.packed + 2 * c..];
            product(
                to_keys,
                d_v,
                stride,
                is_added_to,
                1.0,
                p.transposed(),
                d_out,
            );
        }
    }
}

/// weights (B, H, T, T) from qkv and lse.
pub fn weights(packed: Packed, alibi: bool, qkv: &[f32], lse: &[f32], weights: &mut [f32]) {
    let (time, d) = (packed.time, packed.size);
    for head in heads(packed, alibi) {
        for first in (0..time).step_by(BLOCK) {
            let rows = BLOCK.min(time - first);
            let block = Block::new(packed, qkv, head, first);
            let out = &mut weights[(head.row + first) * time..][..rows * time];
            let k = block.k.transposed();
            let sizes = [rows, first + rows, d];
            product(sizes, out, time, false, packed.scale(), block.q, k);
            for (r, weights) in out.chunks_exact_mut(time).enumerate() {
                let row = first + r;
                let lse = lse[head.row + row];
                let (seen, masked) = weights.split_at_mut(row + 1);
                masked.fill(0.0);
                add_bias(seen, row, head.slope);
                for p in seen {
                    *p = lanes::exp(*p - lse);
                }
            }
        }
    }
}
