//! Counter-based random numbers, the same bits on the CPU and in WGSL (`shaders/lib/random.wgsl`).
//!
//! There is no generator state to carry: a number is a pure function of where it is used. That is what makes rewind,
//! links and parallel kernels reproducible.
//!
//! ```text
//! hash32(seed, i)    = mix(seed · 0x9E3779B1 + (i + 1) · 0x632BE5AB)      all arithmetic modulo 2³²
//! mix(x)             : x ^= x >> 16; x *= 0x85EBCA6B; x ^= x >> 13; x *= 0xC2B2AE35; x ^= x >> 16
//! (seed, stream, c)  = hash32(hash32(seed, stream), c)
//! ```
//!
//! `mix` is MurmurHash3's 32-bit finaliser (Appleby 2011). Streams keep uses apart: batches never share numbers with
//! dropout, however far both have run. Keys nest, so that a stream may have substreams: `stream_key(stream_key(seed,
//! DROPOUT), layer)`.

/// What random numbers are drawn for; the second coordinate of (seed, stream, counter). A number once given stays, for
/// links depend on it.
pub mod stream {
    /// Initial weights; substream k is the k-th parameter.
    pub const WEIGHTS: u32 = 1;
    /// Windows of training batches.
    pub const BATCHES: u32 = 2;
    /// Dropout masks.
    pub const DROPOUT: u32 = 4;
    /// The sampler's draws.
    pub const SAMPLING: u32 = 5;
    /// The built-in text generator.
    pub const TEXT: u32 = 6;
    /// Merges left out, and cuts drawn, while training text becomes tokens.
    pub const SEGMENTATION: u32 = 7;
    /// The facts of a generated world; substream 1 is its repeated documents.
    pub const WORLD: u32 = 16;
    /// Documents of a generated world; substream i is document i.
    pub const WORLD_DOCUMENTS: u32 = 17;
    /// Examples of sequence tasks; substream i is example i.
    pub const TASKS: u32 = 18;
    /// The shuffle of documents before a split.
    pub const DOCUMENTS: u32 = 19;
    /// What an objective hides, moves and pairs in a training example; substreams step, then row.
    pub const OBJECTIVE: u32 = 32;
    /// The same in a validation example, of seed 0; substream is the example's number.
    pub const VALIDATION: u32 = 33;
    /// Masks that a place of the text keeps.
    pub const STATIC_MASKS: u32 = 34;
}

/// The 32-bit counter hash: (seed, i) → u32.
pub const fn hash32(seed: u32, i: u32) -> u32 {
    let mut x = seed
        .wrapping_mul(0x9E37_79B1)
        .wrapping_add(i.wrapping_add(1).wrapping_mul(0x632B_E5AB));
    x ^= x >> 16;
    x = x.wrapping_mul(0x85EB_CA6B);
    x ^= x >> 13;
    x = x.wrapping_mul(0xC2B2_AE35);
    x ^ (x >> 16)
}

/// The seed of one stream; hand it to [`hash32`], [`uniform01`], [`below`] or [`normals`], here or in a kernel.
pub const fn stream_key(seed: u32, stream: u32) -> u32 {
    hash32(seed, stream)
}

/// The number at (seed, stream, counter).
pub const fn random_u32(seed: u32, stream: u32, counter: u32) -> u32 {
    hash32(stream_key(seed, stream), counter)
}

/// The top 24 bits of a number as an f32 in [0, 1), exact on both sides: `(bits >> 8) · 2⁻²⁴`.
/// Dropout and the sampler use this one, so that CPU and GPU decide alike.
pub fn uniform01(bits: u32) -> f32 {
    (bits >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// The i-th uniform of a seed in (0, 1), f64: `(hash32 + ½) / 2³²`. Host only, for [`normals`].
pub fn uniform(seed: u32, i: u32) -> f64 {
    (f64::from(hash32(seed, i)) + 0.5) / 4_294_967_296.0
}

/// A whole number in `0..limit` from random bits, by multiply and shift (Lemire 2019, without rejection: the bias is at
/// most `limit / 2³²`). 0 for `limit` 0.
pub const fn below(bits: u32, limit: u32) -> u32 {
    ((bits as u64 * limit as u64) >> 32) as u32
}

/// `count` numbers from N(0, `std`²): Box–Muller in f64, rounded to f32; element i uses uniforms 2i and 2i + 1.
pub fn normals(seed: u32, count: usize, std: f64) -> Vec<f32> {
    (0..count as u32)
        .map(|i| {
            let radius = (-2.0 * uniform(seed, i.wrapping_mul(2)).ln()).sqrt();
            let angle =
                2.0 * std::f64::consts::PI * uniform(seed, i.wrapping_mul(2).wrapping_add(1));
            (std * radius * angle.cos()) as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Golden values: `hash32`, `uniform` and `normals` of the PyTorch reference workload (numpy 2).

    #[test]
    fn hash_has_the_reference_bits() {
        let seed0 = [0, 1, 2, u32::MAX].map(|i| hash32(0, i));
        assert_eq!(seed0, [1_681_261_235, 3_135_152_044, 1_004_242_103, 0]);
        let seed7 = [0, 1, 2, 30].map(|i| hash32(7, i));
        assert_eq!(
            seed7,
            [1_060_607_867, 1_119_953_558, 1_840_939_298, 3_188_471_930]
        );
        let seed_max = [0, 1, 2, u32::MAX].map(|i| hash32(u32::MAX, i));
        assert_eq!(
            seed_max,
            [2_093_520_799, 4_048_813_897, 3_732_957_445, 387_900_469]
        );
        assert_eq!(hash32(123_456_789, 987_654_321), 1_149_075_133);
    }

    #[test]
    fn uniforms_are_the_reference() {
        assert_eq!(
            [0, 1, 2].map(|i| uniform(11, i)),
            [0.4379213406937197, 0.811591986217536, 0.7968654682626948]
        );
    }

    #[test]
    fn normals_are_the_reference() {
        let weights = normals(100, 4, 0.02);
        assert_eq!(
            weights,
            [0.021_252_152, 0.039_072_834, -0.019_581_707, -0.023_305_3]
        );
        let wide = normals(113, 1000, 1.0);
        let expected = [
            3_181_165_625u32,
            3_209_206_605,
            1_046_623_576,
            3_213_338_897,
            3_214_566_651,
            3_218_388_345,
            1_056_727_494,
            3_215_788_632,
        ]
        .map(f32::from_bits);
        for (got, want) in wide.iter().zip(expected) {
            // one unit in the last place: the platform's ln and cos may differ from numpy's
            assert!(
                (got - want).abs() <= want.abs() * f32::EPSILON,
                "{got} {want}"
            );
        }
        let mean = wide.iter().map(|&x| f64::from(x)).sum::<f64>() / 1000.0;
        assert!((mean - -0.010_781_264_366).abs() < 1e-6, "{mean}");
    }

    #[test]
    fn uniform01_stays_below_one() {
        assert_eq!(uniform01(0), 0.0);
        assert_eq!(uniform01(255), 0.0);
        assert_eq!(uniform01(1 << 31), 0.5);
        assert_eq!(uniform01(u32::MAX), 1.0 - 1.0 / 16_777_216.0);
    }

    #[test]
    fn below_covers_its_range_evenly() {
        let mut counts = [0u32; 7];
        for i in 0..70_000 {
            counts[below(random_u32(5, stream::BATCHES, i), 7) as usize] += 1;
        }
        let chi_squared: f64 = counts
            .iter()
            .map(|&c| (f64::from(c) - 10_000.0).powi(2) / 10_000.0)
            .sum();
        assert!(chi_squared < 22.5, "p < 0.001 for 6 degrees: {chi_squared}");
        assert_eq!(below(u32::MAX, 0), 0);
        assert_eq!(below(u32::MAX, 1), 0);
    }

    #[test]
    fn streams_and_seeds_do_not_correlate() {
        let correlation = |a: &dyn Fn(u32) -> u32, b: &dyn Fn(u32) -> u32| {
            let n = 20_000;
            let centred = |bits| f64::from(uniform01(bits)) - 0.5;
            let sum: f64 = (0..n).map(|i| centred(a(i)) * centred(b(i))).sum();
            sum / f64::from(n) * 12.0
        };
        let limit = 4.0 / (20_000f64).sqrt();
        for (name, r) in [
            (
                "streams",
                correlation(&|i| random_u32(1, 2, i), &|i| random_u32(1, 3, i)),
            ),
            (
                "seeds",
                correlation(&|i| random_u32(1, 2, i), &|i| random_u32(2, 2, i)),
            ),
            (
                "neighbours",
                correlation(&|i| random_u32(1, 2, i), &|i| random_u32(1, 2, i + 1)),
            ),
        ] {
            assert!(r.abs() < limit, "{name}: {r}");
        }
    }

    #[test]
    fn shader_twin_parses() {
        let source = format!(
            "{}\n@compute @workgroup_size(1) fn main() {{ _ = random_u32(1u, 2u, 3u); _ = uniform01(6u); }}",
            include_str!("../../shaders/lib/random.wgsl")
        );
        naga::front::wgsl::parse_str(&source).expect("random.wgsl");
    }
}
