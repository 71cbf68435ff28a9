// Gradient of a learned bias: dtable (BUCKETS, H) from the sums of every row and bucket (1 + BUCKETS, B, H, T), whose first part
// is delta. One workgroup a number. Rust: src/ops/attention_bias.rs
struct Params {
    batch: u32, // B
    heads: u32, // H
    rows: u32, // T
    buckets: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read> sums: array<f32>; // (1 + BUCKETS, B, H, T)
@group(0) @binding(3) var<storage, read_write> d_table: array<f32>; // (BUCKETS, H)

@compute @workgroup_size(WORKGROUP)
fn sum_buckets(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let n = id.x + id.y * groups.x;
    let bucket = n / params.heads;
    if bucket >= params.buckets {
        return;
    }
    var sum = 0.0;
    for (var batch = 0u; batch < params.batch; batch++) {
        let sequence = ((1u + bucket) * params.batch + batch) * params.heads + n % params.heads;
        for (var row = lane; row < params.rows; row += WORKGROUP) {
            sum += sums[sequence * params.rows + row];
        }
    }
    let total = workgroup_sum(sum, lane);
    if lane == 0u {
        d_table[n] = total;
    }
}
