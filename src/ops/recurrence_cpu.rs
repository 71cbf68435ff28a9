//! The recurrent layer on the CPU: each step one matrix product for the whole batch, then loops over the units that the compiler
//! turns into SIMD. Formulas: `recurrence.rs` and `recurrence_backward.rs`.

use crate::ops::lanes::Curves;
use crate::ops::product::{Matrix, product};
use crate::ops::recurrence::{Cell, Recurrence, Sizes};
use crate::ops::recurrence_backward::RecurrenceBackward;

fn add_to(y: &mut [f32], x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += x;
    }
}

/// y = f(a + b). Marked: the bar for inlining is low in the browser.
#[inline]
fn map_sum(y: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(f32) -> f32) {
    for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
        *y = f(a + b);
    }
}

/// The places in time in the order the layer runs.
fn times(op: &Recurrence, time: usize) -> impl DoubleEndedIterator<Item = usize> {
    let is_reversed = op.is_reversed;
    (0..time).map(move |step| if is_reversed { time - 1 - step } else { step })
}

/// h, the last state and saved from x, weight, bias, state and, where there are, lengths.
pub fn forward(op: &Recurrence, sizes: Sizes, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
    let [h, state, saved] = outputs else {
        unreachable!("three outputs")
    };
    let Sizes {
        batch,
        time,
        hidden: n,
    } = sizes;
    let (x, weight, bias) = (inputs[0], inputs[1], inputs[2]);
    let lengths: Option<&[u32]> = inputs.get(4).map(|words| bytemuck::cast_slice(words));
    let columns = op.cell.gates() * n;
    let states = op.cell.states() * n;
    let kept = (op.cell.kept() + 1) * n;
    state.copy_from_slice(inputs[3]);
    let mut products = vec![0.0f32; batch * columns];
    let curves = Curves::load();
    for t in times(op, time) {
        let lhs = Matrix::new(state, states, 1);
        let rhs = Matrix::new(weight, columns, 1);
        let shape = [batch, columns, n];
        product(shape, &mut products, columns, false, 1.0, lhs, rhs);
        let rows = products
            .chunks_exact_mut(columns)
            .zip(state.chunks_exact_mut(states))
            .enumerate();
        for (row, (hidden, state)) in rows {
            let at = row * time + t;
            let (kept, h_before) = saved[at * kept..][..kept].split_at_mut(kept - n);
            h_before.copy_from_slice(&state[..n]);
            if lengths.is_some_and(|lengths| t >= lengths[row] as usize) {
                kept.fill(0.0);
            } else {
                add_to(hidden, bias);
                advance(
                    &curves,
                    op.cell,
                    &x[at * columns..][..columns],
                    hidden,
                    kept,
                    state,
                );
            }
            h[at * n..][..n].copy_from_slice(&state[..n]);
        }
    }
}

/// One step of one sequence; `hidden` includes the bias, `state` is changed.
fn advance(
    curves: &Curves,
    cell: Cell,
    x: &[f32],
    hidden: &[f32],
    kept: &mut [f32],
    state: &mut [f32],
) {
    match cell {
        Cell::Tanh => {
            map_sum(kept, x, hidden, |x| curves.tanh(x));
            state.copy_from_slice(kept);
        }
        Cell::Gru => {
            let n = state.len();
            let (gates, q) = kept.split_at_mut(3 * n);
            q.copy_from_slice(&hidden[2 * n..]);
            let (rz, new) = gates.split_at_mut(2 * n);
            map_sum(rz, x, hidden, |x| curves.sigmoid(x));
            let (r, z) = rz.split_at(n);
            for (((new, x), r), q) in new.iter_mut().zip(&x[2 * n..]).zip(r).zip(q) {
                *new = curves.tanh(x + r * *q);
            }
            for ((h, new), z) in state.iter_mut().zip(new).zip(z) {
                *h = *new + z * (*h - *new);
            }
        }
        Cell::Lstm => {
            let n = state.len() / 2;
            let (h, c) = state.split_at_mut(n);
            let (gates, c_before) = kept.split_at_mut(4 * n);
            c_before.copy_from_slice(c);
            map_sum(&mut gates[..2 * n], x, hidden, |x| curves.sigmoid(x));
            let (g, o) = (2 * n..3 * n, 3 * n..4 * n);
            map_sum(&mut gates[g.clone()], &x[g.clone()], &hidden[g], |x| {
                curves.tanh(x)
            });
            map_sum(&mut gates[o.clone()], &x[o.clone()], &hidden[o], |x| {
                curves.sigmoid(x)
            });
            let (i, rest) = gates.split_at(n);
            let (f, rest) = rest.split_at(n);
            let (g, o) = rest.split_at(n);
            for (((c, i), f), g) in c.iter_mut().zip(i).zip(f).zip(g) {
                *c = f * *c + i * g;
            }
            for ((h, c), o) in h.iter_mut().zip(c).zip(o) {
                *h = o * curves.tanh(*c);
            }
        }
    }
}

/// d_x, d_state, h of the step before, the transposed weight and, for a GRU, d_hidden; inputs as the op's.
pub fn backward(
    op: &RecurrenceBackward,
    sizes: Sizes,
    inputs: &[&[f32]],
    outputs: &mut [&mut [f32]],
) {
    let [d_x, d_state, h_before, transposed, d_hidden @ ..] = outputs else {
        unreachable!("four outputs or five")
    };
    let Sizes {
        batch,
        time,
        hidden: n,
    } = sizes;
    let (weight, saved) = (inputs[0], inputs[1]);
    let [lengths, dh, d_last] = op.optional_inputs().map(|i| i.map(|i| inputs[i]));
    let lengths: Option<&[u32]> = lengths.map(bytemuck::cast_slice);
    let cell = op.of.cell;
    let curves = Curves::load();
    let columns = cell.gates() * n;
    let states = cell.states() * n;
    let kept = (cell.kept() + 1) * n;
    for (h, saved) in h_before.chunks_exact_mut(n).zip(saved.chunks_exact(kept)) {
        h.copy_from_slice(&saved[kept - n..]);
    }
    for (k, row) in weight.chunks_exact(columns).enumerate() {
        for (w, column) in row.iter().zip(transposed.chunks_exact_mut(n)) {
            column[k] = *w;
        }
    }
    match d_last {
        Some(d_last) => d_state.copy_from_slice(d_last),
        None => d_state.fill(0.0),
    }
    for t in times(&op.of, time).rev() {
        for (row, d_state) in d_state.chunks_exact_mut(states).enumerate() {
            let at = row * time + t;
            let (d_h, d_c) = d_state.split_at_mut(n);
            if let Some(dh) = dh {
                add_to(d_h, &dh[at * n..][..n]);
            }
            let of_x = at * columns..(at + 1) * columns;
            let d_x = &mut d_x[of_x.clone()];
            if lengths.is_some_and(|lengths| t >= lengths[row] as usize) {
                d_x.fill(0.0);
                if let [d_hidden] = d_hidden {
                    d_hidden[of_x].fill(0.0);
                }
                continue;
            }
            let saved = &saved[at * kept..][..kept];
            match (cell, &mut *d_hidden) {
                (Cell::Gru, [d_hidden]) => retreat_gru(saved, d_h, d_x, &mut d_hidden[of_x]),
                (Cell::Lstm, _) => retreat_lstm(&curves, saved, d_h, d_c, d_x),
                _ => retreat_tanh(saved, d_h, d_x),
            }
        }
        let d_hidden: &[f32] = match &*d_hidden {
            [d_hidden] => d_hidden,
            _ => d_x,
        };
        let lhs = Matrix::new(&d_hidden[t * columns..], time * columns, 1);
        let rhs = Matrix::new(transposed, n, 1);
        product([batch, n, columns], d_state, states, true, 1.0, lhs, rhs);
    }
}

/// d_x of one step; what is left in `dh` is its part of the step before.
fn retreat_tanh(saved: &[f32], dh: &mut [f32], d_x: &mut [f32]) {
    for ((d_x, dh), y) in d_x.iter_mut().zip(dh).zip(saved) {
        *d_x = *dh * (1.0 - y * y);
        *dh = 0.0;
    }
}

/// As [`retreat_tanh`], and the gradient of the hidden part.
fn retreat_gru(saved: &[f32], dh: &mut [f32], d_x: &mut [f32], d_hidden: &mut [f32]) {
    let units = dh.len();
    let mut kept = saved.chunks_exact(units);
    // Lengths the compiler sees to be one: no check is left in the loop.
    let [r, z, n, q, h_before] = [(); 5].map(|()| &kept.next().expect("five vectors")[..units]);
    let (d_r, rest) = d_x.split_at_mut(units);
    let (d_z, d_n) = rest.split_at_mut(units);
    let d_n = &mut d_n[..units];
    for i in 0..units {
        let d_new = dh[i] * (1.0 - z[i]) * (1.0 - n[i] * n[i]);
        d_n[i] = d_new;
        d_r[i] = d_new * q[i] * r[i] * (1.0 - r[i]);
        d_z[i] = dh[i] * (h_before[i] - n[i]) * z[i] * (1.0 - z[i]);
        dh[i] *= z[i];
    }
    let (gates, d_q) = d_hidden.split_at_mut(2 * units);
    gates.copy_from_slice(&d_x[..2 * units]);
    for ((d_q, d_n), r) in d_q.iter_mut().zip(&d_x[2 * units..]).zip(r) {
        *d_q = d_n * r;
    }
}

/// As [`retreat_tanh`]; `dc` becomes that of the step before.
fn retreat_lstm(curves: &Curves, saved: &[f32], dh: &mut [f32], dc: &mut [f32], d_x: &mut [f32]) {
    let units = dh.len();
    let mut kept = saved.chunks_exact(units);
    let [i, f, g, o, c_before] = [(); 5].map(|()| &kept.next().expect("five vectors")[..units]);
    let (d_i, rest) = d_x.split_at_mut(units);
    let (d_f, rest) = rest.split_at_mut(units);
    let (d_g, d_o) = rest.split_at_mut(units);
    let (d_o, dc) = (&mut d_o[..units], &mut dc[..units]);
    for u in 0..units {
        let t = curves.tanh(f[u] * c_before[u] + i[u] * g[u]);
        let d_cell = dc[u] + dh[u] * o[u] * (1.0 - t * t);
        d_i[u] = d_cell * g[u] * i[u] * (1.0 - i[u]);
        d_f[u] = d_cell * c_before[u] * f[u] * (1.0 - f[u]);
        d_g[u] = d_cell * i[u] * (1.0 - g[u] * g[u]);
        d_o[u] = dh[u] * t * o[u] * (1.0 - o[u]);
        dc[u] = d_cell * f[u];
        dh[u] = 0.0;
    }
}
