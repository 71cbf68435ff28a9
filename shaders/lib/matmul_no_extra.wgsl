// No second output.
fn store_extra(i: u32, v: vec4<f32>, valid: u32) {}
