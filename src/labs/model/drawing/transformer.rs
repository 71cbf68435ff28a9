//! Steps of the Transformers, as `models/transformer.rs` wires them.

use super::{Link, Part, Plan, Step};
use crate::models::{Family, ModelConfig, NormPlacement, Positions};
use crate::session::config::Objective;

pub(super) fn decoder(config: &ModelConfig) -> Vec<Step> {
    let mut steps = vec![Step::Text(Part::Tokens)];
    embedded(config, &mut steps);
    blocks(config, Part::Attention, None, &mut steps);
    steps.push(Step::Box(Part::Head));
    if config.logit_cap > 0.0 {
        steps.push(Step::Box(Part::LogitCap));
    }
    steps.push(Step::Text(Part::Prediction));
    steps
}

pub(super) fn encoder(config: &ModelConfig, objective: Objective) -> Vec<Step> {
    let mut steps = vec![Step::Text(Part::Tokens)];
    embedded(config, &mut steps);
    blocks(config, Part::BothWays, None, &mut steps);
    if objective == Objective::NextSentence {
        steps.extend([
            Step::Beside(vec![Part::MaskedHead, Part::PairHead]),
            Step::Text(Part::Prediction),
            Step::Text(Part::PairPrediction),
        ]);
    } else {
        steps.extend([Step::Box(Part::MaskedHead), Step::Text(Part::Prediction)]);
    }
    steps
}

pub(super) fn encoder_decoder(config: &ModelConfig) -> Plan {
    let mut reader = vec![Step::Text(Part::Source)];
    embedded(config, &mut reader);
    blocks(config, Part::BothWays, None, &mut reader);
    reader.push(Step::Text(Part::Memory));
    let mut writer = vec![Step::Text(Part::Target)];
    embedded(config, &mut writer);
    let cross = Some(Part::CrossAttention);
    blocks(config, Part::Attention, cross, &mut writer);
    writer.extend([Step::Box(Part::Head), Step::Text(Part::Prediction)]);
    Plan {
        columns: vec![reader, writer],
        links: vec![Link {
            from: Part::Memory,
            to: Part::CrossAttention,
        }],
    }
}

fn embedded(config: &ModelConfig, steps: &mut Vec<Step>) {
    steps.push(Step::Box(Part::Embedding));
    if matches!(config.positions, Positions::Learned | Positions::Sinusoidal) {
        steps.push(Step::Box(Part::AddPositions));
    }
    if config.family == Family::Encoder {
        steps.push(Step::Box(Part::AddSegments));
    }
    let has_norm = config.family != Family::Decoder
        && config.norm_placement == NormPlacement::Post
        && config.positions == Positions::Learned;
    if has_norm {
        steps.push(Step::Box(Part::EmbeddingNorm));
    }
}

/// The repeated block with its frame, and the norm after the last.
fn blocks(config: &ModelConfig, attention: Part, cross: Option<Part>, steps: &mut Vec<Step>) {
    steps.push(Step::BlockStart);
    if config.is_parallel() {
        let both = Step::Beside(vec![attention, Part::Mlp]);
        sublayer(config, both, steps);
    } else {
        let parts = [
            config.attention.then_some(attention),
            cross,
            config.mlp.then_some(Part::Mlp),
        ];
        for part in parts.into_iter().flatten() {
            sublayer(config, Step::Box(part), steps);
        }
    }
    steps.push(Step::BlockEnd);
    if config.norm_placement == NormPlacement::Pre {
        steps.push(Step::Box(Part::FinalNorm));
    }
}

fn sublayer(config: &ModelConfig, core: Step, steps: &mut Vec<Step>) {
    if config.residual {
        steps.push(Step::Fork);
    }
    if config.norm_placement == NormPlacement::Pre {
        steps.push(Step::Box(Part::Norm));
    }
    steps.push(core);
    if config.residual {
        steps.push(Step::Add(None));
    }
    if config.norm_placement == NormPlacement::Post {
        steps.push(Step::Box(Part::Norm));
    }
}
