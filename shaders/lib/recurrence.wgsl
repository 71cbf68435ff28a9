// What both directions of a recurrent layer share. Rust: src/ops/recurrence.rs. LANES lanes hold the H units of a row. A workgroup
// has ROWS sequences of the batch; OWNERS threads have a unit lane each, ROUNDS of them one after the other, and SLICES threads
// share the sum of a lane.
struct Params {
    batch: u32, // B
    time: u32, // T
}
@group(0) @binding(0) var<uniform> params: Params;

struct Step {
    kept: array<Lane, KEPT>,
    h: Lane,
    c: Lane,
}

struct BackStep {
    d_x: array<Lane, GATES>,
    d_hidden: array<Lane, GATES>, // of the hidden part before the nonlinearities
    dh: Lane, // of h of the step before, without the part that comes through d_hidden
    dc: Lane,
}

// Place of a step in time: steps count as the layer runs.
fn time_of(step: u32) -> u32 {
    return select(step, params.time - 1u - step, REVERSED);
}

// Rows past the batch repeat its last: barriers need every thread.
fn sequence_of(first: u32, r: u32) -> u32 {
    return min(first + r, params.batch - 1u);
}

// Where slice `s` (from the second slice on) leaves its share of sum `i`.
fn share_of(i: u32, s: u32, owner: u32) -> u32 {
    return (i * (SLICES - 1u) + s) * OWNERS + owner;
}
