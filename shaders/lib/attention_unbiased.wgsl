// Scores as they are. Twin of lib/attention_alibi.wgsl and lib/attention_relative.wgsl.
alias Bias = u32; // what a head's bias is made from

fn bias_of(head: u32) -> Bias {
    return head;
}

fn biased(score: vec4<f32>, bias: Bias, query: vec4<u32>, key: vec4<u32>) -> vec4<f32> {
    return score;
}
