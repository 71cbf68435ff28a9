//! Model families: one short file each, read top to bottom.

pub mod gpt;
pub mod ngram;
