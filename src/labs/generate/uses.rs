//! What a model can be used for, by its family, and why not.

use crate::models::Family;
use crate::words::Words;

/// A use of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Write on from a prompt; score a text by the chain rule.
    Continue,
    /// Say what stands at masked places; pseudo-perplexity.
    Fill,
    /// Answer a source.
    Respond,
    /// A vector for a text.
    Embed,
}

/// Picks a text of the uses.
pub type Pick = fn(&'static Words) -> &'static str;

impl Use {
    pub const ALL: [Self; 4] = [Self::Continue, Self::Fill, Self::Respond, Self::Embed];

    /// What a model of this family is trained for.
    pub fn own(family: Family) -> Self {
        if family.predicts_next() {
            Self::Continue
        } else if family.has_source() {
            Self::Respond
        } else {
            Self::Fill
        }
    }

    /// Why a model of this family cannot be used so, with what can be done instead.
    pub fn refusal(self, family: Family) -> Option<Pick> {
        match self {
            Self::Embed if family == Family::Ngram => Some(|w| w.uses.no_vectors),
            Self::Embed if family.has_source() => Some(|w| w.uses.vectors_of_tokens_only),
            Self::Embed => None,
            own if own == Self::own(family) => None,
            Self::Continue if family == Family::Encoder => Some(|w| w.uses.encoder_writes_nothing),
            Self::Continue => Some(|w| w.uses.answers_only),
            Self::Fill if family.has_source() => Some(|w| w.uses.fills_by_answering),
            Self::Fill if family == Family::Decoder => Some(|w| w.uses.decoder_fills_nothing),
            Self::Fill => Some(|w| w.uses.reads_backwards_only),
            Self::Respond if family == Family::Encoder => Some(|w| w.uses.encoder_answers_nothing),
            Self::Respond => Some(|w| w.uses.no_source),
        }
    }

    pub fn name(self) -> Pick {
        match self {
            Self::Continue => |w| w.uses.write_on,
            Self::Fill => |w| w.uses.fill_in,
            Self::Respond => |w| w.uses.text_to_text,
            Self::Embed => |w| w.uses.embeddings,
        }
    }
}

/// The use on show: the chosen one, or what the model is trained for. A choice belongs to the family it was made for.
pub fn shown(chosen: Option<(Family, Use)>, family: Family) -> Use {
    match chosen {
        Some((of, chosen)) if of == family => chosen,
        _ => Use::own(family),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, in_language};

    #[test]
    fn every_family_does_what_it_is_trained_for_and_says_why_not_the_rest() {
        for family in Family::ALL {
            let able = |it: &Use| it.refusal(family).is_none();
            assert!(able(&Use::own(family)), "{family:?}");
            let able: Vec<Use> = Use::ALL.into_iter().filter(able).collect();
            let expected = match family {
                Family::Ngram => vec![Use::Continue],
                Family::EncoderDecoder | Family::Seq2Seq => vec![Use::Respond],
                _ => vec![Use::own(family), Use::Embed],
            };
            assert_eq!(able, expected, "{family:?}");
        }
    }

    #[test]
    fn a_refusal_names_a_cure() {
        let w = in_language(Language::English);
        for family in Family::ALL {
            for refusal in Use::ALL.iter().filter_map(|it| it.refusal(family)) {
                let text = refusal(w);
                assert!(
                    text.contains(": ") && text.matches(". ").count() >= 1,
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn another_family_opens_with_its_own_use() {
        let chosen = Some((Family::Decoder, Use::Fill));
        assert_eq!(shown(chosen, Family::Decoder), Use::Fill);
        assert_eq!(shown(chosen, Family::Seq2Seq), Use::Respond);
        assert_eq!(shown(None, Family::Encoder), Use::Fill);
    }
}
