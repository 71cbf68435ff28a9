//! Which settings mean something for a configuration. What means nothing is not shown by the page, not written into links, and
//! left out, with a word about it, when a link has it.

use super::config::{Objective, Playground};
use super::field::Field;
use super::validate::objectives_of;
use crate::models::Initialisation;
use crate::models::{AttentionPattern, Family, Smoothing};

/// Whether `field` acts in this configuration.
pub fn is_offered(field: Field, playground: &Playground) -> bool {
    let model = &playground.model;
    let family = model.family;
    let objective = playground.objective.objective;
    match field {
        Field::Layers => family.is_transformer() || family.is_recurrent(),
        Field::Heads
        | Field::Bias
        | Field::NormPlacement
        | Field::Norm
        | Field::Positions
        | Field::Attention
        | Field::Mlp
        | Field::MlpKind
        | Field::Residual => family.is_transformer(),
        Field::ZeroProjections => family.is_transformer() && model.residual,
        Field::KvHeads
        | Field::QkNorm
        | Field::Pattern
        | Field::Parallel
        | Field::ScoreCap
        | Field::LogitCap => family == Family::Decoder,
        Field::Span | Field::Alternating => {
            family == Family::Decoder && model.pattern != AttentionPattern::Dense
        }
        Field::TiedHead => family == Family::Decoder || family.is_recurrent(),
        Field::Dropout => family.is_transformer() || family.is_recurrent(),
        Field::Window | Field::HiddenUnits | Field::Direct => family == Family::FeedForward,
        Field::ForgetBias => matches!(family, Family::Lstm | Family::Seq2Seq),
        Field::CarriedState => family.is_recurrent(),
        Field::Accumulation => {
            family.is_neural() && !(family.is_recurrent() && model.carried_state)
        }
        Field::Order | Field::Smoothing => family == Family::Ngram,
        Field::AddK => family == Family::Ngram && model.smoothing == Smoothing::AddK,
        Field::BackOff => family == Family::Ngram && model.smoothing == Smoothing::StupidBackOff,
        Field::InitialStd => family.is_neural() && model.initialisation == Initialisation::Normal,
        Field::Objective => objectives_of(family).len() > 1,
        Field::MaskRate
        | Field::MaskShare
        | Field::RandomShare
        | Field::UnchangedShare
        | Field::Masking
        | Field::WholeWords => objective.is_bidirectional(),
        Field::NoiseMask
        | Field::NoiseDelete
        | Field::Infill
        | Field::InfillMean
        | Field::Permute
        | Field::Rotate => objective == Objective::Denoising,
        Field::SpanRate | Field::SpanMean => objective == Objective::Spans,
        Field::Channels
        | Field::Initialisation
        | Field::Optimizer
        | Field::LearningRate
        | Field::Schedule
        | Field::WarmupSteps
        | Field::TotalSteps
        | Field::FinalFraction
        | Field::Beta1
        | Field::Beta2
        | Field::Epsilon
        | Field::WeightDecay
        | Field::EmbeddingDecay
        | Field::VectorDecay
        | Field::LabelSmoothing
        | Field::ZLoss
        | Field::TargetLoss
        | Field::Momentum
        | Field::ClipNorm
        | Field::SampleEvery
        | Field::ValidationEvery => family.is_neural(),
        _ => true,
    }
}

/// Gives every setting that is not offered the value it has in `base`.
pub fn settle(playground: &mut Playground, base: &Playground) {
    for &field in Field::ALL {
        if !is_offered(field, playground) {
            field.write(playground, &field.read(base));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets;

    #[test]
    fn every_family_has_settings_of_its_own() {
        let offered = |family| {
            let mut playground = presets::first_minute();
            playground.model.family = family;
            let all = Field::ALL.iter().copied();
            all.filter(|&field| is_offered(field, &playground))
                .collect::<Vec<_>>()
        };
        assert!(offered(Family::Ngram).contains(&Field::Order));
        assert!(!offered(Family::Ngram).contains(&Field::LearningRate));
        assert!(offered(Family::Lstm).contains(&Field::ForgetBias));
        assert!(!offered(Family::Gru).contains(&Field::ForgetBias));
        assert!(!offered(Family::Lstm).contains(&Field::Heads));
        assert!(!offered(Family::Encoder).contains(&Field::KvHeads));
        for family in Family::ALL {
            let fields = offered(family);
            for field in [Field::Family, Field::Corpus, Field::Tokenizer, Field::Seed] {
                assert!(fields.contains(&field), "{family:?} {field}");
            }
        }
    }

    #[test]
    fn settings_that_depend_on_others_come_and_go_with_them() {
        let mut playground = presets::first_minute();
        assert!(!is_offered(Field::Span, &playground));
        playground.model.pattern = AttentionPattern::Window;
        assert!(is_offered(Field::Span, &playground));
        assert!(!is_offered(Field::InitialStd, &playground));
        playground.model.initialisation = Initialisation::Normal;
        assert!(is_offered(Field::InitialStd, &playground));
    }

    #[test]
    fn settling_touches_only_what_is_not_offered() {
        let base = presets::first_minute();
        let mut playground = base.clone();
        playground.model.layers = 3;
        playground.model.order = 2;
        settle(&mut playground, &base);
        assert_eq!(playground.model.layers, 3);
        assert_eq!(playground.model.order, base.model.order);
    }
}
