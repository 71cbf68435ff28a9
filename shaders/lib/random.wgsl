// Counter-based random numbers: the twin of src/rng/mod.rs, the same bits. Only u32 arithmetic (modulo 2^32), so that
// every adapter agrees; the one step to f32 is exact.
//   hash32(seed, i) = mix(seed * 0x9E3779B1 + (i + 1) * 0x632BE5AB), mix = MurmurHash3's finaliser

fn hash32(seed: u32, i: u32) -> u32 {
    var x = seed * 0x9E3779B1u + (i + 1u) * 0x632BE5ABu;
    x ^= x >> 16u;
    x *= 0x85EBCA6Bu;
    x ^= x >> 13u;
    x *= 0xC2B2AE35u;
    return x ^ (x >> 16u);
}

// The seed of one stream (numbers in rng::stream).
fn stream_key(seed: u32, stream: u32) -> u32 {
    return hash32(seed, stream);
}

// The number at (seed, stream, counter).
fn random_u32(seed: u32, stream: u32, counter: u32) -> u32 {
    return hash32(stream_key(seed, stream), counter);
}

// The top 24 bits as an f32 in [0, 1): exact, for 24 bits fit the significand and the factor is 2^-24.
fn uniform01(bits: u32) -> f32 {
    return f32(bits >> 8u) * 5.9604644775390625e-8;
}
