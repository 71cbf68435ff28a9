// Sums over the keys of every bucket of lib/attention_relative, of each of a thread's rows, into `delta` after delta itself:
// (BUCKETS, B, H, T). Keys come in order, so that a bucket is one unbroken run of them: where the next begins the sum is
// written, and neither an array of sums nor an atomic is needed. Rust: src/ops/attention_backward.rs
var<private> run_bucket: array<u32, SPAN>;
var<private> run_sum: array<f32, SPAN>;

fn close_sum(r: u32, row: u32, sequence: u32) {
    if row < params.rows {
        delta[((1u + run_bucket[r]) * params.sequences + sequence) * params.rows + row] = run_sum[r];
    }
}

// Buckets that no key falls into stay 0.
fn open_sums(r: u32, row: u32, sequence: u32) {
    run_sum[r] = 0.0;
    for (var bucket = 0u; bucket < BUCKETS; bucket++) {
        run_bucket[r] = bucket;
        close_sum(r, row, sequence);
    }
    run_bucket[r] = 0u;
}

fn sum_bias(r: u32, row: u32, sequence: u32, keys: vec4<u32>, d: vec4<f32>) {
    for (var n = 0u; n < 4u; n++) {
        let bucket = bucket_of(row, keys[n]);
        if bucket != run_bucket[r] {
            close_sum(r, row, sequence);
            run_bucket[r] = bucket;
            run_sum[r] = 0.0;
        }
        run_sum[r] += d[n];
    }
}
