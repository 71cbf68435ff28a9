// The same names as matmul_vec4.wgsl for row lengths that are no multiple of 4.
@group(0) @binding(2) var<storage, read> a: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> saved: array<f32>;
@group(0) @binding(6) var<storage, read> added: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;

// `end` is the first index past the row; numbers past it are zeros.
fn load_a(i: u32, end: u32) -> vec4<f32> {
    var v = vec4<f32>(0.0);
    if i < end { v.x = a[i]; }
    if i + 1u < end { v.y = a[i + 1u]; }
    if i + 2u < end { v.z = a[i + 2u]; }
    if i + 3u < end { v.w = a[i + 3u]; }
    return v;
}

fn load_b(i: u32, end: u32) -> vec4<f32> {
    var v = vec4<f32>(0.0);
    if i < end { v.x = b[i]; }
    if i + 1u < end { v.y = b[i + 1u]; }
    if i + 2u < end { v.z = b[i + 2u]; }
    if i + 3u < end { v.w = b[i + 3u]; }
    return v;
}

// `valid` says how many of the four exist.
fn load_bias(i: u32, valid: u32) -> vec4<f32> {
    var v = vec4(bias[i], 0.0, 0.0, 0.0);
    if valid > 1u { v.y = bias[i + 1u]; }
    if valid > 2u { v.z = bias[i + 2u]; }
    if valid > 3u { v.w = bias[i + 3u]; }
    return v;
}

fn load_saved(i: u32, valid: u32) -> vec4<f32> {
    var v = vec4(saved[i], 0.0, 0.0, 0.0);
    if valid > 1u { v.y = saved[i + 1u]; }
    if valid > 2u { v.z = saved[i + 2u]; }
    if valid > 3u { v.w = saved[i + 3u]; }
    return v;
}

fn load_added(i: u32, valid: u32) -> vec4<f32> {
    var v = vec4(added[i], 0.0, 0.0, 0.0);
    if valid > 1u { v.y = added[i + 1u]; }
    if valid > 2u { v.z = added[i + 2u]; }
    if valid > 3u { v.w = added[i + 3u]; }
    return v;
}

fn store_y(i: u32, v: vec4<f32>, valid: u32) {
    y[i] = v.x;
    if valid > 1u { y[i + 1u] = v.y; }
    if valid > 2u { y[i + 2u] = v.z; }
    if valid > 3u { y[i + 3u] = v.w; }
}
