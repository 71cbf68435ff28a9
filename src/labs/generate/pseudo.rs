//! The pseudo-perplexity of a text (Salazar et al. 2020): exp of minus the mean ln p of each token with it alone masked.

use super::asked::Asked;
use crate::session::protocol::TokenScore;
use crate::session::questions::Told;

/// A scored text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PseudoScored {
    pub tokens: Vec<TokenScore>,
    /// Σ ln p, nats.
    pub total: f64,
    pub pseudo_perplexity: f64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pseudo {
    pub text: String,
    pub asked: Asked<PseudoScored>,
}

impl Pseudo {
    pub fn hear(&mut self, told: Told, is_last: bool) {
        self.asked.hear(told, is_last, |answer, told| {
            if let Told::PseudoScored {
                tokens,
                total,
                pseudo_perplexity,
            } = told
            {
                *answer = Some(PseudoScored {
                    tokens,
                    total,
                    pseudo_perplexity,
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_no_answer() {
        let mut pseudo = Pseudo {
            text: "ab".into(),
            ..Pseudo::default()
        };
        pseudo.asked.sent(1);
        pseudo.hear(Told::Progress(0.5), false);
        assert!(pseudo.asked.answer.is_none() && pseudo.asked.is_waiting());
        let told = Told::PseudoScored {
            tokens: vec![],
            total: -2.0,
            pseudo_perplexity: 7.4,
        };
        pseudo.hear(told, true);
        assert_eq!(pseudo.asked.answer.unwrap().pseudo_perplexity, 7.4);
    }
}
