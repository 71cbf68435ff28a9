//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod corpus_view;
mod game_view;
mod shares_view;
mod view;

pub use view::{picture, settings};
