//! The playground as data: configuration, validation, link codec, and what page and worker say to each other.

pub mod compare;
pub mod compare_link;
pub mod comparisons;
pub mod config;
pub mod field;
pub mod heard;
pub mod history;
pub mod link;
pub mod notes;
pub mod offered;
pub mod presets;
pub mod protocol;
pub mod questions;
pub mod reading;
pub mod study;
pub mod tokens;
pub mod validate;
pub mod wire;
