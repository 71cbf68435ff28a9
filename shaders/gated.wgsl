// y = silu(gate) * up of rows gate | up, and its gradient. Rust: src/ops/gated.rs
struct Params { rows: u32, lanes: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<Lane>; // (rows, 2 F)
@group(0) @binding(3) var<storage, read_write> y: array<Lane>; // (rows, F)

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.rows * params.lanes {
        return;
    }
    let at = i + (i / params.lanes) * params.lanes;
    let gate = x[at];
    y[i] = gate / (1.0 + exp(-gate)) * x[at + params.lanes];
}

@group(0) @binding(3) var<storage, read> dy: array<Lane>; // (rows, F)
@group(0) @binding(4) var<storage, read_write> dx: array<Lane>; // (rows, 2 F)

@compute @workgroup_size(256)
fn backward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i >= params.rows * params.lanes {
        return;
    }
    let at = i + (i / params.lanes) * params.lanes;
    let gate = x[at];
    let s = 1.0 / (1.0 + exp(-gate));
    dx[at] = dy[i] * x[at + params.lanes] * s * (1.0 + gate * (1.0 - s));
    dx[at + params.lanes] = dy[i] * gate * s;
}
