// y = (x - mean) rstd weight + bias over the last axis, and its gradients. Rust: src/ops/layer_norm.rs, which puts
// `bias_at`, `store_dbias` and `added_at` before this text: with their buffers, or without.
struct Params { rows: u32, lanes: u32, blocks: u32, epsilon: u32 }
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> x: array<Lane>; // (rows, C)
@group(0) @binding(3) var<storage, read> weight: array<Lane>; // (C)
@group(0) @binding(4) var<storage, read_write> y: array<Lane>; // (rows, C)
@group(0) @binding(5) var<storage, read_write> mean: array<f32>; // (rows)
@group(0) @binding(6) var<storage, read_write> rstd: array<f32>; // (rows)

@compute @workgroup_size(THREADS)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = (group.x + group.y * groups.x) * (THREADS / TEAM) + thread / TEAM;
    let is_row = row < params.rows;
    let member = thread % TEAM;
    // Threads beyond the last row repeat it: barriers need every thread.
    let first = min(row, params.rows - 1u) * params.lanes;
    let channels = f32(params.lanes * WIDTH);
    var sum = lane(0.0);
    for (var i = member; i < params.lanes; i += TEAM) {
        sum += x[first + i];
    }
    let row_mean = team_sum(lane_sum(sum), thread) / channels;
    var squares = lane(0.0);
    for (var i = member; i < params.lanes; i += TEAM) {
        let centred = x[first + i] - row_mean;
        squares += centred * centred;
    }
    let variance = team_sum(lane_sum(squares), thread) / channels;
    let scale = inverseSqrt(variance + bitcast<f32>(params.epsilon));
    if is_row {
        for (var i = member; i < params.lanes; i += TEAM) {
            y[first + i] = (x[first + i] - row_mean) * scale * weight[i] + bias_at(i);
        }
        if member == 0u {
            mean[row] = row_mean;
            rstd[row] = scale;
        }
    }
}

@group(0) @binding(2) var<storage, read> dy: array<Lane>; // (rows, C)
@group(0) @binding(3) var<storage, read> saved_x: array<Lane>; // (rows, C)
@group(0) @binding(4) var<storage, read> scale_weight: array<Lane>; // (C)
@group(0) @binding(5) var<storage, read> saved_mean: array<f32>; // (rows)
@group(0) @binding(6) var<storage, read> saved_rstd: array<f32>; // (rows)
@group(0) @binding(7) var<storage, read_write> dx: array<Lane>; // (rows, C)
@group(0) @binding(8) var<storage, read_write> partials: array<Lane>; // (blocks, 2, C): dweight, dbias

@compute @workgroup_size(THREADS)
fn backward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let block = group.x + group.y * groups.x;
    let member = thread % TEAM;
    let channels = f32(params.lanes * WIDTH);
    for (var step = 0u; step < BLOCK_ROWS; step += THREADS / TEAM) {
        let row = block * BLOCK_ROWS + step + thread / TEAM;
        let safe_row = min(row, params.rows - 1u);
        let first = safe_row * params.lanes;
        let m = saved_mean[safe_row];
        let r = saved_rstd[safe_row];
        var sum = lane(0.0);
        var dot_sum = lane(0.0);
        for (var i = member; i < params.lanes; i += TEAM) {
            let d = dy[first + i] * scale_weight[i];
            sum += d;
            dot_sum += d * (saved_x[first + i] - m);
        }
        let d_mean = team_sum(lane_sum(sum), thread) / channels;
        let d_dot = team_sum(lane_sum(dot_sum), thread) * r / channels;
        if row < params.rows {
            for (var i = member; i < params.lanes; i += TEAM) {
                let d = dy[first + i] * scale_weight[i];
                let normed = (saved_x[first + i] - m) * r;
                dx[first + i] = r * (d - d_mean - normed * d_dot) + added_at(first + i);
            }
        }
    }
    if block < params.blocks {
        let end = min((block + 1u) * BLOCK_ROWS, params.rows);
        for (var i = thread; i < params.lanes; i += THREADS) {
            var dw = lane(0.0);
            var db = lane(0.0);
            for (var row = block * BLOCK_ROWS; row < end; row += 1u) {
                let d = dy[row * params.lanes + i];
                dw += d * ((saved_x[row * params.lanes + i] - saved_mean[row]) * saved_rstd[row]);
                db += d;
            }
            partials[block * 2u * params.lanes + i] = dw;
            partials[(block * 2u + 1u) * params.lanes + i] = db;
        }
    }
}

@group(0) @binding(2) var<storage, read> written_partials: array<Lane>; // (blocks, 2, C)
@group(0) @binding(3) var<storage, read_write> dweight: array<Lane>; // (C)

@compute @workgroup_size(64)
fn sum_partials(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= 2u * params.lanes {
        return;
    }
    var sum = lane(0.0);
    for (var block = 0u; block < params.blocks; block += 1u) {
        sum += written_partials[block * 2u * params.lanes + id.x];
    }
    if id.x < params.lanes {
        dweight[id.x] = sum;
    } else {
        store_dbias(id.x - params.lanes, sum);
    }
}
