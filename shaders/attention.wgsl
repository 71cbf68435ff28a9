// o_i = sum_j softmax_j(cap(q_i . k_j / sqrt(D)) + bias_ij) v_j over the keys j that i sees, and lse_i = log sum_j exp(score_ij).
// A thread has SPAN queries, q and the sums in registers; keys and values are streamed, the softmax kept up to date on the
// way (Milakov and Gimelshein 2018; Dao et al. 2022), four keys at a time. Rust: src/ops/attention.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (B, T, (H + 2K) D), or q (B, T, H D) where kv is apart
@group(0) @binding(3) var<storage, read_write> o: array<Pack>; // (B, T, H D)
@group(0) @binding(4) var<storage, read_write> lse: array<f32>; // (B, H, T)

fn fetch_a(index: u32) -> Pack {
    return kv_at(index);
}

fn fetch_b(index: u32) -> Pack {
    return kv_at(index);
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
    let batch = sequence / params.heads;
    let head = sequence % params.heads;
    let limit = length_of(batch);
    let end = end_key(first + ROWS, limit);
    let own = first + (lane % LANES) * SPAN; // the first of the thread's rows
    let last = params.rows - 1u; // rows past the end repeat it
    let bias = bias_of(head);
    let stream = Stream(
        key_row(batch, head, 0u),
        value_row(batch, head, 0u),
        params.key_stride,
        params.key_stride,
        params.columns - 1u,
    );

    var q: array<Pack, SPAN * PACKS>;
    var sum: array<Pack, SPAN * PACKS>;
    var largest: array<f32, SPAN>;
    var total: array<f32, SPAN>;
    for (var r = 0u; r < SPAN; r++) { // unrolled
        let q_row = query_row(batch, head, min(own + r, last));
        for (var i = 0u; i < PACKS; i++) { // unrolled
            q[r * PACKS + i] = qkv[q_row + i] * params.scale;
            sum[r * PACKS + i] = Pack();
        }
        largest[r] = LOWEST;
        total[r] = 0.0;
    }
    for (var tile = first_key(first); tile < end; tile += TILE) {
        load_tile(stream, tile, lane);
        let stop = min(tile + TILE, end);
        for (var j = tile; j < stop; j += 4u) {
            let k0 = row_a(stream, tile, j);
            let k1 = row_a(stream, tile, j + 1u);
            let k2 = row_a(stream, tile, j + 2u);
            let k3 = row_a(stream, tile, j + 3u);
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
                let seen = sees(row, keys, limit);
                let score = select(vec4<f32>(LOWEST), biased(capped(p[r]), bias, row, keys), seen);
                let before = largest[r];
                let now = max(max(before, max(score.x, score.y)), max(score.z, score.w));
                largest[r] = now;
                keep[r] = exp(before - now);
                p[r] = select(vec4<f32>(), exp(score - now), seen);
                total[r] = total[r] * keep[r] + (p[r].x + p[r].y) + (p[r].z + p[r].w);
            }
            let v0 = row_b(stream, tile, j);
            let v1 = row_b(stream, tile, j + 1u);
            let v2 = row_b(stream, tile, j + 2u);
            let v3 = row_b(stream, tile, j + 3u);
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
        if own + r < params.rows {
            var whole = total[r];
            var log_sum = largest[r] + log(whole);
            if HAS_LENGTHS && whole == 0.0 { // the row sees no key
                whole = 1.0;
                log_sum = 0.0;
            }
            let o_row = output_row(batch, head, own + r);
            for (var i = 0u; i < PACKS; i++) { // unrolled
                o[o_row + i] = sum[r * PACKS + i] / whole;
            }
            lse[sequence * params.rows + own + r] = log_sum;
        }
    }
}
