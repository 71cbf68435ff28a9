// weights_ij = exp(score_ij - lse_i) for the keys a query sees, 0 elsewhere. One thread a number. Rust: src/ops/attention_weights.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (B, T, (H + 2K) D), or q (B, T, H D) where kv is apart
@group(0) @binding(3) var<storage, read> lse: array<f32>; // (B, H, T)
@group(0) @binding(4) var<storage, read_write> weights: array<f32>; // (B, H, T, S)

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let n = id.x + id.y * groups.x * 256u;
    let key = n % params.columns;
    let query_of_all = n / params.columns; // over all sequences, as in lse
    let query = query_of_all % params.rows;
    let sequence = query_of_all / params.rows;
    if sequence >= params.sequences {
        return;
    }
    let batch = sequence / params.heads;
    let head = sequence % params.heads;
    var weight = 0.0;
    if sees(vec4<u32>(query), vec4<u32>(key), length_of(batch)).x {
        let q_row = query_row(batch, head, query);
        let k_row = key_row(batch, head, key);
        var score = 0.0;
        for (var i = 0u; i < PACKS; i++) {
            score += inner(qkv[q_row + i], kv_at(k_row + i));
        }
        let kept = capped(vec4<f32>(score * params.scale));
        weight = exp(biased(kept, bias_of(head), vec4<u32>(query), vec4<u32>(key)).x - lse[query_of_all]);
    }
    weights[n] = weight;
}
