// The twin of lib/tile_shared.wgsl for adapters that run shaders on the CPU: rows are read where they lie, no barriers.
// Four neighbouring threads, SwiftShader's SIMD width, make a group with the same loop bounds and the same addresses, since
// it is slow when lanes part ways. Every access to memory costs it many times a multiplication: hence SPAN rows a thread.
const LANES: u32 = 4u;
const ROWS: u32 = LANES * SPAN;

fn group_start(workgroup: u32, lane: u32) -> u32 {
    return (workgroup * 64u + lane / LANES * LANES) * SPAN;
}

fn load_tile(stream: Stream, first: u32, lane: u32) {}

fn row_a(stream: Stream, first: u32, row: u32) -> u32 {
    return stream.a + min(row, stream.last) * stream.stride_a;
}

fn row_b(stream: Stream, first: u32, row: u32) -> u32 {
    return stream.b + min(row, stream.last) * stream.stride_b;
}

fn at_a(index: u32) -> Pack {
    return fetch_a(index);
}

fn at_b(index: u32) -> Pack {
    return fetch_b(index);
}
