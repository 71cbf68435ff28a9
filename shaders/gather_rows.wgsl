// y[b] = x[b, positions[b]], and its gradient. Rust: src/ops/gather_rows.rs
struct Params {
    count: u32, // lanes of the result
    time: u32, // T
    lanes: u32, // of C
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<Lane>; // (B, T, C), or dy (B, C)
@group(0) @binding(3) var<storage, read> positions: array<u32>; // (B)
@group(0) @binding(4) var<storage, read_write> y: array<Lane>; // (B, C), or dx (B, T, C)

fn position_of(b: u32) -> u32 {
    return min(positions[b], params.time - 1u);
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i >= params.count {
        return;
    }
    let b = i / params.lanes;
    y[i] = x[(b * params.time + position_of(b)) * params.lanes + i % params.lanes];
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i >= params.count {
        return;
    }
    let row = i / params.lanes;
    let b = row / params.time;
    if row % params.time == position_of(b) {
        y[i] = x[b * params.lanes + i % params.lanes];
    } else {
        y[i] = lane(0.0);
    }
}
