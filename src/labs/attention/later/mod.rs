//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod formula;
mod view;

pub use view::{picture, settings};
