//! Loops the compiler turns into SIMD: sums kept in eight lanes (a fixed order, so the same bits everywhere the
//! same code runs), and branch-free exp and tanh, since calls into the maths library do not vectorise.

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

/// eˣ with a relative error below 2e-7 over the range of f32: 2ⁿ · 2ᶠ, |f| ≤ ½, the second factor by the Taylor
/// series of eʸ to the sixth order (|y| ≤ ln2 / 2, remainder 1.2e-7 relative).
#[inline]
pub fn exp(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // 1.5·2²³: adding it rounds to the nearest whole number, which then stands in the low mantissa bits.
    const ROUND: f32 = 12_582_912.0;
    let clamped = if x < -87.3 { -87.3 } else { x };
    let clamped = if clamped > 88.7 { 88.7 } else { clamped };
    let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let y = clamped - n * LN2_HIGH - n * LN2_LOW;
    let p = 1.0 / 720.0;
    let p = p * y + 1.0 / 120.0;
    let p = p * y + 1.0 / 24.0;
    let p = p * y + 1.0 / 6.0;
    let p = p * y + 0.5;
    let p = p * y + 1.0;
    let p = p * y + 1.0;
    // 2ⁿ by its exponent bits; n = 128 would overflow, so half of it is multiplied in twice.
    let half = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let first = half >> 1;
    let second = half - first;
    let scale = |e: i32| f32::from_bits(((e + 127) << 23) as u32);
    let value = p * scale(first) * scale(second);
    // Not-a-number stays one; the clamp's comparison drops it otherwise.
    if x.is_nan() { x } else { value }
}

/// tanh x with an absolute error below 3e-7, by [`exp`].
#[inline]
pub fn tanh(x: f32) -> f32 {
    let a = x.abs();
    let e = exp(-2.0 * a);
    let large = (1.0 - e) / (1.0 + e);
    // Near zero the difference above cancels: x − x³/3 + 2x⁵/15 − 17x⁷/315.
    let s = a * a;
    let small = a * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 - s * (17.0 / 315.0))));
    let magnitude = if a < 0.1 { small } else { large };
    magnitude.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_tanh_agree_with_double_precision() {
        for i in -87_300..=88_000 {
            let x = i as f32 * 1e-3;
            let e = f64::from(x).exp();
            if e > 1.2e-38 && e < 3.4e38 {
                let relative = ((f64::from(exp(x)) - e) / e).abs();
                assert!(relative < 3e-7, "exp({x}): {relative:e}");
            }
            let t = f64::from(x).tanh();
            assert!((f64::from(tanh(x)) - t).abs() < 3e-7, "tanh({x})");
        }
        assert!(exp(f32::NAN).is_nan());
        assert_eq!(exp(f32::NEG_INFINITY), exp(-87.3));
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
