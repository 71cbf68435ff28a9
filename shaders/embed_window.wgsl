// The vectors of the last WINDOW tokens side by side. Rust: src/ops/embed_window.rs
struct Params {
    count: u32, // lanes of the result
    lanes: u32, // of C
    vocabulary: u32, // V
    tokens: u32, // capacity
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> tokens: array<u32>; // (capacity)
@group(0) @binding(3) var<storage, read> cursor: array<u32>; // (1)
@group(0) @binding(4) var<storage, read> table: array<Lane>; // (V, C)
@group(0) @binding(5) var<storage, read_write> y: array<Lane>; // (1, n C)

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i >= params.count {
        return;
    }
    let at = min(cursor[0], params.tokens - 1u);
    let back = WINDOW - 1u - i / params.lanes;
    if back > at {
        y[i] = lane(0.0);
    } else {
        let token = min(tokens[at - back], params.vocabulary - 1u);
        y[i] = table[token * params.lanes + i % params.lanes];
    }
}
