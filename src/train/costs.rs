//! What a model costs, read off its plans: trainable numbers by part, and floating-point operations of a training step.
//!
//! FLOPs are those of the products ([`crate::graph::Op::flops`]: a multiply-add counts 2) of the forward pass, times 3, for the backward
//! pass needs two products where the forward needs one (Kaplan et al. 2020, section 2.1). Norms, activations and the optimizer
//! are left out, a few per cent; so are products that a kernel makes a second time instead of keeping them.

use crate::plan::Plan;

/// The parts of models in the order data flows, as `Estimate` names them.
const PARTS: [&str; 7] = [
    "embeddings",
    "attention",
    "MLP",
    "recurrence",
    "hidden layer",
    "norms",
    "head",
];

/// The part that a parameter of this name belongs to.
fn part(name: &str) -> &'static str {
    let has = |piece: &str| name.split('.').any(|p| p == piece);
    let has_norm = name.split('.').any(|p| p.starts_with("ln"));
    if has("lm_head") || has("output") || has("direct") || has("mlm") || has("pooler") || has("nsp")
    {
        "head"
    } else if has_norm {
        "norms"
    } else if has("attn") || has("cross") || has("relative") {
        "attention"
    } else if has("mlp") {
        "MLP"
    } else if has("rnn")
        || has("forward")
        || has("backward")
        || has("bridge")
        || name.starts_with("decoder.0")
    {
        "recurrence"
    } else if has("hidden") || has("combine") || has("combine_context") {
        "hidden layer"
    } else {
        "embeddings"
    }
}

/// (part, trainable numbers), those there are.
pub fn parameters_by_part(plan: &Plan) -> Vec<(String, u64)> {
    let count = |part_name: &str| -> u64 {
        let of_part = plan
            .parameters
            .iter()
            .filter(|p| part(&p.name) == part_name);
        of_part.map(|p| p.len() as u64).sum()
    };
    let all = PARTS.map(|name| (name.to_owned(), count(name)));
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// Trainable numbers.
pub fn parameters(plan: &Plan) -> u64 {
    plan.parameters.iter().map(|p| p.len() as u64).sum()
}

/// Floating-point operations of a training step (one micro-batch of it, where there are several), from the plan of a forward pass over one batch.
pub fn flops_per_step(forward: &Plan) -> u64 {
    let of_node = |planned: &crate::plan::PlannedNode| planned.node.op.flops(&planned.input_types);
    3 * forward.nodes.iter().map(of_node).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{MlpKind, ModelConfig, NormKind, NormPlacement, Positions};
    use crate::ops::cross_entropy::CrossEntropy;
    use crate::optim::{Decay, Optimizer};
    use crate::train::{Recipe, Rows, evaluation, training};

    fn config(layers: u32, channels: u32, context: u32) -> ModelConfig {
        ModelConfig {
            layers,
            channels,
            context,
            ..ModelConfig::default()
        }
    }

    fn counted(config: &ModelConfig, vocabulary: usize) -> Vec<(String, u64)> {
        let recipe = Recipe {
            optimizer: Optimizer::Sgd {
                momentum: 0.0,
                decay: Decay::usual(0.0),
            },
            clip_norm: 0.0,
            batch: 1,
            accumulation: 1,
            loss: CrossEntropy::default(),
        };
        parameters_by_part(&training(config, vocabulary, Rows::windows(config), &recipe).unwrap())
    }

    fn total(config: &ModelConfig, vocabulary: usize) -> u64 {
        counted(config, vocabulary).iter().map(|part| part.1).sum()
    }

    #[test]
    fn the_reference_models_have_the_counted_parameters() {
        // counts of the PyTorch reference workloads S and M
        assert_eq!(total(&config(2, 64, 64), 65), 108_352);
        assert_eq!(total(&config(4, 128, 128), 256), 842_496);
        // GPT-2 small, as published
        let small = ModelConfig {
            heads: 12,
            ..config(12, 768, 1024)
        };
        assert_eq!(total(&small, 50_257), 124_439_808);
    }

    #[test]
    fn every_switch_counts() {
        let base = config(2, 64, 64);
        let of = |edit: &dyn Fn(&mut ModelConfig), part: &str| {
            let mut config = base.clone();
            edit(&mut config);
            let parts = counted(&config, 65);
            let found = parts.iter().find(|(name, _)| name == part);
            found.map_or(0, |(_, count)| *count)
        };
        assert_eq!(of(&|c| c.attention = false, "attention"), 0);
        assert_eq!(of(&|c| c.attention = false, "norms"), 3 * 128);
        assert_eq!(of(&|c| c.mlp = false, "MLP"), 0);
        assert_eq!(of(&|c| c.tied_head = false, "head"), 65 * 64);
        assert_eq!(
            of(&|c| c.positions = Positions::Rotary, "embeddings"),
            65 * 64
        );
        assert_eq!(of(&|c| c.norm = NormKind::RmsNorm, "norms"), 5 * 64);
        assert_eq!(
            of(&|c| c.norm_placement = NormPlacement::Post, "norms"),
            4 * 128
        );
        assert_eq!(of(&|c| c.norm_placement = NormPlacement::None, "norms"), 0);
        // 8/3 · 64 = 170.7, rounded up to 176
        assert_eq!(
            of(&|c| c.mlp_kind = MlpKind::SwiGlu, "MLP"),
            2 * (3 * 64 * 176 + 2 * 176 + 64)
        );
    }

    #[test]
    fn flops_by_hand() {
        // S, B = 16: tokens 1024; per token 2 layers × (2·12·64² + 2·64·65) + 2·65·64
        let per_token = 2 * (2 * 12 * 4096 + 2 * 64 * 65) + 2 * 65 * 64;
        let small = config(2, 64, 64);
        let plan = evaluation(&small, 65, Rows::windows(&small), 16).unwrap();
        assert_eq!(flops_per_step(&plan), 3 * 1024 * per_token);
    }
}
