// Softmax and cross-entropy of logits (N, V) with targets (N), and dlogits. Rust: src/ops/cross_entropy.rs
// A target that is no token (IGNORE = 0xFFFFFFFF) takes no part.
struct Params { rows: u32, lanes: u32, vocabulary: u32 }
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> logits: array<Lane>; // (N, V)
@group(0) @binding(3) var<storage, read> targets: array<u32>; // (N)
@group(0) @binding(4) var<storage, read_write> row_loss: array<f32>; // (N)
@group(0) @binding(5) var<storage, read_write> row_lse: array<f32>; // (N): log of the sum of exp

fn element(value: Lane, i: u32) -> f32 {
    return lane_element(value, i % WIDTH);
}

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
    var largest = lane(-3.0e38);
    for (var i = member; i < params.lanes; i += TEAM) {
        largest = max(largest, logits[first + i]);
    }
    let shift = team_max(lane_max(largest), thread);
    var sum = lane(0.0);
    for (var i = member; i < params.lanes; i += TEAM) {
        sum += exp(logits[first + i] - shift);
    }
    let lse = shift + log(team_sum(lane_sum(sum), thread));
    if row < params.rows && member == 0u {
        let token = targets[row];
        var loss = 0.0;
        if token < params.vocabulary {
            loss = lse - element(logits[first + token / WIDTH], token);
        }
        row_loss[row] = loss;
        row_lse[row] = lse;
    }
}

@group(0) @binding(2) var<storage, read> written_row_loss: array<f32>; // (N)
@group(0) @binding(4) var<storage, read_write> loss: array<f32>; // (1)
@group(0) @binding(5) var<storage, read_write> inverse_count: array<f32>; // (1)

// One workgroup of 256 threads: the mean, in a fixed order.
@compute @workgroup_size(WORKGROUP)
fn mean(@builtin(local_invocation_index) thread: u32) {
    var sum = 0.0;
    var count = 0.0;
    for (var i = thread; i < params.rows; i += WORKGROUP) {
        sum += written_row_loss[i];
        count += select(0.0, 1.0, targets[i] < params.vocabulary);
    }
    let total = workgroup_sum(sum, thread);
    let counted = workgroup_sum(count, thread);
    if thread == 0u {
        let inverse = select(0.0, 1.0 / max(counted, 1.0), counted > 0.0);
        loss[0] = total * inverse;
        inverse_count[0] = inverse;
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
        d = (probability - one_hot(token - at)) * (dloss[0] * saved_inverse_count[0]);
    }
    dlogits[i] = d;
}
