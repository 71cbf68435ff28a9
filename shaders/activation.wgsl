// y = f(x); dx = dy * f'(x). Rust: src/ops/activation.rs
struct Params { count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> first: array<f32>; // x, or dy
@group(0) @binding(3) var<storage, read_write> result: array<f32>; // y, or dx
@group(0) @binding(4) var<storage, read> saved_x: array<f32>;

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i < params.count {
        result[i] = activate(first[i]);
    }
}

@compute @workgroup_size(256)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i < params.count {
        result[i] = first[i] * activation_slope(saved_x[i]);
    }
}
