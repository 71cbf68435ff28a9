//! What the page is drawn with: controls, charts and matrices made from plain numbers. This room knows no laboratory.
//!
//! The look lives in `public/style/` (`tokens.css`: custom properties); the files here give structure,
//! behaviour and names for assistive technology. What can be computed without a browser (scales, colours, number
//! formats, ranges) is plain Rust and tested natively; the rest is compiled for the web only.

pub mod chart_file;
pub mod chart_svg;
pub mod colour;
pub mod number;
pub mod range;
pub mod scale;
pub mod token_text;

pub use chart_svg::{ChartData, Point, Series, XAxis, escape as escape_markup};

#[cfg(target_arch = "wasm32")]
mod amount_bars;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod controls;
#[cfg(target_arch = "wasm32")]
mod dialog;
#[cfg(target_arch = "wasm32")]
mod distribution;
#[cfg(target_arch = "wasm32")]
mod icon;
#[cfg(target_arch = "wasm32")]
mod line_chart;
#[cfg(target_arch = "wasm32")]
mod matrix;
#[cfg(target_arch = "wasm32")]
mod number_field;
#[cfg(target_arch = "wasm32")]
mod probability_bars;
#[cfg(target_arch = "wasm32")]
mod text_input;
#[cfg(target_arch = "wasm32")]
mod token_strip;
#[cfg(target_arch = "wasm32")]
pub use {
    amount_bars::{Amount, AmountBars},
    browser::{box_size, copy_text, element_id, fetch_text, save_picture, save_text},
    controls::{Button, ButtonKind, Choice, Field, Group, Meter, Segmented, Select, Toggle},
    dialog::Dialog,
    distribution::{Distribution, Shares},
    icon::{Icon, IconName},
    line_chart::LineChart,
    matrix::{ColourScale, Heat, Matrix, Thumbnail},
    number_field::NumberField,
    probability_bars::{Bar, ProbabilityBars},
    text_input::{FilePick, PickedFile, TextArea},
    token_strip::{Token, TokenStrip},
};
