//! A line chart as SVG markup, from plain numbers: axes with round ticks, a light grid, curves, direct labels.
//!
//! Why not a chart library: plotters draws stills (no pointer, no keyboard, colours fixed at drawing time); charming needs the
//! 1 MB echarts script; leptos-chartistry (0.2) has neither log axes, nor line styles, nor a cursor that the keyboard moves,
//! and brings chrono and a resize stack. What this page needs is a hundred lines over its own scales, with colours that follow the
//! theme through custom properties.

use std::fmt::Write;

use super::colour;
use super::number::{integer, setting, significant};
use super::scale::{Scale, ScaleKind, round_up, steady};

/// A point of a curve. Where it stands for several values (a long run has more steps than the screen columns), it carries
/// their range; the mean is drawn as a line and the range as a band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    /// The value, or the mean of the values.
    pub y: f64,
    /// First and last place it stands for.
    pub from: f64,
    pub to: f64,
    /// Least and greatest value there.
    pub low: f64,
    pub high: f64,
}

impl Point {
    /// A single value.
    pub const fn at(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            from: x,
            to: x,
            low: y,
            high: y,
        }
    }

    /// Whether it stands for more than one value.
    pub fn is_merged(&self) -> bool {
        self.to > self.from
    }
}

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Written at the curve's end.
    pub name: String,
    /// Which colour and line style.
    pub style: usize,
    /// Points from left to right, already few enough to draw.
    pub points: Vec<Point>,
    /// Drawn thin and pale, without a label: the data behind a smoothed curve.
    pub faint: bool,
    /// Whether the cursor reads its values. A smoothed curve is only looked at: what is read is true to the data.
    pub is_read: bool,
    /// With a dot at each point, for sparse curves.
    pub dots: bool,
}

/// The horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum XAxis {
    /// From zero; it grows in round steps toward the planned end.
    Toward(f64),
    /// Fixed ends.
    Between(f64, f64),
    /// Logarithmic around the data.
    Log,
}

/// What a chart shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartData {
    pub series: Vec<Series>,
    /// Name of the horizontal axis with its unit.
    pub x_label: String,
    /// Name of the vertical axis with its unit.
    pub y_label: String,
    pub x_axis: XAxis,
    pub y_scale: ScaleKind,
}

/// The chart's geometry, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub width: f64,
    pub height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    pub x: Scale,
    pub y: Scale,
}

impl Frame {
    /// The frame for this data in a box of `width` × `height`.
    pub fn new(data: &ChartData, width: f64, height: f64) -> Self {
        let points = || data.series.iter().flat_map(|series| series.points.iter());
        let reached = points().map(|point| point.to).fold(1.0, f64::max);
        let linear = |low, high| Scale {
            kind: ScaleKind::Linear,
            low,
            high,
        };
        let x = match data.x_axis {
            XAxis::Toward(end) => linear(
                0.0,
                round_up(reached.max(20.0)).min(end.max(reached).max(20.0)),
            ),
            XAxis::Between(low, high) => linear(low, high),
            XAxis::Log => steady(
                points().flat_map(|point| [point.from, point.to]),
                ScaleKind::Log,
            ),
        };
        let y = steady(
            points().flat_map(|point| [point.low, point.high]),
            data.y_scale,
        );
        let is_named = |series: &Series| !series.faint && series.name != data.y_label;
        let wide = width >= 520.0 && data.series.iter().any(is_named);
        Self {
            width,
            height,
            left: 46.0,
            right: if wide { 92.0 } else { 14.0 },
            top: 24.0,
            bottom: 34.0,
            x,
            y,
        }
    }

    /// Horizontal pixel of a value.
    pub fn px(&self, x: f64) -> f64 {
        self.left + self.x.place(x) * (self.width - self.left - self.right)
    }

    /// Vertical pixel of a value.
    pub fn py(&self, y: f64) -> f64 {
        self.height - self.bottom - self.y.place(y) * (self.height - self.top - self.bottom)
    }

    /// The horizontal value under a pixel.
    pub fn x_at(&self, px: f64) -> f64 {
        self.x
            .value(((px - self.left) / (self.width - self.left - self.right)).clamp(0.0, 1.0))
    }

    /// The vertical value at a pixel.
    pub fn y_at(&self, py: f64) -> f64 {
        let height = self.height - self.top - self.bottom;
        let place = (self.height - self.bottom - py) / height;
        self.y.value(place.clamp(0.0, 1.0))
    }

    /// What one pixel is worth along both axes, in the middle of a linear one.
    pub fn pixel(&self) -> (f64, f64) {
        let width = self.width - self.left - self.right;
        let height = self.height - self.top - self.bottom;
        let across = (self.x.high - self.x.low) / width.max(1.0);
        (across, (self.y.high - self.y.low) / height.max(1.0))
    }

    fn labels_beside(&self) -> bool {
        self.right > 50.0
    }
}

/// Makes text safe inside markup.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn tick_text(value: f64) -> String {
    if value.abs() >= 1e6 {
        // There is room for seven characters beside the axis.
        return significant(value, 2).replace(".0e", "e");
    }
    if value.abs() >= 1000.0 && value.fract() == 0.0 && value < 1e9 && value > 0.0 {
        integer(value as u64)
    } else {
        setting(value)
    }
}

/// Everything but the cursor.
pub fn draw(data: &ChartData, frame: &Frame) -> String {
    let mut svg = String::with_capacity(4096);
    let (x0, x1) = (frame.left, frame.width - frame.right);
    let (y0, y1) = (frame.height - frame.bottom, frame.top);
    let is_empty = data.series.iter().all(|series| series.points.is_empty());
    let y_ticks = if is_empty {
        // Numbers on an axis without data would be made up.
        Vec::new()
    } else {
        frame.y.ticks((((y0 - y1) / 44.0) as usize).max(2))
    };
    for tick in y_ticks {
        let y = frame.py(tick);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{x0:.1}\" x2=\"{x1:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            x0 - 8.0,
            y + 4.0,
            tick_text(tick)
        );
    }
    for tick in frame.x.ticks(((x1 - x0) / 90.0) as usize) {
        let x = frame.px(tick);
        let _ = write!(
            svg,
            "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{y0:.1}\" y2=\"{:.1}\"/><text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y0 + 4.0,
            y0 + 17.0,
            tick_text(tick)
        );
    }
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"{x0:.1}\" x2=\"{x1:.1}\" y1=\"{y0:.1}\" y2=\"{y0:.1}\"/><text class=\"axis-name\" x=\"0\" y=\"13\">{}</text><text class=\"axis-name\" x=\"{x1:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        escape(&data.y_label),
        frame.height - 3.0,
        escape(&data.x_label)
    );
    for series in &data.series {
        draw_series(&mut svg, series, data.series.len() == 1, frame);
    }
    draw_labels(&mut svg, data, frame);
    svg
}

fn draw_series(svg: &mut String, series: &Series, is_alone: bool, frame: &Frame) {
    if series.points.is_empty() {
        return;
    }
    let class = if series.faint { "curve faint" } else { "curve" };
    // A line style tells curves apart; a curve alone needs none.
    let dash = if series.faint || is_alone {
        "none"
    } else {
        colour::dash(series.style)
    };
    if series.points.iter().any(Point::is_merged) {
        draw_band(svg, series, frame);
    }
    let _ = write!(
        svg,
        "<path class=\"{class}\" stroke=\"{}\" stroke-dasharray=\"{dash}\" d=\"",
        colour::series(series.style)
    );
    for (index, &Point { x, y, .. }) in series.points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let _ = write!(svg, "{command}{:.1} {:.1}", frame.px(x), frame.py(y));
    }
    svg.push_str("\"/>");
    if series.dots || series.points.len() == 1 {
        for &Point { x, y, .. } in &series.points {
            let _ = write!(
                svg,
                "<circle r=\"3\" cx=\"{:.1}\" cy=\"{:.1}\" fill=\"{}\"/>",
                frame.px(x),
                frame.py(y),
                colour::series(series.style)
            );
        }
    }
}

/// The range of merged values, along the upper edge and back along the lower one.
fn draw_band(svg: &mut String, series: &Series, frame: &Frame) {
    let _ = write!(
        svg,
        "<path class=\"band\" fill=\"{}\" d=\"",
        colour::series(series.style)
    );
    let upper = series.points.iter().map(|point| (point.x, point.high));
    let lower = series.points.iter().rev().map(|point| (point.x, point.low));
    for (index, (x, y)) in upper.chain(lower).enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let _ = write!(svg, "{command}{:.1} {:.1}", frame.px(x), frame.py(y));
    }
    svg.push_str("Z\"/>");
}

/// Names at the curves' ends, pushed apart where they would overlap.
fn draw_labels(svg: &mut String, data: &ChartData, frame: &Frame) {
    const LINE: f64 = 15.0;
    // (x, y, curve) from the top down.
    let mut labels: Vec<(f64, f64, &Series)> = Vec::new();
    // The axis already names a curve that is alone.
    let is_named = |series: &&Series| !series.faint && series.name != data.y_label;
    for series in data.series.iter().filter(is_named) {
        if let Some(&Point { x, y, .. }) = series.points.last() {
            let (x, y) = (frame.px(x), frame.py(y));
            let place = labels.partition_point(|label| label.1 <= y);
            labels.insert(place, (x, y, series));
        }
    }
    let is_beside = frame.labels_beside();
    let furthest = labels.iter().map(|label| label.0).fold(0.0, f64::max);
    if !is_beside {
        // Over the curves: from the lowest one upward, so that no name lies on another's curve.
        labels.reverse();
    }
    let mut taken: Option<f64> = None;
    let count = labels.len();
    for (index, (x, y, series)) in labels.into_iter().enumerate() {
        let (x, y, anchor) = if is_beside {
            let room_below = (count - index - 1) as f64 * LINE;
            let y = y.max(taken.map_or(frame.top, |taken| taken + LINE));
            let y = y.min(frame.height - frame.bottom - room_below);
            taken = Some(y);
            // A curve that ends early is named above its end: beside it others go on.
            if x < furthest - 40.0 {
                (x, y - 10.0, "start")
            } else {
                (furthest + 8.0, y + 4.0, "start")
            }
        } else {
            let y = taken.map_or(y - 8.0, |taken| (y - 8.0).min(taken - LINE));
            taken = Some(y);
            (x.min(frame.width - frame.right), y, "end")
        };
        let _ = write!(
            svg,
            "<text class=\"curve-name\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{}\">{}</text>",
            colour::series(series.style),
            escape(&series.name)
        );
    }
}

/// The point of `series` nearest to `x`.
pub fn nearest(series: &Series, x: f64) -> Option<Point> {
    let after = series.points.partition_point(|point| point.x < x);
    let candidates = [after.checked_sub(1), Some(after)];
    candidates
        .into_iter()
        .flatten()
        .filter_map(|index| series.points.get(index).copied())
        .min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs()))
}

/// The curve the cursor walks along: the first one whose values are read.
pub fn leading(data: &ChartData) -> Option<&Series> {
    data.series
        .iter()
        .find(|series| series.is_read && !series.points.is_empty())
}

/// The x of the neighbouring point of the leading curve, for the arrow keys.
pub fn neighbour(data: &ChartData, x: Option<f64>, steps: i64) -> Option<f64> {
    let series = leading(data)?;
    let last = series.points.len() as i64 - 1;
    let index = match x {
        None => last,
        Some(x) => series.points.partition_point(|point| point.x < x) as i64 + steps,
    };
    series
        .points
        .get(index.clamp(0, last) as usize)
        .map(|point| point.x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: Vec<(f64, f64)>) -> ChartData {
        ChartData {
            series: vec![Series {
                name: "train <a>".into(),
                style: 0,
                points: points.into_iter().map(|(x, y)| Point::at(x, y)).collect(),
                faint: false,
                is_read: true,
                dots: false,
            }],
            x_label: "step".into(),
            y_label: "nats".into(),
            x_axis: XAxis::Toward(1000.0),
            y_scale: ScaleKind::Linear,
        }
    }

    #[test]
    fn the_horizontal_axis_grows_in_round_steps_to_the_plan() {
        let end = |reached: f64| {
            Frame::new(&curve(vec![(reached, 1.0)]), 800.0, 300.0)
                .x
                .high
        };
        assert_eq!(end(3.0), 20.0);
        assert_eq!(end(21.0), 50.0);
        assert_eq!(end(49.0), 50.0);
        assert_eq!(end(501.0), 1000.0);
        assert_eq!(end(1000.0), 1000.0);
    }

    #[test]
    fn other_axes_hold_the_data() {
        let mut data = curve(vec![(1.0, 900.0), (3.0, 300.0), (800.0, 1.0)]);
        data.x_axis = XAxis::Log;
        let frame = Frame::new(&data, 800.0, 300.0);
        assert_eq!((frame.x.low, frame.x.high), (1.0, 1000.0));
        assert!((frame.x_at(frame.px(30.0)) - 30.0).abs() < 1e-6);
        data.x_axis = XAxis::Between(0.0, 8.0);
        assert_eq!(Frame::new(&data, 800.0, 300.0).x.high, 8.0);
    }

    #[test]
    fn pixels_come_back_as_values() {
        let frame = Frame::new(&curve(vec![(900.0, 2.0)]), 800.0, 300.0);
        assert!((frame.x_at(frame.px(400.0)) - 400.0).abs() < 1e-6);
        assert_eq!(frame.x_at(-50.0), 0.0);
        assert!((frame.y_at(frame.py(1.3)) - 1.3).abs() < 1e-9);
        assert_eq!(frame.y_at(9e9), frame.y.low);
        let (across, up) = frame.pixel();
        assert!((frame.x_at(frame.px(300.0) + 10.0) - 300.0 - 10.0 * across).abs() < 1e-6);
        assert!((frame.y_at(frame.py(1.0) - 10.0) - 1.0 - 10.0 * up).abs() < 1e-6);
    }

    #[test]
    fn names_are_escaped_and_drawn_once() {
        let data = curve(vec![(1.0, 2.0), (2.0, 1.5)]);
        let svg = draw(&data, &Frame::new(&data, 800.0, 300.0));
        assert_eq!(svg.matches("train &lt;a&gt;").count(), 1);
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn merged_values_are_drawn_with_their_range() {
        let mut data = curve(vec![(1.0, 2.0), (2.0, 1.5)]);
        let svg = draw(&data, &Frame::new(&data, 800.0, 300.0));
        assert!(!svg.contains("class=\"band\""));
        data.series[0].points[1].to = 3.0;
        data.series[0].points[1].high = 99.0;
        let frame = Frame::new(&data, 800.0, 300.0);
        assert!(frame.y.high >= 99.0);
        assert!(draw(&data, &frame).contains("class=\"band\""));
    }

    #[test]
    fn the_cursor_finds_real_points() {
        let data = curve(vec![(1.0, 2.0), (4.0, 1.5), (9.0, 1.0)]);
        assert_eq!(nearest(&data.series[0], 5.0), Some(Point::at(4.0, 1.5)));
        assert_eq!(nearest(&data.series[0], 99.0), Some(Point::at(9.0, 1.0)));
        assert_eq!(neighbour(&data, None, -1), Some(9.0));
        assert_eq!(neighbour(&data, Some(9.0), -1), Some(4.0));
        assert_eq!(neighbour(&data, Some(1.0), -1), Some(1.0));
        assert_eq!(neighbour(&curve(vec![]), None, 1), None);
    }
}
