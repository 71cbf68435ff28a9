// weights_ij = exp(score_ij - lse_i) for the keys a query sees, 0 elsewhere. One thread a number. Rust: src/ops/attention_weights.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (B, T, 3C)
@group(0) @binding(3) var<storage, read> lse: array<f32>; // (B, H, T)
@group(0) @binding(4) var<storage, read_write> weights: array<f32>; // (B, H, T, T)

@compute @workgroup_size(256)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let n = id.x + id.y * groups.x * 256u;
    let key = n % params.time;
    let query_of_all = n / params.time; // over all sequences, as in lse
    let query = query_of_all % params.time;
    let sequence = query_of_all / params.time;
    if sequence >= params.sequences {
        return;
    }
    var weight = 0.0;
    if sees(vec4<u32>(query), vec4<u32>(key)).x {
        let q_row = packed_row(sequence, query, 0u);
        let k_row = packed_row(sequence, key, 1u);
        var score = 0.0;
        for (var i = 0u; i < PACKS; i++) {
            score += inner(qkv[q_row + i], qkv[k_row + i]);
        }
        score *= bitcast<f32>(params.scale);
        score = biased(vec4<f32>(score), slope_of(sequence), vec4<u32>(query), vec4<u32>(key)).x;
        weight = exp(score - lse[query_of_all]);
    }
    weights[n] = weight;
}
