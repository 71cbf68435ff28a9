// A whole recurrent layer over time in one launch. Rust: src/ops/recurrence.rs, which puts the cell's `advance` before this text.
//   hidden = h_{t-1} W + b,    h_t, c_t = cell(x_t, hidden, h_{t-1}, c_{t-1})
@group(0) @binding(2) var<storage, read> x: array<Lane>; // (B, T, G H)
@group(0) @binding(3) var<storage, read> weight: array<Lane>; // (H, G H)
@group(0) @binding(4) var<storage, read> bias: array<Lane>; // (G H)
@group(0) @binding(5) var<storage, read> state: array<Lane>; // (B, S H)
@group(0) @binding(6) var<storage, read> lengths: array<u32>; // (B), with HAS_LENGTHS
@group(0) @binding(7) var<storage, read_write> h: array<Lane>; // (B, T, H)
@group(0) @binding(8) var<storage, read_write> last: array<Lane>; // (B, S H)
@group(0) @binding(9) var<storage, read_write> saved: array<Lane>; // (B, T, (KEPT + 1) H)

// h of the step before and of this one, turn about: a step's readers need no barrier against its writers.
var<workgroup> states: array<Lane, 2u * ROWS * LANES>;
var<workgroup> shares: array<Lane, SHARES>;

@compute @workgroup_size(THREADS)
fn forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let first = (group.x + group.y * groups.x) * ROWS;
    let owner = thread % OWNERS;
    let slice = thread / OWNERS;
    var cells: array<Lane, ROUNDS * ROWS>; // c of the thread's own units
    for (var r = 0u; r < ROWS; r++) { // unrolled
        let start_row = sequence_of(first, r) * STATES * LANES;
        for (var i = thread; i < LANES; i += THREADS) {
            states[r * LANES + i] = state[start_row + i];
        }
        for (var round = 0u; round < ROUNDS; round++) {
            let unit = min(owner + round * OWNERS, LANES - 1u);
            cells[round * ROWS + r] = state[start_row + (STATES - 1u) * LANES + unit];
        }
    }
    workgroupBarrier();
    var before = 0u;
    for (var step = 0u; step < params.time; step++) {
        let t = time_of(step);
        let after = ROWS * LANES - before;
        for (var round = 0u; round < ROUNDS; round++) {
            let own = owner + round * OWNERS;
            let unit = min(own, LANES - 1u);
            var sums: array<Lane, ROWS * GATES>;
            for (var g = 0u; g < GATES; g++) { // unrolled
                for (var r = 0u; r < ROWS; r++) { // unrolled
                    sums[r * GATES + g] = lane(0.0);
                }
            }
            for (var k = slice; k < LANES; k += SLICES) {
                var left: array<Lane, ROWS>;
                for (var r = 0u; r < ROWS; r++) { // unrolled
                    left[r] = states[before + r * LANES + k];
                }
                for (var e = 0u; e < ELEMENTS; e++) { // unrolled
                    let start = (k * WIDTH + e) * GATES * LANES + unit;
                    for (var g = 0u; g < GATES; g++) { // unrolled
                        let w = weight[start + g * LANES];
                        for (var r = 0u; r < ROWS; r++) { // unrolled
                            sums[r * GATES + g] += lane_element(left[r], e) * w;
                        }
                    }
                }
            }
            if SLICES > 1u {
                if slice > 0u {
                    for (var r = 0u; r < ROWS; r++) { // unrolled
                        for (var g = 0u; g < GATES; g++) { // unrolled
                            shares[share_of(r * GATES + g, slice - 1u, owner)] = sums[r * GATES + g];
                        }
                    }
                }
                workgroupBarrier();
                if slice == 0u {
                    for (var r = 0u; r < ROWS; r++) { // unrolled
                        for (var g = 0u; g < GATES; g++) { // unrolled
                            for (var s = 0u; s < SLICES - 1u; s++) {
                                sums[r * GATES + g] += shares[share_of(r * GATES + g, s, owner)];
                            }
                        }
                    }
                }
            }
            if slice == 0u && own < LANES {
                for (var r = 0u; r < ROWS; r++) { // unrolled
                    let row = sequence_of(first, r);
                    let at = row * params.time + t;
                    var of_x: array<Lane, GATES>;
                    var hidden: array<Lane, GATES>;
                    for (var g = 0u; g < GATES; g++) { // unrolled
                        of_x[g] = x[(at * GATES + g) * LANES + unit];
                        hidden[g] = sums[r * GATES + g] + bias[g * LANES + unit];
                    }
                    let h_before = states[before + r * LANES + unit];
                    let c_before = cells[round * ROWS + r];
                    let made = advance(of_x, hidden, h_before, c_before);
                    var h_after = made.h;
                    var c_after = made.c;
                    if HAS_LENGTHS {
                        let is_real = t < lengths[row];
                        h_after = select(h_before, h_after, is_real);
                        c_after = select(c_before, c_after, is_real);
                    }
                    states[after + r * LANES + unit] = h_after;
                    cells[round * ROWS + r] = c_after;
                    if first + r < params.batch {
                        h[at * LANES + unit] = h_after;
                        let kept_at = at * (KEPT + 1u) * LANES + unit;
                        for (var i = 0u; i < KEPT; i++) { // unrolled
                            saved[kept_at + i * LANES] = made.kept[i];
                        }
                        saved[kept_at + KEPT * LANES] = h_before;
                    }
                }
            }
        }
        workgroupBarrier();
        before = after;
    }
    if slice == 0u {
        for (var round = 0u; round < ROUNDS; round++) {
            let own = owner + round * OWNERS;
            for (var r = 0u; r < ROWS; r++) { // unrolled
                if own < LANES && first + r < params.batch {
                    let to = (first + r) * STATES * LANES + own;
                    // c first: where there is none its place is h's.
                    last[to + (STATES - 1u) * LANES] = cells[round * ROWS + r];
                    last[to] = states[before + r * LANES + own];
                }
            }
        }
    }
}
