//! Matrix product for WebAssembly with relaxed SIMD: a multiply and an add are one instruction there, which not every browser has. So it
//! is a module of its own, taken where the browser accepts it (`src/worker/web/fused.rs`); it shares the page's memory, and has neither stack
//! nor data.
//!
//! The right side is packed in panels of eight columns, unless few rows read it; the left side in fours of rows, a block of rows at a
//! time, which every panel then meets while it is in the first cache. A tile of 4 × 8 sums stays in eight registers: as many as hide
//! the latency of a fused multiply-add. Six rows need more registers than engines have to give, and were slower; so was a loop
//! unrolled by hand.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]
#![expect(
    unsafe_code,
    reason = "its caller (src/worker/web/fused.rs) gives addresses that it has checked"
)]

use core::arch::wasm32::{
    f32x4_add, f32x4_mul, f32x4_relaxed_madd, f32x4_splat, i32x4_shuffle, i64x2_shuffle, v128,
    v128_load, v128_load32_splat, v128_store,
};

/// Rows of a tile.
const ROWS: usize = 4;
/// Columns of a tile: two registers.
const COLUMNS: usize = 8;
/// Inner numbers in one go: a panel of so many rows stays in the first cache.
const DEPTH: usize = 256;
/// Rows of the left side packed at once: with that depth they stay in the second cache.
const BLOCK: usize = 128;
/// So few rows read the right side where it is: packing it would take as long as the product.
const FEW_ROWS: usize = 32;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Floats that [`product_1`] needs to work in, for N columns.
#[unsafe(no_mangle)]
pub extern "C" fn room(n: usize) -> usize {
    n.div_ceil(COLUMNS) * COLUMNS * DEPTH + BLOCK * DEPTH + COLUMNS
}

/// A strided matrix: element (r, c) stands at `start + r · row + c · column`.
#[derive(Clone, Copy)]
struct Matrix {
    start: *const f32,
    row: usize,
    column: usize,
}

/// `dst (M, N) = scale · lhs (M, K) · rhs (K, N)`, plus `dst` as it was with `accumulate`. Distances in elements; the columns of
/// `dst` are adjacent. The number in the name is that of this list of parameters.
///
/// # Safety
/// Every element of the three matrices is in memory, as are the [`room`] floats from `room` on; `dst` and the room overlap nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn product_1(
    m: usize,
    n: usize,
    k: usize,
    dst: *mut f32,
    dst_row: usize,
    accumulate: bool,
    scale: f32,
    lhs: *const f32,
    lhs_row: usize,
    lhs_column: usize,
    rhs: *const f32,
    rhs_row: usize,
    rhs_column: usize,
    room: *mut f32,
) {
    let panels = n.div_ceil(COLUMNS);
    let is_direct = m <= FEW_ROWS && rhs_column == 1 && n.is_multiple_of(COLUMNS);
    let mut from = 0;
    // SAFETY: the caller's promise; every place below is one of a matrix or of the room.
    unsafe {
        let left = room.add(panels * COLUMNS * DEPTH);
        let tail = left.add(BLOCK * DEPTH);
        while from < k {
            let depth = if k - from < DEPTH { k - from } else { DEPTH };
            let is_sum = accumulate || from > 0;
            let rhs = Matrix {
                start: rhs.add(from * rhs_row),
                row: rhs_row,
                column: rhs_column,
            };
            if !is_direct {
                pack_panels(rhs, n, depth, room);
            }
            let mut first_row = 0;
            while first_row < m {
                let rows = if m - first_row < BLOCK {
                    m - first_row
                } else {
                    BLOCK
                };
                let lhs = Matrix {
                    start: lhs.add(first_row * lhs_row + from * lhs_column),
                    row: lhs_row,
                    column: lhs_column,
                };
                pack_rows(lhs, rows, depth, left);
                let mut first = 0;
                while first < n {
                    let (right, step) = if is_direct {
                        (rhs.start.add(first), rhs_row)
                    } else {
                        (room.add(first * depth).cast_const(), COLUMNS)
                    };
                    let width = if n - first < COLUMNS {
                        n - first
                    } else {
                        COLUMNS
                    };
                    let mut row = 0;
                    while row < rows {
                        let sums = tile(depth, left.add(row * depth), right, step);
                        let to = dst.add((first_row + row) * dst_row + first);
                        let height = rows - row;
                        // Written out: sums that were counted through would need a stack.
                        write(sums[0], scale, is_sum, to, width, tail);
                        if height > 1 {
                            write(sums[1], scale, is_sum, to.add(dst_row), width, tail);
                        }
                        if height > 2 {
                            write(sums[2], scale, is_sum, to.add(2 * dst_row), width, tail);
                        }
                        if height > 3 {
                            write(sums[3], scale, is_sum, to.add(3 * dst_row), width, tail);
                        }
                        row += ROWS;
                    }
                    first += COLUMNS;
                }
                first_row += BLOCK;
            }
            from += depth;
        }
    }
}

/// (4, K) · (K, 8): `left` holds four numbers for each k, `right` eight, `step` apart.
#[inline(always)]
unsafe fn tile(k: usize, left: *const f32, right: *const f32, step: usize) -> [[v128; 2]; ROWS] {
    let mut sums = [[f32x4_splat(0.0); 2]; ROWS];
    let (mut left, mut right) = (left, right);
    // SAFETY: as in `product_1`.
    unsafe {
        let end = left.add(k * ROWS);
        while left < end {
            let first = v128_load(right.cast());
            let second = v128_load(right.add(4).cast());
            let mut row = 0;
            while row < ROWS {
                let number = v128_load32_splat(left.add(row).cast());
                sums[row][0] = f32x4_relaxed_madd(number, first, sums[row][0]);
                sums[row][1] = f32x4_relaxed_madd(number, second, sums[row][1]);
                row += 1;
            }
            left = left.add(ROWS);
            right = right.add(step);
        }
    }
    sums
}

/// Writes the first `width` of eight columns of one row.
#[inline(always)]
unsafe fn write(
    sums: [v128; 2],
    scale: f32,
    is_sum: bool,
    to: *mut f32,
    width: usize,
    tail: *mut f32,
) {
    let scale = f32x4_splat(scale);
    let scaled = [f32x4_mul(sums[0], scale), f32x4_mul(sums[1], scale)];
    // SAFETY: as in `product_1`; the tail is the last eight floats of the room.
    unsafe {
        if width == COLUMNS {
            let (first, second): (*mut v128, *mut v128) = (to.cast(), to.add(4).cast());
            if is_sum {
                v128_store(first, f32x4_add(v128_load(first), scaled[0]));
                v128_store(second, f32x4_add(v128_load(second), scaled[1]));
            } else {
                v128_store(first, scaled[0]);
                v128_store(second, scaled[1]);
            }
            return;
        }
        v128_store(tail.cast(), scaled[0]);
        v128_store(tail.add(4).cast(), scaled[1]);
        let mut column = 0;
        while column < width {
            let value = *tail.add(column);
            *to.add(column) = if is_sum {
                *to.add(column) + value
            } else {
                value
            };
            column += 1;
        }
    }
}

/// `depth` rows of every panel one panel after another; zeros beyond the last column.
#[inline(always)]
unsafe fn pack_panels(rhs: Matrix, n: usize, depth: usize, room: *mut f32) {
    let mut first = 0;
    // SAFETY: as in `product_1`.
    unsafe {
        while first < n {
            let to = room.add(first * depth);
            let from = rhs.start.add(first * rhs.column);
            let width = if n - first < COLUMNS {
                n - first
            } else {
                COLUMNS
            };
            let mut row = 0;
            if rhs.column == 1 && width == COLUMNS {
                while row < depth {
                    let from = from.add(row * rhs.row);
                    let to = to.add(row * COLUMNS);
                    v128_store(to.cast(), v128_load(from.cast()));
                    v128_store(to.add(4).cast(), v128_load(from.add(4).cast()));
                    row += 1;
                }
            } else {
                let mut column = 0;
                while column < COLUMNS {
                    row = 0;
                    while row < depth {
                        let number = if column < width {
                            *from.add(row * rhs.row + column * rhs.column)
                        } else {
                            0.0
                        };
                        *to.add(row * COLUMNS + column) = number;
                        row += 1;
                    }
                    column += 1;
                }
            }
            first += COLUMNS;
        }
    }
}

/// Rows side by side in fours, one four after another; zeros beyond the last row.
#[inline(always)]
unsafe fn pack_rows(lhs: Matrix, rows: usize, depth: usize, to: *mut f32) {
    let mut first = 0;
    // SAFETY: as in `product_1`.
    unsafe {
        while first < rows {
            let to = to.add(first * depth);
            let from = lhs.start.add(first * lhs.row);
            let height = if rows - first < ROWS {
                rows - first
            } else {
                ROWS
            };
            let mut at = 0;
            if height == ROWS && lhs.row == 1 {
                while at < depth {
                    let four = v128_load(from.add(at * lhs.column).cast());
                    v128_store(to.add(at * ROWS).cast(), four);
                    at += 1;
                }
            } else if height == ROWS && lhs.column == 1 {
                while at + 4 <= depth {
                    let [a, b, c, d] = transposed([
                        v128_load(from.add(at).cast()),
                        v128_load(from.add(lhs.row + at).cast()),
                        v128_load(from.add(2 * lhs.row + at).cast()),
                        v128_load(from.add(3 * lhs.row + at).cast()),
                    ]);
                    let to = to.add(at * ROWS);
                    v128_store(to.cast(), a);
                    v128_store(to.add(4).cast(), b);
                    v128_store(to.add(8).cast(), c);
                    v128_store(to.add(12).cast(), d);
                    at += 4;
                }
            }
            while at < depth {
                let mut row = 0;
                while row < ROWS {
                    *to.add(at * ROWS + row) = if row < height {
                        *from.add(row * lhs.row + at * lhs.column)
                    } else {
                        0.0
                    };
                    row += 1;
                }
                at += 1;
            }
            first += ROWS;
        }
    }
}

/// Rows as columns.
#[inline(always)]
fn transposed([a, b, c, d]: [v128; 4]) -> [v128; 4] {
    let (ab, cd) = (
        i32x4_shuffle::<0, 4, 1, 5>(a, b),
        i32x4_shuffle::<0, 4, 1, 5>(c, d),
    );
    let (ab_high, cd_high) = (
        i32x4_shuffle::<2, 6, 3, 7>(a, b),
        i32x4_shuffle::<2, 6, 3, 7>(c, d),
    );
    [
        i64x2_shuffle::<0, 2>(ab, cd),
        i64x2_shuffle::<1, 3>(ab, cd),
        i64x2_shuffle::<0, 2>(ab_high, cd_high),
        i64x2_shuffle::<1, 3>(ab_high, cd_high),
    ]
}
