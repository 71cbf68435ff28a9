//! Choosing a family, and what it cannot do.

use super::state::{fit_heads, fit_key_heads};
use crate::models::{Family, NormPlacement};
use crate::session::config::Playground;
use crate::session::validate::objectives_of;

/// Most layers that a recurrent model is given when another family had more: a stack of many trains badly, and one launch a
/// layer and step of time adds up.
const MOST_RECURRENT_LAYERS: u32 = 4;

/// Makes a playground one of another family, with an objective and sizes it can have. What only other families have is left as it
/// is, so that coming back finds it again.
pub fn choose(playground: &mut Playground, family: Family) {
    let before = std::mem::replace(&mut playground.model.family, family);
    let fitting = objectives_of(family);
    let objective = playground.objective.objective;
    if !fitting.contains(&objective) {
        // Pairs of questions and answers stay what they are.
        let alike = fitting
            .iter()
            .find(|it| objective.takes_pairs() && it.takes_pairs());
        playground.objective.objective = *alike.unwrap_or(&fitting[0]);
    }
    let model = &mut playground.model;
    // With its norms before, a small encoder stays at the frequencies of the letters for thousands of steps; BERT has them after.
    if before != family && family == Family::Encoder {
        model.norm_placement = NormPlacement::Post;
    } else if before == Family::Encoder && family.is_transformer() {
        model.norm_placement = NormPlacement::Pre;
    }
    if family.is_recurrent() {
        model.layers = model.layers.min(MOST_RECURRENT_LAYERS);
    }
    if family.is_transformer() {
        fit_heads(model);
        fit_key_heads(model);
    }
}

/// Something that a family cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    DoesNotGenerate,
    AnswersASource,
    SeesNoRight,
    /// It sees the last tokens, so many.
    SeesAWindow(u32),
    /// What it keeps of the past, numbers a layer.
    KeepsAState(u32),
    HasNoAttention,
    HasNoWeights,
}

/// What a playground's model cannot do, the heaviest first.
pub fn limits(playground: &Playground) -> Vec<Limit> {
    let model = &playground.model;
    let family = model.family;
    let mut limits = Vec::new();
    if family.has_source() {
        limits.push(Limit::AnswersASource);
    } else if family.predicts_next() {
        limits.push(Limit::SeesNoRight);
    } else {
        limits.push(Limit::DoesNotGenerate);
    }
    match family {
        Family::Ngram => limits.push(Limit::SeesAWindow(model.order.saturating_sub(1))),
        Family::FeedForward => limits.push(Limit::SeesAWindow(model.window)),
        Family::Rnn | Family::Gru => limits.push(Limit::KeepsAState(model.channels)),
        Family::Lstm => limits.push(Limit::KeepsAState(2 * model.channels)),
        Family::Decoder | Family::Encoder | Family::EncoderDecoder | Family::Seq2Seq => {}
    }
    if !family.is_transformer() && !family.has_source() {
        limits.push(Limit::HasNoAttention);
    }
    if !family.is_neural() {
        limits.push(Limit::HasNoWeights);
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::playground;
    use super::*;
    use crate::models::Positions;
    use crate::session::config::Objective;
    use crate::session::validate::validate;

    #[test]
    fn from_every_family_to_every_other_nothing_has_to_be_adjusted() {
        for first in Family::ALL {
            for second in Family::ALL {
                let mut playground = playground();
                playground.model.layers = 12;
                choose(&mut playground, first);
                choose(&mut playground, second);
                assert_eq!(playground.model.family, second);
                assert_eq!(validate(&mut playground), [], "{first:?} {second:?}");
            }
        }
    }

    #[test]
    fn heads_fit_the_channels_that_another_family_chose() {
        let mut playground = playground();
        choose(&mut playground, Family::Gru);
        playground.model.channels = 56;
        playground.model.heads = 16;
        playground.model.kv_heads = 5;
        playground.model.positions = Positions::Rotary;
        choose(&mut playground, Family::Decoder);
        assert_eq!(playground.model.channels, 56);
        assert_eq!(validate(&mut playground), []);
    }

    #[test]
    fn pairs_stay_pairs_and_a_fitting_objective_stays() {
        let mut playground = playground();
        playground.objective.objective = Objective::Prompted;
        choose(&mut playground, Family::EncoderDecoder);
        assert_eq!(playground.objective.objective, Objective::TextToText);
        choose(&mut playground, Family::Seq2Seq);
        assert_eq!(playground.objective.objective, Objective::TextToText);
        choose(&mut playground, Family::Encoder);
        assert_eq!(playground.objective.objective, Objective::Masked);
        choose(&mut playground, Family::Decoder);
        assert_eq!(playground.objective.objective, Objective::Causal);
    }

    #[test]
    fn an_encoder_has_its_norms_where_it_learns_soon() {
        let mut playground = playground();
        choose(&mut playground, Family::Encoder);
        assert_eq!(playground.model.norm_placement, NormPlacement::Post);
        choose(&mut playground, Family::Decoder);
        assert_eq!(playground.model.norm_placement, NormPlacement::Pre);
    }

    #[test]
    fn coming_back_finds_what_was_set() {
        let before = playground();
        let mut playground = before.clone();
        choose(&mut playground, Family::Ngram);
        choose(&mut playground, Family::Decoder);
        assert_eq!(playground, before);
    }

    #[test]
    fn every_family_says_what_it_cannot_do() {
        let of = |family| {
            let mut playground = playground();
            choose(&mut playground, family);
            limits(&playground)
        };
        for family in Family::ALL {
            let first = of(family)[0];
            assert_eq!(first == Limit::SeesNoRight, family.predicts_next());
            assert_eq!(first == Limit::AnswersASource, family.has_source());
        }
        assert_eq!(of(Family::Encoder), [Limit::DoesNotGenerate]);
        assert_eq!(of(Family::Decoder), [Limit::SeesNoRight]);
        assert!(of(Family::Lstm).contains(&Limit::KeepsAState(128)));
        assert!(of(Family::Ngram).contains(&Limit::HasNoWeights));
    }
}
