// AdamW on the flat buffer. Rust: src/ops/adamw.rs (formula there)
struct Params {
    lanes: u32, beta1: f32, beta2: f32, epsilon: f32,
    first_end: u32, second_end: u32, first_decay: f32, second_decay: f32, rest_decay: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read_write> weights: array<Lane>;
@group(0) @binding(3) var<storage, read> gradients: array<Lane>;
@group(0) @binding(4) var<storage, read_write> m: array<Lane>;
@group(0) @binding(5) var<storage, read_write> v: array<Lane>;
@group(0) @binding(6) var<storage, read> norm_and_scale: array<f32>;

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.lanes {
        return;
    }
    let beta1 = params.beta1;
    let beta2 = params.beta2;
    let g = gradients[i] * norm_and_scale[1];
    let first = beta1 * m[i] + (1.0 - beta1) * g;
    let second = beta2 * v[i] + (1.0 - beta2) * g * g;
    let decay = decay_of(i);
    let step = (first / globals.bias_correction1)
        / (sqrt(second / globals.bias_correction2) + lane(params.epsilon));
    let old = weights[i];
    weights[i] = old - globals.learning_rate * decay * old - globals.learning_rate * step;
    m[i] = first;
    v[i] = second;
}
