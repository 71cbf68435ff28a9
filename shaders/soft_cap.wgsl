// y = c tanh(x / c), and dx = dy (1 - (y / c)^2). Rust: src/ops/soft_cap.rs
struct Params { count: u32, cap: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * WORKGROUP;
    if i >= params.count {
        return;
    }
    // tanh overflows on some drivers beyond this, and is 1 there in f32.
    y[i] = params.cap * tanh(clamp(x[i] / params.cap, -15.0, 15.0));
}

@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
@group(0) @binding(4) var<storage, read> saved_y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * WORKGROUP;
    if i >= params.count {
        return;
    }
    let t = saved_y[i] / params.cap;
    dx[i] = dy[i] * (1.0 - t * t);
}
