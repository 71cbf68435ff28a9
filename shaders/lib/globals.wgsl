// Numbers that change from step to step. Layout stated by `Globals` in src/graph/op.rs (64 bytes).
struct Globals {
    step: u32,
    seed: u32,
    learning_rate: f32,
    bias_correction1: f32,
    bias_correction2: f32,
    temperature: f32,
    top_k: u32,
    top_p: f32,
    prompt_len: u32,
    micro_batch: u32,
    reserved0: u32,
    reserved1: u32,
    reserved2: vec4<u32>,
}
@group(0) @binding(1) var<uniform> globals: Globals;
