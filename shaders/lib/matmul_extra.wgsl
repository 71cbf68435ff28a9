// The second output of a product: the input of its activation (as y), or the sums of b's columns.
@group(0) @binding(8) var<storage, read_write> extra: array<f32>;

fn store_extra(i: u32, v: vec4<f32>, valid: u32) {
    extra[i] = v.x;
    if valid > 1u { extra[i + 1u] = v.y; }
    if valid > 2u { extra[i + 2u] = v.z; }
    if valid > 3u { extra[i + 3u] = v.w; }
}
