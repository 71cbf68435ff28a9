//! The page, in the part that is loaded when one of its laboratories is first opened.

mod view;

pub use view::{picture, settings};
