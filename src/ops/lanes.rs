//! Loops the compiler turns into SIMD: sums kept in eight lanes (a fixed order, so the same bits everywhere the
//! same code runs), and branch-free exp and tanh, since calls into the maths library do not vectorise.

use std::hint::black_box;

/// Lanes of a partial sum: two SIMD registers of `simd128`, one of AVX.
pub const LANES: usize = 8;

/// Sum of `f(a[i], b[i])` in eight lanes.
#[inline]
pub fn sum2(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    let mut lanes = [0.0f32; LANES];
    let (mut a, mut b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (x, y) in a.by_ref().zip(b.by_ref()) {
        for i in 0..LANES {
            lanes[i] += f(x[i], y[i]);
        }
    }
    let rest: f32 = a
        .remainder()
        .iter()
        .zip(b.remainder())
        .map(|(&x, &y)| f(x, y))
        .sum();
    fold(lanes) + rest
}

/// Sum of `f(a[i])` in eight lanes.
#[inline]
pub fn sum1(a: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let mut chunks = a.chunks_exact(LANES);
    for x in chunks.by_ref() {
        for i in 0..LANES {
            lanes[i] += f(x[i]);
        }
    }
    fold(lanes) + chunks.remainder().iter().map(|&x| f(x)).sum::<f32>()
}

#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    sum2(a, b, |x, y| x * y)
}

#[inline]
pub fn max(a: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let mut chunks = a.chunks_exact(LANES);
    for x in chunks.by_ref() {
        for i in 0..LANES {
            lanes[i] = if x[i] > lanes[i] { x[i] } else { lanes[i] };
        }
    }
    lanes
        .iter()
        .chain(chunks.remainder())
        .fold(f32::NEG_INFINITY, |m, &x| if x > m { x } else { m })
}

#[inline]
fn fold(lanes: [f32; LANES]) -> f32 {
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6]))
        + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}

/// The exponential and its kin, free of branches. Its numbers stand in memory, and the compiler is not told which they are: where it
/// knows them, WebAssembly's engines put each together anew for every four elements, which takes as long as the arithmetic.
/// Loaded once, outside a loop.
#[derive(Clone, Copy, Debug)]
pub struct Curves {
    lowest: f32,
    highest: f32,
    log2_e: f32,
    round: f32,
    ln2_high: f32,
    ln2_low: f32,
    sixth: f32,
    fifth: f32,
    fourth: f32,
    third: f32,
    half: f32,
    one: f32,
    two: f32,
    flat: f32,
}

static CURVES: Curves = Curves {
    // Between them eˣ is a normal number, and 2ⁿ too.
    lowest: -87.3,
    highest: 88.3,
    log2_e: std::f32::consts::LOG2_E,
    // 1.5·2²³: adding it rounds to the nearest whole number, which then stands in the low bits of the mantissa; 127 more is the bias
    // of an exponent.
    round: 12_582_912.0 + 127.0,
    ln2_high: 0.693_359_4,
    ln2_low: -2.121_944_4e-4,
    sixth: 1.0 / 720.0,
    fifth: 1.0 / 120.0,
    fourth: 1.0 / 24.0,
    third: 1.0 / 6.0,
    half: 0.5,
    one: 1.0,
    two: 2.0,
    // tanh x is ±1 in single precision from here on.
    flat: 9.1,
};

impl Curves {
    #[inline]
    pub fn load() -> Self {
        *black_box(&CURVES)
    }

    /// (2ⁿ, y, (eʸ − 1) / y) with x = n · ln 2 + y, |y| ≤ ln 2 / 2; the last by the Taylor series to the sixth order of eʸ (remainder
    /// 1.2e-7 relative to eʸ).
    #[inline]
    fn parts(&self, x: f32) -> (f32, f32, f32) {
        let shifted = x * self.log2_e + self.round;
        let n = shifted - self.round;
        let y = x - n * self.ln2_high - n * self.ln2_low;
        let p = self.sixth;
        let p = p * y + self.fifth;
        let p = p * y + self.fourth;
        let p = p * y + self.third;
        let p = p * y + self.half;
        let p = p * y + self.one;
        (f32::from_bits(shifted.to_bits() << 23), y, p)
    }

    /// eˣ with a relative error below 3e-7 where it is a normal number below 2.2e38; that at the end of this range beyond it.
    #[inline]
    pub fn exp(&self, x: f32) -> f32 {
        // Written so that what is not a number stays what it is.
        let x = if x < self.lowest { self.lowest } else { x };
        let x = if x > self.highest { self.highest } else { x };
        let (scale, y, p) = self.parts(x);
        (p * y + self.one) * scale
    }

    /// tanh x with an absolute error below 3e-7, and as small a relative one near 0: t / (t + 2), t = e²ˣ − 1 without cancellation.
    #[inline]
    pub fn tanh(&self, x: f32) -> f32 {
        let x = if x < -self.flat { -self.flat } else { x };
        let x = if x > self.flat { self.flat } else { x };
        let (scale, y, p) = self.parts(x + x);
        let t = p * y * scale + (scale - self.one);
        t / (t + self.two)
    }

    /// 1 / (1 + e⁻ˣ) with an absolute error below 3e-7.
    #[inline]
    pub fn sigmoid(&self, x: f32) -> f32 {
        self.one / (self.one + self.exp(-x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_agree_with_double_precision() {
        let curves = Curves::load();
        for i in -87_300..=88_000 {
            let x = i as f32 * 1e-3;
            let e = f64::from(x).exp();
            if e > 1.2e-38 && e < 3.4e38 {
                let relative = ((f64::from(curves.exp(x)) - e) / e).abs();
                assert!(relative < 3e-7, "exp({x}): {relative:e}");
            }
            let t = f64::from(x).tanh();
            assert!((f64::from(curves.tanh(x)) - t).abs() < 3e-7, "tanh({x})");
            let s = 1.0 / (1.0 + f64::from(-x).exp());
            assert!(
                (f64::from(curves.sigmoid(x)) - s).abs() < 3e-7,
                "sigmoid({x})"
            );
        }
        for i in 1..1000 {
            let x = i as f32 * 1e-6;
            let t = f64::from(x).tanh();
            let relative = (f64::from(curves.tanh(x)) - t) / t;
            assert!(relative.abs() < 3e-7, "tanh({x}): {relative:e}");
        }
        for curve in [Curves::exp, Curves::tanh, Curves::sigmoid] {
            assert!(curve(&curves, f32::NAN).is_nan());
        }
        let ends = [f32::NEG_INFINITY, f32::INFINITY];
        assert_eq!(
            ends.map(|x| curves.exp(x)),
            [-87.3, 88.3].map(|x| curves.exp(x))
        );
        assert_eq!(ends.map(|x| curves.tanh(x)), [-1.0, 1.0]);
        assert!(curves.sigmoid(ends[0]) < 1e-37);
        assert_eq!(curves.sigmoid(ends[1]), 1.0);
    }

    #[test]
    fn sums_take_the_rest_that_fills_no_lane() {
        let a: Vec<f32> = (1..=19).map(|i| i as f32).collect();
        assert_eq!(sum1(&a, |x| x), 190.0);
        assert_eq!(dot(&a, &a), 2470.0);
        assert_eq!(max(&a), 19.0);
        assert_eq!(max(&[]), f32::NEG_INFINITY);
    }
}
