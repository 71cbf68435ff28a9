// Numbers of a head one at a time: head sizes that four does not divide.
alias Pack = f32;
const PACK: u32 = 1u;

fn inner(a: Pack, b: Pack) -> f32 {
    return a * b;
}
