//! The built page in a real browser, used as a person uses it. Run by `cargo xtask test e2e`, which builds the page first.
//!
//! Every test is one call of `harness::visit`: it serves `dist/` under a sub-path, starts a headless Chromium on WebGPU with an
//! empty profile, and afterwards insists that the page wrote no error to the console and asked no other address for anything.

#![cfg(not(target_arch = "wasm32"))]

#[path = "e2e/compare.rs"]
mod compare;
#[path = "e2e/corpora.rs"]
mod corpora;
#[path = "e2e/counting.rs"]
mod counting;
#[path = "e2e/devices.rs"]
mod devices;
#[path = "e2e/entropy.rs"]
mod entropy;
#[path = "e2e/harness.rs"]
mod harness;
#[path = "e2e/keyboard.rs"]
mod keyboard;
#[path = "e2e/links.rs"]
mod links;
#[path = "e2e/live.rs"]
mod live;
#[path = "e2e/looking.rs"]
mod looking;
#[path = "e2e/page.rs"]
mod page;
#[path = "e2e/preparing.rs"]
mod preparing;
#[path = "e2e/reading.rs"]
mod reading;
#[path = "e2e/runs.rs"]
mod runs;
#[path = "e2e/smoke.rs"]
mod smoke;
#[path = "e2e/texts.rs"]
mod texts;
#[path = "e2e/tokens.rs"]
mod tokens;
#[path = "e2e/traces.rs"]
mod traces;
#[path = "e2e/uses.rs"]
mod uses;
