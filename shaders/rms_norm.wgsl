// y = x rstd weight over the last axis, rstd = 1 / sqrt(mean(x^2) + epsilon), and its gradients. Rust:
// src/ops/rms_norm.rs, which puts `added_at` before this text: with its buffer, or without.
struct Params { rows: u32, lanes: u32, blocks: u32, epsilon: u32 }
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> x: array<Lane>; // (rows, C)
@group(0) @binding(3) var<storage, read> weight: array<Lane>; // (C)
@group(0) @binding(4) var<storage, read_write> y: array<Lane>; // (rows, C)
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>; // (rows)

@compute @workgroup_size(THREADS)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = (group.x + group.y * groups.x) * (THREADS / TEAM) + thread / TEAM;
    let member = thread % TEAM;
    // Threads beyond the last row repeat it: barriers need every thread.
    let first = min(row, params.rows - 1u) * params.lanes;
    var squares = lane(0.0);
    for (var i = member; i < params.lanes; i += TEAM) {
        squares += x[first + i] * x[first + i];
    }
    let mean_square = team_sum(lane_sum(squares), thread) / f32(params.lanes * WIDTH);
    let scale = inverseSqrt(mean_square + bitcast<f32>(params.epsilon));
    if row < params.rows {
        for (var i = member; i < params.lanes; i += TEAM) {
            y[first + i] = x[first + i] * scale * weight[i];
        }
        if member == 0u {
            rstd[row] = scale;
        }
    }
}

@group(0) @binding(2) var<storage, read> dy: array<Lane>; // (rows, C)
@group(0) @binding(3) var<storage, read> saved_x: array<Lane>; // (rows, C)
@group(0) @binding(4) var<storage, read> scale_weight: array<Lane>; // (C)
@group(0) @binding(5) var<storage, read> saved_rstd: array<f32>; // (rows)
@group(0) @binding(6) var<storage, read_write> dx: array<Lane>; // (rows, C)
@group(0) @binding(7) var<storage, read_write> partials: array<Lane>; // (blocks, C)

@compute @workgroup_size(THREADS)
fn backward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let block = group.x + group.y * groups.x;
    let member = thread % TEAM;
    for (var step = 0u; step < BLOCK_ROWS; step += THREADS / TEAM) {
        let row = block * BLOCK_ROWS + step + thread / TEAM;
        let safe_row = min(row, params.rows - 1u);
        let first = safe_row * params.lanes;
        let r = saved_rstd[safe_row];
        var dot_sum = lane(0.0);
        for (var i = member; i < params.lanes; i += TEAM) {
            dot_sum += dy[first + i] * scale_weight[i] * saved_x[first + i];
        }
        let d_dot = team_sum(lane_sum(dot_sum), thread) * r / f32(params.lanes * WIDTH);
        if row < params.rows {
            for (var i = member; i < params.lanes; i += TEAM) {
                let normed = saved_x[first + i] * r;
                dx[first + i] = r * (dy[first + i] * scale_weight[i] - normed * d_dot) + added_at(first + i);
            }
        }
    }
    if block < params.blocks {
        let end = min((block + 1u) * BLOCK_ROWS, params.rows);
        for (var i = thread; i < params.lanes; i += THREADS) {
            var dw = lane(0.0);
            for (var row = block * BLOCK_ROWS; row < end; row += 1u) {
                dw += dy[row * params.lanes + i] * (saved_x[row * params.lanes + i] * saved_rstd[row]);
            }
            partials[block * params.lanes + i] = dw;
        }
    }
}

@group(0) @binding(2) var<storage, read> written_partials: array<Lane>; // (blocks, C)
@group(0) @binding(3) var<storage, read_write> dweight: array<Lane>; // (C)

@compute @workgroup_size(64)
fn sum_partials(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.lanes {
        return;
    }
    var sum = lane(0.0);
    for (var block = 0u; block < params.blocks; block += 1u) {
        sum += written_partials[block * params.lanes + id.x];
    }
    dweight[id.x] = sum;
}
