//! Which place of a text and which token are explained by the counts of an n-gram model, and what the explanation says.

use crate::models::ngram::{Explanation, Step};
use crate::session::questions::{Counted, Question};

/// What is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chosen {
    /// Tokens of the text before the explained one; none for all of them.
    pub place: Option<u32>,
    /// The explained token, where it is not the one that the place says.
    pub token: Option<u32>,
    /// The step of the chain whose formula is shown; 0 is the longest context.
    pub step: usize,
}

impl Chosen {
    /// Another place explains its own token.
    pub fn go_to(&mut self, place: u32) {
        *self = Self {
            place: Some(place),
            ..Self::default()
        };
    }

    /// Another token at the same place.
    pub fn explain(&mut self, token: u32) {
        self.token = Some(token);
    }

    /// What to ask the model. A place beyond the text is its end.
    pub fn question(self, text: String) -> Question {
        Question::Counts {
            text,
            place: self.place,
            token: self.token,
        }
    }
}

/// The context of a step, from its first token to its last.
pub fn context_of<'a>(counted: &'a Counted, step: &Step) -> &'a [(u32, String)] {
    let all = &counted.context;
    &all[all.len().saturating_sub(step.context.len())..]
}

/// The step that is shown: the chosen one, or the last of a shorter chain.
pub fn shown_step(explanation: &Explanation, chosen: usize) -> usize {
    chosen.min(explanation.steps.len().saturating_sub(1))
}

/// What the steps add up to; the probability, but for rounding.
pub fn sum_of(explanation: &Explanation) -> f64 {
    let steps = explanation.steps.iter();
    steps.map(|step| step.contribution).sum()
}

/// How much of the probability a step brings, 0..=1.
pub fn share_of(explanation: &Explanation, step: &Step) -> f64 {
    if explanation.probability > 0.0 {
        step.contribution / explanation.probability
    } else {
        0.0
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::models::ngram::{Ngram, NgramConfig, Smoothing};

    pub const SMOOTHINGS: [Smoothing; 4] = [
        Smoothing::MaximumLikelihood,
        Smoothing::AddK,
        Smoothing::StupidBackOff,
        Smoothing::KneserNey,
    ];

    /// a b a a b c a b, of the vocabulary {a, b, c, d}.
    const TEXT: [u32; 8] = [0, 1, 0, 0, 1, 2, 0, 1];
    const NAMES: [&str; 5] = ["a", "b", "<c>", "d", "?"];

    /// An explanation as the engine gives it.
    pub fn counted(smoothing: Smoothing, order: u32, context: &[u32], token: u32) -> Counted {
        let config = NgramConfig {
            order,
            smoothing,
            add_k: 0.5,
            back_off: 0.4,
        };
        let model = Ngram::train(&TEXT, 4, &config).unwrap();
        let named = |&id: &u32| (id, NAMES[id as usize].to_owned());
        let seen = context.len().min(order as usize - 1);
        let context: Vec<_> = context.iter().map(named).collect();
        Counted {
            tokens: context.iter().map(|(_, text)| text.clone()).collect(),
            place: context.len() as u32,
            explanation: model.explain(&context.iter().map(|it| it.0).collect::<Vec<_>>(), token),
            context: context[context.len() - seen..].to_vec(),
            text: NAMES[token as usize].to_owned(),
            next: vec![],
        }
    }

    #[test]
    fn the_steps_add_up_whatever_the_smoothing_and_the_order() {
        for smoothing in SMOOTHINGS {
            for order in 1..=8 {
                for (context, token) in [
                    (&[0, 1][..], 2),
                    (&[0, 1, 0, 0, 1, 2, 0], 1),
                    (&[3, 3], 0),
                    (&[], 1),
                    (&[1, 0, 3], 3),
                ] {
                    let told = counted(smoothing, order, context, token);
                    let explanation = &told.explanation;
                    let difference = sum_of(explanation) - explanation.probability;
                    assert!(difference.abs() < 1e-12, "{smoothing:?} {order}: {told:?}");
                    let shares = explanation.steps.iter().map(|it| share_of(explanation, it));
                    let whole: f64 = shares.sum();
                    let expected = f64::from(u8::from(explanation.probability > 0.0));
                    assert!((whole - expected).abs() < 1e-9, "{smoothing:?} {order}");
                }
            }
        }
    }

    #[test]
    fn a_token_outside_the_vocabulary_has_no_probability_and_no_shares() {
        let told = counted(Smoothing::KneserNey, 3, &[0, 1], 4);
        let explanation = &told.explanation;
        assert_eq!(explanation.probability, 0.0);
        for step in &explanation.steps {
            assert_eq!(share_of(explanation, step), 0.0);
        }
    }

    #[test]
    fn contexts_of_shorter_steps_lose_their_first_tokens() {
        let told = counted(Smoothing::KneserNey, 3, &[2, 0, 1], 2);
        let texts: Vec<String> = told
            .explanation
            .steps
            .iter()
            .map(|step| {
                let context = context_of(&told, step).iter().map(|it| it.1.as_str());
                context.collect()
            })
            .collect();
        assert_eq!(texts, ["ab", "b", "", ""]);
        assert_eq!(shown_step(&told.explanation, 9), 3);
    }

    #[test]
    fn another_place_explains_its_own_token() {
        let mut chosen = Chosen::default();
        chosen.explain(7);
        chosen.step = 2;
        let question = chosen.question("ab".into());
        let expected = Question::Counts {
            text: "ab".into(),
            place: None,
            token: Some(7),
        };
        assert_eq!(question, expected);
        chosen.go_to(4);
        assert_eq!(
            (chosen.place, chosen.token, chosen.step),
            (Some(4), None, 0)
        );
    }
}
