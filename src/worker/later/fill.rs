//! What stands at the masked places of a text (Devlin et al. 2019): one forward pass of an encoder over the text as its objective
//! frames examples, read at every masked place.

use super::framing::{Framed, cut, specials};
use super::{Advance, Answering, Piece, Trouble, piece};
use crate::data::objective::Objective;
use crate::models::Family;
use crate::session::protocol::TokenScore;
use crate::session::questions::Told;
use crate::tokenizer::Tokenizer;
use crate::worker::engine::Active;
use crate::worker::prepare::{token_bytes, token_text};
use crate::worker::writing::{candidates, log_softmax};

pub struct Fill {
    pub text: String,
    pub hidden: Vec<u32>,
}

impl Answering for Fill {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move { piece(self.filled(active).await) })
    }
}

impl Fill {
    async fn filled(&self, active: &mut Active) -> Result<Piece, Trouble> {
        check_family(active.run.spec.model.family)?;
        let tokenizer = &*active.texts.tokenizer;
        let specials = specials(tokenizer);
        let mut written = vec![specials.mask()];
        if active.playground.objective.objective == Objective::NextSentence {
            written.push(specials.sep());
        }
        let text = cut(tokenizer, &self.text, &written);
        if text.is_empty() {
            return Err("Write some text with a [MASK] in it.".into());
        }
        let Framed { text, mut row } = Framed::new(active, text)?;
        for &place in &self.hidden {
            if place as usize >= text.len() {
                let tokens = text.len();
                return Err(format!("The text has {tokens} tokens, so none can be hidden at place {place}. Hide others.").into());
            }
            row.inputs[place as usize + 1] = specials.mask();
        }
        if !row.inputs.contains(&specials.mask()) {
            return Err(
                "Write [MASK] where something is missing, or hide tokens of the text.".into(),
            );
        }
        let logits = active.run.logits_of(&row).await?;
        let tokenizer = &*active.texts.tokenizer;
        let of_places = logits.chunks_exact(active.run.spec.vocabulary).skip(1);
        let tokens = text.iter().zip(&row.inputs[1..]).zip(of_places);
        let tokens = tokens
            .map(|((&id, &read), logits)| {
                if read == specials.mask() {
                    masked(tokenizer, id, logits)
                } else {
                    plain(tokenizer, id)
                }
            })
            .collect();
        Ok(Piece::last(Told::Filled { tokens }))
    }
}

/// That only encoders fill masks.
pub fn check_family(family: Family) -> Result<(), String> {
    let reason = match family {
        Family::Encoder => return Ok(()),
        Family::Decoder => {
            "A decoder-only model sees only what stands before a mask, not what comes after it; let it write instead."
        }
        Family::EncoderDecoder | Family::Seq2Seq => {
            "This model fills no single places: it reads a source and writes an answer to the whole of it. Give it a source instead."
        }
        Family::Ngram | Family::FeedForward | Family::Rnn | Family::Gru | Family::Lstm => {
            "This model reads from left to right and sees only what stands before a mask; let it write instead."
        }
    };
    Err(reason.to_owned())
}

fn plain(tokenizer: &dyn Tokenizer, id: u32) -> TokenScore {
    TokenScore {
        id,
        text: token_text(tokenizer, id),
        bytes: token_bytes(tokenizer, id),
        log_probability: None,
        candidates: Vec::new(),
    }
}

/// A masked place, the token that it hides (or the mask that is written there) and the logits (V) at it. Its candidates are the
/// tokenizer's own tokens, with the probabilities that they have among all the model's ids.
pub fn masked(tokenizer: &dyn Tokenizer, id: u32, logits: &[f32]) -> TokenScore {
    let log_probabilities = log_softmax(logits);
    let own = tokenizer.vocabulary_size();
    let is_hidden = id < own;
    TokenScore {
        log_probability: is_hidden.then(|| log_probabilities[id as usize]),
        candidates: candidates(tokenizer, &log_probabilities[..own as usize]),
        ..plain(tokenizer, id)
    }
}
