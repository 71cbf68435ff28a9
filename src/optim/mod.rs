//! Optimizers, one file each, and what goes with them: schedules, clipping.

pub mod schedule;
