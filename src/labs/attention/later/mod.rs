//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod asking;
mod attention;
mod counts;
mod counts_chain;
mod formula;
mod traces;
mod view;

pub use view::{picture, settings};
