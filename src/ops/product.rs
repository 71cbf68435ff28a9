//! Matrix product of strided views on the CPU, through the `gemm` crate, bounds-checked here.

use gemm::{Parallelism, gemm};

/// A read-only matrix inside a slice: element (r, c) is `data[r · row + c · column]`.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    pub data: &'a [f32],
    /// Distance between rows, in elements.
    pub row: usize,
    /// Distance between columns, in elements.
    pub column: usize,
}

impl<'a> Matrix<'a> {
    pub fn new(data: &'a [f32], row: usize, column: usize) -> Self {
        Self { data, row, column }
    }

    /// The same numbers, rows as columns.
    pub fn transposed(self) -> Self {
        Self::new(self.data, self.column, self.row)
    }
}

fn last_index(rows: usize, columns: usize, row: usize, column: usize) -> usize {
    (rows - 1) * row + (columns - 1) * column
}

/// `dst (M, N) = scale · lhs (M, K) · rhs (K, N)`, plus `dst` as it was with `accumulate`. `dst_row` is the
/// distance between rows of `dst`, whose columns are adjacent.
///
/// # Panics
/// When a view does not hold its matrix.
pub fn product(
    [m, n, k]: [usize; 3],
    dst: &mut [f32],
    dst_row: usize,
    accumulate: bool,
    scale: f32,
    lhs: Matrix<'_>,
    rhs: Matrix<'_>,
) {
    if m == 0 || n == 0 {
        return;
    }
    assert!(last_index(m, n, dst_row, 1) < dst.len());
    assert!(m == 1 || dst_row >= n, "rows of the result overlap");
    if k == 0 {
        if !accumulate {
            for row in 0..m {
                dst[row * dst_row..][..n].fill(0.0);
            }
        }
        return;
    }
    assert!(last_index(m, k, lhs.row, lhs.column) < lhs.data.len());
    assert!(last_index(k, n, rhs.row, rhs.column) < rhs.data.len());
    #[expect(unsafe_code, reason = "the gemm crate takes pointers")]
    // SAFETY: every index the product touches is at most the last index of its view, asserted above to lie in
    // the slice; `dst` is borrowed mutably, so it overlaps neither `lhs` nor `rhs`.
    unsafe {
        gemm(
            m,
            n,
            k,
            dst.as_mut_ptr(),
            1,
            dst_row as isize,
            accumulate,
            lhs.data.as_ptr(),
            lhs.column as isize,
            lhs.row as isize,
            rhs.data.as_ptr(),
            rhs.column as isize,
            rhs.row as isize,
            1.0,
            scale,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strides_accumulation_and_scale() {
        // (2, 3) · (3, 2), the right one stored transposed.
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let b = [1.0, 0.0, 2.0, 0.0, 1.0, 1.0];
        let mut y = [10.0, 0.0, 9.0, 10.0, 0.0];
        let rhs = Matrix::new(&b, 3, 1).transposed();
        product([2, 2, 3], &mut y, 3, true, 2.0, Matrix::new(&a, 3, 1), rhs);
        assert_eq!(y, [24.0, 10.0, 9.0, 42.0, 22.0]);
        product(
            [2, 2, 0],
            &mut y,
            3,
            false,
            2.0,
            Matrix::new(&[], 0, 1),
            rhs,
        );
        assert_eq!(y, [0.0, 0.0, 9.0, 0.0, 0.0]);
    }
}
