//! Batches of token windows. A window of T + 1 tokens gives T inputs and T targets, each target the token after its input.
//!
//! Training windows begin anywhere: row b of step s at `below(hash32(key(key(seed, BATCHES), s), b), windows)`. They depend
//! on nothing but (seed, step, row), so that rewinding gives the same batches. Validation windows are spread evenly over
//! the validation text and never change, so that two runs are measured on the same tokens. [`Draw`] is that rule; the objectives
//! draw their windows and examples by it too.

use crate::rng::{below, hash32, stream, stream_key};

/// The target of a place without loss; the same as `ops::cross_entropy::IGNORE`.
pub const IGNORE: u32 = u32::MAX;

/// Token ids of one step, row by row: B rows, T tokens of the decoder (or of the only stack), S of an encoder before it. What an
/// objective has no use for is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub inputs: Vec<u32>, // (B, T)
    /// [`IGNORE`] where there is no loss.
    pub targets: Vec<u32>, // (B, T)
    /// Inputs of each row that are no padding; empty: all of them.
    pub lengths: Vec<u32>, // (B)
    /// 0 in the first segment of a pair and in padding, 1 in the second.
    pub segments: Vec<u32>, // (B, T)
    /// What the encoder of an encoder–decoder reads.
    pub source: Vec<u32>, // (B, S)
    pub source_lengths: Vec<u32>, // (B)
    /// Whether the second segment follows the first in the text: 1, or comes from another document: 0.
    pub pairs: Vec<u32>, // (B)
    /// Where in each row something is asked; for questions to a model, not for training.
    pub places: Vec<u32>, // (B)
}

impl Batch {
    /// Part `index` of `parts` equal ones, each with its share of the rows, in order.
    pub fn part(&self, index: usize, parts: usize) -> Self {
        let of = |words: &[u32]| {
            let size = words.len() / parts;
            words[index * size..(index + 1) * size].to_vec()
        };
        Self {
            inputs: of(&self.inputs),
            targets: of(&self.targets),
            lengths: of(&self.lengths),
            segments: of(&self.segments),
            source: of(&self.source),
            source_lengths: of(&self.source_lengths),
            pairs: of(&self.pairs),
            places: of(&self.places),
        }
    }
}

/// Which row of which batch is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// Row `row` of update `step`, counted from 0.
    Training { seed: u32, step: u32, row: u32 },
    /// Row `row` of batch `index` of `batches` fixed ones with `rows` rows each.
    Validation {
        index: u32,
        batches: u32,
        rows: u32,
        row: u32,
    },
}

impl Draw {
    /// One of `count` places, at least 1: any in training, in validation spread evenly from the first to the last.
    pub fn place(self, count: usize) -> usize {
        match self {
            Self::Training { seed, step, row } => {
                let key = stream_key(stream_key(seed, stream::BATCHES), step);
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                below(hash32(key, row), count) as usize
            }
            Self::Validation {
                index,
                batches,
                rows,
                row,
            } => {
                let last = (u64::from(batches) * u64::from(rows))
                    .saturating_sub(1)
                    .max(1);
                let window = validation_window(index, rows, row).min(last);
                let last_place = count.saturating_sub(1) as u128;
                (last_place * u128::from(window) / u128::from(last)) as usize
            }
        }
    }

    /// The seed of everything else that is drawn for this row, apart from its place.
    pub fn key(self) -> u32 {
        match self {
            Self::Training { seed, step, row } => {
                stream_key(stream_key(stream_key(seed, stream::OBJECTIVE), step), row)
            }
            Self::Validation {
                index, rows, row, ..
            } => {
                let window = validation_window(index, rows, row);
                stream_key(stream_key(0, stream::VALIDATION), window as u32)
            }
        }
    }
}

/// The number of a validation row over all batches.
fn validation_window(index: u32, rows: u32, row: u32) -> u64 {
    u64::from(index) * u64::from(rows) + u64::from(row)
}

/// A text too short for one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The text has {tokens} tokens, but a context of {context} needs {}. Take a longer text or a shorter context.", .context + 1)]
pub struct TooFewTokens {
    pub tokens: usize,
    pub context: usize,
}

/// All windows of one length in a token sequence.
#[derive(Clone, Copy, Debug)]
pub struct Windows<'a> {
    tokens: &'a [u32],
    context: usize,
    /// Places where a window may begin, at least 1.
    count: usize,
}

impl<'a> Windows<'a> {
    /// Windows of `context` (T) inputs.
    pub fn new(tokens: &'a [u32], context: usize) -> Result<Self, TooFewTokens> {
        match tokens.len().checked_sub(context) {
            Some(count) if count > 0 => Ok(Self {
                tokens,
                context,
                count,
            }),
            _ => Err(TooFewTokens {
                tokens: tokens.len(),
                context,
            }),
        }
    }

    /// The training batch of update `step`, counted from 0, with `rows` (B) windows.
    pub fn training_batch(&self, seed: u32, step: u32, rows: u32) -> Batch {
        self.gather((0..rows).map(|row| Draw::Training { seed, step, row }))
    }

    /// The batch of update `step` where every row goes on from the batch before: row b walks through the b-th of `rows` equal
    /// stretches of the text, `context` tokens at a time, and from its end back to its beginning. `None` when a stretch is
    /// shorter than a window.
    pub fn following(tokens: &[u32], context: usize, step: u32, rows: u32) -> Option<Batch> {
        let stretch = tokens.len() / (rows as usize).max(1);
        let windows = stretch.checked_sub(1)? / context.max(1);
        if windows == 0 {
            return None;
        }
        let place = step as usize % windows * context;
        let mut batch = Batch::default();
        for row in 0..rows as usize {
            let start = row * stretch + place;
            let window = &tokens[start..=start + context];
            batch.inputs.extend_from_slice(&window[..context]);
            batch.targets.extend_from_slice(&window[1..]);
        }
        Some(batch)
    }

    /// Batch `index` of the `batches` fixed validation batches with `rows` (B) windows each.
    pub fn validation_batch(&self, index: u32, batches: u32, rows: u32) -> Batch {
        self.gather((0..rows).map(|row| Draw::Validation {
            index,
            batches,
            rows,
            row,
        }))
    }

    fn gather(&self, draws: impl Iterator<Item = Draw>) -> Batch {
        let mut batch = Batch::default();
        for draw in draws {
            let start = draw.place(self.count);
            let window = &self.tokens[start..=start + self.context];
            batch.inputs.extend_from_slice(&window[..self.context]);
            batch.targets.extend_from_slice(&window[1..]);
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn targets_are_the_next_tokens() {
        let tokens: Vec<u32> = (0..100).collect();
        let windows = Windows::new(&tokens, 8).unwrap();
        let batch = windows.training_batch(1, 0, 4);
        assert_eq!((batch.inputs.len(), batch.targets.len()), (32, 32));
        for (input, target) in batch.inputs.iter().zip(&batch.targets) {
            assert_eq!(input + 1, *target);
        }
    }

    #[test]
    fn rewinding_gives_the_same_batches_and_reseeding_others() {
        let tokens: Vec<u32> = (0..10_000).collect();
        let windows = Windows::new(&tokens, 16).unwrap();
        assert_eq!(
            windows.training_batch(3, 7, 8),
            windows.training_batch(3, 7, 8)
        );
        assert_ne!(
            windows.training_batch(3, 7, 8),
            windows.training_batch(3, 8, 8)
        );
        assert_ne!(
            windows.training_batch(3, 7, 8),
            windows.training_batch(4, 7, 8)
        );
        // a larger batch begins with the rows of the smaller one
        let large = windows.training_batch(3, 7, 9);
        assert!(
            large
                .inputs
                .starts_with(&windows.training_batch(3, 7, 8).inputs)
        );
    }

    #[test]
    fn rows_that_follow_go_on_where_they_ended() {
        let tokens: Vec<u32> = (0..100).collect();
        let batch = |step| Windows::following(&tokens, 8, step, 4).unwrap();
        // stretches of 25 tokens hold three windows of eight
        for step in 0..2 {
            let ends: Vec<u32> = batch(step).targets.chunks(8).map(|row| row[7]).collect();
            let next = batch(step + 1);
            let begins: Vec<u32> = next.inputs.chunks(8).map(|row| row[0]).collect();
            assert_eq!(ends, begins);
        }
        assert_eq!(batch(3), batch(0));
        assert_eq!(batch(2).targets.last(), Some(&99));
        assert!(Windows::following(&tokens, 25, 0, 4).is_none());
        assert!(Windows::following(&[], 8, 0, 4).is_none());
    }

    #[test]
    fn the_parts_of_a_batch_are_its_rows_in_order() {
        let batch = Batch {
            inputs: (0..12).collect(),
            targets: (12..24).collect(),
            lengths: vec![3, 2, 3, 1],
            ..Batch::default()
        };
        let parts = [batch.part(0, 2), batch.part(1, 2)];
        assert_eq!(parts[0].inputs, [0, 1, 2, 3, 4, 5]);
        assert_eq!(parts[1].targets, [18, 19, 20, 21, 22, 23]);
        assert_eq!(parts[1].lengths, [3, 1]);
        assert_eq!(parts[1].source, Vec::<u32>::new());
        assert_eq!(batch.part(0, 1), batch);
    }

    #[test]
    fn training_reaches_every_window() {
        let tokens: Vec<u32> = (0..20).collect();
        let windows = Windows::new(&tokens, 4).unwrap();
        let mut seen = [false; 16];
        for step in 0..50 {
            for row in windows.training_batch(9, step, 4).inputs.chunks(4) {
                seen[row[0] as usize] = true;
            }
        }
        assert_eq!(seen, [true; 16]);
    }

    #[test]
    fn validation_spans_the_text_without_overlap() {
        let tokens: Vec<u32> = (0..1001).collect();
        let windows = Windows::new(&tokens, 50).unwrap();
        let batches: Vec<Batch> = (0..5)
            .map(|index| windows.validation_batch(index, 5, 4))
            .collect();
        let inputs: Vec<u32> = batches
            .iter()
            .flat_map(|batch| batch.inputs.clone())
            .collect();
        assert_eq!(inputs, (0..1000).collect::<Vec<u32>>());
        assert_eq!(batches[4].targets.last(), Some(&1000));
    }

    #[test]
    fn a_text_of_one_window_is_enough_and_a_shorter_one_is_refused() {
        let tokens: Vec<u32> = (0..9).collect();
        let windows = Windows::new(&tokens, 8).unwrap();
        assert_eq!(
            windows.training_batch(1, 2, 1).inputs,
            (0..8).collect::<Vec<u32>>()
        );
        assert_eq!(
            windows.validation_batch(0, 1, 1).targets,
            (1..9).collect::<Vec<u32>>()
        );
        let error = Windows::new(&tokens, 9).unwrap_err();
        assert_eq!(
            error,
            TooFewTokens {
                tokens: 9,
                context: 9
            }
        );
        assert!(error.to_string().contains("needs 10"));
        assert!(Windows::new(&[], 0).is_err());
    }

    proptest! {
        #[test]
        fn windows_stay_inside(
            length in 2usize..300, context in 1usize..64, seed: u32, step: u32,
            index in 0u32..9, batches in 0u32..9, rows in 0u32..9,
        ) {
            let tokens: Vec<u32> = (0..length as u32).collect();
            if let Ok(windows) = Windows::new(&tokens, context) {
                let size = rows as usize * context;
                prop_assert_eq!(windows.training_batch(seed, step, rows).targets.len(), size);
                prop_assert_eq!(windows.validation_batch(index, batches, rows).targets.len(), size);
            } else {
                prop_assert!(length <= context);
            }
        }
    }
}
