//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod chart_view;
mod editor;
mod entries;
mod files;
mod map;
mod prepared;
mod results;
mod scaling;
mod settings;
mod sweep_settings;
mod told;
mod view;

pub use settings::settings;
pub use view::picture;
