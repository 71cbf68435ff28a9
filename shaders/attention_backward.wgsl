// Gradients of attention, the probabilities made again from lse: p_ij = exp(score_ij - lse_i).
//   delta_i = do_i . o_i    dp_ij = do_i . v_j    dbias_ij = p_ij (dp_ij - delta_i)    ds_ij = dbias_ij cap'
//   dq_i = sum_j ds_ij k_j / sqrt(D)    dk_j = sum_i ds_ij q_i / sqrt(D)    dv_j = sum_i p_ij do_i
// `queries`: a thread has SPAN queries and streams over keys and values; `keys`: a thread has SPAN keys and their values and
// streams over queries and do, one head after another where several share a key. OVER_QUERIES says which rows are streamed.
// Rust: src/ops/attention_backward.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (B, T, (H + 2K) D), or q (B, T, H D) where kv is apart
@group(0) @binding(3) var<storage, read> d_o: array<Pack>; // (B, T, H D)
@group(0) @binding(4) var<storage, read> lse: array<f32>; // (B, H, T)
@group(0) @binding(5) var<storage, read_write> d_own: array<Pack>; // dqkv, or dq of `queries` and dkv of `keys`
@group(0) @binding(6) var<storage, read_write> delta: array<f32>; // (1 + buckets, B, H, T), of `queries`
@group(0) @binding(6) var<storage, read> saved_delta: array<f32>; // the same, of `keys`
@group(0) @binding(7) var<storage, read> o: array<Pack>; // (B, T, H D), of `queries`

fn fetch_a(index: u32) -> Pack {
    if OVER_QUERIES {
        return qkv[index];
    }
    return kv_at(index);
}

fn fetch_b(index: u32) -> Pack {
    if OVER_QUERIES {
        return d_o[index];
    }
    return kv_at(index);
}

@compute @workgroup_size(64)
fn queries(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let start = group_start(id.x + id.y * groups.x, lane);
    let sequence = start / params.padded;
    if sequence >= params.sequences {
        return;
    }
    let first = params.padded - ROWS - start % params.padded; // late rows see most keys
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
    var grad: array<Pack, SPAN * PACKS>;
    var d_q: array<Pack, SPAN * PACKS>;
    var of_row: array<f32, SPAN>; // delta
    var saved: array<f32, SPAN>; // lse
    for (var r = 0u; r < SPAN; r++) { // unrolled
        let row = min(own + r, last);
        let q_row = query_row(batch, head, row);
        let o_row = output_row(batch, head, row);
        var row_sum = 0.0;
        for (var i = 0u; i < PACKS; i++) { // unrolled
            q[r * PACKS + i] = qkv[q_row + i] * params.scale;
            grad[r * PACKS + i] = d_o[o_row + i];
            d_q[r * PACKS + i] = Pack();
            row_sum += inner(grad[r * PACKS + i], o[o_row + i]);
        }
        of_row[r] = row_sum;
        saved[r] = lse[sequence * params.rows + row];
        open_sums(r, own + r, sequence);
    }
    for (var tile = first_key(first); tile < end; tile += TILE) {
        load_tile(stream, tile, lane);
        let stop = min(tile + TILE, end);
        for (var j = tile; j < stop; j += 4u) {
            let k0 = row_a(stream, tile, j);
            let k1 = row_a(stream, tile, j + 1u);
            let k2 = row_a(stream, tile, j + 2u);
            let k3 = row_a(stream, tile, j + 3u);
            let v0 = row_b(stream, tile, j);
            let v1 = row_b(stream, tile, j + 1u);
            let v2 = row_b(stream, tile, j + 2u);
            let v3 = row_b(stream, tile, j + 3u);
            var score: array<vec4<f32>, SPAN>;
            var d_s: array<vec4<f32>, SPAN>; // dp, then ds
            for (var r = 0u; r < SPAN; r++) { // unrolled
                score[r] = vec4<f32>();
                d_s[r] = vec4<f32>();
            }
            for (var i = 0u; i < PACKS; i++) { // unrolled
                let a0 = at_a(k0 + i);
                let a1 = at_a(k1 + i);
                let a2 = at_a(k2 + i);
                let a3 = at_a(k3 + i);
                let b0 = at_b(v0 + i);
                let b1 = at_b(v1 + i);
                let b2 = at_b(v2 + i);
                let b3 = at_b(v3 + i);
                for (var r = 0u; r < SPAN; r++) { // unrolled
                    let part = q[r * PACKS + i];
                    score[r] += vec4<f32>(inner(part, a0), inner(part, a1), inner(part, a2), inner(part, a3));
                    let d_part = grad[r * PACKS + i];
                    d_s[r] += vec4<f32>(inner(d_part, b0), inner(d_part, b1), inner(d_part, b2), inner(d_part, b3));
                }
            }
            let columns = vec4<u32>(j, j + 1u, j + 2u, j + 3u);
            for (var r = 0u; r < SPAN; r++) { // unrolled
                let row = vec4<u32>(min(own + r, last));
                let kept = capped(score[r]);
                let p = exp(biased(kept, bias, row, columns) - saved[r]);
                let d_bias = select(vec4<f32>(), p * (d_s[r] - of_row[r]), sees(row, columns, limit));
                sum_bias(r, own + r, sequence, columns, d_bias);
                d_s[r] = d_bias * cap_slope(kept);
            }
            for (var i = 0u; i < PACKS; i++) { // unrolled
                let a0 = at_a(k0 + i);
                let a1 = at_a(k1 + i);
                let a2 = at_a(k2 + i);
                let a3 = at_a(k3 + i);
                for (var r = 0u; r < SPAN; r++) { // unrolled
                    d_q[r * PACKS + i] += d_s[r].x * a0 + d_s[r].y * a1 + d_s[r].z * a2 + d_s[r].w * a3;
                }
            }
        }
    }
    for (var r = 0u; r < SPAN; r++) { // unrolled
        if own + r < params.rows {
            let q_row = query_row(batch, head, own + r);
            for (var i = 0u; i < PACKS; i++) { // unrolled
                d_own[q_row + i] = d_q[r * PACKS + i] * params.scale;
            }
            delta[sequence * params.rows + own + r] = of_row[r];
            close_sum(r, own + r, sequence);
        }
    }
}

@compute @workgroup_size(64)
fn keys(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let start = group_start(id.x + id.y * groups.x, lane);
    let sequence = start / params.padded;
    if sequence >= params.sequences {
        return;
    }
    let first = start % params.padded; // early keys are seen by most queries
    let kv_heads = params.heads / GROUP;
    let batch = sequence / kv_heads;
    let first_head = sequence % kv_heads * GROUP; // of those that share the keys
    let limit = length_of(batch);
    let begin = first_query(first);
    var end = end_query(first + ROWS);
    if HAS_LENGTHS && first >= limit {
        end = begin;
    }
    let own = first + (lane % LANES) * SPAN;
    let last = params.columns - 1u;

    var k: array<Pack, SPAN * PACKS>;
    var v: array<Pack, SPAN * PACKS>;
    var d_k: array<Pack, SPAN * PACKS>;
    var d_v: array<Pack, SPAN * PACKS>;
    for (var r = 0u; r < SPAN; r++) { // unrolled
        let k_row = key_row(batch, first_head, min(own + r, last));
        let v_row = value_row(batch, first_head, min(own + r, last));
        for (var i = 0u; i < PACKS; i++) { // unrolled
            k[r * PACKS + i] = kv_at(k_row + i) * params.scale;
            v[r * PACKS + i] = kv_at(v_row + i);
            d_k[r * PACKS + i] = Pack();
            d_v[r * PACKS + i] = Pack();
        }
    }
    for (var head = first_head; head < first_head + GROUP; head++) {
        let bias = bias_of(head);
        let first_row = (batch * params.heads + head) * params.rows; // in lse and delta
        let stream = Stream(
            query_row(batch, head, 0u),
            output_row(batch, head, 0u),
            params.query_stride,
            params.heads * PACKS,
            params.rows - 1u,
        );
        for (var tile = begin; tile < end; tile += TILE) {
            load_tile(stream, tile, lane);
            let stop = min(tile + TILE, end);
            for (var t = tile; t < stop; t += 4u) {
                let q0 = row_a(stream, tile, t);
                let q1 = row_a(stream, tile, t + 1u);
                let q2 = row_a(stream, tile, t + 2u);
                let q3 = row_a(stream, tile, t + 3u);
                let g0 = row_b(stream, tile, t);
                let g1 = row_b(stream, tile, t + 1u);
                let g2 = row_b(stream, tile, t + 2u);
                let g3 = row_b(stream, tile, t + 3u);
                var p: array<vec4<f32>, SPAN>; // scores, then probabilities
                var d_s: array<vec4<f32>, SPAN>; // dp, then ds
                for (var r = 0u; r < SPAN; r++) { // unrolled
                    p[r] = vec4<f32>();
                    d_s[r] = vec4<f32>();
                }
                for (var i = 0u; i < PACKS; i++) { // unrolled
                    let a0 = at_a(q0 + i);
                    let a1 = at_a(q1 + i);
                    let a2 = at_a(q2 + i);
                    let a3 = at_a(q3 + i);
                    let b0 = at_b(g0 + i);
                    let b1 = at_b(g1 + i);
                    let b2 = at_b(g2 + i);
                    let b3 = at_b(g3 + i);
                    for (var r = 0u; r < SPAN; r++) { // unrolled
                        let part = k[r * PACKS + i];
                        p[r] += vec4<f32>(inner(part, a0), inner(part, a1), inner(part, a2), inner(part, a3));
                        let v_part = v[r * PACKS + i];
                        d_s[r] += vec4<f32>(inner(v_part, b0), inner(v_part, b1), inner(v_part, b2), inner(v_part, b3));
                    }
                }
                let rows = vec4<u32>(t, t + 1u, t + 2u, t + 3u);
                let at = first_row + min(rows, vec4<u32>(stream.last));
                let saved = vec4<f32>(lse[at.x], lse[at.y], lse[at.z], lse[at.w]);
                let of_rows = vec4<f32>(saved_delta[at.x], saved_delta[at.y], saved_delta[at.z], saved_delta[at.w]);
                for (var r = 0u; r < SPAN; r++) { // unrolled
                    let key = vec4<u32>(min(own + r, last));
                    let seen = sees(rows, key, limit) & (rows < vec4<u32>(params.rows));
                    let kept = capped(p[r]);
                    p[r] = select(vec4<f32>(), exp(biased(kept, bias, rows, key) - saved), seen);
                    d_s[r] = select(vec4<f32>(), p[r] * (d_s[r] - of_rows), seen) * cap_slope(kept);
                }
                for (var i = 0u; i < PACKS; i++) { // unrolled
                    let a0 = at_a(q0 + i);
                    let a1 = at_a(q1 + i);
                    let a2 = at_a(q2 + i);
                    let a3 = at_a(q3 + i);
                    let b0 = at_b(g0 + i);
                    let b1 = at_b(g1 + i);
                    let b2 = at_b(g2 + i);
                    let b3 = at_b(g3 + i);
                    for (var r = 0u; r < SPAN; r++) { // unrolled
                        d_v[r * PACKS + i] += p[r].x * b0 + p[r].y * b1 + p[r].z * b2 + p[r].w * b3;
                        d_k[r * PACKS + i] += d_s[r].x * a0 + d_s[r].y * a1 + d_s[r].z * a2 + d_s[r].w * a3;
                    }
                }
            }
        }
    }
    for (var r = 0u; r < SPAN; r++) { // unrolled
        if own + r < params.columns {
            let k_row = key_row(batch, first_head, own + r);
            let v_row = value_row(batch, first_head, own + r);
            for (var i = 0u; i < PACKS; i++) { // unrolled
                d_own[k_row + i] = d_k[r * PACKS + i] * params.scale;
                d_own[v_row + i] = d_v[r * PACKS + i];
            }
        }
    }
}
