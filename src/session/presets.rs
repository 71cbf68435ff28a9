//! Named starting points. A link holds the difference from one of them, so a preset's numbers are part of every link made
//! from it: changing them changes what old links open.

use super::config::*;
use crate::models::ModelConfig;

/// A preset and its name in links.
pub struct Preset {
    pub id: &'static str,
    pub playground: fn() -> Playground,
}

/// All presets; the first is the one the page opens with.
pub const ALL: [Preset; 4] = [
    Preset {
        id: "first-minute",
        playground: first_minute,
    },
    Preset {
        id: "moby-dick",
        playground: moby_dick,
    },
    Preset {
        id: "tiny-cpu",
        playground: tiny_cpu,
    },
    Preset {
        id: "bytes-any-language",
        playground: bytes_any_language,
    },
];

/// The preset of this name.
pub fn find(id: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.id == id)
}

/// What the page opens with: the generated text and a model that shows words within seconds on any device.
pub fn first_minute() -> Playground {
    Playground {
        name: "First minute".to_owned(),
        corpus: Corpus::Generated,
        world: WorldDials::default(),
        task: TaskDials::default(),
        tokenizer: Recipe::of_kind(TokenizerKind::Characters),
        model: ModelConfig::default(),
        objective: ObjectiveConfig::default(),
        training: TrainingConfig {
            optimizer: OptimizerKind::AdamW,
            learning_rate: 3e-3,
            schedule: ScheduleKind::Cosine,
            warmup_steps: 20,
            total_steps: 1000,
            final_fraction: 0.1,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.01,
            embedding_decay: 1.0,
            vector_decay: 0.0,
            momentum: 0.9,
            clip_norm: 1.0,
            batch: 16,
            accumulation: 1,
            label_smoothing: 0.0,
            z_loss: 0.0,
            target_loss: 0.0,
            validation_fraction: 0.1,
            held_out_by: HeldOutBy::Position,
            validation_every: 50,
            validation_batches: 4,
            sample_every: 100,
            sample_tokens: 120,
        },
        sampling: SamplingConfig {
            temperature: 0.8,
            top_k: 0,
            top_p: 0.95,
            seed: 1,
            max_tokens: 200,
        },
        prompt: "The small fox".to_owned(),
        seed: 1,
        backend: BackendChoice::Auto,
    }
}

/// Readable text from Moby Dick in about two minutes on an ordinary GPU.
pub fn moby_dick() -> Playground {
    let base = first_minute();
    Playground {
        name: "Moby Dick".to_owned(),
        corpus: Corpus::MobyDick,
        model: ModelConfig {
            layers: 4,
            heads: 6,
            channels: 192,
            context: 128,
            ..base.model
        },
        training: TrainingConfig {
            learning_rate: 2e-3,
            warmup_steps: 100,
            total_steps: 2000,
            batch: 32,
            validation_every: 250,
            validation_batches: 8,
            sample_every: 250,
            sample_tokens: 200,
            ..base.training
        },
        prompt: "Call me".to_owned(),
        ..base
    }
}

/// A model so small that every weight can be looked at, and that a phone without WebGPU trains in seconds.
pub fn tiny_cpu() -> Playground {
    let base = first_minute();
    Playground {
        name: "Tiny".to_owned(),
        model: ModelConfig {
            layers: 1,
            heads: 2,
            channels: 32,
            context: 32,
            ..base.model
        },
        training: TrainingConfig {
            learning_rate: 1e-2,
            total_steps: 2000,
            validation_every: 100,
            sample_every: 250,
            ..base.training
        },
        backend: BackendChoice::Cpu,
        ..base
    }
}

/// Bytes as tokens: own text in any language, nothing unknown.
pub fn bytes_any_language() -> Playground {
    let base = first_minute();
    Playground {
        name: "Bytes, any language".to_owned(),
        tokenizer: Recipe::of_kind(TokenizerKind::Bytes),
        model: ModelConfig {
            layers: 4,
            channels: 128,
            context: 128,
            ..base.model
        },
        training: TrainingConfig {
            learning_rate: 2e-3,
            total_steps: 2000,
            ..base.training
        },
        ..base
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::validate::validate;

    #[test]
    fn presets_are_valid_and_found_by_name() {
        for preset in &ALL {
            let mut playground = (preset.playground)();
            assert_eq!(validate(&mut playground), [], "{}", preset.id);
            assert_eq!(playground, (preset.playground)());
            assert_eq!(find(preset.id).unwrap().id, preset.id);
        }
        assert!(find("no-such").is_none());
    }
}
