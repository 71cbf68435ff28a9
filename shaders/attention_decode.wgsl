// Attention of one new token at position p = cursor over the keys and values kept so far, which it joins: rows p of the caches
// become its k and v, and o = sum_j softmax_j(cap(q . k_j / sqrt(D)) + bias_pj) v_j over the j <= p that it sees. One workgroup
// a head of queries. The new key and value are taken from qkv by the thread that needs them; the cache is read below row p
// only, so no thread reads what another writes. `parallel`: every thread has its share of the keys, then the shares are joined.
// `serial`, for adapters that run shaders on the CPU: the four threads (one SIMD register) do the same work, the first
// writes. Rust: src/ops/attention_decode.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (1, (H + 2K) D)
@group(0) @binding(3) var<storage, read> cursor: array<u32>; // p
@group(0) @binding(4) var<storage, read_write> o: array<Pack>; // (1, H D)
@group(0) @binding(5) var<storage, read_write> key_cache: array<Pack>; // (S, K D)
@group(0) @binding(6) var<storage, read_write> value_cache: array<Pack>; // (S, K D)

const THREADS: u32 = 64u;
const SLAB: u32 = min(PACKS, 32u / PACK); // packs of every thread joined at a time

var<workgroup> largests: array<f32, THREADS>;
var<workgroup> totals: array<f32, THREADS>;
var<workgroup> sums: array<Pack, THREADS * SLAB>;

var<private> q: array<Pack, PACKS>;

fn load_query(head: u32) {
    for (var i = 0u; i < PACKS; i++) { // unrolled
        q[i] = qkv[head * PACKS + i] * params.scale;
    }
}

fn cache_row(head: u32, row: u32) -> u32 {
    return (row * (params.heads / GROUP) + head / GROUP) * PACKS;
}

fn score_of_new(head: u32, bias: Bias, position: u32) -> f32 {
    let row = key_row(0u, head, 0u);
    var score = 0.0;
    for (var i = 0u; i < PACKS; i++) { // unrolled
        score += inner(q[i], qkv[row + i]);
    }
    return biased(capped(vec4<f32>(score)), bias, vec4<u32>(position), vec4<u32>(position)).x;
}

// The first of the heads that share a key keeps it.
fn keep_new(head: u32, position: u32, i: u32) {
    if head % GROUP == 0u {
        let row = cache_row(head, position) + i;
        key_cache[row] = qkv[key_row(0u, head, 0u) + i];
        value_cache[row] = qkv[value_row(0u, head, 0u) + i];
    }
}

@compute @workgroup_size(64)
fn parallel(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let head = id.x;
    let position = min(cursor[0], params.columns - 1u);
    let bias = bias_of(head);
    load_query(head);
    var sum: array<Pack, PACKS>;
    for (var i = 0u; i < PACKS; i++) {
        sum[i] = Pack();
    }
    var largest = LOWEST;
    var total = 0.0;
    if lane == 0u {
        largest = score_of_new(head, bias, position);
        total = 1.0;
        let row = value_row(0u, head, 0u);
        for (var i = 0u; i < PACKS; i++) {
            sum[i] = qkv[row + i];
        }
    }
    for (var key = first_key(position) + lane; key < position; key += THREADS) {
        if !sees(vec4<u32>(position), vec4<u32>(key), position).x {
            continue;
        }
        let row = cache_row(head, key);
        var score = 0.0;
        for (var i = 0u; i < PACKS; i++) {
            score += inner(q[i], key_cache[row + i]);
        }
        score = biased(capped(vec4<f32>(score)), bias, vec4<u32>(position), vec4<u32>(key)).x;
        let before = largest;
        largest = max(largest, score);
        let keep = exp(before - largest);
        let p = exp(score - largest);
        total = total * keep + p;
        for (var i = 0u; i < PACKS; i++) {
            sum[i] = sum[i] * keep + p * value_cache[row + i];
        }
    }
    for (var i = lane; i < PACKS; i += THREADS) {
        keep_new(head, position, i);
    }

    largests[lane] = largest;
    totals[lane] = total;
    workgroupBarrier();
    var top = LOWEST;
    for (var n = 0u; n < THREADS; n++) {
        top = max(top, largests[n]);
    }
    var whole = 0.0;
    for (var n = 0u; n < THREADS; n++) {
        whole += totals[n] * exp(largests[n] - top);
    }
    let share = exp(largest - top) / whole;
    let o_row = output_row(0u, head, 0u);
    for (var first = 0u; first < PACKS; first += SLAB) {
        let count = min(SLAB, PACKS - first);
        workgroupBarrier();
        for (var i = 0u; i < count; i++) {
            sums[lane * SLAB + i] = sum[first + i] * share;
        }
        workgroupBarrier();
        if lane < count {
            var joined = Pack();
            for (var n = 0u; n < THREADS; n++) {
                joined += sums[n * SLAB + lane];
            }
            o[o_row + first + lane] = joined;
        }
    }
}

@compute @workgroup_size(4)
fn serial(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let head = id.x;
    let position = min(cursor[0], params.columns - 1u);
    let bias = bias_of(head);
    load_query(head);
    var sum: array<Pack, PACKS>;
    let v_row = value_row(0u, head, 0u);
    for (var i = 0u; i < PACKS; i++) { // unrolled
        sum[i] = qkv[v_row + i];
    }
    var largest = score_of_new(head, bias, position);
    var total = 1.0;
    for (var key = first_key(position); key < position; key += 4u) {
        let last = position - 1u;
        let r0 = cache_row(head, key);
        let r1 = cache_row(head, min(key + 1u, last));
        let r2 = cache_row(head, min(key + 2u, last));
        let r3 = cache_row(head, min(key + 3u, last));
        var score = vec4<f32>();
        for (var i = 0u; i < PACKS; i++) { // unrolled
            let part = q[i];
            score += vec4<f32>(inner(part, key_cache[r0 + i]), inner(part, key_cache[r1 + i]), inner(part, key_cache[r2 + i]), inner(part, key_cache[r3 + i]));
        }
        let keys = vec4<u32>(key, key + 1u, key + 2u, key + 3u);
        let kept = sees(vec4<u32>(position), keys, position) & (keys < vec4<u32>(position));
        score = select(vec4<f32>(LOWEST), biased(capped(score), bias, vec4<u32>(position), keys), kept);
        let before = largest;
        largest = max(max(largest, max(score.x, score.y)), max(score.z, score.w));
        let keep = exp(before - largest);
        let p = select(vec4<f32>(), exp(score - largest), kept);
        total = total * keep + (p.x + p.y) + (p.z + p.w);
        for (var i = 0u; i < PACKS; i++) { // unrolled
            sum[i] = sum[i] * keep + p.x * value_cache[r0 + i] + p.y * value_cache[r1 + i] + p.z * value_cache[r2 + i] + p.w * value_cache[r3 + i];
        }
    }
    if lane == 0u {
        let o_row = output_row(0u, head, 0u);
        for (var i = 0u; i < PACKS; i++) { // unrolled
            o[o_row + i] = sum[i] / total;
            keep_new(head, position, i);
        }
    }
}
