//! Text and what becomes of it: corpora, the built-in generator, generated worlds, the split by position, batches.
//!
//! ```text
//! bytes ──corpus──▶ text ──split──▶ training text, validation text ──tokenizer──▶ ids ──Windows──▶ Batch (B, T)
//! ```

pub mod batches;
pub mod corpus;
pub mod generator;
pub mod reference;
pub mod split;
pub mod statistics;
pub mod world;
