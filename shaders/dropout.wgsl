// y = x mask / (1 - p). Rust: src/ops/dropout.rs
struct Params { count: u32, stream: u32, threshold: u32, scale: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.count {
        return;
    }
    let key = stream_key(stream_key(stream_key(globals.seed, DROPOUT), params.stream), globals.step);
    let is_kept = (hash32(key, i) >> 8u) >= params.threshold;
    y[i] = select(0.0, x[i] * bitcast<f32>(params.scale), is_kept);
}
