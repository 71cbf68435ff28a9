//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod costs;
mod objective;
mod settings;
mod view;

pub use settings::settings;
pub use view::picture;
