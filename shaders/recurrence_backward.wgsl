// Back through time in one launch, after a small one that lays out what it and the weight's gradient read. Rust:
// src/ops/recurrence_backward.rs, which puts the cell's `retreat` and `store_hidden`, `hidden_at` before this text.
//   dh_{t-1} = direct part + d_hidden_t W^T
@group(0) @binding(2) var<storage, read> weight: array<f32>; // (H, G H)
@group(0) @binding(3) var<storage, read> saved: array<Lane>; // (B, T, (KEPT + 1) H)
@group(0) @binding(4) var<storage, read_write> h_before: array<Lane>; // (B, T, H)
@group(0) @binding(5) var<storage, read_write> transposed: array<f32>; // (G H, H)

// One thread a lane of h_before, then one a number of the transposed weight.
@compute @workgroup_size(64)
fn prepare(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    let kept = params.batch * params.time * LANES;
    if i < kept {
        h_before[i] = saved[((i / LANES) * (KEPT + 1u) + KEPT) * LANES + i % LANES];
        return;
    }
    let hidden = LANES * WIDTH;
    let at = i - kept;
    if at < hidden * hidden * GATES {
        transposed[at] = weight[(at % hidden) * GATES * hidden + at / hidden];
    }
}

@group(0) @binding(2) var<storage, read> columns: array<Lane>; // transposed: (G H, H)
@group(0) @binding(4) var<storage, read> lengths: array<u32>; // (B), with HAS_LENGTHS
@group(0) @binding(5) var<storage, read> dh: array<Lane>; // (B, T, H), with HAS_DH
@group(0) @binding(6) var<storage, read> d_last: array<Lane>; // (B, S H), with HAS_D_LAST
@group(0) @binding(7) var<storage, read_write> d_x: array<Lane>; // (B, T, G H)
@group(0) @binding(8) var<storage, read_write> d_state: array<Lane>; // (B, S H)

var<workgroup> shares: array<Lane, SHARES>;

@compute @workgroup_size(THREADS)
fn backward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let first = (group.x + group.y * groups.x) * ROWS;
    let owner = thread % OWNERS;
    let slice = thread / OWNERS;
    // Gradients of h and c between two steps, of the thread's own units.
    var d_states: array<Lane, ROUNDS * ROWS>;
    var d_cells: array<Lane, ROUNDS * ROWS>;
    for (var round = 0u; round < ROUNDS; round++) {
        let unit = min(owner + round * OWNERS, LANES - 1u);
        for (var r = 0u; r < ROWS; r++) { // unrolled
            d_states[round * ROWS + r] = lane(0.0);
            d_cells[round * ROWS + r] = lane(0.0);
            if HAS_D_LAST {
                let start = sequence_of(first, r) * STATES * LANES + unit;
                d_states[round * ROWS + r] = d_last[start];
                d_cells[round * ROWS + r] = d_last[start + (STATES - 1u) * LANES];
            }
        }
    }
    for (var step = params.time; step > 0u; step--) {
        let t = time_of(step - 1u);
        if slice == 0u {
            for (var round = 0u; round < ROUNDS; round++) {
                let own = owner + round * OWNERS;
                let unit = min(own, LANES - 1u);
                for (var r = 0u; r < ROWS; r++) { // unrolled
                    let row = sequence_of(first, r);
                    let at = row * params.time + t;
                    let i = round * ROWS + r;
                    var d = d_states[i];
                    if HAS_DH {
                        d += dh[at * LANES + unit];
                    }
                    let kept_at = at * (KEPT + 1u) * LANES + unit;
                    var kept: array<Lane, KEPT>;
                    for (var n = 0u; n < KEPT; n++) { // unrolled
                        kept[n] = saved[kept_at + n * LANES];
                    }
                    var back = retreat(kept, saved[kept_at + KEPT * LANES], d, d_cells[i]);
                    if HAS_LENGTHS {
                        if t >= lengths[row] {
                            for (var g = 0u; g < GATES; g++) { // unrolled
                                back.d_x[g] = lane(0.0);
                                back.d_hidden[g] = lane(0.0);
                            }
                            back.dh = d;
                            back.dc = d_cells[i];
                        }
                    }
                    d_states[i] = back.dh;
                    d_cells[i] = back.dc;
                    if own < LANES && first + r < params.batch {
                        for (var g = 0u; g < GATES; g++) { // unrolled
                            let to = (at * GATES + g) * LANES + unit;
                            d_x[to] = back.d_x[g];
                            store_hidden(to, back.d_hidden[g]);
                        }
                    }
                }
            }
        }
        // The workgroup reads below what its owners wrote above.
        storageBarrier();
        for (var round = 0u; round < ROUNDS; round++) {
            let unit = min(owner + round * OWNERS, LANES - 1u);
            var sums: array<Lane, ROWS>;
            for (var r = 0u; r < ROWS; r++) { // unrolled
                sums[r] = lane(0.0);
            }
            for (var k = slice; k < GATES * LANES; k += SLICES) {
                var left: array<Lane, ROWS>;
                for (var r = 0u; r < ROWS; r++) { // unrolled
                    left[r] = hidden_at((sequence_of(first, r) * params.time + t) * GATES * LANES + k);
                }
                for (var e = 0u; e < ELEMENTS; e++) { // unrolled
                    let w = columns[(k * WIDTH + e) * LANES + unit];
                    for (var r = 0u; r < ROWS; r++) { // unrolled
                        sums[r] += lane_element(left[r], e) * w;
                    }
                }
            }
            if SLICES > 1u {
                if slice > 0u {
                    for (var r = 0u; r < ROWS; r++) { // unrolled
                        shares[share_of(r, slice - 1u, owner)] = sums[r];
                    }
                }
                workgroupBarrier();
                if slice == 0u {
                    for (var r = 0u; r < ROWS; r++) { // unrolled
                        for (var s = 0u; s < SLICES - 1u; s++) {
                            sums[r] += shares[share_of(r, s, owner)];
                        }
                    }
                }
            }
            for (var r = 0u; r < ROWS; r++) { // unrolled
                d_states[round * ROWS + r] += sums[r];
            }
        }
    }
    if slice == 0u {
        for (var round = 0u; round < ROUNDS; round++) {
            let own = owner + round * OWNERS;
            for (var r = 0u; r < ROWS; r++) { // unrolled
                if own < LANES && first + r < params.batch {
                    let to = (first + r) * STATES * LANES + own;
                    d_state[to + (STATES - 1u) * LANES] = d_cells[round * ROWS + r];
                    d_state[to] = d_states[round * ROWS + r];
                }
            }
        }
    }
}
