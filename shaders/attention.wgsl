// o_i = sum_j softmax_j(q_i . k_j / sqrt(D) - slope (i - j)) v_j over the keys j <= i, and lse_i = log sum_j exp(score_ij).
// One thread a query: q and the sum in registers, keys and values streamed, the softmax kept up to date on the way
// (Milakov and Gimelshein 2018; Dao et al. 2022), four keys at a time. Rust: src/ops/attention.rs
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
    let t = first + lane % ROWS;
    let row = min(t, params.time - 1u); // threads past the end repeat the last row
    let slope = slope_of(sequence);
    let scale = bitcast<f32>(params.scale);

    var q: array<Pack, PACKS>;
    var sum: array<Pack, PACKS>;
    let q_row = packed_row(sequence, row, 0u);
    for (var i = 0u; i < PACKS; i++) {
        q[i] = qkv[q_row + i] * scale;
        sum[i] = Pack();
    }
    var largest = LOWEST;
    var total = 0.0;
    for (var tile = 0u; tile < end; tile += TILE) {
        load_tile(sequence, tile, lane);
        let stop = min(tile + TILE, end);
        for (var j = tile; j < stop; j += 4u) {
            let k0 = row_a(sequence, tile, j);
            let k1 = row_a(sequence, tile, j + 1u);
            let k2 = row_a(sequence, tile, j + 2u);
            let k3 = row_a(sequence, tile, j + 3u);
            var score = vec4<f32>();
            for (var i = 0u; i < PACKS; i++) {
                let part = q[i];
                score += vec4<f32>(inner(part, at_a(k0 + i)), inner(part, at_a(k1 + i)), inner(part, at_a(k2 + i)), inner(part, at_a(k3 + i)));
            }
            let keys = vec4<u32>(j, j + 1u, j + 2u, j + 3u);
            let seen = sees(vec4<u32>(row), keys);
            score = select(vec4<f32>(LOWEST), biased(score, slope, vec4<u32>(row), keys), seen);
            let before = largest;
            largest = max(max(largest, max(score.x, score.y)), max(score.z, score.w));
            let keep = exp(before - largest);
            let p = select(vec4<f32>(), exp(score - largest), seen);
            total = total * keep + (p.x + p.y) + (p.z + p.w);
            let v0 = row_b(sequence, tile, j);
            let v1 = row_b(sequence, tile, j + 1u);
            let v2 = row_b(sequence, tile, j + 2u);
            let v3 = row_b(sequence, tile, j + 3u);
            for (var i = 0u; i < PACKS; i++) {
                sum[i] = sum[i] * keep + p.x * at_b(v0 + i) + p.y * at_b(v1 + i) + p.z * at_b(v2 + i) + p.w * at_b(v3 + i);
            }
        }
    }
    if t < params.time {
        let o_row = output_row(sequence, t);
        for (var i = 0u; i < PACKS; i++) {
            o[o_row + i] = sum[i] / total;
        }
        lse[sequence * params.time + t] = largest + log(total);
    }
}
