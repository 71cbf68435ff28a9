//! A schedule as a chart: the curve of the settings, that of the run in force, and the rates that the run has had.

use super::schedule::Room;
use crate::session::config::TrainingConfig;
use crate::session::history;
use crate::ui::chart_svg::Frame;
use crate::ui::scale::{Scale, ScaleKind};
use crate::ui::{ChartData, Point, Series, XAxis};

/// Points of a drawn curve.
const POINTS: u32 = 240;

/// What is drawn of a schedule.
pub struct Drawing<'a> {
    /// As the settings are.
    pub draft: &'a TrainingConfig,
    /// Of the run, where that is another.
    pub applied: Option<&'a TrainingConfig>,
    /// The rates that the run has had.
    pub passed: &'a history::Series,
    pub room: Room,
}

impl Drawing<'_> {
    /// The curves: of the run pale, of the settings, and what has passed.
    pub fn chart(&self, x_label: &str, y_label: &str) -> ChartData {
        let series = |style, faint, points| Series {
            // The axis names it.
            name: y_label.into(),
            style,
            points,
            faint,
            is_read: false,
            dots: false,
        };
        let mut all = Vec::new();
        if let Some(applied) = self.applied {
            all.push(series(4, true, curve(applied)));
        }
        all.push(series(2, false, curve(self.draft)));
        let passed = self.passed.drawn(0, u32::MAX, POINTS as usize);
        let passed = passed
            .iter()
            .map(|it| Point::at(it.centre(), f64::from(it.mean)));
        all.push(series(0, false, passed.collect()));
        ChartData {
            series: all,
            x_label: x_label.into(),
            y_label: y_label.into(),
            x_axis: XAxis::Between(0.0, self.room.steps),
            y_scale: ScaleKind::Linear,
        }
    }

    /// The frame of a chart in a box of `width` × `height`.
    pub fn frame(&self, chart: &ChartData, width: f64, height: f64) -> Frame {
        let mut frame = Frame::new(chart, width, height);
        frame.y = Scale {
            kind: ScaleKind::Linear,
            low: 0.0,
            high: self.room.rate,
        };
        frame
    }

    /// Steps at which the rate drops or begins to decay.
    pub fn corners(&self) -> Vec<u32> {
        let total = self.draft.total_steps;
        let corners = self.draft.learning_rates().corners().into_iter();
        corners.map(|s| s + 1).filter(|s| *s <= total).collect()
    }
}

/// Update s, counted from 0, is step s + 1 of the run.
fn curve(training: &TrainingConfig) -> Vec<Point> {
    let points = training.learning_rates().curve(POINTS).into_iter();
    points
        .map(|(update, rate)| Point::at(f64::from(update) + 1.0, f64::from(rate)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::config::ScheduleKind;
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

    #[test]
    fn the_curve_follows_the_settings_and_what_has_passed_is_beside_it() {
        let mut passed = history::Series::default();
        passed.append(1, 1e-3);
        passed.append(2, 2e-3);
        let applied = training();
        let draft = TrainingConfig {
            warmup_steps: 200,
            schedule: ScheduleKind::Step,
            ..training()
        };
        let drawing = Drawing {
            draft: &draft,
            applied: Some(&applied),
            passed: &passed,
            room: Room::around(&draft),
        };
        let chart = drawing.chart("step", "rate");
        assert_eq!(chart.series.len(), 3);
        let peak_at = |series: &Series| {
            let peak = series.points.iter().find(|point| point.y >= 3e-3 - 1e-9);
            peak.unwrap().x
        };
        assert_eq!(peak_at(&chart.series[0]), 100.0);
        assert_eq!(peak_at(&chart.series[1]), 200.0);
        assert_eq!(chart.series[1].points.last().unwrap().x, 1000.0);
        assert_eq!(chart.series[2].points.len(), 2);
        // Halfway and three quarters from the end of warm-up to the last step.
        assert_eq!(drawing.corners(), [601, 801]);
    }
}
