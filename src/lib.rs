//! Seedling: language models grown in a browser tab.

pub mod models;
pub mod rng;
pub mod session;
