//! What a GPT costs before it is built: trainable numbers by part and floating-point operations of a training step.
//!
//! ```text
//! embeddings  V·C, and T·C when positions are learned
//! attention   per layer 4·C², biases 4·C
//! MLP         per layer 2·C·F with F = 4·C, biases F + C;  SwiGLU 3·C·F with F = ⌈(8/3·C)⌉₈, biases 2·F + C
//! norms       one a part (attention, MLP) and layer, and a last one when norms come first; C each, LayerNorm's bias C
//! head        V·C when not tied to the embedding
//! ```
//!
//! FLOPs, a multiply-add counting 2: forward per token 2 × (attention + MLP weights + V·C) and 2·C·(T + 1) per layer for
//! scores and weighted sum over the (T + 1) / 2 places a token sees on average; times B·T tokens; times 3, for the
//! backward pass needs two products where the forward needs one (Kaplan et al. 2020, section 2.1). Norms, activations and
//! the optimizer are left out: a few per cent.

use crate::models::gpt::{GptConfig, MlpKind, NormKind, NormPlacement, Positions};

/// Trainable numbers by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    pub embeddings: u64,
    pub attention: u64,
    pub mlp: u64,
    pub norms: u64,
    pub head: u64,
}

impl Parameters {
    /// The numbers of a valid configuration with `vocabulary` (V) ids.
    pub fn of(config: &GptConfig, vocabulary: u32) -> Self {
        let channels = u64::from(config.channels);
        let layers = u64::from(config.layers);
        let weights = Weights::of(config, vocabulary);
        let biases = |count: u64| if config.bias { count } else { 0 };
        let (hidden, gates) = hidden(config);
        let positions = match config.positions {
            Positions::Learned => u64::from(config.context) * channels,
            _ => 0,
        };
        let norm = match config.norm {
            NormKind::LayerNorm => channels + biases(channels),
            NormKind::RmsNorm => channels,
        };
        let parts = u64::from(config.attention) + u64::from(config.mlp);
        Self {
            embeddings: weights.vocabulary + positions,
            attention: layers * on(config.attention, weights.attention + biases(4 * channels)),
            mlp: layers * on(config.mlp, weights.mlp + biases(gates * hidden + channels)),
            norms: match config.norm_placement {
                NormPlacement::Pre => (layers * parts + 1) * norm,
                NormPlacement::Post => layers * parts * norm,
                NormPlacement::None => 0,
            },
            head: on(!config.tied_head, weights.vocabulary),
        }
    }

    pub fn total(&self) -> u64 {
        self.embeddings + self.attention + self.mlp + self.norms + self.head
    }

    /// (part, numbers) in the order data flows, as `Estimate` carries them.
    pub fn by_part(&self) -> Vec<(String, u64)> {
        [
            ("embeddings", self.embeddings),
            ("attention", self.attention),
            ("MLP", self.mlp),
            ("norms", self.norms),
            ("head", self.head),
        ]
        .map(|(part, count)| (part.to_owned(), count))
        .to_vec()
    }
}

/// Floating-point operations of one training step, forward and backward, with `batch` (B) rows.
pub fn flops_per_step(config: &GptConfig, vocabulary: u32, batch: u32) -> u64 {
    let channels = u64::from(config.channels);
    let context = u64::from(config.context);
    let weights = Weights::of(config, vocabulary);
    let attention = on(
        config.attention,
        2 * weights.attention + 2 * channels * (context + 1),
    );
    let mlp = on(config.mlp, 2 * weights.mlp);
    let per_token = u64::from(config.layers) * (attention + mlp) + 2 * weights.vocabulary;
    3 * u64::from(batch) * context * per_token
}

/// Numbers of the weight matrices: one layer's attention and MLP, and V·C.
struct Weights {
    attention: u64,
    mlp: u64,
    vocabulary: u64,
}

impl Weights {
    fn of(config: &GptConfig, vocabulary: u32) -> Self {
        let channels = u64::from(config.channels);
        let (hidden, gates) = hidden(config);
        Self {
            attention: 4 * channels * channels,
            mlp: (gates + 1) * channels * hidden,
            vocabulary: u64::from(vocabulary) * channels,
        }
    }
}

/// The MLP's hidden size F and its matrices into it: two with a gate, else one.
fn hidden(config: &GptConfig) -> (u64, u64) {
    let gates = if config.mlp_kind == MlpKind::SwiGlu {
        2
    } else {
        1
    };
    (config.hidden() as u64, gates)
}

fn on(switch: bool, count: u64) -> u64 {
    if switch { count } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets;

    fn config(layers: u32, channels: u32, context: u32) -> GptConfig {
        GptConfig {
            layers,
            channels,
            context,
            ..presets::first_minute().model
        }
    }

    #[test]
    fn the_reference_models_have_the_counted_parameters() {
        // counts of the PyTorch reference workloads S and M
        assert_eq!(Parameters::of(&config(2, 64, 64), 65).total(), 108_352);
        assert_eq!(Parameters::of(&config(4, 128, 128), 256).total(), 842_496);
        // GPT-2 small, as published
        assert_eq!(
            Parameters::of(&config(12, 768, 1024), 50_257).total(),
            124_439_808
        );
    }

    #[test]
    fn every_switch_counts() {
        let base = config(2, 64, 64);
        let of = |edit: &dyn Fn(&mut GptConfig)| {
            let mut config = base.clone();
            edit(&mut config);
            Parameters::of(&config, 65)
        };
        let whole = of(&|_| {});
        assert_eq!(of(&|c| c.attention = false).attention, 0);
        assert_eq!(of(&|c| c.attention = false).norms, 3 * 128);
        assert_eq!(of(&|c| c.mlp = false).mlp, 0);
        assert_eq!(
            of(&|c| c.tied_head = false).total(),
            whole.total() + 65 * 64
        );
        assert_eq!(of(&|c| c.positions = Positions::Rotary).embeddings, 65 * 64);
        assert_eq!(of(&|c| c.norm = NormKind::RmsNorm).norms, 5 * 64);
        assert_eq!(
            of(&|c| c.norm_placement = NormPlacement::Post).norms,
            4 * 128
        );
        assert_eq!(of(&|c| c.norm_placement = NormPlacement::None).norms, 0);
        assert_eq!(
            of(&|c| c.bias = false).total(),
            whole.total() - 2 * 9 * 64 - 5 * 64
        );
        // 8/3 · 64 = 170.7, rounded up to 176
        assert_eq!(
            of(&|c| c.mlp_kind = MlpKind::SwiGlu).mlp,
            2 * (3 * 64 * 176 + 2 * 176 + 64)
        );
        let sum: u64 = whole.by_part().iter().map(|(_, count)| count).sum();
        assert_eq!(sum, whole.total());
    }

    #[test]
    fn flops_by_hand() {
        // S, B = 16: tokens 1024; per token 2 layers × (2·12·64² + 2·64·65) + 2·65·64
        let per_token = 2 * (2 * 12 * 4096 + 2 * 64 * 65) + 2 * 65 * 64;
        assert_eq!(
            flops_per_step(&config(2, 64, 64), 65, 16),
            3 * 1024 * per_token
        );
        // the largest valid configuration does not overflow
        assert!(flops_per_step(&config(24, 1024, 1024), 1_114_112, 512) > 1 << 50);
    }
}
