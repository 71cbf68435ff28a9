// Columns side by side, and apart again. Rust: src/ops/concat.rs
struct Params {
    count: u32, // lanes of the whole
    lanes: u32, // of a row of the whole
    left: u32, // of a row of the first part
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> a: array<Lane>; // (rows, M)
@group(0) @binding(3) var<storage, read> b: array<Lane>; // (rows, N)
@group(0) @binding(4) var<storage, read_write> y: array<Lane>; // (rows, M + N)

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.count {
        return;
    }
    let row = i / params.lanes;
    let column = i % params.lanes;
    if column < params.left {
        y[i] = a[row * params.left + column];
    } else {
        y[i] = b[row * (params.lanes - params.left) + column - params.left];
    }
}

@group(0) @binding(2) var<storage, read_write> first: array<Lane>; // (rows, M)
@group(0) @binding(3) var<storage, read_write> second: array<Lane>; // (rows, N)
@group(0) @binding(4) var<storage, read> x: array<Lane>; // (rows, M + N)

@compute @workgroup_size(256)
fn split(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.count {
        return;
    }
    let row = i / params.lanes;
    let column = i % params.lanes;
    if column < params.left {
        first[row * params.left + column] = x[i];
    } else {
        second[row * (params.lanes - params.left) + column - params.left] = x[i];
    }
}
