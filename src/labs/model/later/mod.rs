//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod asking;
mod costs;
mod example;
mod example_strip;
mod objective;
mod scales;
mod settings;
mod view;

pub use settings::settings;
pub use view::picture;
