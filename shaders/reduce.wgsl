// Sums over rows, the mean of everything, and their gradients. Rust: src/ops/reduce.rs
struct Params { count: u32, lanes: u32, blocks: u32, block_rows: u32, inverse: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<Lane>;
@group(0) @binding(3) var<storage, read_write> y: array<Lane>;

// (count rows, N) to (blocks, N): one thread a lane of a block of rows.
@compute @workgroup_size(64)
fn sum_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i >= params.blocks * params.lanes {
        return;
    }
    let first = (i / params.lanes) * params.block_rows;
    let end = min(first + params.block_rows, params.count);
    var sum = lane(0.0);
    for (var row = first; row < end; row += 1u) {
        sum += x[row * params.lanes + i % params.lanes];
    }
    y[i] = sum;
}

// (N) to (count rows, N).
@compute @workgroup_size(64)
fn repeat_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i < params.count * params.lanes {
        y[i] = x[i % params.lanes];
    }
}

@group(0) @binding(3) var<storage, read_write> partials: array<f32>; // (blocks)

// Each thread sums its share of `lanes` lanes: neighbours read neighbours.
@compute @workgroup_size(64)
fn partial_sums(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.blocks {
        return;
    }
    var sum = lane(0.0);
    for (var i = id.x; i < params.lanes; i += params.blocks) {
        sum += x[i];
    }
    partials[id.x] = lane_sum(sum);
}

@group(0) @binding(2) var<storage, read> written_partials: array<f32>; // (blocks)
@group(0) @binding(3) var<storage, read_write> mean_y: array<f32>; // (1)

// One workgroup of 256 threads.
@compute @workgroup_size(WORKGROUP)
fn mean(@builtin(local_invocation_index) thread: u32) {
    var sum = 0.0;
    for (var i = thread; i < params.blocks; i += WORKGROUP) {
        sum += written_partials[i];
    }
    let total = workgroup_sum(sum, thread);
    if thread == 0u {
        mean_y[0] = total * bitcast<f32>(params.inverse);
    }
}

// (1) to every lane.
@compute @workgroup_size(64)
fn spread(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i < params.lanes {
        y[i] = lane(written_partials[0] * bitcast<f32>(params.inverse));
    }
}
