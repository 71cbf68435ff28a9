// Gradient of additive attention from that of its weights. Rust: src/ops/additive_attention_backward.rs
//   scores:  ds_ts = w_ts (dw_ts - sum_s w_ts dw_ts)
//   queries: dq_ta = v_a sum_s ds_ts (1 - tanh^2(q_ta + k_sa)) and sum_s ds_ts tanh(q_ta + k_sa), of dv
//   keys:    dk_sa = v_a sum_t ds_ts (1 - tanh^2(q_ta + k_sa))
struct Params {
    rows: u32, // B T
    queries: u32, // T
    keys: u32, // S
    lanes: u32, // of A
    key_rows: u32, // B S
}
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> weights: array<f32>; // (B, T, S)
@group(0) @binding(3) var<storage, read> d_weights: array<f32>; // (B, T, S)
@group(0) @binding(4) var<storage, read_write> made_scores: array<f32>; // (B, T, S)

@compute @workgroup_size(THREADS)
fn scores(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = (group.x + group.y * groups.x) * (THREADS / TEAM) + thread / TEAM;
    let member = thread % TEAM;
    let first = min(row, params.rows - 1u) * params.keys;
    var sum = 0.0;
    for (var s = member; s < params.keys; s += TEAM) {
        sum += weights[first + s] * d_weights[first + s];
    }
    let mean = team_sum(sum, thread);
    if row < params.rows {
        for (var s = member; s < params.keys; s += TEAM) {
            made_scores[first + s] = weights[first + s] * (d_weights[first + s] - mean);
        }
    }
}

@group(0) @binding(2) var<storage, read> d_scores: array<f32>; // (B, T, S)
@group(0) @binding(3) var<storage, read> q: array<Lane>; // (B, T, A)
@group(0) @binding(4) var<storage, read> k: array<Lane>; // (B, S, A)
@group(0) @binding(5) var<storage, read> v: array<Lane>; // (A)
@group(0) @binding(6) var<storage, read_write> d_q: array<Lane>; // (B, T, A), or dk (B, S, A)
@group(0) @binding(7) var<storage, read_write> d_v: array<Lane>; // (B, T, A)

@compute @workgroup_size(64)
fn queries(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i >= params.rows * params.lanes {
        return;
    }
    let row = i / params.lanes;
    let a = i % params.lanes;
    let first_key = (row / params.queries) * params.keys;
    let own = q[i];
    var sum = lane(0.0);
    var of_v = lane(0.0);
    for (var s = 0u; s < params.keys; s++) {
        let t = lane_tanh(own + k[(first_key + s) * params.lanes + a]);
        let ds = d_scores[row * params.keys + s];
        sum += ds * (1.0 - t * t);
        of_v += ds * t;
    }
    d_q[i] = v[a] * sum;
    d_v[i] = of_v;
}

@compute @workgroup_size(64)
fn keys(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i >= params.key_rows * params.lanes {
        return;
    }
    let key = i / params.lanes;
    let a = i % params.lanes;
    let first_row = (key / params.keys) * params.queries;
    let s = key % params.keys;
    let own = k[i];
    var sum = lane(0.0);
    for (var row = first_row; row < first_row + params.queries; row++) {
        let t = lane_tanh(q[row * params.lanes + a] + own);
        sum += d_scores[row * params.keys + s] * (1.0 - t * t);
    }
    d_q[i] = v[a] * sum;
}
