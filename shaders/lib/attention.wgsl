// What attention's kernels share: where heads lie, scores, and which keys a query sees. Rust: src/ops/attention_layout.rs,
// attention_mask.rs, attention_launch.rs. PACKS is D / PACK (needs lib/pack1 or lib/pack4), GROUP is H / K: so many heads of
// queries share a key head. One of lib/attention_unbiased, lib/attention_alibi, lib/attention_relative follows.
struct Params {
    sequences: u32, // B * H, where threads have keys B * K
    heads: u32, // H
    rows: u32, // T
    columns: u32, // S
    padded: u32, // the threads' rows of a sequence, rounded up to a whole number of row groups
    query_stride: u32, // packs from a token's queries to the next token's
    key_stride: u32, // the same of keys
    key_start: u32, // packs of a token before its first key
    scale: f32, // 1 / sqrt(D)
    soft_cap: f32,
    inverse_cap: f32,
    slope_base: u32, // the largest power of two not above H
    limits: array<vec4<u32>, 4>, // of lib/attention_relative
}
@group(0) @binding(0) var<uniform> params: Params;

const LOWEST: f32 = -3.0e38;

// Numbers of `Mask`.
const BIDIRECTIONAL: u32 = 1u;
const WINDOW: u32 = 2u;
const STRIDED: u32 = 3u;

// Where streamed rows lie: `a` and `b` are the packs where row 0 of either kind begins.
struct Stream {
    a: u32,
    b: u32,
    stride_a: u32,
    stride_b: u32,
    last: u32, // the last row
}

// Index, counted in packs, of one head of a query. `head` is always one of queries.
fn query_row(batch: u32, head: u32, row: u32) -> u32 {
    return (batch * params.rows + row) * params.query_stride + head * PACKS;
}

// The same of the key that this head of queries looks at.
fn key_row(batch: u32, head: u32, row: u32) -> u32 {
    return (batch * params.columns + row) * params.key_stride + params.key_start + head / GROUP * PACKS;
}

fn value_row(batch: u32, head: u32, row: u32) -> u32 {
    return key_row(batch, head, row) + params.heads / GROUP * PACKS;
}

// The same in a (B, T, H D) tensor.
fn output_row(batch: u32, head: u32, row: u32) -> u32 {
    return ((batch * params.rows + row) * params.heads + head) * PACKS;
}

// Which of the keys below `limit` a query sees.
fn sees(query: vec4<u32>, key: vec4<u32>, limit: u32) -> vec4<bool> {
    if MASK == BIDIRECTIONAL {
        return key < vec4<u32>(limit);
    }
    var seen = key <= query;
    if HAS_LENGTHS {
        seen = seen & (key < vec4<u32>(limit));
    }
    let distance = query - key; // where it wraps round, `seen` is false already
    if MASK == WINDOW {
        seen = seen & (distance < vec4<u32>(REACH));
    }
    if MASK == STRIDED {
        seen = seen & ((distance < vec4<u32>(REACH)) | (distance % vec4<u32>(max(REACH, 1u)) == vec4<u32>()));
    }
    return seen;
}

// The first key that some query from `query` on sees.
fn first_key(query: u32) -> u32 {
    if MASK == WINDOW {
        return query + 1u - min(query + 1u, REACH);
    }
    return 0u;
}

// Beyond the last key that some query before `end` sees.
fn end_key(end: u32, limit: u32) -> u32 {
    if MASK == BIDIRECTIONAL {
        return limit;
    }
    return min(end, limit);
}

// The first query that sees a key from `key` on.
fn first_query(key: u32) -> u32 {
    if MASK == BIDIRECTIONAL {
        return 0u;
    }
    return key;
}

// Beyond the last query that sees a key before `end`.
fn end_query(end: u32) -> u32 {
    if MASK == WINDOW {
        return min(end + REACH - 1u, params.rows);
    }
    return params.rows;
}

// cap * tanh(score / cap). By exp of a non-positive number: some drivers' tanh overflows for large arguments.
fn capped(score: vec4<f32>) -> vec4<f32> {
    if !SOFT_CAP {
        return score;
    }
    let x = score * params.inverse_cap;
    let a = abs(x);
    let e = exp(-2.0 * a);
    let s = a * a;
    let small = a * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 - s * (17.0 / 315.0))));
    let size = select((1.0 - e) / (1.0 + e), small, a < vec4<f32>(0.1));
    return select(size, -size, x < vec4<f32>()) * params.soft_cap;
}

// The cap's derivative, from what it made of a score.
fn cap_slope(score: vec4<f32>) -> vec4<f32> {
    if !SOFT_CAP {
        return vec4<f32>(1.0);
    }
    let x = score * params.inverse_cap;
    return 1.0 - x * x;
}
