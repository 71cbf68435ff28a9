//! Text and what becomes of it: corpora, generated worlds, sequence tasks, what is known of a text, splits, batches.
//!
//! ```text
//! bytes ──corpus──▶ text ──split──▶ training text, validation text ──tokenizer──▶ ids ──objective──▶ Batch (B, T)
//! ```

pub mod batches;
pub mod chance;
pub mod corpus;
pub mod documents;
pub mod generator;
pub mod objective;
pub mod reference;
pub mod split;
pub mod statistics;
pub mod tasks;
pub mod world;
