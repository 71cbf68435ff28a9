// Logits as whole numbers in the same order, so that selections compare and count without rounding. Twin of the functions
// in src/ops/order_key.rs. Not-a-number counts as the lowest; beyond +-1e38 everything is alike.

fn finite(value: f32) -> f32 {
    let bits = bitcast<u32>(value);
    let magnitude = bits & 0x7FFFFFFFu;
    if magnitude > 0x7F800000u {
        return -1.0e38;
    }
    if magnitude > 0x7E967699u { // 1e38
        return select(1.0e38, -1.0e38, bits > 0x7FFFFFFFu);
    }
    return value;
}

fn order_key(value: f32) -> u32 {
    // + 0.0 by bits: -0 and 0 are one number.
    let bits = select(bitcast<u32>(value), 0u, value == 0.0);
    return select(bits | 0x80000000u, ~bits, bits > 0x7FFFFFFFu);
}

fn value_of_key(key: u32) -> f32 {
    return bitcast<f32>(select(~key, key & 0x7FFFFFFFu, key > 0x7FFFFFFFu));
}
