// o_i = sum_j softmax_j(q_i . k_j / sqrt(D) - slope (i - j)) v_j over the keys j <= i, and lse_i = log sum_j exp(score_ij).
// A thread has SPAN queries, q and the sums in registers; keys and values are streamed, the softmax kept up to date on the
// way (Milakov and Gimelshein 2018; Dao et al. 2022), four keys at a time. Rust: src/ops/attention.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (B, T, 3C)
@group(0) @binding(3) var<storage, read_write> o: array<Pack>; // (B, T, C)
@group(0) @binding(4) var<storage, read_write> lse: array<f32>; // (B, H, T)

fn source_a(sequence: u32, row: u32) -> u32 {
    return packed_row(sequence, row, 1u);
}

fn source_b(sequence: u32, row: u32) -> u32 {
    return packed_row(sequence, row, 2u);
}

fn fetch_a(index: u32) -> Pack {
    return qkv[index];
}

fn fetch_b(index: u32) -> Pack {
    return qkv[index];
}

@compute @workgroup_size(64)
fn forward(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let start = group_start(id.x + id.y * groups.x, lane);
    let sequence = start / params.padded;
    if sequence >= params.sequences {
        return;
    }
    // Late rows see most keys and go first, so that no long row is left for the end.
    let first = params.padded - ROWS - start % params.padded;
    let end = min(first + ROWS, params.time);
    let own = first + (lane % LANES) * SPAN; // the first of the thread's rows
    let last = params.time - 1u; // rows past the end repeat it
    let slope = slope_of(sequence);
    let scale = bitcast<f32>(params.scale);

    var q: array<Pack, SPAN * PACKS>;
    var sum: array<Pack, SPAN * PACKS>;
    var largest: array<f32, SPAN>;
    var total: array<f32, SPAN>;
    for (var r = 0u; r < SPAN; r++) { // unrolled
        let q_row = packed_row(sequence, min(own + r, last), 0u);
        for (var i = 0u; i < PACKS; i++) { // unrolled
            q[r * PACKS + i] = qkv[q_row + i] * scale;
            sum[r * PACKS + i] = Pack();
        }
        largest[r] = LOWEST;
        total[r] = 0.0;
    }
    for (var tile = 0u; tile < end; tile += TILE) {
        load_tile(sequence, tile, lane);
        let stop = min(tile + TILE, end);
        for (var j = tile; j < stop; j += 4u) {
            let k0 = row_a(sequence, tile, j);
            let k1 = row_a(sequence, tile, j + 1u);
            let k2 = row_a(sequence, tile, j + 2u);
            let k3 = row_a(sequence, tile, j + 3u);
            var p: array<vec4<f32>, SPAN>; // scores, then probabilities
            for (var r = 0u; r < SPAN; r++) { // unrolled
                p[r] = vec4<f32>();
            }
            for (var i = 0u; i < PACKS; i++) { // unrolled
                let a0 = at_a(k0 + i);
                let a1 = at_a(k1 + i);
                let a2 = at_a(k2 + i);
                let a3 = at_a(k3 + i);
                for (var r = 0u; r < SPAN; r++) { // unrolled
                    let part = q[r * PACKS + i];
                    p[r] += vec4<f32>(inner(part, a0), inner(part, a1), inner(part, a2), inner(part, a3));
                }
            }
            let keys = vec4<u32>(j, j + 1u, j + 2u, j + 3u);
            var keep: array<f32, SPAN>;
            for (var r = 0u; r < SPAN; r++) { // unrolled
                let row = vec4<u32>(min(own + r, last));
                let seen = sees(row, keys);
                let score = select(vec4<f32>(LOWEST), biased(p[r], slope, row, keys), seen);
                let before = largest[r];
                let now = max(max(before, max(score.x, score.y)), max(score.z, score.w));
                largest[r] = now;
                keep[r] = exp(before - now);
                p[r] = select(vec4<f32>(), exp(score - now), seen);
                total[r] = total[r] * keep[r] + (p[r].x + p[r].y) + (p[r].z + p[r].w);
            }
            let v0 = row_b(sequence, tile, j);
            let v1 = row_b(sequence, tile, j + 1u);
            let v2 = row_b(sequence, tile, j + 2u);
            let v3 = row_b(sequence, tile, j + 3u);
            for (var i = 0u; i < PACKS; i++) { // unrolled
                let b0 = at_b(v0 + i);
                let b1 = at_b(v1 + i);
                let b2 = at_b(v2 + i);
                let b3 = at_b(v3 + i);
                for (var r = 0u; r < SPAN; r++) { // unrolled
                    sum[r * PACKS + i] = sum[r * PACKS + i] * keep[r] + p[r].x * b0 + p[r].y * b1 + p[r].z * b2 + p[r].w * b3;
                }
            }
        }
    }
    for (var r = 0u; r < SPAN; r++) { // unrolled
        if own + r < params.time {
            let o_row = output_row(sequence, own + r);
            for (var i = 0u; i < PACKS; i++) { // unrolled
                o[o_row + i] = sum[r * PACKS + i] / total[r];
            }
            lse[sequence * params.time + own + r] = largest[r] + log(total[r]);
        }
    }
}
