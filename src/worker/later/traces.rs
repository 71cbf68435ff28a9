//! Hidden states and gates of a recurrent model over a text.

use super::{Advance, Answering, Piece};
use crate::session::questions::{Told, Traces};
use crate::worker::engine::Active;
use crate::worker::prepare::token_text;

/// Longest text that is looked at: a picture with more columns cannot be read.
const MOST_TOKENS: usize = 256;

/// See `Question::Trace`.
pub struct Trace {
    pub text: String,
    pub layer: u32,
}

impl Answering for Trace {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move {
            let (run, tokenizer) = (&mut active.run, &*active.texts.tokenizer);
            let model = &run.spec.model;
            if !model.family.is_recurrent() {
                let message =
                    "Only RNN, GRU and LSTM have a state to look at. Choose one in Model.";
                return Ok(Piece::failed(message));
            }
            let (layers, hidden) = (model.layers, model.channels);
            let layer = self.layer.min(layers - 1);
            let mut tokens = tokenizer.encode(&self.text);
            tokens.truncate(MOST_TOKENS.min(model.context as usize));
            if tokens.is_empty() {
                return Ok(Piece::failed("Write some text to look at."));
            }
            let series = run.traces(&tokens, layer).await?;
            Ok(Piece::last(Told::Traced(Box::new(Traces {
                step: run.step(),
                tokens: tokens.iter().map(|&id| token_text(tokenizer, id)).collect(),
                layers,
                layer,
                hidden,
                series,
            }))))
        })
    }
}
