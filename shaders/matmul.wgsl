// y = epilogue(a.b): a TILE x TILE piece of y per workgroup, 4 x 4 results a thread, with tiles of a and b in
// workgroup memory, k outermost. Rust: src/ops/matmul.rs
const DEPTH: u32 = 16u;
const SIDE: u32 = TILE / 4u; // threads along rows, and along columns
const THREADS: u32 = SIDE * SIDE;
const PITCH: u32 = TILE + 4u; // length of a tile's row, shifted against bank conflicts

var<workgroup> tile_a: array<f32, DEPTH * PITCH>; // (k, row)
var<workgroup> tile_b: array<f32, DEPTH * PITCH>; // (k, column)

// Tile positions of the four numbers that load number `load` brings: `along_k` says that they are four k of one
// row or column, else four neighbours at one k. x: k, y: row or column.
fn load_position(load: u32, along_k: bool) -> vec2<u32> {
    if along_k {
        return vec2((load % (DEPTH / 4u)) * 4u, load / (DEPTH / 4u));
    }
    return vec2(load / SIDE, (load % SIDE) * 4u);
}

fn tile_index(at: vec2<u32>, c: u32, along_k: bool) -> u32 {
    return select(at.x * PITCH + at.y + c, (at.x + c) * PITCH + at.y, along_k);
}

@compute @workgroup_size(THREADS)
fn forward(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3<u32>) {
    let m = params.m;
    let n = params.n;
    let depth = params.k;
    let row0 = group.y * TILE;
    let column0 = group.x * TILE;
    let base_a = group.z * m * depth;
    let base_b = group.z * depth * n;
    let tx = thread % SIDE;
    let ty = thread / SIDE;
    var sum0 = vec4<f32>(0.0);
    var sum1 = vec4<f32>(0.0);
    var sum2 = vec4<f32>(0.0);
    var sum3 = vec4<f32>(0.0);
    var column_sum = vec4<f32>(0.0);
    for (var k0 = 0u; k0 < depth; k0 += DEPTH) {
        for (var load = thread; load < TILE * DEPTH / 4u; load += THREADS) {
            let at_a = load_position(load, !TRANSPOSE_A);
            var v = vec4<f32>(0.0);
            if TRANSPOSE_A && k0 + at_a.x < depth {
                let start = base_a + (k0 + at_a.x) * m;
                v = load_a(start + row0 + at_a.y, start + m);
            }
            if !TRANSPOSE_A && row0 + at_a.y < m {
                let start = base_a + (row0 + at_a.y) * depth;
                v = load_a(start + k0 + at_a.x, start + depth);
            }
            tile_a[tile_index(at_a, 0u, !TRANSPOSE_A)] = v.x;
            tile_a[tile_index(at_a, 1u, !TRANSPOSE_A)] = v.y;
            tile_a[tile_index(at_a, 2u, !TRANSPOSE_A)] = v.z;
            tile_a[tile_index(at_a, 3u, !TRANSPOSE_A)] = v.w;
            let at_b = load_position(load, TRANSPOSE_B);
            v = vec4<f32>(0.0);
            if TRANSPOSE_B && column0 + at_b.y < n {
                let start = base_b + (column0 + at_b.y) * depth;
                v = load_b(start + k0 + at_b.x, start + depth);
            }
            if !TRANSPOSE_B && k0 + at_b.x < depth {
                let start = base_b + (k0 + at_b.x) * n;
                v = load_b(start + column0 + at_b.y, start + n);
            }
            tile_b[tile_index(at_b, 0u, TRANSPOSE_B)] = v.x;
            tile_b[tile_index(at_b, 1u, TRANSPOSE_B)] = v.y;
            tile_b[tile_index(at_b, 2u, TRANSPOSE_B)] = v.z;
            tile_b[tile_index(at_b, 3u, TRANSPOSE_B)] = v.w;
        }
        workgroupBarrier();
        for (var k = 0u; k < DEPTH; k++) {
            let at_a = k * PITCH + ty * 4u;
            let at_b = k * PITCH + tx * 4u;
            let right = vec4(tile_b[at_b], tile_b[at_b + 1u], tile_b[at_b + 2u], tile_b[at_b + 3u]);
            sum0 += tile_a[at_a] * right;
            sum1 += tile_a[at_a + 1u] * right;
            sum2 += tile_a[at_a + 2u] * right;
            sum3 += tile_a[at_a + 3u] * right;
            if SUMS_COLUMNS {
                column_sum += right;
            }
        }
        workgroupBarrier();
    }
    let row = row0 + ty * 4u;
    let column = column0 + tx * 4u;
    finish(group.z, row, column, sum0);
    finish(group.z, row + 1u, column, sum1);
    finish(group.z, row + 2u, column, sum2);
    finish(group.z, row + 3u, column, sum3);
    if SUMS_COLUMNS && group.y == 0u && ty == 0u && column < n {
        store_extra(column, column_sum, min(4u, n - column));
    }
}
