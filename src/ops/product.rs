//! Matrix product of strided views on the CPU, bounds-checked here: through the `gemm` crate, or a [`Kernel`] that was found to be
//! faster where this runs.

use std::cell::{Cell, RefCell};

use gemm::{Parallelism, gemm};

/// A product that comes from outside this program, in the terms of `kernels/src/lib.rs`.
#[derive(Clone, Copy)]
pub struct Kernel {
    pub product: KernelProduct,
    /// Floats that a product of N columns needs to work in.
    pub room: extern "C" fn(usize) -> usize,
}

/// M, N, K; dst and the distance of its rows; whether it is added to; scale; lhs and rhs with the distances of their rows and
/// columns; the room.
pub type KernelProduct = unsafe extern "C" fn(
    usize,
    usize,
    usize,
    *mut f32,
    usize,
    bool,
    f32,
    *const f32,
    usize,
    usize,
    *const f32,
    usize,
    usize,
    *mut f32,
);

thread_local! {
    static KERNEL: Cell<Option<Kernel>> = const { Cell::new(None) };
    static ROOM: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Takes a kernel for all products from now on, if it gives what the general product gives; whether it does.
pub fn take_kernel(kernel: Kernel) -> bool {
    KERNEL.set(None);
    let agrees = [
        [1, 1, 1],
        [5, 7, 300],
        [3, 17, 9],
        [40, 16, 5],
        [134, 9, 260],
    ]
    .into_iter()
    .all(|sizes| agrees(kernel, sizes));
    if agrees {
        KERNEL.set(Some(kernel));
    }
    agrees
}

fn agrees(kernel: Kernel, [m, n, k]: [usize; 3]) -> bool {
    let numbers = |count: usize| -> Vec<f32> { (0..count).map(|i| (i as f32).sin()).collect() };
    let (lhs, rhs) = (numbers(m * k), numbers(k * n));
    [false, true].into_iter().all(|is_transposed| {
        let lhs = Matrix::new(&lhs, k, 1);
        let rhs = match is_transposed {
            true => Matrix::new(&rhs, k, 1).transposed(),
            false => Matrix::new(&rhs, n, 1),
        };
        let (mut made, mut expected) = (numbers(m * n), numbers(m * n));
        product([m, n, k], &mut expected, n, is_transposed, 0.5, lhs, rhs);
        KERNEL.set(Some(kernel));
        product([m, n, k], &mut made, n, is_transposed, 0.5, lhs, rhs);
        KERNEL.set(None);
        // Both add up to 300 numbers of at most 1, each in its own order: f32 is 2e-5 off at the most.
        let mut pairs = made.iter().zip(&expected);
        pairs.all(|(a, b)| (a - b).abs() < 1e-4)
    })
}

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
    if let Some(kernel) = KERNEL.get() {
        return ROOM.with_borrow_mut(|room| {
            let needed = (kernel.room)(n);
            if room.len() < needed {
                room.resize(needed, 0.0);
            }
            #[expect(unsafe_code, reason = "a kernel takes pointers")]
            // SAFETY: as below; the room is its own.
            unsafe {
                (kernel.product)(
                    m,
                    n,
                    k,
                    dst.as_mut_ptr(),
                    dst_row,
                    accumulate,
                    scale,
                    lhs.data.as_ptr(),
                    lhs.row,
                    lhs.column,
                    rhs.data.as_ptr(),
                    rhs.row,
                    rhs.column,
                    room.as_mut_ptr(),
                );
            }
        });
    }
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

    extern "C" fn no_room(_: usize) -> usize {
        1
    }

    #[expect(unsafe_code, reason = "a kernel takes pointers")]
    unsafe extern "C" fn plain(
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
        _: *mut f32,
    ) {
        for row in 0..m {
            for column in 0..n {
                // SAFETY: `product` has checked the views.
                unsafe {
                    let mut sum = 0.0;
                    for i in 0..k {
                        let left = *lhs.add(row * lhs_row + i * lhs_column);
                        sum += left * *rhs.add(i * rhs_row + column * rhs_column);
                    }
                    let to = dst.add(row * dst_row + column);
                    *to = scale * sum + if accumulate { *to } else { 0.0 };
                }
            }
        }
    }

    #[expect(unsafe_code, reason = "a kernel takes pointers")]
    unsafe extern "C" fn wrong(
        _: usize,
        _: usize,
        _: usize,
        dst: *mut f32,
        _: usize,
        _: bool,
        _: f32,
        _: *const f32,
        _: usize,
        _: usize,
        _: *const f32,
        _: usize,
        _: usize,
        _: *mut f32,
    ) {
        // SAFETY: a result has a first element.
        unsafe { *dst = 7.0 }
    }

    #[test]
    fn a_kernel_is_taken_if_it_gives_the_same() {
        let kernel = |product: KernelProduct| Kernel {
            product,
            room: no_room,
        };
        assert!(!take_kernel(kernel(wrong)));
        strides_accumulation_and_scale();
        assert!(take_kernel(kernel(plain)));
        strides_accumulation_and_scale();
        assert!(!take_kernel(kernel(wrong)));
    }

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
