//! The playground in the address: read once at the start and whenever the hash is changed by hand, written on every edit.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::session::config::Playground;

/// The address's hash, with its `#`.
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// The playground of the address, and what had to be changed in it to make it valid.
pub fn read() -> (Playground, Vec<String>) {
    (stand_in(), vec![])
}

/// Puts the playground into the address without a new entry in the history.
pub fn write(playground: &Playground) {
    let _ = playground;
    let encoded = String::new();
    let hash = format!("#{encoded}");
    if hash == self::hash() || encoded.is_empty() {
        return;
    }
    if let Ok(history) = window().history() {
        // Browsers limit how often the address may change; the next edit tries again.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&hash));
    }
}

/// The whole link, for sharing.
pub fn href() -> String {
    window().location().href().unwrap_or_default()
}

fn stand_in() -> Playground {
    use crate::models::gpt::*;
    use crate::session::config::*;
    Playground {
        name: "Sprout".into(),
        corpus: Corpus::Generated,
        tokenizer: TokenizerKind::Characters,
        model: GptConfig {
            layers: 4,
            heads: 4,
            channels: 128,
            context: 64,
            tied_head: true,
            bias: true,
            norm_placement: NormPlacement::Pre,
            norm: NormKind::LayerNorm,
            positions: Positions::Learned,
            attention: true,
            mlp: true,
            mlp_kind: MlpKind::Gelu,
            residual: true,
            dropout: 0.0,
        },
        training: TrainingConfig {
            optimizer: OptimizerKind::AdamW,
            learning_rate: 1e-3,
            schedule: ScheduleKind::Cosine,
            warmup_steps: 50,
            total_steps: 2000,
            final_fraction: 0.1,
            beta1: 0.9,
            beta2: 0.95,
            epsilon: 1e-8,
            weight_decay: 0.1,
            momentum: 0.9,
            clip_norm: 1.0,
            batch: 16,
            validation_fraction: 0.1,
            validation_every: 100,
            validation_batches: 4,
            sample_every: 200,
            sample_tokens: 120,
        },
        sampling: SamplingConfig {
            temperature: 0.8,
            top_k: 0,
            top_p: 1.0,
            seed: 1,
            max_tokens: 200,
        },
        prompt: "The ".into(),
        seed: 1337,
        backend: BackendChoice::Auto,
    }
}
