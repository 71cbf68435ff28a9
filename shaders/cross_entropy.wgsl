// Softmax and cross-entropy of logits (N, V) with targets (N), label smoothing, z-loss, and dlogits. Rust: src/ops/cross_entropy.rs
// (formulas there). A target that is no token (IGNORE = 0xFFFFFFFF) takes no part. Where IS_PLAIN, smoothing and z_loss are 0, and
// the entry points `forward` and `mean` are taken, else those that end in `_objective`.
struct Params { rows: u32, lanes: u32, vocabulary: u32, smoothing: f32, z_loss: f32 }
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> logits: array<Lane>; // (N, V)
@group(0) @binding(3) var<storage, read> targets: array<u32>; // (N)
@group(0) @binding(4) var<storage, read_write> row_loss: array<f32>; // (N)
@group(0) @binding(5) var<storage, read_write> row_lse: array<f32>; // (N): log of the sum of exp
@group(0) @binding(6) var<storage, read_write> row_objective: array<f32>; // (N)

fn element(value: Lane, i: u32) -> f32 {
    return lane_element(value, i % WIDTH);
}

fn row_of(group: u32, thread: u32) -> u32 {
    return group * (THREADS / TEAM) + thread / TEAM;
}

// Where the row begins. Threads beyond the last row repeat it: barriers need every thread.
fn start_of(row: u32) -> u32 {
    return min(row, params.rows - 1u) * params.lanes;
}

fn lse_from(first: u32, thread: u32) -> f32 {
    var largest = lane(-3.0e38);
    for (var i = thread % TEAM; i < params.lanes; i += TEAM) {
        largest = max(largest, logits[first + i]);
    }
    let shift = team_max(lane_max(largest), thread);
    var sum = lane(0.0);
    for (var i = thread % TEAM; i < params.lanes; i += TEAM) {
        sum += exp(logits[first + i] - shift);
    }
    return shift + log(team_sum(lane_sum(sum), thread));
}

// Writes row_loss and row_lse.
fn write_row(row: u32, first: u32, lse: f32) -> f32 {
    let token = targets[row];
    var loss = 0.0;
    if token < params.vocabulary {
        loss = lse - element(logits[first + token / WIDTH], token);
    }
    row_loss[row] = loss;
    row_lse[row] = lse;
    return loss;
}

@compute @workgroup_size(THREADS)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = row_of(group.x + group.y * groups.x, thread);
    let first = start_of(row);
    let lse = lse_from(first, thread);
    if row < params.rows && thread % TEAM == 0u {
        _ = write_row(row, first, lse);
    }
}

@compute @workgroup_size(THREADS)
fn forward_objective(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = row_of(group.x + group.y * groups.x, thread);
    let first = start_of(row);
    let lse = lse_from(first, thread);
    var sum = lane(0.0);
    for (var i = thread % TEAM; i < params.lanes; i += TEAM) {
        sum += logits[first + i];
    }
    let mean = team_sum(lane_sum(sum), thread) / f32(params.vocabulary);
    if row < params.rows && thread % TEAM == 0u {
        let loss = write_row(row, first, lse);
        let objective = (1.0 - params.smoothing) * loss + params.smoothing * (lse - mean) + params.z_loss * lse * lse;
        row_objective[row] = select(0.0, objective, targets[row] < params.vocabulary);
    }
}

@group(0) @binding(2) var<storage, read> written_row_loss: array<f32>; // (N)
@group(0) @binding(4) var<storage, read_write> loss: array<f32>; // (1)
@group(0) @binding(5) var<storage, read_write> inverse_count: array<f32>; // (1)
@group(0) @binding(6) var<storage, read_write> plain: array<f32>; // (1)
@group(0) @binding(7) var<storage, read> written_row_objective: array<f32>; // (N)

// One over the rows that count, after which `plain` is written.
fn plain_mean(thread: u32) -> f32 {
    var sum = 0.0;
    var count = 0.0;
    for (var i = thread; i < params.rows; i += WORKGROUP) {
        sum += written_row_loss[i];
        count += select(0.0, 1.0, targets[i] < params.vocabulary);
    }
    let total = workgroup_sum(sum, thread);
    let counted = workgroup_sum(count, thread);
    let inverse = select(0.0, 1.0 / max(counted, 1.0), counted > 0.0);
    if thread == 0u {
        plain[0] = total * inverse;
        inverse_count[0] = inverse;
    }
    return inverse;
}

// One workgroup of 256 threads: the mean, in a fixed order.
@compute @workgroup_size(WORKGROUP)
fn mean(@builtin(local_invocation_index) thread: u32) {
    _ = plain_mean(thread);
    if thread == 0u {
        loss[0] = plain[0];
    }
}

@compute @workgroup_size(WORKGROUP)
fn mean_objective(@builtin(local_invocation_index) thread: u32) {
    let inverse = plain_mean(thread);
    var sum = 0.0;
    for (var i = thread; i < params.rows; i += WORKGROUP) {
        sum += written_row_objective[i];
    }
    let total = workgroup_sum(sum, thread);
    if thread == 0u {
        loss[0] = total * inverse;
    }
}

@group(0) @binding(4) var<storage, read> saved_lse: array<f32>; // (N)
@group(0) @binding(5) var<storage, read> saved_inverse_count: array<f32>; // (1)
@group(0) @binding(6) var<storage, read> dloss: array<f32>; // (1)
@group(0) @binding(7) var<storage, read_write> dlogits: array<Lane>; // (N, V)

@compute @workgroup_size(256)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.rows * params.lanes {
        return;
    }
    let row = i / params.lanes;
    let token = targets[row];
    var d = lane(0.0);
    if token < params.vocabulary {
        let at = (i % params.lanes) * WIDTH;
        let probability = exp(logits[i] - saved_lse[row]);
        let scale = dloss[0] * saved_inverse_count[0];
        if IS_PLAIN {
            d = (probability - one_hot(token - at)) * scale;
        } else {
            let of_softmax = 1.0 + 2.0 * params.z_loss * saved_lse[row];
            let wanted = (1.0 - params.smoothing) * one_hot(token - at) + params.smoothing / f32(params.vocabulary);
            d = (probability * of_softmax - wanted) * scale;
        }
    }
    dlogits[i] = d;
}
