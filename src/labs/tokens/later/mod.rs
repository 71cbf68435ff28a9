//! The views, in the part of the page that is loaded when one of its laboratories is first opened.

mod compare;
mod costs;
mod inspector;
mod player;
mod player_next;
mod player_sample;
mod player_transport;
mod strip;
mod strip_head;
mod strip_marks;
mod strip_trouble;
mod view;
mod vocabulary;
mod vocabulary_list;
mod vocabulary_token;

pub use view::{picture, settings};
