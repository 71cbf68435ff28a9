//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod score_view;
mod view;

pub use view::{picture, settings};
