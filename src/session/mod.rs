//! The playground as data: configuration, validation, link codec, and what page and worker say to each other.

pub mod config;
pub mod protocol;
