// Attention of one new token at position p = cursor over the keys and values kept so far, which it joins: rows p of the caches
// become its k and v, and o = sum_j softmax_j(q . k_j / sqrt(D) - slope (p - j)) v_j over j <= p. One workgroup a head.
// The new key and value are taken from qkv by the thread that needs them; the cache is read below row p only, so no
// thread reads what another writes. `parallel`: every thread has its share of the keys, then the shares are joined.
// `serial`, for adapters that run shaders on the CPU: the four threads (one SIMD register) do the same work, the first
// writes. Rust: src/ops/attention_decode.rs
@group(0) @binding(2) var<storage, read> qkv: array<Pack>; // (1, 3C)
@group(0) @binding(3) var<storage, read> cursor: array<u32>; // p
@group(0) @binding(4) var<storage, read_write> o: array<Pack>; // (1, C)
@group(0) @binding(5) var<storage, read_write> key_cache: array<Pack>; // (T, C)
@group(0) @binding(6) var<storage, read_write> value_cache: array<Pack>; // (T, C)

const THREADS: u32 = 64u;
const SLAB: u32 = min(PACKS, 32u / PACK); // packs of every thread joined at a time

var<workgroup> largests: array<f32, THREADS>;
var<workgroup> totals: array<f32, THREADS>;
var<workgroup> sums: array<Pack, THREADS * SLAB>;

var<private> q: array<Pack, PACKS>;

fn load_query(head: u32) {
    let row = packed_row(head, 0u, 0u);
    for (var i = 0u; i < PACKS; i++) { // unrolled
        q[i] = qkv[row + i] * bitcast<f32>(params.scale);
    }
}

fn score_of_new(head: u32) -> f32 {
    let row = packed_row(head, 0u, 1u);
    var score = 0.0;
    for (var i = 0u; i < PACKS; i++) { // unrolled
        score += inner(q[i], qkv[row + i]);
    }
    return score;
}

fn keep_new(head: u32, position: u32, i: u32) {
    let row = output_row(head, position) + i;
    key_cache[row] = qkv[packed_row(head, 0u, 1u) + i];
    value_cache[row] = qkv[packed_row(head, 0u, 2u) + i];
}

@compute @workgroup_size(64)
fn parallel(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let head = id.x;
    let position = min(cursor[0], params.time - 1u);
    let slope = slope_of(head);
    load_query(head);
    var sum: array<Pack, PACKS>;
    for (var i = 0u; i < PACKS; i++) {
        sum[i] = Pack();
    }
    var largest = LOWEST;
    var total = 0.0;
    if lane == 0u {
        largest = score_of_new(head);
        total = 1.0;
        let row = packed_row(head, 0u, 2u);
        for (var i = 0u; i < PACKS; i++) {
            sum[i] = qkv[row + i];
        }
    }
    for (var key = lane; key < position; key += THREADS) {
        let row = output_row(head, key);
        var score = 0.0;
        for (var i = 0u; i < PACKS; i++) {
            score += inner(q[i], key_cache[row + i]);
        }
        score = biased(vec4<f32>(score), slope, vec4<u32>(position), vec4<u32>(key)).x;
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
    let o_row = output_row(head, 0u);
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
    let position = min(cursor[0], params.time - 1u);
    let slope = slope_of(head);
    load_query(head);
    var sum: array<Pack, PACKS>;
    let v_row = packed_row(head, 0u, 2u);
    for (var i = 0u; i < PACKS; i++) { // unrolled
        sum[i] = qkv[v_row + i];
    }
    var largest = score_of_new(head);
    var total = 1.0;
    for (var key = 0u; key < position; key += 4u) {
        let last = position - 1u;
        let r0 = output_row(head, key);
        let r1 = output_row(head, min(key + 1u, last));
        let r2 = output_row(head, min(key + 2u, last));
        let r3 = output_row(head, min(key + 3u, last));
        var score = vec4<f32>();
        for (var i = 0u; i < PACKS; i++) { // unrolled
            let part = q[i];
            score += vec4<f32>(inner(part, key_cache[r0 + i]), inner(part, key_cache[r1 + i]), inner(part, key_cache[r2 + i]), inner(part, key_cache[r3 + i]));
        }
        let keys = vec4<u32>(key, key + 1u, key + 2u, key + 3u);
        let kept = keys < vec4<u32>(position);
        score = select(vec4<f32>(LOWEST), biased(score, slope, vec4<u32>(position), keys), kept);
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
        let o_row = output_row(head, 0u);
        for (var i = 0u; i < PACKS; i++) { // unrolled
            o[o_row + i] = sum[i] / total;
            keep_new(head, position, i);
        }
    }
}
