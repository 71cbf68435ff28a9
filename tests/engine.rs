//! The whole engine behind the page, driven by commands as the page drives it.
#![cfg(not(target_arch = "wasm32"))]

#[path = "engine/asking.rs"]
mod asking;
#[path = "engine/bench.rs"]
mod bench;
#[path = "engine/comparing.rs"]
mod comparing;
#[path = "engine/comparisons.rs"]
mod comparisons;
#[path = "engine/desk.rs"]
mod desk;
#[path = "engine/devices.rs"]
mod devices;
#[path = "engine/fetching.rs"]
mod fetching;
#[path = "engine/inside.rs"]
mod inside;
#[path = "engine/measures.rs"]
mod measures;
#[path = "engine/objectives.rs"]
mod objectives;
#[path = "engine/preparing.rs"]
mod preparing;
#[path = "engine/runs.rs"]
mod runs;
#[path = "engine/texts.rs"]
mod texts;
#[path = "engine/uses.rs"]
mod uses;
#[path = "engine/writing.rs"]
mod writing;
