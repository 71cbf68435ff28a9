// Rows that a group of threads streams over, brought to workgroup memory TILE at a time: each number is fetched once for
// 64 threads. The kernel says where the two kinds of row lie (source_a, source_b) and how to fetch a pack (fetch_a, fetch_b).
const LANES: u32 = 64u; // threads that work together
const ROWS: u32 = LANES * SPAN; // SPAN rows a thread

var<workgroup> tile_a: array<Pack, TILE * PACKS>;
var<workgroup> tile_b: array<Pack, TILE * PACKS>;

// First row (over all sequences) of the group that works together.
fn group_start(workgroup: u32, lane: u32) -> u32 {
    return workgroup * ROWS;
}

fn load_tile(sequence: u32, first: u32, lane: u32) {
    workgroupBarrier();
    for (var n = lane; n < TILE * PACKS; n += LANES) {
        let row = min(first + n / PACKS, params.time - 1u);
        tile_a[n] = fetch_a(source_a(sequence, row) + n % PACKS);
        tile_b[n] = fetch_b(source_b(sequence, row) + n % PACKS);
    }
    workgroupBarrier();
}

fn row_a(sequence: u32, first: u32, row: u32) -> u32 {
    return (row - first) * PACKS;
}

fn row_b(sequence: u32, first: u32, row: u32) -> u32 {
    return (row - first) * PACKS;
}

fn at_a(index: u32) -> Pack {
    return tile_a[index];
}

fn at_b(index: u32) -> Pack {
    return tile_b[index];
}
