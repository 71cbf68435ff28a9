//! Model families: one short file each, read top to bottom.

pub mod config;
pub mod gpt;
pub mod ngram;

pub use config::{
    AttentionPattern, Family, LARGEST_HEAD, MlpKind, ModelConfig, NormKind, NormPlacement,
    Positions, Smoothing,
};
