// RMS normalisation of every head of q and k in packed qkv (B, T, (H + 2K) D), v passed on, and its gradient:
//   y = x r g    r = 1 / sqrt(mean(x^2) + epsilon)    dx = r (dy g - x r mean(dy g x r))    dg = sum dy x r
// A row is one head of a token. Rust: src/ops/qk_norm.rs
struct Params {
    tokens: u32, // B * T
    lanes: u32, // D / WIDTH
    heads: u32, // H
    kv_heads: u32, // K
    blocks: u32, // of BLOCK_TOKENS tokens
    epsilon: f32,
}
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> x: array<Lane>; // (B, T, (H + 2K) D)
@group(0) @binding(3) var<storage, read> gain_q: array<Lane>; // (D)
@group(0) @binding(4) var<storage, read> gain_k: array<Lane>; // (D)
@group(0) @binding(5) var<storage, read_write> y: array<Lane>; // (B, T, (H + 2K) D)
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>; // (B, T, H + K)

@compute @workgroup_size(THREADS)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = (group.x + group.y * groups.x) * (THREADS / TEAM) + thread / TEAM;
    let member = thread % TEAM;
    let normed = params.heads + params.kv_heads; // heads that are normalised
    let heads = normed + params.kv_heads;
    let rows = params.tokens * heads;
    // Threads beyond the last row repeat it: barriers need every thread.
    let safe_row = min(row, rows - 1u);
    let head = safe_row % heads;
    let first = safe_row * params.lanes;
    var squares = lane(0.0);
    for (var i = member; i < params.lanes; i += TEAM) {
        squares += x[first + i] * x[first + i];
    }
    let mean_square = team_sum(lane_sum(squares), thread) / f32(params.lanes * WIDTH);
    let scale = inverseSqrt(mean_square + params.epsilon);
    if row >= rows {
        return;
    }
    for (var i = member; i < params.lanes; i += TEAM) {
        let gain = select(gain_k[i], gain_q[i], head < params.heads);
        y[first + i] = select(x[first + i], x[first + i] * scale * gain, head < normed);
    }
    if member == 0u && head < normed {
        rstd[safe_row / heads * normed + head] = scale;
    }
}

@group(0) @binding(2) var<storage, read> dy: array<Lane>; // (B, T, (H + 2K) D)
@group(0) @binding(3) var<storage, read> saved_x: array<Lane>; // (B, T, (H + 2K) D)
@group(0) @binding(4) var<storage, read> of_q: array<Lane>; // (D), the gains
@group(0) @binding(5) var<storage, read> of_k: array<Lane>; // (D)
@group(0) @binding(6) var<storage, read> saved_rstd: array<f32>; // (B, T, H + K)
@group(0) @binding(7) var<storage, read_write> dx: array<Lane>; // (B, T, (H + 2K) D)
@group(0) @binding(8) var<storage, read_write> partials: array<Lane>; // (blocks, H + K, D)

@compute @workgroup_size(THREADS)
fn backward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let block = group.x + group.y * groups.x;
    let member = thread % TEAM;
    let normed = params.heads + params.kv_heads;
    let heads = normed + params.kv_heads;
    let end_token = min((block + 1u) * BLOCK_TOKENS, params.tokens);
    for (var step = 0u; step < BLOCK_TOKENS * heads; step += THREADS / TEAM) {
        let row = block * BLOCK_TOKENS * heads + step + thread / TEAM;
        let safe_row = min(row, params.tokens * heads - 1u);
        let head = safe_row % heads;
        let first = safe_row * params.lanes;
        let r = saved_rstd[safe_row / heads * normed + min(head, normed - 1u)];
        var dots = lane(0.0);
        for (var i = member; i < params.lanes; i += TEAM) {
            dots += dy[first + i] * select(of_k[i], of_q[i], head < params.heads) * saved_x[first + i];
        }
        let d_dot = team_sum(lane_sum(dots), thread) * r / f32(params.lanes * WIDTH);
        if row < end_token * heads {
            for (var i = member; i < params.lanes; i += TEAM) {
                let d = dy[first + i];
                let gain = select(of_k[i], of_q[i], head < params.heads);
                let d_x = r * (d * gain - saved_x[first + i] * r * d_dot);
                dx[first + i] = select(d, d_x, head < normed);
            }
        }
    }
    if block < params.blocks {
        for (var n = thread; n < normed * params.lanes; n += THREADS) {
            let head = n / params.lanes;
            var d_gain = lane(0.0);
            for (var token = block * BLOCK_TOKENS; token < end_token; token += 1u) {
                let at = token * heads * params.lanes + n;
                d_gain += dy[at] * (saved_x[at] * saved_rstd[token * normed + head]);
            }
            partials[block * normed * params.lanes + n] = d_gain;
        }
    }
}

@group(0) @binding(2) var<storage, read> written_partials: array<Lane>; // (blocks, H + K, D)
@group(0) @binding(3) var<storage, read_write> d_of_q: array<Lane>; // (D)
@group(0) @binding(4) var<storage, read_write> d_of_k: array<Lane>; // (D)

var<workgroup> cells: array<Lane, 64>;

// One workgroup a lane of either gain: over its heads and the blocks.
@compute @workgroup_size(64)
fn sum_partials(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let is_key = group.x >= params.lanes;
    let i = group.x % params.lanes;
    let count = select(params.heads, params.kv_heads, is_key);
    let start = select(0u, params.heads, is_key);
    let normed = params.heads + params.kv_heads;
    var sum = lane(0.0);
    for (var n = thread; n < params.blocks * count; n += 64u) {
        let head = n / count * normed + start + n % count;
        sum += written_partials[head * params.lanes + i];
    }
    cells[thread] = sum;
    workgroupBarrier();
    for (var half = 32u; half > 0u; half = half / 2u) {
        if thread < half {
            cells[thread] += cells[thread + half];
        }
        workgroupBarrier();
    }
    if thread == 0u {
        if is_key {
            d_of_k[i] = cells[0];
        } else {
            d_of_q[i] = cells[0];
        }
    }
}
