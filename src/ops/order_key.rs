//! Logits as whole numbers in the same order; the twin of `shaders/lib/order_key.wgsl`. Not-a-number counts as the lowest
//! number, and beyond ±1e38 everything is alike, so that no selection can meet a value that compares with nothing.

/// The bits of 1e38.
const LARGEST: u32 = 0x7E96_7699;

/// A finite number of the same order.
#[inline]
pub(super) fn finite(value: f32) -> f32 {
    let bits = value.to_bits();
    let magnitude = bits & 0x7FFF_FFFF;
    if magnitude > 0x7F80_0000 || (magnitude > LARGEST && bits > 0x7FFF_FFFF) {
        -1.0e38
    } else if magnitude > LARGEST {
        1.0e38
    } else {
        value
    }
}

/// Larger for larger finite numbers, equal for equal ones (−0 is 0).
#[inline]
pub(super) fn order_key(value: f32) -> u32 {
    let bits = if value == 0.0 { 0 } else { value.to_bits() };
    if bits > 0x7FFF_FFFF {
        !bits
    } else {
        bits | 0x8000_0000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_order_of_the_numbers() {
        let ascending = [
            f32::NEG_INFINITY,
            -3.0,
            -1e-40,
            0.0,
            1e-40,
            0.5,
            7.0,
            f32::MAX,
        ];
        let keys: Vec<u32> = ascending.iter().map(|&x| order_key(finite(x))).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
        assert_eq!(order_key(-0.0), order_key(0.0));
        assert_eq!(finite(f32::NAN), finite(f32::NEG_INFINITY));
        assert_eq!(finite(f32::INFINITY), 1.0e38);
        assert_eq!(1.0e38f32.to_bits(), LARGEST);
    }
}
