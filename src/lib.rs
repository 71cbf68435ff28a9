//! Seedling: language models grown in a browser tab.
//!
//! # The way of the data
//!
//! ```text
//! text ──tokenizer──▶ ids ──data──▶ batch ──▶ plan (replayed by an executor) ──▶ metrics, tensors ──events──▶ labs
//!                                              ▲
//! config ──models──▶ graph ──differentiate──▶ graph ──compile──┘
//! ```
//!
//! # Rooms
//!
//! | room | what it holds | looks into |
//! |---|---|---|
//! | [`rng`] | counter-based random numbers, the same bits on the CPU and in WGSL | – |
//! | [`graph`] | shapes, nodes, the `Op` trait, differentiation, shape errors | – |
//! | [`ops`] | one file per op: shapes, CPU, gradient, launches, samples; the table `ops::ALL` | graph, rng |
//! | [`plan`] | liveness, memory places, compile; the `Executor` trait; the CPU executor | graph, ops |
//! | [`gpu`] | device, pipelines, the WebGPU executor, readback, device loss; knows no model | graph, ops, plan |
//! | [`nn`] | layers and initialisation, built only from ops | graph, ops, rng |
//! | [`tokenizer`] | text ↔ ids, one file per algorithm | rng |
//! | [`data`] | texts, generated worlds with their entropy, sequence tasks, statistics, splits, objectives, batches | tokenizer, rng |
//! | [`models`] | one file per model family | nn, ops, graph, data |
//! | [`optim`] | optimizers, schedules, clipping | graph, ops, plan |
//! | [`train`] | the plans of a model, and a run that replays them | models, nn, optim, ops, graph, data, tokenizer, plan, rng |
//! | [`interop`] | `tokenizer.json` of the Hugging Face ecosystem, in and out | models, tokenizer, train |
//! | [`session`] | the configuration, its validation, links, presets, history; `Command` and `Event`, `Order` and `Reply` | models, optim, tokenizer, data |
//! | [`worker`] | the two workers behind the page: the engine owns an executor and trains in slices, the [`worker::reader`] knows texts | session, gpu, train, interop, models, optim, ops, graph, data, tokenizer, plan, rng |
//! | [`words`] | every text of the page in both languages, checked at compile time | – |
//! | [`ui`] | controls, charts, matrices drawn from plain numbers; knows no lab | words |
//! | [`labs`] | one folder per laboratory: pure `state.rs`, thin `view.rs` | session, ui, words, models, data |
//! | [`app`] | shell, keys, links, the lines to the workers | labs, session, ui, words |
//!
//! `tests/architecture.rs` holds this table and fails on an arrow it does not allow. `worker` looks below `train` because the bench runs plans of
//! its own, and `train` into `ops`, `graph`, `nn` and `rng` because it writes weights and token orders; both are arrows downwards.
//!
//! # What is downloaded when
//!
//! Page and engine are one module with two beginnings (`src/main.rs`). The reader is a module and a worker of its own
//! (`src/bin/seedling-reader.rs`), started by the first question about texts; what the engine wants of it goes through the page. Views in
//! modules called `later`, those of every laboratory but the one a visit opens with, go into a second part of the page's module when it is
//! built, with the data that only they read (`xtask/src/divide.rs`); `labs::deferred` fetches it when the first of them is pointed at or
//! opened. What a laboratory keeps meanwhile stands in its `kept.rs`, in the first part.
//! On the CPU the engine asks for `kernels/` as well, a matrix product with fused multiply-add: a module that shares its memory, because not
//! every browser has those instructions.
//!
//! # Rules that hold everywhere
//!
//! - A shape is checked where a node is made; a gradient cannot be forgotten (the rule is a required method, a parameter without gradient is an error).
//! - Every buffer, bind group and pipeline is made when a plan is installed; a steady step makes none, submits once and waits for nothing.
//! - Kernels keep to WebGPU's default limits. Randomness comes from [`rng`] by (seed, stream, counter); no float atomics: the same link on the same
//!   adapter gives the same bits, across adapters results agree within the tests' tolerances.
//! - All parameters live in one flat buffer, matrices, then embeddings, then vectors; gradients and moments are laid out alike.
//! - Nothing below `session` knows the DOM. Only `labs`, `ui`, `app` and `worker::web` are compiled with browser types.
//! - Input from outside (texts, links) never panics; messages name the cure, and the run that stands is kept.

#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod data;
pub mod gpu;
pub mod graph;
pub mod interop;
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
