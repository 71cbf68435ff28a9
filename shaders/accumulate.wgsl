// state = share * value + state, the state being 0 before the first micro-batch. Rust: src/ops/accumulate.rs
struct Params { lanes: u32, share: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> value: array<Lane>;
@group(0) @binding(3) var<storage, read_write> state: array<Lane>;

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 256u;
    if i < params.lanes {
        let before = select(state[i], lane(0.0), globals.micro_batch == 0u);
        state[i] = params.share * value[i] + before;
    }
}
