//! The views into a corpus, in the part of the page that is loaded when one of its laboratories is first opened.

mod inside;

pub use inside::page;
