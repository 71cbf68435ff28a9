//! What the model laboratory computes by itself: allowed head counts, shares of the parts, the time a whole run takes.

use crate::session::field::Field;
use crate::session::protocol::Estimate;
use crate::session::validate::{LARGEST_HEAD, range};

/// The head counts that divide `channels` into heads that are not too large.
fn allowed_heads(channels: u32) -> impl DoubleEndedIterator<Item = u32> {
    let most = range(Field::Heads).map_or(1, |(_, most)| most as u32);
    (1..=channels.min(most))
        .filter(move |heads| channels.is_multiple_of(*heads) && channels <= LARGEST_HEAD * heads)
}

/// The allowed number of heads nearest to `wanted`.
pub fn nearest_heads(channels: u32, wanted: u32) -> u32 {
    allowed_heads(channels)
        .min_by_key(|heads| heads.abs_diff(wanted))
        .unwrap_or(1)
}

/// The allowed number of heads on the way from `now` to `wanted`, never back to `now`: an arrow key passes over the numbers
/// that do not divide the channels.
pub fn heads_toward(channels: u32, now: u32, wanted: u32) -> u32 {
    let mut allowed = allowed_heads(channels);
    let reached = if wanted > now {
        allowed.find(|heads| *heads >= wanted)
    } else {
        allowed.rfind(|heads| *heads <= wanted)
    };
    reached.unwrap_or_else(|| nearest_heads(channels, wanted))
}

/// Each part's name, numbers and share of all parameters.
pub fn shares(estimate: &Estimate) -> Vec<(String, u64, f64)> {
    let total = estimate.parameters.max(1) as f64;
    estimate
        .parameters_by_part
        .iter()
        .map(|(name, count)| (name.clone(), *count, *count as f64 / total))
        .collect()
}

/// Seconds for the whole run, when the speed of this device is known.
pub fn run_secs(estimate: &Estimate, steps: u32) -> Option<f64> {
    estimate
        .secs_per_step
        .map(|secs| f64::from(secs) * f64::from(steps))
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::models::{MlpKind, ModelConfig, NormKind, NormPlacement, Positions};
    use crate::session::config::*;
    use crate::session::protocol::Prepared;

    /// A small playground for tests of the laboratories.
    pub fn playground() -> Playground {
        Playground {
            name: "test".into(),
            corpus: Corpus::Generated,
            world: WorldDials::default(),
            task: TaskDials::default(),
            tokenizer: Recipe::of_kind(TokenizerKind::Characters),
            model: ModelConfig {
                layers: 2,
                heads: 4,
                channels: 64,
                context: 32,
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
                ..ModelConfig::default()
            },
            objective: ObjectiveConfig::default(),
            training: TrainingConfig {
                optimizer: OptimizerKind::AdamW,
                learning_rate: 1e-3,
                schedule: ScheduleKind::Cosine,
                warmup_steps: 10,
                total_steps: 100,
                final_fraction: 0.1,
                beta1: 0.9,
                beta2: 0.95,
                epsilon: 1e-8,
                weight_decay: 0.1,
                embedding_decay: 1.0,
                vector_decay: 0.0,
                momentum: 0.9,
                clip_norm: 1.0,
                batch: 8,
                accumulation: 1,
                label_smoothing: 0.0,
                z_loss: 0.0,
                target_loss: 0.0,
                validation_fraction: 0.1,
                held_out_by: HeldOutBy::Position,
                validation_every: 20,
                validation_batches: 2,
                sample_every: 50,
                sample_tokens: 40,
            },
            sampling: SamplingConfig {
                temperature: 0.8,
                top_k: 0,
                top_p: 1.0,
                seed: 1,
                max_tokens: 100,
            },
            prompt: "The ".into(),
            seed: 1,
            backend: BackendChoice::Auto,
        }
    }

    /// What the worker might answer for it.
    pub fn prepared() -> Prepared {
        Prepared {
            request: 1,
            estimate: Estimate::default(),
            corpus_name: "test".into(),
            corpus_bytes: 100,
            corpus_characters: 100,
            train_tokens: 90,
            validation_tokens: 10,
            bytes_per_token: 1.0,
            vocabulary: vec!["a".into(), "b".into()],
            dispatches_per_step: 10,
            source_nats_per_byte: None,
            notes: vec![],
        }
    }

    #[test]
    fn heads_always_divide_the_channels() {
        for channels in (8..=512).step_by(8) {
            for wanted in 1..=16 {
                assert_eq!(channels % nearest_heads(channels, wanted), 0);
            }
        }
        assert_eq!(nearest_heads(64, 3), 2);
        assert_eq!(nearest_heads(64, 4), 4);
        assert_eq!(heads_toward(64, 4, 5), 8);
        assert_eq!(heads_toward(64, 4, 3), 2);
        assert_eq!(heads_toward(64, 1, 0), 1);
        assert_eq!(heads_toward(64, 64, 65), 64);
    }

    #[test]
    fn shares_add_up_and_time_is_steps_times_speed() {
        let estimate = Estimate {
            parameters: 100,
            parameters_by_part: vec![("MLP".into(), 75), ("attention".into(), 25)],
            secs_per_step: Some(0.5),
            ..Estimate::default()
        };
        assert!((shares(&estimate).iter().map(|part| part.2).sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(run_secs(&estimate, 100), Some(50.0));
        assert_eq!(run_secs(&Estimate::default(), 100), None);
    }
}
