//! The laboratories: one folder each, with `state.rs` (what the laboratory knows, a pure reducer over events, tested natively)
//! and views (compiled for the web only). No laboratory looks into another; what all of them see is the [`run`] and, on
//! the page, the [`workbench`].

pub mod attention;
pub mod bench;
pub mod compare;
pub mod data;
pub mod entropy;
pub mod generate;
pub mod model;
pub mod notice;
pub mod orders;
pub mod run;
pub mod study;
pub mod tokens;
pub mod train;

#[cfg(target_arch = "wasm32")]
pub mod answer;
#[cfg(target_arch = "wasm32")]
pub mod data_names;
#[cfg(target_arch = "wasm32")]
pub mod deferred;
#[cfg(target_arch = "wasm32")]
pub mod questions;
#[cfg(target_arch = "wasm32")]
pub mod setting;
#[cfg(target_arch = "wasm32")]
pub mod workbench;

/// The laboratories in the order of the rail; the bench is reached from the device badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lab {
    Data,
    Tokens,
    Entropy,
    Model,
    Train,
    Attention,
    Generate,
    Compare,
    Bench,
}

impl Lab {
    /// Those on the rail; digit keys count along them.
    pub const RAIL: [Lab; 8] = [
        Lab::Data,
        Lab::Tokens,
        Lab::Entropy,
        Lab::Model,
        Lab::Train,
        Lab::Attention,
        Lab::Generate,
        Lab::Compare,
    ];
}
