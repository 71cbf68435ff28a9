// ALiBi (Press et al. 2021): -slope |i - j|, slope 2^(-8 h / H), h from 1; beyond a power of two P the odd places of the series
// for 2 P. Rust: src/ops/attention_bias.rs
alias Bias = f32; // the slope

fn bias_of(head: u32) -> Bias {
    let base = f32(params.slope_base);
    if head < params.slope_base {
        return exp2(-8.0 * f32(head + 1u) / base);
    }
    return exp2(-4.0 * f32(2u * (head - params.slope_base) + 1u) / base);
}

fn biased(score: vec4<f32>, bias: Bias, query: vec4<u32>, key: vec4<u32>) -> vec4<f32> {
    return score - bias * abs(vec4<f32>(query) - vec4<f32>(key));
}
