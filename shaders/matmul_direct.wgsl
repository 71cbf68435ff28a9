// y = epilogue(a.b): 4 rows x 8 columns of y a thread, numbers straight from storage, no workgroup memory: for
// adapters that run shaders on the CPU, where barriers cost more than cached loads. Rust: src/ops/matmul.rs

// Four k of row `row` (zeros past the edges).
fn row_of_a(base: u32, row: u32, k: u32) -> vec4<f32> {
    if row >= params.m {
        return vec4(0.0);
    }
    let start = base + row * params.k;
    return load_a(start + k, start + params.k);
}

// Four k of column `column` of a transposed b.
fn column_of_b(base: u32, column: u32, k: u32) -> vec4<f32> {
    if column >= params.n {
        return vec4(0.0);
    }
    let start = base + column * params.k;
    return load_b(start + k, start + params.k);
}

// Four columns at `k` of a plain b.
fn row_of_b(base: u32, k: u32, column: u32) -> vec4<f32> {
    if k >= params.k {
        return vec4(0.0);
    }
    let start = base + k * params.n;
    return load_b(start + column, start + params.n);
}

fn rows_of_transposed_a(base: u32, k: u32, row: u32) -> vec4<f32> {
    if k >= params.k {
        return vec4(0.0);
    }
    let start = base + k * params.m;
    return load_a(start + row, start + params.m);
}

@compute @workgroup_size(64)
fn forward(
    @builtin(local_invocation_index) thread: u32,
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    let tiles_across = (params.n + 7u) / 8u;
    let tile = (group.x + group.y * groups.x) * 64u + thread;
    let row = (tile / tiles_across) * 4u;
    let column = (tile % tiles_across) * 8u;
    if row >= params.m {
        return;
    }
    let base_a = group.z * params.m * params.k;
    let base_b = group.z * params.k * params.n;
    var l0 = vec4<f32>(0.0); var r0 = vec4<f32>(0.0);
    var l1 = vec4<f32>(0.0); var r1 = vec4<f32>(0.0);
    var l2 = vec4<f32>(0.0); var r2 = vec4<f32>(0.0);
    var l3 = vec4<f32>(0.0); var r3 = vec4<f32>(0.0);
    var left_sum = vec4<f32>(0.0);
    var right_sum = vec4<f32>(0.0);
    for (var k = 0u; k < params.k; k += 4u) {
        // a: four k of rows row .. row + 3.
        var a0: vec4<f32>; var a1: vec4<f32>; var a2: vec4<f32>; var a3: vec4<f32>;
        if TRANSPOSE_A {
            let t = transpose(mat4x4<f32>(
                rows_of_transposed_a(base_a, k, row), rows_of_transposed_a(base_a, k + 1u, row),
                rows_of_transposed_a(base_a, k + 2u, row), rows_of_transposed_a(base_a, k + 3u, row),
            ));
            a0 = t[0]; a1 = t[1]; a2 = t[2]; a3 = t[3];
        } else {
            a0 = row_of_a(base_a, row, k); a1 = row_of_a(base_a, row + 1u, k);
            a2 = row_of_a(base_a, row + 2u, k); a3 = row_of_a(base_a, row + 3u, k);
        }
        if TRANSPOSE_B {
            let left = mat4x4<f32>(
                column_of_b(base_b, column, k), column_of_b(base_b, column + 1u, k),
                column_of_b(base_b, column + 2u, k), column_of_b(base_b, column + 3u, k),
            );
            let right = mat4x4<f32>(
                column_of_b(base_b, column + 4u, k), column_of_b(base_b, column + 5u, k),
                column_of_b(base_b, column + 6u, k), column_of_b(base_b, column + 7u, k),
            );
            l0 += a0 * left; l1 += a1 * left; l2 += a2 * left; l3 += a3 * left;
            r0 += a0 * right; r1 += a1 * right; r2 += a2 * right; r3 += a3 * right;
        } else {
            let left = mat4x4<f32>(
                row_of_b(base_b, k, column), row_of_b(base_b, k + 1u, column),
                row_of_b(base_b, k + 2u, column), row_of_b(base_b, k + 3u, column),
            );
            let right = mat4x4<f32>(
                row_of_b(base_b, k, column + 4u), row_of_b(base_b, k + 1u, column + 4u),
                row_of_b(base_b, k + 2u, column + 4u), row_of_b(base_b, k + 3u, column + 4u),
            );
            l0 += left * a0; l1 += left * a1; l2 += left * a2; l3 += left * a3;
            r0 += right * a0; r1 += right * a1; r2 += right * a2; r3 += right * a3;
            if SUMS_COLUMNS {
                left_sum += left * vec4(1.0);
                right_sum += right * vec4(1.0);
            }
        }
    }
    finish(group.z, row, column, l0);
    finish(group.z, row, column + 4u, r0);
    finish(group.z, row + 1u, column, l1);
    finish(group.z, row + 1u, column + 4u, r1);
    finish(group.z, row + 2u, column, l2);
    finish(group.z, row + 2u, column + 4u, r2);
    finish(group.z, row + 3u, column, l3);
    finish(group.z, row + 3u, column + 4u, r3);
    if SUMS_COLUMNS && row == 0u {
        store_extra(column, left_sum, min(4u, params.n - column));
        if column + 4u < params.n {
            store_extra(column + 4u, right_sum, min(4u, params.n - column - 4u));
        }
    }
}
