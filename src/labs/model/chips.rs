//! Small experiments with each family: what to press, and the edit of the draft.

use crate::models::{AttentionPattern, Family, MlpKind, NormKind, NormPlacement, Positions};
use crate::models::{ModelConfig, Smoothing};
use crate::session::config::{Corpus, Masking, Objective, ObjectiveConfig, Playground, TaskKind};
use crate::session::field::Field;
use crate::session::validate::range;
use crate::words::Words;

/// Its name, and the edit.
pub type Chip = (fn(&'static Words) -> &'static str, fn(&mut Playground));

/// The experiments of a family.
pub fn chips(family: Family) -> &'static [Chip] {
    match family {
        Family::Ngram => &NGRAM,
        Family::FeedForward => &FEED_FORWARD,
        Family::Rnn | Family::Gru => &RECURRENT,
        Family::Lstm => &LSTM,
        Family::Seq2Seq => &SEQ2SEQ,
        Family::Decoder => &DECODER,
        Family::Encoder => &ENCODER,
        Family::EncoderDecoder => &ENCODER_DECODER,
    }
}

const NGRAM: [Chip; 3] = [
    (
        |w| w.families.try_no_smoothing,
        |p| p.model.smoothing = Smoothing::MaximumLikelihood,
    ),
    (|w| w.families.try_bigram, |p| p.model.order = 2),
    (
        |w| w.families.try_back_off,
        |p| p.model.smoothing = Smoothing::StupidBackOff,
    ),
];

const FEED_FORWARD: [Chip; 3] = [
    (|w| w.families.try_direct, |p| p.model.direct = true),
    (
        |w| w.families.try_wider,
        |p| {
            let most = range(Field::Window).map_or(1, |(_, most)| most as u32);
            p.model.window = (2 * p.model.window).min(most);
        },
    ),
    (|w| w.families.try_neural_bigram, |p| p.model.window = 1),
];

const TWO_LAYERS: Chip = (
    |w| w.families.try_two_layers,
    |p| {
        p.model.layers = 2;
        p.model.dropout = 0.2;
    },
);

const CARRIED: Chip = (|w| w.families.try_carried, |p| p.model.carried_state = true);

const NO_FORGET_BIAS: Chip = (
    |w| w.families.try_no_forget_bias,
    |p| p.model.forget_bias = 0.0,
);

const RECURRENT: [Chip; 2] = [TWO_LAYERS, CARRIED];

const LSTM: [Chip; 3] = [TWO_LAYERS, CARRIED, NO_FORGET_BIAS];

/// Examples that are short enough for any context that is usual here.
const SUMS: Chip = (
    |w| w.families.try_sums,
    |p| {
        p.corpus = Corpus::Task;
        p.task.choose(TaskKind::Addition);
        p.objective.objective = Objective::TextToText;
    },
);

const SEQ2SEQ: [Chip; 2] = [SUMS, NO_FORGET_BIAS];

const DECODER: [Chip; 9] = [
    (|w| w.model.try_no_residual, |p| p.model.residual = false),
    (
        |w| w.model.try_no_positions,
        |p| p.model.positions = Positions::None,
    ),
    (|w| w.model.try_no_attention, |p| p.model.attention = false),
    (
        |w| w.model.try_llama,
        |p| {
            p.model.norm = NormKind::RmsNorm;
            p.model.positions = Positions::Rotary;
            p.model.mlp_kind = MlpKind::SwiGlu;
            p.model.bias = false;
        },
    ),
    (|w| w.families.try_grouped, |p| group_queries(&mut p.model)),
    (
        |w| w.families.try_sparse,
        |p| {
            p.model.pattern = AttentionPattern::Window;
            p.model.span = (p.model.context / 8).max(1);
            p.model.alternating = true;
        },
    ),
    (
        |w| w.families.try_parallel,
        |p| {
            p.model.parallel = true;
            p.model.attention = true;
            p.model.mlp = true;
        },
    ),
    (
        |w| w.families.try_caps,
        |p| {
            p.model.score_cap = 50.0;
            p.model.logit_cap = 30.0;
        },
    ),
    (|w| w.families.qk_norm, |p| p.model.qk_norm = true),
];

/// A quarter of the heads for keys and values, or as near as divides them.
fn group_queries(model: &mut ModelConfig) {
    let heads = model.heads;
    let divides = |some: &u32| heads.is_multiple_of(*some);
    model.kv_heads = (1..=(heads / 4).max(1)).rev().find(divides).unwrap_or(1);
}

const ENCODER: [Chip; 4] = [
    (
        |w| w.families.try_bert,
        |p| {
            as_first(&mut p.model, Positions::Learned, MlpKind::GeluErf);
            p.objective = ObjectiveConfig {
                objective: Objective::NextSentence,
                masking: Masking::Static,
                ..ObjectiveConfig::default()
            };
        },
    ),
    (
        |w| w.families.try_roberta,
        |p| {
            as_first(&mut p.model, Positions::Learned, MlpKind::GeluErf);
            p.objective = ObjectiveConfig {
                objective: Objective::Masked,
                ..ObjectiveConfig::default()
            };
        },
    ),
    (
        |w| w.families.try_mask_more,
        |p| p.objective.mask_rate = 0.4,
    ),
    (
        |w| w.objectives.whole_words,
        |p| p.objective.whole_words = true,
    ),
];

const ENCODER_DECODER: [Chip; 4] = [
    (
        |w| w.families.try_original,
        |p| as_first(&mut p.model, Positions::Sinusoidal, MlpKind::Relu),
    ),
    (
        |w| w.families.try_bart,
        |p| {
            as_first(&mut p.model, Positions::Learned, MlpKind::GeluErf);
            p.objective = ObjectiveConfig {
                objective: Objective::Denoising,
                ..ObjectiveConfig::default()
            };
        },
    ),
    (
        |w| w.families.try_t5,
        |p| {
            p.model.norm_placement = NormPlacement::Pre;
            p.model.norm = NormKind::RmsNorm;
            p.model.positions = Positions::Relative;
            p.model.mlp_kind = MlpKind::Relu;
            p.model.bias = false;
            p.objective = ObjectiveConfig {
                objective: Objective::Spans,
                ..ObjectiveConfig::default()
            };
        },
    ),
    SUMS,
];

/// Blocks as those of 2017, which BERT and BART kept: LayerNorm after each sum, biases everywhere.
fn as_first(model: &mut ModelConfig, positions: Positions, mlp_kind: MlpKind) {
    model.norm_placement = NormPlacement::Post;
    model.norm = NormKind::LayerNorm;
    model.positions = positions;
    model.mlp_kind = mlp_kind;
    model.bias = true;
    model.residual = true;
}

#[cfg(test)]
mod tests {
    use super::super::family::choose;
    use super::super::state::tests::playground;
    use super::*;
    use crate::session::field::pending;
    use crate::session::offered::is_offered;
    use crate::session::validate::validate;

    fn of(family: Family) -> Playground {
        let mut playground = playground();
        choose(&mut playground, family);
        playground
    }

    #[test]
    fn every_experiment_is_valid_as_it_is() {
        for family in Family::ALL {
            for (_, edit) in chips(family) {
                let mut playground = of(family);
                edit(&mut playground);
                assert_eq!(playground.model.family, family);
                assert_eq!(validate(&mut playground), [], "{family:?}");
            }
        }
    }

    /// From the usual configuration or from that of another experiment, in settings that act.
    #[test]
    fn every_experiment_changes_something_that_acts() {
        for family in Family::ALL {
            let mut starts = vec![of(family)];
            for (_, edit) in chips(family) {
                let mut playground = of(family);
                edit(&mut playground);
                starts.push(playground);
            }
            for (name, edit) in chips(family) {
                let acts = starts.iter().any(|start| {
                    let mut playground = start.clone();
                    edit(&mut playground);
                    let changed = pending(start, &playground);
                    !changed.is_empty()
                        && changed.iter().all(|field| is_offered(*field, &playground))
                });
                let words = crate::words::in_language(crate::words::Language::English);
                assert!(acts, "{family:?}: {}", name(words));
            }
        }
    }
}
