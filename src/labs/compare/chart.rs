//! The tracks of a comparison as curves: one measure against what was spent.

use super::record::{Record, Track};
use crate::session::compare::{Budget, Spent};
use crate::session::config::{Objective, Playground};
use crate::session::history::perplexity;
use crate::ui::scale::{ScaleKind, round_up};
use crate::ui::{ChartData, Point, Series, XAxis};

/// What the chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    TrainLoss,
    ValidationLoss,
    Perplexity,
    BitsPerByte,
    Accuracy,
    GradNorm,
}

impl Measure {
    pub const ALL: [Self; 6] = [
        Self::TrainLoss,
        Self::ValidationLoss,
        Self::Perplexity,
        Self::BitsPerByte,
        Self::Accuracy,
        Self::GradNorm,
    ];

    /// Its name in files.
    pub fn key(self) -> &'static str {
        match self {
            Self::TrainLoss => "training loss, nats per token",
            Self::ValidationLoss => "validation loss, nats per token",
            Self::Perplexity => "perplexity",
            Self::BitsPerByte => "bits per byte",
            Self::Accuracy => "exact answers, percent",
            Self::GradNorm => "gradient norm",
        }
    }

    /// Told of the next token only.
    fn is_of_next_token(self) -> bool {
        matches!(self, Self::Perplexity | Self::BitsPerByte)
    }

    /// Measured at every step, with the noise of a batch.
    fn is_noisy(self) -> bool {
        matches!(self, Self::TrainLoss | Self::GradNorm)
    }
}

/// What it is drawn against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    Tokens,
    Flops,
    Seconds,
}

impl Against {
    pub fn of(self, spent: &Spent) -> f64 {
        match self {
            Self::Tokens => spent.tokens,
            Self::Flops => spent.flops,
            Self::Seconds => spent.secs,
        }
    }

    /// The budget, where it is told in the same unit.
    fn planned(self, budget: Budget) -> Option<f64> {
        match (self, budget) {
            (Self::Tokens, Budget::Tokens(most))
            | (Self::Flops, Budget::Flops(most))
            | (Self::Seconds, Budget::Seconds(most)) => Some(most),
            _ => None,
        }
    }
}

/// How the chart is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub measure: Measure,
    pub against: Against,
    pub is_log_x: bool,
    pub is_log_y: bool,
    /// Neighbours on each side that a bold curve is the mean of; 0 draws what was measured.
    pub smoothing: usize,
    /// Entries that are not drawn.
    pub hidden: Vec<usize>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            measure: Measure::BitsPerByte,
            against: Against::Tokens,
            is_log_x: false,
            is_log_y: false,
            smoothing: 4,
            hidden: Vec::new(),
        }
    }
}

impl View {
    /// For a comparison that begins: nothing is hidden, and what is measured is told of one entry at least, the text's bits per byte
    /// only of models of the next token.
    pub fn begin(&mut self, entries: &[Playground]) {
        self.hidden.clear();
        let is_of_text = matches!(self.measure, Measure::BitsPerByte | Measure::Perplexity);
        let tells_text = |entry: &Playground| {
            entry.model.family.predicts_next() && entry.objective.objective == Objective::Causal
        };
        if is_of_text && !entries.iter().any(tells_text) {
            self.measure = Measure::ValidationLoss;
        }
    }
}

/// Why an entry is not in the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// Its loss is not that of the next token.
    Objective,
    /// Its counts are taken in one step.
    Counts,
}

/// Most points of a curve that is drawn, about one a pixel.
const COLUMNS: usize = 600;

/// Whether an entry is a model of counts, trained in one step.
pub fn is_of_counts(record: &Record, index: usize) -> bool {
    let entry = record.comparison.entries.get(index);
    entry.is_some_and(|it| !it.model.family.is_neural())
}

/// What keeps an entry out of a measure.
pub fn left_out(record: &Record, index: usize, measure: Measure) -> Option<LeftOut> {
    let track = record.tracks.get(index)?;
    if measure.is_of_next_token() && !track.is_next_token() {
        return Some(LeftOut::Objective);
    }
    (measure.is_noisy() && is_of_counts(record, index)).then_some(LeftOut::Counts)
}

/// What was measured of an entry, where it was finite: what was spent, and the value.
pub fn measured(track: &Track, measure: Measure) -> Vec<(Spent, f64)> {
    let validations = || track.validations.iter().map(|it| (it.at, it.loss));
    let points = || track.points.iter();
    let all: Vec<(Spent, f64)> = match measure {
        Measure::TrainLoss => points().map(|it| (it.at, f64::from(it.loss))).collect(),
        Measure::GradNorm => points()
            .map(|it| (it.at, f64::from(it.grad_norm)))
            .collect(),
        Measure::ValidationLoss => validations().collect(),
        Measure::Perplexity => validations()
            .map(|(at, loss)| (at, perplexity(loss)))
            .collect(),
        Measure::BitsPerByte => validations()
            .filter_map(|(at, loss)| Some((at, track.bits_per_byte(loss)?)))
            .collect(),
        Measure::Accuracy => track
            .answers
            .iter()
            .map(|it| (it.at, it.percent()))
            .collect(),
    };
    all.into_iter().filter(|it| it.1.is_finite()).collect()
}

/// The chart of a comparison; `names` and labels are texts of the page.
pub fn chart(
    record: &Record,
    names: &[String],
    view: &View,
    x_label: &str,
    y_label: &str,
) -> ChartData {
    let curves: Vec<(usize, Vec<(f64, f64)>)> = record
        .tracks
        .iter()
        .enumerate()
        .filter(|(index, _)| !view.hidden.contains(index))
        .filter(|(index, _)| left_out(record, *index, view.measure).is_none())
        .map(|(index, track)| {
            let points = measured(track, view.measure);
            let place = |(at, value): (Spent, f64)| (view.against.of(&at), value);
            (index, points.into_iter().map(place).collect())
        })
        .collect();
    let is_level = |index: usize| is_of_counts(record, index);
    let of_steps = || {
        curves
            .iter()
            .filter(|it| !is_level(it.0))
            .flat_map(|it| &it.1)
    };
    let reached = of_steps().map(|point| point.0).fold(0.0, f64::max);
    let end = match view.against.planned(record.comparison.budget) {
        Some(planned) => planned.max(reached),
        None => round_up(reached),
    };
    let begin = of_steps().map(|point| point.0).filter(|x| *x > 0.0);
    let begin = match view.is_log_x {
        true => begin.fold(end / 100.0, f64::min),
        false => 0.0,
    };
    let mut series = Vec::new();
    // Level lines last: the cursor walks along the first curve.
    for &level in &[false, true] {
        for (index, points) in curves.iter().filter(|it| is_level(it.0) == level) {
            let name = names.get(*index).cloned().unwrap_or_default();
            match (level, points.last()) {
                (true, Some((_, value))) => {
                    series.push(level_line(name, *index, begin, end, *value))
                }
                _ => series.extend(drawn(name, *index, points, view)),
            }
        }
    }
    ChartData {
        series,
        x_label: x_label.to_owned(),
        y_label: y_label.to_owned(),
        x_axis: if view.is_log_x {
            XAxis::Log
        } else {
            XAxis::Between(0.0, end)
        },
        y_scale: if view.is_log_y {
            ScaleKind::Log
        } else {
            ScaleKind::Linear
        },
    }
}

/// A value that holds all along.
fn level_line(name: String, style: usize, from: f64, to: f64, value: f64) -> Series {
    let point = |x: f64| Point {
        from,
        to,
        ..Point::at(x, value)
    };
    Series {
        name,
        style,
        points: vec![point(from), point(to)],
        faint: false,
        is_read: true,
        dots: false,
    }
}

fn drawn(name: String, style: usize, points: &[(f64, f64)], view: &View) -> Vec<Series> {
    let is_smoothed = view.measure.is_noisy() && view.smoothing > 0;
    let as_measured = Series {
        name: name.clone(),
        style,
        points: thinned(points),
        faint: is_smoothed,
        is_read: true,
        dots: !view.measure.is_noisy() && points.len() <= 30,
    };
    if !is_smoothed {
        return vec![as_measured];
    }
    let course = Series {
        name,
        style,
        points: thinned(&smoothed(points, view.smoothing))
            .into_iter()
            .map(|point| Point::at(point.x, point.y))
            .collect(),
        faint: false,
        is_read: false,
        dots: false,
    };
    vec![as_measured, course]
}

/// The mean of as many neighbours before as after, at most `half_width` on each side, fewer toward the ends.
fn smoothed(points: &[(f64, f64)], half_width: usize) -> Vec<(f64, f64)> {
    let mut sums = vec![0.0];
    for point in points {
        sums.push(sums[sums.len() - 1] + point.1);
    }
    let last = points.len().saturating_sub(1);
    let mean = |index: usize| {
        let half = half_width.min(index).min(last - index);
        (sums[index + half + 1] - sums[index - half]) / (2 * half + 1) as f64
    };
    (0..points.len())
        .map(|index| (points[index].0, mean(index)))
        .collect()
}

/// Few enough points to draw; neighbours become one with their range.
fn thinned(points: &[(f64, f64)]) -> Vec<Point> {
    // The same groups whatever comes after, so that a growing curve does not shimmer.
    let group = points.len().div_ceil(COLUMNS).max(1).next_power_of_two();
    let merge = |group: &[(f64, f64)]| {
        let (from, to) = (group[0].0, group[group.len() - 1].0);
        let values = || group.iter().map(|it| it.1);
        Point {
            x: (from + to) / 2.0,
            y: values().sum::<f64>() / group.len() as f64,
            from,
            to,
            low: values().fold(f64::INFINITY, f64::min),
            high: values().fold(f64::NEG_INFINITY, f64::max),
        }
    };
    points.chunks(group).map(merge).collect()
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::{prepared, record, trained, validated};
    use super::*;
    use crate::models::Family;
    use crate::session::compare::News;
    use crate::session::history::bits_per_byte;

    fn names() -> Vec<String> {
        ["a", "b", "c"].map(str::to_owned).to_vec()
    }

    /// A decoder, a model of counts, and a model of another objective.
    fn story() -> Record {
        let mut record = record(3);
        record.comparison.entries[1].model.family = Family::Ngram;
        for (entry, is_next_token) in [(0, true), (1, true), (2, false)] {
            record.apply(&prepared(entry, is_next_token));
        }
        for step in 1..=4 {
            record.apply(&trained(0, step, 4.0 / step as f32));
            record.apply(&trained(2, step, 2.0));
        }
        record.apply(&validated(0, 2, 2.0));
        record.apply(&validated(0, 4, 1.0));
        record.apply(&validated(1, 1, 1.5));
        record.apply(&validated(2, 4, 0.5));
        record
    }

    fn drawn_names(data: &ChartData) -> Vec<&str> {
        data.series.iter().map(|it| it.name.as_str()).collect()
    }

    #[test]
    fn what_no_entry_tells_is_not_looked_at_first() {
        let mut view = View::default();
        let mut entry = crate::session::presets::first_minute();
        view.begin(&[entry.clone()]);
        assert_eq!(view.measure, Measure::BitsPerByte);
        let next = entry.clone();
        entry.model.family = Family::Encoder;
        entry.objective.objective = Objective::Masked;
        view.begin(&[entry.clone(), next]);
        assert_eq!(view.measure, Measure::BitsPerByte);
        view.begin(&[entry]);
        assert_eq!(view.measure, Measure::ValidationLoss);
    }

    #[test]
    fn bits_per_byte_leave_out_other_objectives_and_counts_are_level() {
        let record = story();
        let view = View::default();
        let data = chart(&record, &names(), &view, "tokens", "bits per byte");
        assert_eq!(drawn_names(&data), ["a", "b"]);
        assert_eq!(left_out(&record, 2, view.measure), Some(LeftOut::Objective));
        let decoder = &data.series[0].points;
        assert_eq!(decoder[1], Point::at(400.0, bits_per_byte(1.0, 2.0)));
        let level = &data.series[1].points;
        assert_eq!((level[0].x, level[1].x), (0.0, 200_000.0));
        assert_eq!(level[0].y, bits_per_byte(1.5, 2.0));
        assert_eq!(data.x_axis, XAxis::Between(0.0, 200_000.0));
    }

    #[test]
    fn counts_have_no_curve_of_training() {
        let record = story();
        let mut view = View {
            measure: Measure::TrainLoss,
            smoothing: 0,
            ..View::default()
        };
        let data = chart(&record, &names(), &view, "", "");
        assert_eq!(drawn_names(&data), ["a", "c"]);
        assert_eq!(left_out(&record, 1, view.measure), Some(LeftOut::Counts));
        view.hidden = vec![0];
        assert_eq!(drawn_names(&chart(&record, &names(), &view, "", "")), ["c"]);
    }

    #[test]
    fn smoothing_keeps_what_was_measured_behind_the_course() {
        let record = story();
        let view = View {
            measure: Measure::TrainLoss,
            smoothing: 1,
            hidden: vec![2],
            ..View::default()
        };
        let data = chart(&record, &names(), &view, "", "");
        assert_eq!(data.series.len(), 2);
        assert!(data.series[0].faint && data.series[0].is_read);
        assert!(!data.series[1].is_read);
        let mean = (4.0 + 2.0 + f64::from(4.0f32 / 3.0)) / 3.0;
        assert!((data.series[1].points[1].y - mean).abs() < 1e-9);
        assert_eq!(data.series[1].points[0].y, 4.0);
    }

    #[test]
    fn other_axes_tell_what_was_spent_otherwise() {
        let record = story();
        let mut view = View {
            measure: Measure::ValidationLoss,
            against: Against::Seconds,
            ..View::default()
        };
        let data = chart(&record, &names(), &view, "", "");
        assert_eq!(data.series[0].points[1].x, 2.0);
        assert_eq!(data.x_axis, XAxis::Between(0.0, 2.0));
        view.against = Against::Flops;
        view.is_log_x = true;
        let data = chart(&record, &names(), &view, "", "");
        assert_eq!(data.x_axis, XAxis::Log);
        // The level line begins where there is a logarithm.
        assert!(data.series[2].points[0].x > 0.0);
    }

    #[test]
    fn long_curves_are_thinned_with_their_range() {
        let points: Vec<(f64, f64)> = (0..5_000)
            .map(|x| (f64::from(x), if x == 777 { 9.0 } else { 1.0 }))
            .collect();
        let thin = thinned(&points);
        assert!(thin.len() <= COLUMNS);
        assert!(
            thin.iter()
                .any(|it| it.high == 9.0 && it.from <= 777.0 && it.to >= 777.0)
        );
        assert_eq!(thinned(&[]), []);
        assert_eq!(smoothed(&[], 4), []);
    }

    #[test]
    fn accuracy_is_a_percentage() {
        let mut record = story();
        record.apply(&News::Answered {
            entry: 0,
            at: Spent::default(),
            right: 1,
            asked: 4,
        });
        let told = measured(&record.tracks[0], Measure::Accuracy);
        assert_eq!(told[0].1, 25.0);
    }
}
