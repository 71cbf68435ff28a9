//! How the loss of finished entries goes with what they have and spend.

use super::fit::PowerLaw;
use super::record::{Record, Stage};
use crate::ui::scale::ScaleKind;
use crate::ui::{ChartData, Point, Series, XAxis};

/// What the loss is set against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Parameters,
    Tokens,
    Flops,
}

/// A finished entry: its place, what it has or spent, its best validation in bits per byte.
pub type Place = (usize, f64, f64);

/// The entries that came to an end with a loss that is told in bits per byte.
pub fn places(record: &Record, of: Of) -> Vec<Place> {
    let tracks = record.tracks.iter().enumerate();
    let place = |(index, track): (usize, &super::record::Track)| {
        let is_finished = matches!(track.stage(), Stage::Finished(_));
        let facts = track.facts.as_ref().filter(|_| is_finished)?;
        let x = match of {
            Of::Parameters => facts.parameters as f64,
            Of::Tokens => track.spent.tokens,
            Of::Flops => track.spent.flops,
        };
        let loss = track.best_bits_per_byte()?;
        (x > 0.0 && loss > 0.0).then_some((index, x, loss))
    };
    let mut places: Vec<Place> = tracks.filter_map(place).collect();
    places.sort_by(|a, b| a.1.total_cmp(&b.1));
    places
}

/// The power law through them, if they are enough.
pub fn law(places: &[Place]) -> Option<PowerLaw> {
    let points: Vec<(f64, f64)> = places.iter().map(|it| (it.1, it.2)).collect();
    PowerLaw::through(&points)
}

/// How many different values there are across.
pub fn different(places: &[Place]) -> usize {
    let mut values: Vec<f64> = places.iter().map(|it| it.1).collect();
    values.dedup();
    values.len()
}

/// The chart on logarithmic axes: a dot an entry, and the line of the fit.
pub fn chart(
    places: &[Place],
    names: &[String],
    fit_name: &str,
    x_label: &str,
    y_label: &str,
) -> ChartData {
    // Many names would lie over one another; the cursor still reads them.
    let is_crowded = places.len() > 8;
    let mut series: Vec<Series> = places
        .iter()
        .map(|(index, x, loss)| Series {
            name: names.get(*index).cloned().unwrap_or_default(),
            style: if is_crowded { 0 } else { *index },
            points: vec![Point::at(*x, *loss)],
            faint: is_crowded,
            is_read: true,
            dots: true,
        })
        .collect();
    if let (Some(law), Some(first), Some(last)) = (law(places), places.first(), places.last()) {
        let ends = [first.1, last.1].map(|x| Point::at(x, law.at(x)));
        series.push(Series {
            name: fit_name.to_owned(),
            style: 4,
            points: ends.to_vec(),
            faint: false,
            is_read: false,
            dots: false,
        });
    }
    ChartData {
        series,
        x_label: x_label.to_owned(),
        y_label: y_label.to_owned(),
        x_axis: XAxis::Log,
        y_scale: ScaleKind::Log,
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::{record, spent, validated};
    use super::*;
    use crate::session::compare::{Ending, Facts, News};

    /// Entries of 1,000, 2,000, 4,000 parameters, the loss falling by half each time.
    fn story() -> Record {
        let mut record = record(4);
        for entry in 0..4u32 {
            let facts = Facts {
                parameters: 1_000 << entry,
                bytes_per_token: 1.0,
                is_next_token: true,
                ..Facts::default()
            };
            let facts = Box::new(facts);
            record.apply(&News::Prepared { entry, facts });
            record.apply(&validated(entry, 5, 8.0 / f64::from(1 << entry)));
            if entry < 3 {
                let (at, ending) = (spent(5), Ending::Budget);
                record.apply(&News::Finished { entry, at, ending });
            }
        }
        record
    }

    #[test]
    fn finished_entries_give_the_law() {
        let places = places(&story(), Of::Parameters);
        assert_eq!(places.len(), 3);
        assert!((law(&places).unwrap().b - 1.0).abs() < 1e-9);
        let data = chart(&places, &[], "fit", "", "");
        assert_eq!(data.series.len(), 4);
        let line = &data.series[3].points;
        assert!((line[0].y / line[1].y - 4.0).abs() < 1e-9);
    }

    #[test]
    fn equal_budgets_say_nothing_about_the_budget() {
        let places = places(&story(), Of::Tokens);
        assert_eq!((different(&places), law(&places)), (1, None));
        assert_eq!(chart(&places, &[], "fit", "", "").series.len(), 3);
        assert_eq!(different(&super::places(&story(), Of::Flops)), 1);
    }
}
