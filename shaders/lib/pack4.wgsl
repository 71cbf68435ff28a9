// Numbers of a head four at a time.
alias Pack = vec4<f32>;
const PACK: u32 = 4u;

fn inner(a: Pack, b: Pack) -> f32 {
    return dot(a, b);
}
