// What follows a product, on four adjacent columns: y = act(sum + bias) * act'(saved) + added.
// Rust: src/ops/matmul.rs. Loads and stores: matmul_vec4.wgsl or matmul_scalar.wgsl.
struct Params { m: u32, n: u32, k: u32 }
@group(0) @binding(0) var<uniform> params: Params;

// `valid` says how many of the four columns exist.
fn finish(batch: u32, row: u32, column: u32, sum: vec4<f32>) {
    if row >= params.m || column >= params.n {
        return;
    }
    let valid = min(4u, params.n - column);
    let i = (batch * params.m + row) * params.n + column;
    var v = sum;
    if HAS_BIAS {
        v += load_bias(column, valid);
    }
    if KEEPS_INPUT {
        store_extra(i, v, valid);
    }
    if ACTIVATES {
        v = vec4(activate(v.x), activate(v.y), activate(v.z), activate(v.w));
    }
    if HAS_SLOPE {
        let s = load_saved(i, valid);
        v *= vec4(activation_slope(s.x), activation_slope(s.y), activation_slope(s.z), activation_slope(s.w));
    }
    if HAS_ADDED {
        v += load_added(i, valid);
    }
    store_y(i, v, valid);
}
