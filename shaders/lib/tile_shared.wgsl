// Rows that a group of threads streams over, brought to workgroup memory TILE at a time: each number is fetched once for
// 64 threads. A `Stream` says where the two kinds of row lie, the kernel how to fetch a pack (fetch_a, fetch_b).
const LANES: u32 = 64u; // threads that work together
const ROWS: u32 = LANES * SPAN; // SPAN rows a thread

var<workgroup> tile_a: array<Pack, TILE * PACKS>;
var<workgroup> tile_b: array<Pack, TILE * PACKS>;

// First row (over all sequences) of the group that works together.
fn group_start(workgroup: u32, lane: u32) -> u32 {
    return workgroup * ROWS;
}

fn load_tile(stream: Stream, first: u32, lane: u32) {
    workgroupBarrier();
    for (var n = lane; n < TILE * PACKS; n += LANES) {
        let row = min(first + n / PACKS, stream.last);
        tile_a[n] = fetch_a(stream.a + row * stream.stride_a + n % PACKS);
        tile_b[n] = fetch_b(stream.b + row * stream.stride_b + n % PACKS);
    }
    workgroupBarrier();
}

fn row_a(stream: Stream, first: u32, row: u32) -> u32 {
    return (row - first) * PACKS;
}

fn row_b(stream: Stream, first: u32, row: u32) -> u32 {
    return (row - first) * PACKS;
}

fn at_a(index: u32) -> Pack {
    return tile_a[index];
}

fn at_b(index: u32) -> Pack {
    return tile_b[index];
}
