//! A vector for a text: the mean of the last layer over the text's own tokens, those that frame it left out (mean pooling, as in
//! Reimers and Gurevych 2019). Models that read from left to right give one as well: there each token's vector knows only what stands
//! before it.

use super::framing::{Framed, too_long};
use super::{Advance, Answering, Piece, Trouble, piece};
use crate::models::Family;
use crate::session::questions::Told;
use crate::train::Row;
use crate::worker::engine::Active;

/// Most texts of a question.
const MOST_TEXTS: usize = 256;

pub struct Embed {
    texts: Vec<String>,
    /// Each text's row and the places of its own tokens in it, once they are made.
    rows: Vec<(Row, std::ops::Range<usize>)>,
    vectors: Vec<Vec<f32>>,
}

impl Embed {
    pub fn new(texts: Vec<String>) -> Self {
        Self {
            texts,
            rows: Vec::new(),
            vectors: Vec::new(),
        }
    }

    async fn embedded(&mut self, active: &mut Active) -> Result<Piece, Trouble> {
        if self.rows.is_empty() {
            self.begin(active)?;
        }
        let batch = active.run.rows_at_once();
        let start = self.vectors.len();
        let some = &self.rows[start..self.rows.len().min(start + batch)];
        let rows: Vec<Row> = some.iter().map(|(row, _)| row.clone()).collect();
        let last = active.run.last_layer(&rows, batch).await?; // (rows, T, C)
        let of_row = last.len() / rows.len();
        let channels = of_row / active.run.spec.rows.time;
        let means = some.iter().zip(last.chunks_exact(of_row));
        let means = means.map(|((_, own), row)| {
            let own = own.start * channels..own.end * channels;
            mean(&row[own], channels)
        });
        self.vectors.extend(means);
        if self.vectors.len() < self.rows.len() {
            let share = self.vectors.len() as f32 / self.rows.len() as f32;
            return Ok(Piece::more(Told::Progress(share)));
        }
        active.run.end_question();
        let vectors = std::mem::take(&mut self.vectors);
        Ok(Piece::last(Told::Embedded { vectors }))
    }

    fn begin(&mut self, active: &Active) -> Result<(), Trouble> {
        let family = active.run.spec.model.family;
        if let Some(reason) = no_vector(family) {
            return Err(reason.into());
        }
        let count = self.texts.len();
        if count == 0 || count > MOST_TEXTS {
            return Err(format!(
                "{count} texts cannot be embedded at once. Give from 1 to {MOST_TEXTS}."
            )
            .into());
        }
        for (index, text) in self.texts.iter().enumerate() {
            let tokens = active.texts.tokenizer.encode(text);
            if tokens.is_empty() {
                let number = index + 1;
                return Err(
                    format!("Text {number} is empty. Write something or leave it out.").into(),
                );
            }
            let length = tokens.len();
            let row = if family == Family::Encoder {
                (Framed::new(active, tokens)?.row, 1..length + 1)
            } else {
                let most = active.run.spec.rows.time;
                if length > most {
                    return Err(too_long(length, most).into());
                }
                let row = Row {
                    inputs: tokens,
                    ..Row::default()
                };
                (row, 0..length)
            };
            self.rows.push(row);
        }
        Ok(())
    }
}

impl Answering for Embed {
    fn advance<'a>(&'a mut self, active: &'a mut Active) -> Advance<'a> {
        Box::pin(async move { piece(self.embedded(active).await) })
    }
}

/// Why a model of this family has no vector for a text.
fn no_vector(family: Family) -> Option<&'static str> {
    match family {
        Family::Ngram => Some(
            "An n-gram model counts tokens and has no vectors. Choose a neural model in Model.",
        ),
        Family::EncoderDecoder | Family::Seq2Seq => Some(
            "This model's encoder writes a vector for each token, for its decoder to choose from, and none for a whole text. Choose an encoder-only model in Model.",
        ),
        _ => None,
    }
}

/// The mean of rows (n, C), at least one.
fn mean(rows: &[f32], channels: usize) -> Vec<f32> {
    let count = (rows.len() / channels) as f64;
    let sum = |channel: usize| -> f64 {
        let of_channel = rows.iter().skip(channel).step_by(channels);
        of_channel.map(|&x| f64::from(x)).sum()
    };
    (0..channels).map(|c| (sum(c) / count) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_taken_over_rows() {
        assert_eq!(mean(&[1.0, 2.0, 3.0, 5.0, -6.0, 8.0], 2), [-2.0 / 3.0, 5.0]);
    }
}
