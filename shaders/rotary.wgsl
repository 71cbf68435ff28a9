// Rotary positions on packed qkv (B, T, (H + 2K) D): in every head of q and k, with the angle a = position * base^(-2 i / D),
//   y_i = x_i cos a - x_(i + D/2) sin a,    y_(i + D/2) = x_(i + D/2) cos a + x_i sin a;  v is passed on.
// One thread a (token, i): the sine and cosine serve all heads. Rust: src/ops/rotary.rs
//
// Angles are whole numbers of 2^-32 turns: position * step wraps round as angles do, without the error that a large f32 angle has,
// and the polynomials below stay within 3e-7 where WGSL allows sin and cos an error of 5e-4.
struct Params {
    tokens: u32, // B * T
    time: u32, // T
    turned: u32, // H + K, heads of q and k
    half_size: u32, // D / 2
    direction: u32, // 1 forward; 2^32 - 1 (that is, -1) turns back
    turn_step: u32, // step at i = 0: 2^32 / (2 pi)
    passed: u32, // K, heads of v
    reserved: u32,
    ratios_low: vec4<u32>, // base^(-2 / D) to the powers 1, 2, 4, 8, in 2^-32
    ratios_high: vec4<u32>, // 16, 32, 64, 128
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read> cursor: array<u32>; // of `forward_at_cursor`

// a * b / 2^32, rounded.
fn multiply_high(a: u32, b: u32) -> u32 {
    let low = (a & 0xffffu) * (b & 0xffffu);
    let left = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
    let right = (a & 0xffffu) * (b >> 16u) + (left & 0xffffu);
    return (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u) + ((right >> 15u) & 1u);
}

fn step_of(i: u32) -> u32 {
    var step = params.turn_step;
    for (var bit = 0u; bit < 4u; bit++) {
        if ((i >> bit) & 1u) == 1u {
            step = multiply_high(step, params.ratios_low[bit]);
        }
        if ((i >> (bit + 4u)) & 1u) == 1u {
            step = multiply_high(step, params.ratios_high[bit]);
        }
    }
    return step;
}

// (cos, sin) of phase * 2^-32 turns: the nearest quarter turn, and Taylor series to within pi / 4 of it.
fn cos_sin(phase: u32) -> vec2<f32> {
    let quarter = (phase + 0x20000000u) >> 30u;
    let a = f32(bitcast<i32>(phase - (quarter << 30u))) * 1.4629180792671596e-9;
    let s = a * a;
    let sine = a * (1.0 + s * (-1.0 / 6.0 + s * (1.0 / 120.0 + s * (-1.0 / 5040.0 + s / 362880.0))));
    let cosine = 1.0 + s * (-0.5 + s * (1.0 / 24.0 + s * (-1.0 / 720.0 + s / 40320.0)));
    let turned = select(vec2<f32>(cosine, sine), vec2<f32>(-sine, cosine), (quarter & 1u) == 1u);
    return select(turned, -turned, (quarter & 2u) == 2u);
}

fn rotate(n: u32, start: u32) {
    let i = n % params.half_size;
    let token = n / params.half_size;
    if token >= params.tokens {
        return;
    }
    let position = start + token % params.time;
    let turn = cos_sin(position * step_of(i) * params.direction);
    var at = token * 2u * (params.turned + params.passed) * params.half_size + i;
    for (var head = 0u; head < params.turned; head++) {
        let a = x[at];
        let b = x[at + params.half_size];
        y[at] = a * turn.x - b * turn.y;
        y[at + params.half_size] = b * turn.x + a * turn.y;
        at += 2u * params.half_size;
    }
    for (var half = 0u; half < 2u * params.passed; half++) {
        y[at] = x[at];
        at += params.half_size;
    }
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    rotate(id.x + id.y * groups.x * 64u, 0u);
}

@compute @workgroup_size(64)
fn forward_at_cursor(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    rotate(id.x + id.y * groups.x * 64u, cursor[0]);
}
