// Gradients of attention, the probabilities made again from lse: p_ij = exp(score_ij - lse_i).
//   delta_i = do_i . o_i    dp_ij = do_i . v_j    ds_ij = p_ij (dp_ij - delta_i)
//   dq_i = sum_j ds_ij k_j / sqrt(D)    dk_j = sum_i ds_ij q_i / sqrt(D)    dv_j = sum_i p_ij do_i
// `queries`: a thread has one query and streams over keys and values; `keys`: a thread has one key and its value and streams
// over queries and do. OVER_QUERIES says which rows are streamed. Rust: src/ops/attention_backward.rs
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
    let first = params.padded - ROWS - start % params.padded;
    let end = min(first + ROWS, params.time);
    let t = first + lane % ROWS;
    let row = min(t, params.time - 1u);
    let slope = slope_of(sequence);
    let scale = bitcast<f32>(params.scale);

    var q: array<Pack, PACKS>;
    var grad: array<Pack, PACKS>;
    var d_q: array<Pack, PACKS>;
    let q_row = packed_row(sequence, row, 0u);
    let o_row = output_row(sequence, row);
    var of_row = 0.0; // delta
    for (var i = 0u; i < PACKS; i++) {
        q[i] = qkv[q_row + i] * scale;
        grad[i] = d_o[o_row + i];
        d_q[i] = Pack();
        of_row += inner(grad[i], o[o_row + i]);
    }
    let saved = lse[sequence * params.time + row];
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
            var score = vec4<f32>();
            var d_p = vec4<f32>();
            for (var i = 0u; i < PACKS; i++) {
                let part = q[i];
                score += vec4<f32>(inner(part, at_a(k0 + i)), inner(part, at_a(k1 + i)), inner(part, at_a(k2 + i)), inner(part, at_a(k3 + i)));
                let d_part = grad[i];
                d_p += vec4<f32>(inner(d_part, at_b(v0 + i)), inner(d_part, at_b(v1 + i)), inner(d_part, at_b(v2 + i)), inner(d_part, at_b(v3 + i)));
            }
            let columns = vec4<u32>(j, j + 1u, j + 2u, j + 3u);
            let seen = sees(vec4<u32>(row), columns);
            let p = select(vec4<f32>(), exp(biased(score, slope, vec4<u32>(row), columns) - saved), seen);
            let d_s = select(vec4<f32>(), p * (d_p - of_row), seen);
            for (var i = 0u; i < PACKS; i++) {
                d_q[i] += d_s.x * at_a(k0 + i) + d_s.y * at_a(k1 + i) + d_s.z * at_a(k2 + i) + d_s.w * at_a(k3 + i);
            }
        }
    }
    if t < params.time {
        for (var i = 0u; i < PACKS; i++) {
            d_qkv[q_row + i] = d_q[i] * scale;
        }
        delta[sequence * params.time + t] = of_row;
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
    let t = first + lane % ROWS;
    let row = min(t, params.time - 1u);
    let slope = slope_of(sequence);
    let scale = bitcast<f32>(params.scale);
    let k_row = packed_row(sequence, row, 1u);
    let v_row = packed_row(sequence, row, 2u);

    var k: array<Pack, PACKS>;
    var v: array<Pack, PACKS>;
    var d_k: array<Pack, PACKS>;
    var d_v: array<Pack, PACKS>;
    for (var i = 0u; i < PACKS; i++) {
        k[i] = qkv[k_row + i] * scale;
        v[i] = qkv[v_row + i];
        d_k[i] = Pack();
        d_v[i] = Pack();
    }
    for (var tile = first; tile < params.time; tile += TILE) {
        load_tile(sequence, tile, lane);
        let stop = min(tile + TILE, params.time);
        for (var r = tile; r < stop; r += 4u) {
            let q0 = row_a(sequence, tile, r);
            let q1 = row_a(sequence, tile, r + 1u);
            let q2 = row_a(sequence, tile, r + 2u);
            let q3 = row_a(sequence, tile, r + 3u);
            let g0 = row_b(sequence, tile, r);
            let g1 = row_b(sequence, tile, r + 1u);
            let g2 = row_b(sequence, tile, r + 2u);
            let g3 = row_b(sequence, tile, r + 3u);
            var score = vec4<f32>();
            var d_p = vec4<f32>();
            for (var i = 0u; i < PACKS; i++) {
                let part = k[i];
                score += vec4<f32>(inner(part, at_a(q0 + i)), inner(part, at_a(q1 + i)), inner(part, at_a(q2 + i)), inner(part, at_a(q3 + i)));
                let v_part = v[i];
                d_p += vec4<f32>(inner(v_part, at_b(g0 + i)), inner(v_part, at_b(g1 + i)), inner(v_part, at_b(g2 + i)), inner(v_part, at_b(g3 + i)));
            }
            let rows = vec4<u32>(r, r + 1u, r + 2u, r + 3u);
            let kept = sequence * params.time + min(rows, vec4<u32>(params.time - 1u));
            let saved = vec4<f32>(lse[kept.x], lse[kept.y], lse[kept.z], lse[kept.w]);
            let of_rows = vec4<f32>(saved_delta[kept.x], saved_delta[kept.y], saved_delta[kept.z], saved_delta[kept.w]);
            let seen = sees(rows, vec4<u32>(row)) & (rows < vec4<u32>(params.time));
            let p = select(vec4<f32>(), exp(biased(score, slope, rows, vec4<u32>(row)) - saved), seen);
            let d_s = select(vec4<f32>(), p * (d_p - of_rows), seen);
            for (var i = 0u; i < PACKS; i++) {
                d_v[i] += p.x * at_b(g0 + i) + p.y * at_b(g1 + i) + p.z * at_b(g2 + i) + p.w * at_b(g3 + i);
                d_k[i] += d_s.x * at_a(q0 + i) + d_s.y * at_a(q1 + i) + d_s.z * at_a(q2 + i) + d_s.w * at_a(q3 + i);
            }
        }
    }
    if t < params.time {
        for (var i = 0u; i < PACKS; i++) {
            d_qkv[k_row + i] = d_k[i] * scale;
            d_qkv[v_row + i] = d_v[i];
        }
    }
}
