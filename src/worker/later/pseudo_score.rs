//! Pseudo-log-likelihood (Wang and Cho 2019; Salazar et al. 2020): each token masked alone in turn, some places at a time.
//!
//! ```text
//! PLL(x) = Σ_t ln p(x_t | all others)        pseudo-perplexity = exp(−PLL / n)
//! ```
//!
//! No chain rule stands behind it: Σ is not the ln of a probability of the text, and it is not to be compared with a perplexity.

use super::fill::{check_family, masked};
use super::framing::{Framed, cut, specials};
use super::{Advance, Answering, Piece, Trouble, piece};
use crate::session::protocol::TokenScore;
use crate::session::questions::Told;
use crate::train::Row;
use crate::worker::engine::Active;

pub struct PseudoScore {
    text: String,
    /// Once it is begun.
    framed: Option<Framed>,
    tokens: Vec<TokenScore>,
}

impl PseudoScore {
    pub fn new(text: String) -> Self {
        Self {
            text,
            framed: None,
            tokens: Vec::new(),
        }
    }

    async fn scored(&mut self, active: &mut Active) -> Result<Piece, Trouble> {
        let framed = match self.framed.take() {
            Some(framed) => framed,
            None => self.begun(active)?,
        };
        let mask = specials(&*active.texts.tokenizer).mask();
        let batch = active.run.rows_at_once();
        let (start, count) = (self.tokens.len(), framed.text.len());
        let rows: Vec<Row> = (start..count.min(start + batch))
            .map(|place| {
                let mut row = framed.row.clone();
                row.inputs[place + 1] = mask;
                row.place = place as u32 + 1;
                row
            })
            .collect();
        let logits = active.run.logits_at(&rows, batch).await?;
        let tokenizer = &*active.texts.tokenizer;
        let of_rows = logits.chunks_exact(active.run.spec.vocabulary);
        let ids = framed.text[start..].iter();
        self.tokens.extend(
            ids.zip(of_rows)
                .map(|(&id, row)| masked(tokenizer, id, row)),
        );
        if self.tokens.len() < count {
            self.framed = Some(framed);
            let share = self.tokens.len() as f32 / count as f32;
            return Ok(Piece::more(Told::Progress(share)));
        }
        active.run.end_question();
        let tokens = std::mem::take(&mut self.tokens);
        let log_probabilities = tokens.iter().filter_map(|token| token.log_probability);
        let total: f64 = log_probabilities.map(f64::from).sum();
        Ok(Piece::last(Told::PseudoScored {
            tokens,
            total,
            pseudo_perplexity: (-total / count as f64).exp(),
        }))
    }

    fn begun(&self, active: &Active) -> Result<Framed, Trouble> {
        check_family(active.run.spec.model.family)?;
        let text = cut(&*active.texts.tokenizer, &self.text, &[]);
        if text.is_empty() {
            return Err("Write some text to score.".into());
        }
        Ok(Framed::new(active, text)?)
    }
}

impl Answering for PseudoScore {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move { piece(self.scored(active).await) })
    }
}
