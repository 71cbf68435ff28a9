//! An answer to a source, token by token: a forward pass of encoder and decoder for each, of which the last place is read. What
//! stands after it cannot be seen from it.

use super::framing::Framing;
use super::{Advance, Answering, Piece, Trouble, piece};
use crate::ops::sampler::{DrawSettings, draw};
use crate::rng;
use crate::session::config::SamplingConfig;
use crate::session::protocol::TokenScore;
use crate::session::questions::Told;
use crate::tokenizer::StreamDecoder;
use crate::worker::engine::Active;
use crate::worker::prepare::{token_bytes, token_text};
use crate::worker::writing::{candidates, log_softmax, settings};

pub struct Respond {
    source: String,
    sampling: SamplingConfig,
    /// Once it is begun.
    framing: Option<Framing>,
    answer: Vec<u32>,
    decoder: StreamDecoder,
}

impl Respond {
    pub fn new(source: String, sampling: SamplingConfig) -> Self {
        Self {
            source,
            sampling,
            framing: None,
            answer: Vec::new(),
            decoder: StreamDecoder::default(),
        }
    }

    /// The next token.
    async fn responded(&mut self, active: &mut Active) -> Result<Piece, Trouble> {
        let framing = match self.framing.take() {
            Some(framing) => framing,
            None => Framing::new(active, &self.source)?,
        };
        let logits = active
            .run
            .logits_at(&[framing.row(&self.answer)], 1)
            .await?;
        let id = self.drawn(&logits);
        self.answer.push(id);
        let most = (self.sampling.max_tokens as usize).clamp(1, framing.most_tokens);
        let is_last = id == framing.end || self.answer.len() >= most;
        self.framing = Some(framing);
        let tokenizer = &*active.texts.tokenizer;
        let mut text = if id < tokenizer.vocabulary_size() {
            self.decoder.push(tokenizer, id)
        } else {
            self.decoder.finish() + &token_text(tokenizer, id)
        };
        if is_last {
            text += &self.decoder.finish();
            active.run.end_question();
        }
        let log_probabilities = log_softmax(&logits);
        let token = TokenScore {
            id,
            text,
            bytes: token_bytes(tokenizer, id),
            log_probability: Some(log_probabilities[id as usize]),
            candidates: candidates(tokenizer, &log_probabilities),
        };
        let told = Told::Responded {
            tokens: vec![token],
        };
        Ok(Piece { told, is_last })
    }

    /// What is drawn at a place depends on the seed and the place alone.
    fn drawn(&self, logits: &[f32]) -> u32 {
        let settings: DrawSettings = settings(&self.sampling);
        let key = rng::stream_key(self.sampling.seed, 0);
        let bits = rng::random_u32(key, rng::stream::SAMPLING, self.answer.len() as u32);
        draw(logits, settings, rng::uniform01(bits))
    }
}

impl Answering for Respond {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move { piece(self.responded(active).await) })
    }
}
