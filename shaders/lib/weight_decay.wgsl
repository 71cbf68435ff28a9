// Weight decay by stretch of the flat buffer; the optimizer's `params` end with these five words. Rust: src/ops/weight_decay.rs
fn decay_of(i: u32) -> f32 {
    let decay = select(params.rest_decay, params.second_decay, i < params.second_end);
    return select(decay, params.first_decay, i < params.first_end);
}
