//! Training: curves of the run as it goes, the texts it writes on the way, and the settings of optimizer and schedule.

pub mod curves;
pub mod schedule;
pub mod schedule_chart;
pub mod state;

#[cfg(target_arch = "wasm32")]
mod later;
#[cfg(target_arch = "wasm32")]
mod settings;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
pub use {
    settings::settings,
    view::{Train, picture},
};
