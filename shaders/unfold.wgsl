// Windows of WINDOW rows over time, and back. Rust: src/ops/unfold.rs
struct Params {
    count: u32, // lanes of the result
    time: u32, // T
    lanes: u32, // of C
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<Lane>; // (B, T, C), or dy (B, T, n C)
@group(0) @binding(3) var<storage, read_write> y: array<Lane>; // (B, T, n C), or dx (B, T, C)

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.count {
        return;
    }
    let place = i / params.lanes;
    let row = place / WINDOW;
    let back = WINDOW - 1u - place % WINDOW;
    if back > row % params.time {
        y[i] = lane(0.0);
    } else {
        y[i] = x[(row - back) * params.lanes + i % params.lanes];
    }
}

@compute @workgroup_size(256)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.count {
        return;
    }
    let row = i / params.lanes;
    let seen = min(WINDOW, params.time - row % params.time);
    var sum = lane(0.0);
    for (var ahead = 0u; ahead < seen; ahead++) {
        let place = (row + ahead) * WINDOW + WINDOW - 1u - ahead;
        sum += x[place * params.lanes + i % params.lanes];
    }
    y[i] = sum;
}
