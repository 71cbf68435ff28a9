//! Views in the part of the page that comes later.

mod schedule;

pub use schedule::page;
