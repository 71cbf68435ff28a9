// y = epilogue(a.b): 8 rows x 8 columns of y a thread, numbers straight from storage, no workgroup memory: for
// adapters that run shaders on the CPU, where barriers cost more than cached loads. Rows and columns past the edge
// repeat the last ones, and their results are dropped, so that the loop needs no branches. Rust: src/ops/matmul.rs

// Four columns (transposed a: rows) at inner index `k` of a matrix stored (K, length).
fn a_across(base: u32, k: u32, at: u32) -> vec4<f32> {
    if CHECKED && k >= params.k {
        return vec4(0.0);
    }
    let start = base + k * params.m;
    return load_a(start + at, start + params.m);
}

fn b_across(base: u32, k: u32, at: u32) -> vec4<f32> {
    if CHECKED && k >= params.k {
        return vec4(0.0);
    }
    let start = base + k * params.n;
    return load_b(start + at, start + params.n);
}

// Four inner numbers from `k` on of the row of a matrix stored (length, K) that starts at `start`.
fn a_along(start: u32, k: u32) -> vec4<f32> {
    return load_a(start + k, start + params.k);
}

fn b_along(start: u32, k: u32) -> vec4<f32> {
    return load_b(start + k, start + params.k);
}

@compute @workgroup_size(32)
fn forward(
    @builtin(local_invocation_index) thread: u32,
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    let tiles_across = (params.n + 7u) / 8u;
    let tile = (group.x + group.y * groups.x) * 32u + thread;
    let row = (tile / tiles_across) * 8u;
    let column = (tile % tiles_across) * 8u;
    if row >= params.m {
        return;
    }
    let base_a = group.z * params.m * params.k;
    let base_b = group.z * params.k * params.n;
    let row0 = base_a + min(row + 0u, params.m - 1u) * params.k;
    let row1 = base_a + min(row + 1u, params.m - 1u) * params.k;
    let row2 = base_a + min(row + 2u, params.m - 1u) * params.k;
    let row3 = base_a + min(row + 3u, params.m - 1u) * params.k;
    let row4 = base_a + min(row + 4u, params.m - 1u) * params.k;
    let row5 = base_a + min(row + 5u, params.m - 1u) * params.k;
    let row6 = base_a + min(row + 6u, params.m - 1u) * params.k;
    let row7 = base_a + min(row + 7u, params.m - 1u) * params.k;
    let column0 = base_b + min(column + 0u, params.n - 1u) * params.k;
    let column1 = base_b + min(column + 1u, params.n - 1u) * params.k;
    let column2 = base_b + min(column + 2u, params.n - 1u) * params.k;
    let column3 = base_b + min(column + 3u, params.n - 1u) * params.k;
    let column4 = base_b + min(column + 4u, params.n - 1u) * params.k;
    let column5 = base_b + min(column + 5u, params.n - 1u) * params.k;
    let column6 = base_b + min(column + 6u, params.n - 1u) * params.k;
    let column7 = base_b + min(column + 7u, params.n - 1u) * params.k;
    // Where a stretch of four starts; the one past the edge repeats the last.
    let low_row = row;
    let high_row = select(row, row + 4u, row + 4u < params.m);
    let left_column = column;
    let right_column = select(column, column + 4u, column + 4u < params.n);
    var l0 = vec4<f32>(0.0); var r0 = vec4<f32>(0.0);
    var l1 = vec4<f32>(0.0); var r1 = vec4<f32>(0.0);
    var l2 = vec4<f32>(0.0); var r2 = vec4<f32>(0.0);
    var l3 = vec4<f32>(0.0); var r3 = vec4<f32>(0.0);
    var l4 = vec4<f32>(0.0); var r4 = vec4<f32>(0.0);
    var l5 = vec4<f32>(0.0); var r5 = vec4<f32>(0.0);
    var l6 = vec4<f32>(0.0); var r6 = vec4<f32>(0.0);
    var l7 = vec4<f32>(0.0); var r7 = vec4<f32>(0.0);
    var left_sum = vec4<f32>(0.0);
    var right_sum = vec4<f32>(0.0);
    for (var k = 0u; k < params.k; k += 4u) {
        var a0: vec4<f32>; var a1: vec4<f32>; var a2: vec4<f32>; var a3: vec4<f32>; var a4: vec4<f32>; var a5: vec4<f32>; var a6: vec4<f32>; var a7: vec4<f32>;
        if TRANSPOSE_A {
            let low = transpose(mat4x4<f32>(
                a_across(base_a, k, low_row), a_across(base_a, k + 1u, low_row),
                a_across(base_a, k + 2u, low_row), a_across(base_a, k + 3u, low_row),
            ));
            let high = transpose(mat4x4<f32>(
                a_across(base_a, k, high_row), a_across(base_a, k + 1u, high_row),
                a_across(base_a, k + 2u, high_row), a_across(base_a, k + 3u, high_row),
            ));
            a0 = low[0]; a1 = low[1]; a2 = low[2]; a3 = low[3];
            a4 = high[0]; a5 = high[1]; a6 = high[2]; a7 = high[3];
        } else {
            a0 = a_along(row0, k);
            a1 = a_along(row1, k);
            a2 = a_along(row2, k);
            a3 = a_along(row3, k);
            a4 = a_along(row4, k);
            a5 = a_along(row5, k);
            a6 = a_along(row6, k);
            a7 = a_along(row7, k);
        }
        if TRANSPOSE_B {
            let left = mat4x4<f32>(b_along(column0, k), b_along(column1, k), b_along(column2, k), b_along(column3, k));
            let right = mat4x4<f32>(b_along(column4, k), b_along(column5, k), b_along(column6, k), b_along(column7, k));
            l0 += a0 * left; r0 += a0 * right;
            l1 += a1 * left; r1 += a1 * right;
            l2 += a2 * left; r2 += a2 * right;
            l3 += a3 * left; r3 += a3 * right;
            l4 += a4 * left; r4 += a4 * right;
            l5 += a5 * left; r5 += a5 * right;
            l6 += a6 * left; r6 += a6 * right;
            l7 += a7 * left; r7 += a7 * right;
        } else {
            let left = mat4x4<f32>(
                b_across(base_b, k, left_column), b_across(base_b, k + 1u, left_column),
                b_across(base_b, k + 2u, left_column), b_across(base_b, k + 3u, left_column),
            );
            let right = mat4x4<f32>(
                b_across(base_b, k, right_column), b_across(base_b, k + 1u, right_column),
                b_across(base_b, k + 2u, right_column), b_across(base_b, k + 3u, right_column),
            );
            l0 += left * a0; r0 += right * a0;
            l1 += left * a1; r1 += right * a1;
            l2 += left * a2; r2 += right * a2;
            l3 += left * a3; r3 += right * a3;
            l4 += left * a4; r4 += right * a4;
            l5 += left * a5; r5 += right * a5;
            l6 += left * a6; r6 += right * a6;
            l7 += left * a7; r7 += right * a7;
            if SUMS_COLUMNS {
                left_sum += left * vec4(1.0);
                right_sum += right * vec4(1.0);
            }
        }
    }
    finish(group.z, row + 0u, column, l0);
    finish(group.z, row + 0u, column + 4u, r0);
    finish(group.z, row + 1u, column, l1);
    finish(group.z, row + 1u, column + 4u, r1);
    finish(group.z, row + 2u, column, l2);
    finish(group.z, row + 2u, column + 4u, r2);
    finish(group.z, row + 3u, column, l3);
    finish(group.z, row + 3u, column + 4u, r3);
    finish(group.z, row + 4u, column, l4);
    finish(group.z, row + 4u, column + 4u, r4);
    finish(group.z, row + 5u, column, l5);
    finish(group.z, row + 5u, column + 4u, r5);
    finish(group.z, row + 6u, column, l6);
    finish(group.z, row + 6u, column + 4u, r6);
    finish(group.z, row + 7u, column, l7);
    finish(group.z, row + 7u, column + 4u, r7);
    if SUMS_COLUMNS && row == 0u {
        store_extra(column, left_sum, min(4u, params.n - column));
        if column + 4u < params.n {
            store_extra(column + 4u, right_sum, min(4u, params.n - column - 4u));
        }
    }
}
