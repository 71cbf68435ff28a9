// Index of the largest element of each row, the lowest of several. Rust: src/ops/argmax.rs
struct Params { rows: u32, columns: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> x: array<f32>; // (rows, N)
@group(0) @binding(3) var<storage, read_write> y: array<u32>; // (rows)

@compute @workgroup_size(THREADS)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let row = (group.x + group.y * groups.x) * (THREADS / TEAM) + thread / TEAM;
    let first = min(row, params.rows - 1u) * params.columns;
    var best = vec2<u32>(0u, 0u); // key, index
    for (var i = thread % TEAM; i < params.columns; i += TEAM) {
        let key = order_key(finite(x[first + i]));
        if key > best.x {
            best = vec2<u32>(key, i);
        }
    }
    best = team_best(best, thread);
    if row < params.rows && thread % TEAM == 0u {
        y[row] = best.y;
    }
}
