//! Forward passes for questions to a model: rows of any length, padded to the shape that it is trained on.

use super::plans::{Recipe, Rows, asking, representing};
use super::run::{Run, RunError};
use crate::data::batches::Batch;
use crate::graph::Globals;
use crate::plan::PlanId;

/// Most rows of one pass: a question is answered in moments between which commands are heard.
const MOST_ROWS: usize = 8;

/// A row that is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// At most T tokens of the decoder, or of the only stack.
    pub inputs: Vec<u32>,
    /// 0 or 1 for each input; empty: all 0.
    pub segments: Vec<u32>,
    /// At most S tokens of the encoder of a family with a source.
    pub source: Vec<u32>,
    /// The place in `inputs` that is asked about.
    pub place: u32,
}

impl Row {
    /// A batch of `count` rows of a run's shape: these, padded, and the last of them again until there are enough. What comes after
    /// a row's tokens cannot be seen from them, so that it does not matter what stands there.
    pub(super) fn batch(rows: &[Self], count: usize, shape: Rows) -> Batch {
        const PADDING: u32 = 0;
        let mut batch = Batch::default();
        let has_segments = rows.iter().any(|row| !row.segments.is_empty());
        let last = rows.last().into_iter().cycle();
        for (row, number) in rows.iter().chain(last).zip(1..=count) {
            batch.inputs.extend_from_slice(&row.inputs);
            batch.inputs.resize(number * shape.time, PADDING);
            batch.lengths.push(row.inputs.len() as u32);
            batch.source.extend_from_slice(&row.source);
            batch.source.resize(number * shape.source, PADDING);
            batch.source_lengths.push(row.source.len() as u32);
            if has_segments {
                batch.segments.extend_from_slice(&row.segments);
                batch.segments.resize(number * shape.time, 0);
            }
            batch.places.push(row.place);
        }
        batch.targets = vec![0; count * shape.time];
        batch
    }
}

/// What is read of rows, and how many there are at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guest {
    Logits { batch: usize },
    Last { batch: usize },
}

/// Rows of one pass for questions: no more than a step of training has.
pub fn rows_at_once(recipe: &Recipe) -> usize {
    recipe.batch.clamp(1, MOST_ROWS)
}

impl Run {
    /// Rows of one pass for questions.
    pub fn rows_at_once(&self) -> usize {
        rows_at_once(&self.spec.recipe)
    }

    /// Logits (rows, V) at each row's place, of a neural model; with `batch` rows in a pass, however many there are.
    ///
    /// # Errors
    /// A lost or too small device.
    pub async fn logits_at(&mut self, rows: &[Row], batch: usize) -> Result<Vec<f32>, RunError> {
        self.passes(Guest::Logits { batch }, rows, batch).await
    }

    /// What the logits of each row are made of (rows, T, C), of a neural model.
    ///
    /// # Errors
    /// A lost or too small device.
    pub async fn last_layer(&mut self, rows: &[Row], batch: usize) -> Result<Vec<f32>, RunError> {
        self.passes(Guest::Last { batch }, rows, batch).await
    }

    async fn passes(
        &mut self,
        guest: Guest,
        rows: &[Row],
        batch: usize,
    ) -> Result<Vec<f32>, RunError> {
        let id = self.guest_plan(guest)?;
        let mut numbers = Vec::new();
        for some in rows.chunks(batch) {
            let padded = Row::batch(some, batch, self.spec.rows);
            self.write_batch(id, &padded);
            let reading = self.executor.run(id, &Globals::default(), 1, true);
            let reading = reading.expect("a reading was asked for").await?;
            let of_row = reading.len() / batch;
            numbers.extend_from_slice(&reading[..some.len() * of_row]);
        }
        Ok(numbers)
    }

    /// The plan of a question; that of the question before makes room for it.
    fn guest_plan(&mut self, guest: Guest) -> Result<PlanId, RunError> {
        match self.guest.take() {
            Some((known, id)) if known == guest => {
                self.guest = Some((known, id));
                return Ok(id);
            }
            Some((_, id)) => self.executor.remove(id),
            None => {}
        }
        let (model, vocabulary, rows) = (&self.spec.model, self.spec.vocabulary, self.spec.rows);
        let plan = match guest {
            Guest::Logits { batch } => asking(model, vocabulary, rows, batch)?,
            Guest::Last { batch } => representing(model, vocabulary, rows, batch)?,
        };
        let id = self.executor.install(plan)?;
        self.guest = Some((guest, id));
        Ok(id)
    }

    /// Frees what the last question took.
    pub fn end_question(&mut self) {
        if let Some((_, id)) = self.guest.take() {
            self.executor.remove(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_padded_to_the_shape_and_repeated_to_the_count() {
        let row = |inputs: &[u32], source: &[u32], place| Row {
            inputs: inputs.to_vec(),
            source: source.to_vec(),
            place,
            ..Row::default()
        };
        let shape = Rows {
            time: 3,
            source: 2,
            has_pairs: false,
        };
        let rows = [row(&[5, 6], &[7], 1), row(&[8], &[9, 1], 0)];
        let batch = Row::batch(&rows, 3, shape);
        assert_eq!(batch.inputs, [5, 6, 0, 8, 0, 0, 8, 0, 0]);
        assert_eq!(batch.lengths, [2, 1, 1]);
        assert_eq!(batch.source, [7, 0, 9, 1, 9, 1]);
        assert_eq!(batch.source_lengths, [1, 2, 2]);
        assert_eq!(batch.places, [1, 0, 0]);
        assert!(batch.segments.is_empty());
        let mut rows = rows;
        rows[1].segments = vec![1];
        let batch = Row::batch(&rows, 2, shape);
        assert_eq!(batch.segments, [0, 0, 0, 1, 0, 0]);
    }
}
