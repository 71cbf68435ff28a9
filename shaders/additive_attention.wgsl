// Attention by score_ts = v . tanh(q_t + k_s), a team of threads a query. Rust: src/ops/additive_attention.rs
struct Params {
    rows: u32, // B T
    queries: u32, // T
    keys: u32, // S
    inner: u32, // lanes of A
    lanes: u32, // lanes of C
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> q: array<Lane>; // (B, T, A)
@group(0) @binding(3) var<storage, read> k: array<Lane>; // (B, S, A)
@group(0) @binding(4) var<storage, read> v: array<Lane>; // (A)
@group(0) @binding(5) var<storage, read> values: array<Lane>; // (B, S, C)
@group(0) @binding(6) var<storage, read> lengths: array<u32>; // (B)
@group(0) @binding(7) var<storage, read_write> o: array<Lane>; // (B, T, C)
@group(0) @binding(8) var<storage, read_write> weights: array<f32>; // (B, T, S): scores, then weights

@compute @workgroup_size(THREADS)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = (group.x + group.y * groups.x) * (THREADS / TEAM) + thread / TEAM;
    let is_row = row < params.rows;
    let member = thread % TEAM;
    // Threads beyond the last row see no key, but go along: barriers need every thread.
    let safe_row = min(row, params.rows - 1u);
    let b = safe_row / params.queries;
    let seen = select(0u, min(lengths[b], params.keys), is_row);
    let of_row = safe_row * params.keys;
    var largest = -3.0e38;
    for (var s = member; s < seen; s += TEAM) {
        var sum = lane(0.0);
        for (var i = 0u; i < params.inner; i++) {
            sum += v[i] * lane_tanh(q[safe_row * params.inner + i] + k[(b * params.keys + s) * params.inner + i]);
        }
        let score = lane_sum(sum);
        largest = max(largest, score);
        weights[of_row + s] = score;
    }
    // Until the barrier below a thread reads only the scores that it wrote itself.
    let top = team_max(largest, thread);
    var total = 0.0;
    for (var s = member; s < seen; s += TEAM) {
        total += exp(weights[of_row + s] - top);
    }
    let whole = team_sum(total, thread);
    if is_row {
        for (var s = member; s < params.keys; s += TEAM) {
            if s < seen {
                weights[of_row + s] = exp(weights[of_row + s] - top) / whole;
            } else {
                weights[of_row + s] = 0.0;
            }
        }
    }
    // Every member reads below what the whole team wrote.
    storageBarrier();
    if is_row {
        for (var i = member; i < params.lanes; i += TEAM) {
            var sum = lane(0.0);
            for (var s = 0u; s < seen; s++) {
                sum += weights[of_row + s] * values[(b * params.keys + s) * params.lanes + i];
            }
            o[row * params.lanes + i] = sum;
        }
    }
}
