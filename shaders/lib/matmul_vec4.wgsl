// Four adjacent numbers at once: every row length is a multiple of 4. Indices count single numbers.
@group(0) @binding(2) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> saved: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read> added: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> y: array<vec4<f32>>;

// `end` is the first index past the row; four numbers of a row that has ended are zeros (CHECKED: that can happen).
fn load_a(i: u32, end: u32) -> vec4<f32> {
    if CHECKED && i >= end {
        return vec4(0.0);
    }
    return a[i / 4u];
}

fn load_b(i: u32, end: u32) -> vec4<f32> {
    if CHECKED && i >= end {
        return vec4(0.0);
    }
    return b[i / 4u];
}

fn load_bias(i: u32, valid: u32) -> vec4<f32> {
    return bias[i / 4u];
}

fn load_saved(i: u32, valid: u32) -> vec4<f32> {
    return saved[i / 4u];
}

fn load_added(i: u32, valid: u32) -> vec4<f32> {
    return added[i / 4u];
}

fn store_y(i: u32, v: vec4<f32>, valid: u32) {
    y[i / 4u] = v;
}
