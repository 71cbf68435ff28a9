//! Seedling: language models grown in a browser tab.

pub mod data;
pub mod gpu;
pub mod graph;
pub mod models;
pub mod ops;
pub mod optim;
pub mod plan;
pub mod rng;
pub mod session;
pub mod tokenizer;
