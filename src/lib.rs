//! Seedling: language models grown in a browser tab.

#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod data;
pub mod gpu;
pub mod graph;
pub mod labs;
pub mod models;
pub mod nn;
pub mod ops;
pub mod optim;
pub mod plan;
pub mod rng;
pub mod session;
pub mod tokenizer;
pub mod train;
pub mod ui;
pub mod words;
pub mod worker;
