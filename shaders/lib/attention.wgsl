// What attention's kernels share: the packed layout, scores, and which keys a query sees. Rust: src/ops/attention.rs
// qkv (B, T, 3C) holds queries, keys and values side by side, each (H, D) in a row. PACKS is D / PACK; needs lib/pack1 or lib/pack4.
struct Params {
    sequences: u32, // B * H
    heads: u32, // H
    time: u32, // T
    padded: u32, // T rounded up to a whole number of row groups
    scale: u32, // 1 / sqrt(D), bits of an f32
    slope_base: u32, // the largest power of two not above H
}
@group(0) @binding(0) var<uniform> params: Params;

const LOWEST: f32 = -3.0e38;

// Index in qkv, counted in packs, of one head of a query (part 0), key (1) or value (2).
fn packed_row(sequence: u32, row: u32, part: u32) -> u32 {
    let token = (sequence / params.heads) * params.time + row;
    return ((token * 3u + part) * params.heads + sequence % params.heads) * PACKS;
}

// The same in a (B, T, C) tensor.
fn output_row(sequence: u32, row: u32) -> u32 {
    let token = (sequence / params.heads) * params.time + row;
    return (token * params.heads + sequence % params.heads) * PACKS;
}

// ALiBi (Press et al. 2021): 2^(-8 h / H), h from 1; beyond a power of two P the odd places of the series for 2 P.
fn slope_of(sequence: u32) -> f32 {
    if !ALIBI {
        return 0.0;
    }
    let head = sequence % params.heads;
    let base = f32(params.slope_base);
    if head < params.slope_base {
        return exp2(-8.0 * f32(head + 1u) / base);
    }
    return exp2(-4.0 * f32(2u * (head - params.slope_base) + 1u) / base);
}

// Causal: a query sees the keys up to its own place.
fn sees(query: vec4<u32>, key: vec4<u32>) -> vec4<bool> {
    return key <= query;
}

fn biased(score: vec4<f32>, slope: f32, query: vec4<u32>, key: vec4<u32>) -> vec4<f32> {
    if ALIBI {
        return score - slope * (vec4<f32>(query) - vec4<f32>(key));
    }
    return score;
}
