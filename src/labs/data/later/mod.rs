//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod corpora;
mod inside;
mod own_text;
mod view;

pub use view::{picture, settings};
