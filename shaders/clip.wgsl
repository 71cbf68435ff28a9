// Global gradient norm and the factor that clips it. Rust: src/ops/clip.rs
struct Params { lanes: u32, partials: u32, max_norm: u32 }
@group(0) @binding(0) var<uniform> params: Params;

@group(0) @binding(2) var<storage, read> gradients: array<Lane>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

// Each thread sums its share of the squares: neighbours read neighbours.
@compute @workgroup_size(256)
fn squares(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= params.partials {
        return;
    }
    var sum = lane(0.0);
    for (var i = id.x; i < params.lanes; i += params.partials) {
        sum += gradients[i] * gradients[i];
    }
    partials[id.x] = lane_sum(sum);
}

@group(0) @binding(2) var<storage, read> written_partials: array<f32>;
@group(0) @binding(3) var<storage, read_write> norm_and_scale: array<f32>; // (2)

// One workgroup of 256 threads.
@compute @workgroup_size(WORKGROUP)
fn norm(@builtin(local_invocation_index) thread: u32) {
    var sum = 0.0;
    for (var i = thread; i < params.partials; i += WORKGROUP) {
        sum += written_partials[i];
    }
    let total = sqrt(workgroup_sum(sum, thread));
    if thread == 0u {
        let max_norm = bitcast<f32>(params.max_norm);
        norm_and_scale[0] = total;
        norm_and_scale[1] = select(1.0, max_norm / total, max_norm > 0.0 && total > max_norm);
    }
}
