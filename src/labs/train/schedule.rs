//! The schedule as it is drawn, with handles on what can be set by dragging: where warm-up ends, the peak, the last step, the last
//! value.
//!
//! ```text
//!  peak ●┄┄╭──╮
//!        │ ╱    ╲
//!        │╱      ╲___┄┄┄┄● last value
//!        ┼──●────────●────
//!       warm-up    steps
//! ```
//!
//! Steps count from 1, as those of the run do.

use crate::session::config::{ScheduleKind, TrainingConfig};
use crate::session::field::Field;
use crate::session::validate;
use crate::ui::chart_svg::Frame;
use crate::ui::range::Range;
use crate::ui::scale::round_up;

/// What can be dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    Warmup,
    Peak,
    Total,
    Last,
}

/// The ends of the axes: there is room to drag to, and a drag does not move them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    pub steps: f64,
    pub rate: f64,
}

impl Room {
    pub fn around(training: &TrainingConfig) -> Self {
        let peak = f64::from(training.learning_rate);
        let steps = training.total_steps.max(training.warmup_steps).max(8);
        Self {
            steps: 1.25 * f64::from(steps),
            rate: if peak > 0.0 { 1.4 * peak } else { 1e-3 },
        }
    }
}

/// The handles of a kind of schedule.
pub fn handles(kind: ScheduleKind) -> Vec<Handle> {
    let mut handles = vec![Handle::Warmup, Handle::Peak, Handle::Total];
    if !matches!(
        kind,
        ScheduleKind::Constant | ScheduleKind::InverseSquareRoot
    ) {
        handles.push(Handle::Last);
    }
    handles
}

impl Handle {
    /// The setting it stands for.
    pub fn field(self) -> Field {
        match self {
            Self::Warmup => Field::WarmupSteps,
            Self::Peak => Field::LearningRate,
            Self::Total => Field::TotalSteps,
            Self::Last => Field::FinalFraction,
        }
    }

    /// Whether it is dragged along the steps, and not along the learning rate.
    pub fn is_across(self) -> bool {
        matches!(self, Self::Warmup | Self::Total)
    }

    /// Its place in the frame, in pixels.
    pub fn place(self, training: &TrainingConfig, frame: &Frame) -> (f64, f64) {
        let at = |step: u32| frame.px(f64::from(step));
        let bottom = frame.py(frame.y.low);
        match self {
            Self::Warmup => (at(training.warmup_steps), bottom),
            Self::Total => (at(training.total_steps), bottom),
            Self::Peak => (
                frame.px(frame.x.low),
                frame.py(f64::from(training.learning_rate)),
            ),
            Self::Last => (frame.px(frame.x.high), frame.py(last_rate(training))),
        }
    }

    /// The setting's value when the handle is dragged to a pixel: no finer than pixels, and one that the setting may have.
    pub fn dragged(self, training: &TrainingConfig, frame: &Frame, (px, py): (f64, f64)) -> f64 {
        let (across, up) = frame.pixel();
        let value = match self {
            Self::Warmup | Self::Total => rounded(frame.x_at(px), round_up(across.max(1.0))),
            Self::Peak => {
                let unit = round_up(up);
                rounded(frame.y_at(py), unit).max(unit)
            }
            Self::Last => {
                let peak = f64::from(training.learning_rate);
                let share = (frame.y_at(py) / peak).min(1.0);
                rounded(root(training.schedule, share), 0.01)
            }
        };
        self.held(training, value)
    }

    /// The setting's value after a key; none for keys that do nothing.
    pub fn keyed(self, training: &TrainingConfig, value: f64, key: &str) -> Option<f64> {
        let range = self.range();
        let moved = |direction: f64, times: u32| {
            (0..times).fold(value, |value, _| range.neighbour(value, direction))
        };
        let value = match (key, self) {
            ("ArrowUp" | "ArrowRight", _) => moved(1.0, 1),
            ("ArrowDown" | "ArrowLeft", _) => moved(-1.0, 1),
            ("PageUp", _) => moved(1.0, 5),
            ("PageDown", _) => moved(-1.0, 5),
            ("Home", Self::Warmup | Self::Last) => 0.0,
            ("End", Self::Warmup) => f64::from(training.total_steps),
            ("End", Self::Last) => 1.0,
            _ => return None,
        };
        Some(self.held(training, value))
    }

    /// Least and greatest value, as [`Self::dragged`] and [`Self::keyed`] hold them.
    pub fn bounds(self, training: &TrainingConfig) -> (f64, f64) {
        let (least, most) = validate::range(self.field()).unwrap_or((0.0, 1.0));
        match self {
            Self::Warmup => (least, most.min(f64::from(training.total_steps))),
            Self::Total => (least.max(f64::from(training.warmup_steps)), most),
            Self::Peak | Self::Last => (least, most),
        }
    }

    fn held(self, training: &TrainingConfig, value: f64) -> f64 {
        let (least, most) = self.bounds(training);
        let value = self.range().accept(value).unwrap_or(least);
        value.clamp(least, most.max(least))
    }

    /// As the number field of the setting has it.
    fn range(self) -> Range {
        let range = match self {
            Self::Warmup => Range::count(0, 10_000),
            Self::Total => Range::count(1, 100_000),
            Self::Peak => Range::ratio(1e-6, 1.0),
            Self::Last => Range::real(0.0, 1.0, 0.01),
        };
        match validate::range(self.field()) {
            Some((least, most)) => range.allowing(least, most),
            None => range,
        }
    }
}

fn rounded(value: f64, unit: f64) -> f64 {
    (value / unit).round() * unit
}

/// The final fraction that leaves this share of the peak at the end: a rate that drops twice is multiplied by it twice.
fn root(kind: ScheduleKind, share: f64) -> f64 {
    match kind {
        ScheduleKind::Step => share.max(0.0).sqrt(),
        _ => share,
    }
}

/// The rate that is left at the end, whatever the steps.
fn last_rate(training: &TrainingConfig) -> f64 {
    let fraction = f64::from(training.final_fraction);
    let share = match training.schedule {
        ScheduleKind::Step => fraction * fraction,
        _ => fraction,
    };
    f64::from(training.learning_rate) * share
}

#[cfg(test)]
mod tests {
    use super::super::schedule_chart::Drawing;
    use super::*;
    use crate::session::history;
    use crate::session::presets::first_minute;

    fn training() -> TrainingConfig {
        TrainingConfig {
            learning_rate: 3e-3,
            warmup_steps: 100,
            total_steps: 1000,
            final_fraction: 0.1,
            ..first_minute().training
        }
    }

    fn frame(training: &TrainingConfig) -> Frame {
        let passed = history::Series::default();
        let drawing = Drawing {
            draft: training,
            applied: None,
            passed: &passed,
            room: Room::around(training),
        };
        let chart = drawing.chart("step", "rate");
        drawing.frame(&chart, 300.0, 190.0)
    }

    fn set(training: &TrainingConfig, handle: Handle, value: f64) -> TrainingConfig {
        let mut playground = first_minute();
        playground.training = training.clone();
        handle.field().set_number(&mut playground, value);
        playground.training
    }

    #[test]
    fn a_handle_stays_where_it_is_and_goes_where_it_is_dragged() {
        let training = training();
        let frame = frame(&training);
        for handle in handles(training.schedule) {
            let (x, y) = handle.place(&training, &frame);
            let value = handle.dragged(&training, &frame, (x, y));
            let stayed = set(&training, handle, value);
            let (x1, y1) = handle.place(&stayed, &frame);
            assert!((x1 - x).abs() <= 1.5 && (y1 - y).abs() <= 1.5, "{handle:?}");
            let to = (x + 24.0, y - 24.0);
            let moved = set(&training, handle, handle.dragged(&training, &frame, to));
            let (x2, y2) = handle.place(&moved, &frame);
            if handle.is_across() {
                assert!(
                    (x2 - to.0).abs() <= 1.5 && y2 == y,
                    "{handle:?} {x2} {to:?}"
                );
            } else {
                assert!(
                    (y2 - to.1).abs() <= 1.5 && x2 == x,
                    "{handle:?} {y2} {to:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_dragged_is_short_and_allowed() {
        let training = training();
        let frame = frame(&training);
        let dragged = |handle: Handle, px, py| handle.dragged(&training, &frame, (px, py));
        // 1,250 steps over 240 pixels: tens.
        assert_eq!(dragged(Handle::Warmup, frame.px(123.0), 0.0) % 10.0, 0.0);
        assert_eq!(dragged(Handle::Warmup, -1e6, 0.0), 0.0);
        assert_eq!(dragged(Handle::Warmup, 1e6, 0.0), 1000.0);
        assert_eq!(dragged(Handle::Total, -1e6, 0.0), 100.0);
        assert_eq!(dragged(Handle::Total, 1e6, 0.0), 1250.0);
        assert_eq!(dragged(Handle::Last, 0.0, -1e6), 1.0);
        assert_eq!(dragged(Handle::Last, 0.0, 1e6), 0.0);
        let lowest = dragged(Handle::Peak, 0.0, 1e6);
        assert!(lowest > 0.0 && lowest < 1e-4);
        let highest = dragged(Handle::Peak, 0.0, -1e6);
        assert!((highest - 4.2e-3).abs() < 5e-5, "{highest}");
    }

    #[test]
    fn keys_move_as_those_of_the_number_fields_do() {
        let training = training();
        let keyed = |handle: Handle, value, key| handle.keyed(&training, value, key);
        assert_eq!(keyed(Handle::Warmup, 100.0, "ArrowRight"), Some(110.0));
        assert_eq!(keyed(Handle::Warmup, 0.0, "ArrowLeft"), Some(0.0));
        assert_eq!(keyed(Handle::Warmup, 100.0, "End"), Some(1000.0));
        assert_eq!(keyed(Handle::Warmup, 1000.0, "ArrowRight"), Some(1000.0));
        assert_eq!(keyed(Handle::Total, 100.0, "ArrowLeft"), Some(100.0));
        assert!(keyed(Handle::Peak, 3e-3, "ArrowUp").unwrap() > 3e-3);
        assert!(keyed(Handle::Peak, 3e-3, "PageDown").unwrap() < 1e-3);
        assert_eq!(keyed(Handle::Last, 0.1, "ArrowUp"), Some(0.11));
        assert_eq!(keyed(Handle::Last, 0.1, "Home"), Some(0.0));
        assert_eq!(keyed(Handle::Peak, 3e-3, "Home"), None);
        assert_eq!(keyed(Handle::Peak, 3e-3, "x"), None);
    }

    #[test]
    fn only_what_the_kind_has_can_be_dragged() {
        assert_eq!(handles(ScheduleKind::Constant).len(), 3);
        assert!(!handles(ScheduleKind::InverseSquareRoot).contains(&Handle::Last));
        assert!(handles(ScheduleKind::Cosine).contains(&Handle::Last));
        // Two drops by the factor.
        let mut stairs = training();
        stairs.schedule = ScheduleKind::Step;
        stairs.final_fraction = 0.5;
        let frame = frame(&stairs);
        let place = Handle::Last.place(&stairs, &frame);
        assert!((place.1 - frame.py(0.25 * 3e-3)).abs() < 1e-3);
        assert!((Handle::Last.dragged(&stairs, &frame, place) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn odd_settings_have_a_frame_too() {
        let odd = TrainingConfig {
            learning_rate: 0.0,
            warmup_steps: 0,
            total_steps: 1,
            ..training()
        };
        let frame = frame(&odd);
        for handle in handles(odd.schedule) {
            let (x, y) = handle.place(&odd, &frame);
            assert!(x.is_finite() && y.is_finite());
            let value = handle.dragged(&odd, &frame, (150.0, 90.0));
            assert!(value.is_finite() && value >= 0.0, "{handle:?} {value}");
        }
    }
}
