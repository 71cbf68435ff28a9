// One row: y = epilogue(a.b) with a (1, K). Four columns a thread; SLICES threads share a column's K and add up
// in workgroup memory. Rust: src/ops/matmul.rs
const ACROSS: u32 = 64u / SLICES; // column groups of a workgroup

var<workgroup> partial: array<vec4<f32>, 64>;

fn column_of_b(base: u32, column: u32, k: u32) -> vec4<f32> {
    if column >= params.n {
        return vec4(0.0);
    }
    let start = base + column * params.k;
    return load_b(start + k, start + params.k);
}

fn row_of_b(base: u32, k: u32, column: u32) -> vec4<f32> {
    if k >= params.k {
        return vec4(0.0);
    }
    let start = base + k * params.n;
    return load_b(start + column, start + params.n);
}

@compute @workgroup_size(64)
fn forward(
    @builtin(local_invocation_index) thread: u32,
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    let column = ((group.x + group.y * groups.x) * ACROSS + thread % ACROSS) * 4u;
    let slice = thread / ACROSS;
    let base_a = group.z * params.k;
    let base_b = group.z * params.k * params.n;
    var sum = vec4<f32>(0.0);
    for (var k = slice * 4u; k < params.k; k += SLICES * 4u) {
        let left = load_a(base_a + k, base_a + params.k);
        if TRANSPOSE_B {
            sum += left * mat4x4<f32>(
                column_of_b(base_b, column, k), column_of_b(base_b, column + 1u, k),
                column_of_b(base_b, column + 2u, k), column_of_b(base_b, column + 3u, k),
            );
        } else {
            sum += mat4x4<f32>(
                row_of_b(base_b, k, column), row_of_b(base_b, k + 1u, column),
                row_of_b(base_b, k + 2u, column), row_of_b(base_b, k + 3u, column),
            ) * left;
        }
    }
    if SLICES > 1u {
        partial[thread] = sum;
        workgroupBarrier();
        if slice == 0u {
            for (var s = 1u; s < SLICES; s++) {
                sum += partial[s * ACROSS + thread];
            }
        }
    }
    if slice == 0u {
        finish(group.z, 0u, column, sum);
    }
}
