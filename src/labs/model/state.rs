//! What the model laboratory computes by itself: allowed head counts, shares of the parts, the time a whole run takes.

use crate::models::{ModelConfig, Positions};
use crate::session::field::Field;
use crate::session::protocol::Estimate;
use crate::session::validate::{LARGEST_HEAD, range};

/// Whether so many heads divide the channels into heads that are not too large, and for rotary positions, which turn pairs of
/// channels, even.
fn is_allowed(model: &ModelConfig, heads: u32) -> bool {
    let pairs = match model.positions {
        Positions::Rotary => 2,
        _ => 1,
    };
    model.channels.is_multiple_of(heads * pairs) && model.channels <= LARGEST_HEAD * heads
}

fn allowed_heads(model: &ModelConfig) -> impl DoubleEndedIterator<Item = u32> {
    let most = range(Field::Heads).map_or(1, |(_, most)| most as u32);
    (1..=model.channels.min(most)).filter(|heads| is_allowed(model, *heads))
}

/// Moves the heads to the nearest number that is allowed.
pub fn fit_heads(model: &mut ModelConfig) {
    let nearest = allowed_heads(model).min_by_key(|heads| heads.abs_diff(model.heads));
    model.heads = nearest.unwrap_or(1);
}

/// Moves the heads of keys and values to a number that divides the heads; 0 stays.
pub fn fit_key_heads(model: &mut ModelConfig) {
    let fitting = |heads: &u32| model.heads.is_multiple_of(*heads);
    if model.kv_heads > 0 {
        model.kv_heads = (1..=model.kv_heads).rev().find(fitting).unwrap_or(0);
    }
}

/// Sets the channels, and heads that divide them.
pub fn set_channels(model: &mut ModelConfig, channels: u32) {
    model.channels = channels;
    fit_heads(model);
    fit_key_heads(model);
}

/// Moves the heads toward `wanted`, to an allowed number that is never the present one again: an arrow key passes over the numbers that
/// do not divide the channels.
pub fn set_heads(model: &mut ModelConfig, wanted: u32) {
    let reached = toward(allowed_heads(model), model.heads, wanted);
    model.heads = reached.unwrap_or(wanted);
    fit_heads(model);
    fit_key_heads(model);
}

/// The same of the heads of keys and values, which divide the heads; 0: as many.
pub fn set_key_heads(model: &mut ModelConfig, wanted: u32) {
    let heads = model.heads;
    let allowed = (0..=heads).filter(|some| *some == 0 || heads.is_multiple_of(*some));
    let reached = toward(allowed, model.kv_heads, wanted);
    model.kv_heads = reached.unwrap_or(heads);
}

/// The first of `allowed` on the way from `now` to `wanted` and past it.
fn toward(mut allowed: impl DoubleEndedIterator<Item = u32>, now: u32, wanted: u32) -> Option<u32> {
    if wanted > now {
        allowed.find(|it| *it >= wanted)
    } else {
        allowed.rfind(|it| *it <= wanted)
    }
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
    use crate::models::{MlpKind, NormKind, NormPlacement};
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

    fn with_heads(channels: u32, heads: u32) -> ModelConfig {
        let mut model = playground().model;
        model.heads = heads;
        set_channels(&mut model, channels);
        model
    }

    #[test]
    fn heads_always_divide_the_channels() {
        for channels in (8..=512).step_by(8) {
            for wanted in 1..=16 {
                let model = with_heads(channels, wanted);
                assert_eq!(channels % model.heads, 0);
            }
        }
        assert_eq!(with_heads(64, 3).heads, 2);
        assert_eq!(with_heads(64, 4).heads, 4);
        assert_eq!(with_heads(1024, 1).heads, 4); // a head has at most 256 channels
    }

    #[test]
    fn arrows_pass_over_what_does_not_divide() {
        let moved = |channels, now, wanted| {
            let mut model = with_heads(channels, now);
            set_heads(&mut model, wanted);
            model.heads
        };
        assert_eq!(moved(64, 4, 5), 8);
        assert_eq!(moved(64, 4, 3), 2);
        assert_eq!(moved(64, 1, 0), 1);
        assert_eq!(moved(64, 64, 65), 64);
    }

    #[test]
    fn heads_of_rotary_positions_have_pairs() {
        let mut model = with_heads(8, 4);
        model.positions = Positions::Rotary;
        set_heads(&mut model, 5);
        assert_eq!(model.heads, 4);
    }

    #[test]
    fn heads_of_keys_divide_the_heads() {
        let mut model = with_heads(96, 12);
        let mut seen = vec![];
        for _ in 0..8 {
            let wanted = model.kv_heads + 1;
            set_key_heads(&mut model, wanted);
            seen.push(model.kv_heads);
        }
        assert_eq!(seen, [1, 2, 3, 4, 6, 12, 12, 12]);
        set_key_heads(&mut model, 5);
        assert_eq!(model.kv_heads, 4);
        set_heads(&mut model, 6);
        assert_eq!(model.kv_heads, 3);
        set_key_heads(&mut model, 0);
        assert_eq!(model.key_heads(), 6);
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
