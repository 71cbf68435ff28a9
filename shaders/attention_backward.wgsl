// Gradients of attention, the probabilities made again from lse: p_ij = exp(score_ij - lse_i).
//   delta_i = do_i . o_i    dp_ij = do_i . v_j    ds_ij = p_ij (dp_ij - delta_i)
//   dq_i = sum_j ds_ij k_j / sqrt(D)    dk_j = sum_i ds_ij q_i / sqrt(D)    dv_j = sum_i p_ij do_i
// `queries`: a thread has SPAN queries and streams over keys and values; `keys`: a thread has SPAN keys and their values and
// streams over queries and do. OVER_QUERIES says which rows are streamed. Rust: src/ops/attention_backward.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (B, T, 3C)
@group(0) @binding(3) var<storage, read> d_o: array<Pack>; // (B, T, C)
@group(0) @binding(4) var<storage, read> lse: array<f32>; // (B, H, T)
@group(0) @binding(5) var<storage, read_write> d_qkv: array<Pack>; // (B, T, 3C)
@group(0) @binding(6) var<storage, read_write> delta: array<f32>; // (B, H, T), of `queries`
@group(0) @binding(6) var<storage, read> saved_delta: array<f32>; // the same, of `keys`
@group(0) @binding(7) var<storage, read> o: array<Pack>; // (B, T, C), of `queries`

fn source_a(sequence: u32, row: u32) -> u32 {
    if OVER_QUERIES {
        return packed_row(sequence, row, 0u);
    }
    return packed_row(sequence, row, 1u);
}

fn source_b(sequence: u32, row: u32) -> u32 {
    if OVER_QUERIES {
        return output_row(sequence, row);
    }
    return packed_row(sequence, row, 2u);
}

fn fetch_a(index: u32) -> Pack {
    return qkv[index];
}

fn fetch_b(index: u32) -> Pack {
    if OVER_QUERIES {
        return d_o[index];
    }
    return qkv[index];
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
    let end = min(first + ROWS, params.time);
    let own = first + (lane % LANES) * SPAN; // the first of the thread's rows
    let last = params.time - 1u; // rows past the end repeat it
    let slope = slope_of(sequence);
    let scale = bitcast<f32>(params.scale);

    var q: array<Pack, SPAN * PACKS>;
    var grad: array<Pack, SPAN * PACKS>;
    var d_q: array<Pack, SPAN * PACKS>;
    var of_row: array<f32, SPAN>; // delta
    var saved: array<f32, SPAN>; // lse
    for (var r = 0u; r < SPAN; r++) { // unrolled
        let row = min(own + r, last);
        let q_row = packed_row(sequence, row, 0u);
        let o_row = output_row(sequence, row);
        var row_sum = 0.0;
        for (var i = 0u; i < PACKS; i++) { // unrolled
            q[r * PACKS + i] = qkv[q_row + i] * scale;
            grad[r * PACKS + i] = d_o[o_row + i];
            d_q[r * PACKS + i] = Pack();
            row_sum += inner(grad[r * PACKS + i], o[o_row + i]);
        }
        of_row[r] = row_sum;
        saved[r] = lse[sequence * params.time + row];
    }
    for (var tile = 0u; tile < end; tile += TILE) {
        load_tile(sequence, tile, lane);
        let stop = min(tile + TILE, end);
        for (var j = tile; j < stop; j += 4u) {
            let k0 = row_a(sequence, tile, j);
            let k1 = row_a(sequence, tile, j + 1u);
            let k2 = row_a(sequence, tile, j + 2u);
            let k3 = row_a(sequence, tile, j + 3u);
            let v0 = row_b(sequence, tile, j);
            let v1 = row_b(sequence, tile, j + 1u);
            let v2 = row_b(sequence, tile, j + 2u);
            let v3 = row_b(sequence, tile, j + 3u);
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
                let p = exp(biased(score[r], slope, row, columns) - saved[r]);
                d_s[r] = select(vec4<f32>(), p * (d_s[r] - of_row[r]), sees(row, columns));
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
        if own + r < params.time {
            let q_row = packed_row(sequence, own + r, 0u);
            for (var i = 0u; i < PACKS; i++) { // unrolled
                d_qkv[q_row + i] = d_q[r * PACKS + i] * scale;
            }
            delta[sequence * params.time + own + r] = of_row[r];
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
    let own = first + (lane % LANES) * SPAN;
    let last = params.time - 1u;
    let slope = slope_of(sequence);
    let scale = bitcast<f32>(params.scale);

    var k: array<Pack, SPAN * PACKS>;
    var v: array<Pack, SPAN * PACKS>;
    var d_k: array<Pack, SPAN * PACKS>;
    var d_v: array<Pack, SPAN * PACKS>;
    for (var r = 0u; r < SPAN; r++) { // unrolled
        let k_row = packed_row(sequence, min(own + r, last), 1u);
        let v_row = packed_row(sequence, min(own + r, last), 2u);
        for (var i = 0u; i < PACKS; i++) { // unrolled
            k[r * PACKS + i] = qkv[k_row + i] * scale;
            v[r * PACKS + i] = qkv[v_row + i];
            d_k[r * PACKS + i] = Pack();
            d_v[r * PACKS + i] = Pack();
        }
    }
    for (var tile = first; tile < params.time; tile += TILE) {
        load_tile(sequence, tile, lane);
        let stop = min(tile + TILE, params.time);
        for (var t = tile; t < stop; t += 4u) {
            let q0 = row_a(sequence, tile, t);
            let q1 = row_a(sequence, tile, t + 1u);
            let q2 = row_a(sequence, tile, t + 2u);
            let q3 = row_a(sequence, tile, t + 3u);
            let g0 = row_b(sequence, tile, t);
            let g1 = row_b(sequence, tile, t + 1u);
            let g2 = row_b(sequence, tile, t + 2u);
            let g3 = row_b(sequence, tile, t + 3u);
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
            let kept = sequence * params.time + min(rows, vec4<u32>(last));
            let saved = vec4<f32>(lse[kept.x], lse[kept.y], lse[kept.z], lse[kept.w]);
            let of_rows = vec4<f32>(saved_delta[kept.x], saved_delta[kept.y], saved_delta[kept.z], saved_delta[kept.w]);
            for (var r = 0u; r < SPAN; r++) { // unrolled
                let key = vec4<u32>(min(own + r, last));
                let seen = sees(rows, key) & (rows < vec4<u32>(params.time));
                p[r] = select(vec4<f32>(), exp(biased(p[r], slope, rows, key) - saved), seen);
                d_s[r] = select(vec4<f32>(), p[r] * (d_s[r] - of_rows), seen);
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
    for (var r = 0u; r < SPAN; r++) { // unrolled
        if own + r < params.time {
            let k_row = packed_row(sequence, own + r, 1u);
            let v_row = packed_row(sequence, own + r, 2u);
            for (var i = 0u; i < PACKS; i++) { // unrolled
                d_qkv[k_row + i] = d_k[r * PACKS + i] * scale;
                d_qkv[v_row + i] = d_v[r * PACKS + i];
            }
        }
    }
}
