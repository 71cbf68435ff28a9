//! Filling blanks: the text, which of its tokens are hidden, and what the model would put there.

use std::collections::BTreeSet;

use super::asked::Asked;
use crate::session::protocol::TokenScore;
use crate::session::questions::{Question, Told};

/// How a blank is written.
pub const MASK: &str = "[MASK]";

/// What the model said of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filled {
    pub text: String,
    pub tokens: Vec<TokenScore>,
}

/// How a hidden token fares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Its place among the candidates, from 1; none where it is not among them.
    pub rank: Option<usize>,
    /// Its probability.
    pub probability: f32,
}

/// The text with its blanks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fill {
    pub text: String,
    /// Tokens that are hidden, counted as the text is cut.
    pub hidden: BTreeSet<u32>,
    pub asked: Asked<Filled>,
}

impl Fill {
    /// Another text: its tokens are not known yet, so none is hidden.
    pub fn set_text(&mut self, text: String) {
        if text != self.text {
            self.text = text;
            self.hidden.clear();
        }
    }

    /// A model is there: of another one nothing stays, since it may cut the text elsewhere.
    pub fn met(&mut self, model: u32) -> bool {
        let is_other = self.asked.met(model);
        if is_other {
            self.hidden.clear();
        }
        is_other
    }

    /// The question; none where nothing is hidden of a text whose tokens are known already. To know them something has to be: the first.
    pub fn question(&self) -> Option<Question> {
        let mut hidden: Vec<u32> = self.hidden.iter().copied().collect();
        if hidden.is_empty() && !self.text.contains(MASK) {
            if !self.tokens().is_empty() {
                return None;
            }
            hidden.push(0);
        }
        Some(Question::Fill {
            text: self.text.clone(),
            hidden,
        })
    }

    pub fn hear(&mut self, text: &str, told: Told, is_last: bool) {
        self.asked.hear(told, is_last, |answer, told| {
            if let Told::Filled { tokens } = told {
                *answer = Some(Filled {
                    text: text.to_owned(),
                    tokens,
                });
            }
        });
    }

    /// The tokens of the text as it is now.
    pub fn tokens(&self) -> &[TokenScore] {
        match &self.asked.answer {
            Some(filled) if filled.text == self.text => &filled.tokens,
            _ => &[],
        }
    }

    /// Hides a token, or shows it again. Whether it can be: a blank that is written hides nothing.
    pub fn toggle(&mut self, index: usize) -> bool {
        let can = self
            .tokens()
            .get(index)
            .is_some_and(|token| !is_blank(token));
        let index = index as u32;
        if can && !self.hidden.remove(&index) {
            self.hidden.insert(index);
        }
        can
    }

    /// The first blank of a text that has none: a token in the middle, so that there is something to see.
    pub fn begin(&mut self) -> bool {
        let count = self.tokens().len();
        let has_blank = self.tokens().iter().any(is_blank);
        !has_blank && self.hidden.is_empty() && count > 1 && self.toggle(count / 2)
    }

    /// The masked tokens with their places.
    pub fn blanks(&self) -> Vec<(usize, &TokenScore)> {
        let is_masked = |(index, token): &(usize, &TokenScore)| {
            is_blank(token) || self.hidden.contains(&(*index as u32))
        };
        self.tokens().iter().enumerate().filter(is_masked).collect()
    }
}

/// Whether it is a written blank.
pub fn is_blank(token: &TokenScore) -> bool {
    token.text == MASK && token.bytes.is_empty()
}

/// How the hidden token fares; none for a written blank, and until there is an answer.
pub fn truth(token: &TokenScore) -> Option<Truth> {
    let probability = token.log_probability?.exp();
    let rank = token.candidates.iter().position(|it| it.id == token.id);
    Some(Truth {
        rank: rank.map(|place| place + 1),
        probability,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::protocol::Candidate;

    fn token(id: u32, text: &str) -> TokenScore {
        TokenScore {
            id,
            text: text.into(),
            bytes: text.into(),
            log_probability: None,
            candidates: vec![],
        }
    }

    fn blank() -> TokenScore {
        TokenScore {
            bytes: vec![],
            ..token(99, MASK)
        }
    }

    fn filled(text: &str, tokens: Vec<TokenScore>) -> Fill {
        let mut fill = Fill::default();
        fill.set_text(text.into());
        fill.hear(text, Told::Filled { tokens }, true);
        fill
    }

    #[test]
    fn tokens_are_hidden_and_shown_again() {
        let mut fill = filled("ab", vec![token(1, "a"), token(2, "b")]);
        assert!(fill.toggle(1));
        let question = Question::Fill {
            text: "ab".into(),
            hidden: vec![1],
        };
        assert_eq!(fill.question(), Some(question));
        let places: Vec<usize> = fill.blanks().iter().map(|it| it.0).collect();
        assert_eq!(places, [1]);
        assert!(fill.toggle(1));
        assert!(fill.hidden.is_empty());
        assert_eq!(fill.question(), None, "nothing is hidden");
        assert!(!fill.toggle(7), "there is no such token");
    }

    #[test]
    fn tokens_are_learned_by_hiding_the_first() {
        let mut fill = Fill::default();
        fill.set_text("ab".into());
        let asked = |fill: &Fill| match fill.question() {
            Some(Question::Fill { hidden, .. }) => hidden,
            other => panic!("{other:?}"),
        };
        assert_eq!(asked(&fill), [0]);
        assert!(fill.hidden.is_empty());
        fill.set_text("a[MASK]".into());
        assert!(asked(&fill).is_empty());
    }

    #[test]
    fn a_written_blank_hides_nothing_and_is_one_token() {
        let mut fill = filled("a[MASK]", vec![token(1, "a"), blank()]);
        assert!(!fill.toggle(1));
        assert!(!fill.begin(), "there is one already");
        assert_eq!(fill.blanks().len(), 1);
        // Brackets that a text spells are no blank.
        assert!(!is_blank(&token(5, MASK)));
    }

    #[test]
    fn a_text_without_blanks_begins_with_one() {
        let mut fill = filled("abc", ["a", "b", "c"].map(|it| token(0, it)).to_vec());
        assert!(fill.begin());
        assert_eq!(Vec::from_iter(&fill.hidden), [&1]);
        assert!(!fill.begin());
    }

    #[test]
    fn another_text_or_model_hides_nothing_of_the_old_one() {
        let mut fill = filled("ab", vec![token(1, "a"), token(2, "b")]);
        fill.toggle(0);
        fill.set_text("ab".into());
        assert_eq!(fill.hidden.len(), 1, "it is the same text");
        fill.set_text("abc".into());
        assert!(fill.hidden.is_empty() && fill.tokens().is_empty());
        let mut fill = filled("ab", vec![token(1, "a"), token(2, "b")]);
        fill.toggle(0);
        assert!(fill.met(5));
        assert!(fill.hidden.is_empty() && fill.tokens().is_empty());
        assert_eq!(fill.text, "ab", "what was written stays");
    }

    #[test]
    fn the_hidden_token_is_found_among_the_candidates() {
        let candidate = |id, probability| Candidate {
            id,
            text: String::new(),
            bytes: vec![],
            probability,
        };
        let mut hidden = token(2, "b");
        hidden.log_probability = Some(0.25f32.ln());
        hidden.candidates = vec![candidate(1, 0.5), candidate(2, 0.25)];
        let found = truth(&hidden).unwrap();
        assert_eq!(found.rank, Some(2));
        assert!((found.probability - 0.25).abs() < 1e-6);
        hidden.candidates.pop();
        assert_eq!(truth(&hidden).unwrap().rank, None);
        assert_eq!(truth(&blank()), None);
    }
}
