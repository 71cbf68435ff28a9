// Stochastic gradient descent with momentum on the flat buffer. Rust: src/ops/sgd.rs (formula there)
struct Params {
    lanes: u32, momentum: f32,
    first_end: u32, second_end: u32, first_decay: f32, second_decay: f32, rest_decay: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read_write> weights: array<Lane>;
@group(0) @binding(3) var<storage, read> gradients: array<Lane>;
@group(0) @binding(4) var<storage, read_write> momentum: array<Lane>;
@group(0) @binding(5) var<storage, read> norm_and_scale: array<f32>;

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.lanes {
        return;
    }
    let decay = decay_of(i);
    let old = weights[i];
    let g = gradients[i] * norm_and_scale[1] + decay * old;
    let velocity = params.momentum * momentum[i] + g;
    momentum[i] = velocity;
    weights[i] = old - globals.learning_rate * velocity;
}
