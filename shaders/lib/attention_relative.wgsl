// T5's learned bias by bucket of distance (Raffel et al. 2020): EXACT buckets of one distance each, then LARGER ones whose
// smallest distances are params.limits. Keys ahead of the query have the buckets from AHEAD on; where AHEAD is 0, they count
// as distance 0. Rust: src/ops/attention_bias.rs
@group(0) @binding(TABLE_BINDING) var<storage, read> table: array<f32>; // (BUCKETS, H)

alias Bias = u32; // the head

fn bias_of(head: u32) -> Bias {
    return head;
}

fn bucket_of(query: u32, key: u32) -> u32 {
    var start = 0u;
    var distance = query - key;
    if key > query {
        start = AHEAD;
        distance = select(0u, key - query, AHEAD > 0u);
    }
    if distance < EXACT {
        return start + distance;
    }
    // The last of the larger buckets that begins at or before this distance.
    var n = 0u;
    for (var step = HALF_LARGER; step > 0u; step /= 2u) {
        let next = n + step;
        if next < LARGER && params.limits[next / 4u][next % 4u] <= distance {
            n = next;
        }
    }
    return start + EXACT + n;
}

fn bias_at(head: u32, query: u32, key: u32) -> f32 {
    return table[bucket_of(query, key) * params.heads + head];
}

fn biased(score: vec4<f32>, head: Bias, query: vec4<u32>, key: vec4<u32>) -> vec4<f32> {
    return score + vec4<f32>(
        bias_at(head, query.x, key.x),
        bias_at(head, query.y, key.y),
        bias_at(head, query.z, key.z),
        bias_at(head, query.w, key.w),
    );
}
