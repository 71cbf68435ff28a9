//! A sweep: the first entry over a grid, or over random draws, of one or two of its numeric settings.

use super::naming::acts;
use crate::session::compare::MOST_CELLS;
use crate::session::config::Playground;
use crate::session::field::Field;
use crate::session::validate::{range, validate};

/// How the places of a sweep are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Every value of the one with every value of the other.
    Grid,
    /// Independent draws (Bergstra and Bengio 2012).
    Random,
}

/// A setting and the values it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub field: Field,
    pub low: f64,
    pub high: f64,
    /// Values of a grid.
    pub count: u32,
}

impl Axis {
    /// The usual axis of a setting, around the value it has.
    pub fn around(field: Field, base: &Playground) -> Self {
        let now = field.number(base).unwrap_or(1.0);
        let (least, most) = range(field).unwrap_or((0.0, 1.0));
        let (low, high) = match field {
            // Shares and what may be off are tried from nothing on.
            _ if now <= 0.0 => (least, least + (most - least).min(1.0)),
            _ if most <= 1.0 => (least.max(now / 4.0), most.min(now * 2.0)),
            Field::LearningRate => (now / 10.0, now * 10.0),
            _ => (now / 2.0, now * 2.0),
        };
        Self {
            field,
            low: low.clamp(least, most),
            high: high.clamp(least, most),
            count: 4,
        }
    }

    /// The value at a place from 0 to 1: by ratio where the ends lie far apart, else evenly.
    fn at(&self, place: f64) -> f64 {
        if self.low > 0.0 && self.high / self.low > 4.0 {
            self.low * (self.high / self.low).powf(place)
        } else {
            self.low + (self.high - self.low) * place
        }
    }
}

/// What is to be swept.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    pub kind: Kind,
    pub first: Axis,
    pub second: Option<Axis>,
    /// Cells of a random sweep.
    pub draws: u32,
    /// Of the random draws.
    pub seed: u32,
}

/// Where a cell lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub row: usize,
    pub column: usize,
    /// The values its entry has of the two settings, as they became valid.
    pub values: [f64; 2],
}

/// The cells of a sweep, in the order of its entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub kind: Kind,
    pub fields: [Option<Field>; 2],
    /// Values of the rows (the second setting) and of the columns (the first); of a random sweep as they were drawn.
    pub rows: Vec<f64>,
    pub columns: Vec<f64>,
    pub cells: Vec<Cell>,
}

/// The settings that can be swept: numbers that act.
pub fn sweepable(base: &Playground) -> Vec<Field> {
    let all = Field::ALL.iter().copied();
    all.filter(|&field| range(field).is_some() && acts(field, base))
        .collect()
}

/// The entries of a sweep from `base`, at most [`MOST_CELLS`], and where they lie.
pub fn cells(sweep: &Sweep, base: &Playground) -> (Vec<Playground>, Shape) {
    let places = match sweep.kind {
        Kind::Grid => grid(sweep, base),
        Kind::Random => random(sweep),
    };
    let mut entries = Vec::new();
    let mut shape = Shape {
        kind: sweep.kind,
        fields: [Some(sweep.first.field), sweep.second.map(|it| it.field)],
        rows: Vec::new(),
        columns: Vec::new(),
        cells: Vec::new(),
    };
    for (first, second) in places {
        let (entry, values) = with_values(sweep, base, first, second);
        // Two draws may come to the same entry once they are valid.
        if entries.contains(&entry) || entries.len() == MOST_CELLS {
            continue;
        }
        entries.push(entry);
        let place = |held: &mut Vec<f64>, value: f64| {
            let found = held.iter().position(|it| *it == value);
            found.unwrap_or_else(|| {
                held.push(value);
                held.len() - 1
            })
        };
        shape.cells.push(Cell {
            column: place(&mut shape.columns, values[0]),
            row: place(&mut shape.rows, values[1]),
            values,
        });
    }
    (entries, shape)
}

/// The base with both values, made valid, and what they became.
fn with_values(
    sweep: &Sweep,
    base: &Playground,
    first: f64,
    second: Option<f64>,
) -> (Playground, [f64; 2]) {
    let mut entry = base.clone();
    sweep.first.field.set_number(&mut entry, first);
    if let (Some(axis), Some(value)) = (sweep.second, second) {
        axis.field.set_number(&mut entry, value);
    }
    validate(&mut entry);
    let read = |field: Field| field.number(&entry).unwrap_or(0.0);
    let values = [
        read(sweep.first.field),
        sweep.second.map_or(0.0, |axis| read(axis.field)),
    ];
    (entry, values)
}

/// Values of an axis, each as it becomes valid in the base, each once.
fn values(axis: &Axis, most: usize, base: &Playground) -> Vec<f64> {
    let count = (axis.count as usize).clamp(1, most);
    let mut values: Vec<f64> = Vec::new();
    for index in 0..count {
        let place = match count {
            1 => 0.5,
            _ => index as f64 / (count - 1) as f64,
        };
        let mut entry = base.clone();
        axis.field.set_number(&mut entry, rounded(axis.at(place)));
        validate(&mut entry);
        let value = axis.field.number(&entry).unwrap_or(0.0);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// Three significant digits: a heading with more says nothing more.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

fn grid(sweep: &Sweep, base: &Playground) -> Vec<(f64, Option<f64>)> {
    let firsts = values(&sweep.first, MOST_CELLS, base);
    let Some(second) = &sweep.second else {
        return firsts.into_iter().map(|value| (value, None)).collect();
    };
    let seconds = values(second, (MOST_CELLS / firsts.len()).max(1), base);
    let row = |second: f64| firsts.iter().map(move |first| (*first, Some(second)));
    seconds.into_iter().flat_map(row).collect()
}

fn random(sweep: &Sweep) -> Vec<(f64, Option<f64>)> {
    let mut state = u64::from(sweep.seed);
    let mut draw = move |axis: &Axis| rounded(axis.at(uniform(&mut state)));
    let count = (sweep.draws as usize).clamp(1, MOST_CELLS);
    (0..count)
        .map(|_| {
            let first = draw(&sweep.first);
            (first, sweep.second.as_ref().map(&mut draw))
        })
        .collect()
}

/// The next number in [0, 1) of SplitMix64 (Steele et al. 2014).
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets::first_minute;

    fn axis(field: Field, low: f64, high: f64, count: u32) -> Axis {
        Axis {
            field,
            low,
            high,
            count,
        }
    }

    fn sweep(kind: Kind, first: Axis, second: Option<Axis>) -> Sweep {
        Sweep {
            kind,
            first,
            second,
            draws: 10,
            seed: 3,
        }
    }

    #[test]
    fn a_grid_has_every_pair_and_valid_values() {
        let plan = sweep(
            Kind::Grid,
            axis(Field::LearningRate, 1e-4, 1e-1, 4),
            Some(axis(Field::Channels, 30.0, 66.0, 3)),
        );
        let (entries, shape) = cells(&plan, &first_minute());
        assert_eq!(shape.columns.len(), 4);
        assert_eq!(shape.rows, [32.0, 48.0, 72.0]);
        assert_eq!(entries.len(), 12);
        for (entry, cell) in entries.iter().zip(&shape.cells) {
            assert_eq!(f64::from(entry.model.channels), shape.rows[cell.row]);
            assert_eq!(
                f64::from(entry.training.learning_rate),
                shape.columns[cell.column]
            );
            let mut valid = entry.clone();
            assert_eq!(validate(&mut valid), []);
        }
        // Far apart, so by ratio: tens apart here.
        let ratio = shape.columns[1] / shape.columns[0];
        assert!((ratio - 10.0).abs() < 0.01, "{ratio}");
    }

    #[test]
    fn close_values_are_even_and_whole_ones_come_once() {
        let plan = sweep(Kind::Grid, axis(Field::Layers, 1.0, 4.0, 7), None);
        let (entries, shape) = cells(&plan, &first_minute());
        assert_eq!(shape.columns, [1.0, 2.0, 3.0, 4.0]);
        assert_eq!((entries.len(), shape.rows.len()), (4, 1));
    }

    #[test]
    fn no_sweep_has_more_cells_than_are_allowed() {
        let wide = axis(Field::LearningRate, 1e-4, 1e-1, 60);
        let deep = axis(Field::Layers, 1.0, 24.0, 24);
        let (entries, _) = cells(&sweep(Kind::Grid, wide, Some(deep)), &first_minute());
        assert!(entries.len() <= MOST_CELLS);
        let mut plan = sweep(Kind::Random, wide, Some(deep));
        plan.draws = 1_000;
        assert!(cells(&plan, &first_minute()).0.len() <= MOST_CELLS);
    }

    #[test]
    fn draws_lie_between_the_ends_and_come_again_with_their_seed() {
        let first = axis(Field::LearningRate, 1e-3, 1e-1, 4);
        let plan = sweep(Kind::Random, first, Some(axis(Field::Dropout, 0.0, 0.5, 4)));
        let (entries, shape) = cells(&plan, &first_minute());
        assert_eq!(entries.len(), 10);
        assert_eq!(cells(&plan, &first_minute()), (entries, shape.clone()));
        for cell in &shape.cells {
            assert!((0.99e-3..=0.101).contains(&cell.values[0]), "{cell:?}");
            assert!((0.0..=0.5).contains(&cell.values[1]), "{cell:?}");
        }
        let other = Sweep { seed: 4, ..plan };
        assert_ne!(cells(&other, &first_minute()).1, shape);
    }

    #[test]
    fn numbers_that_act_can_be_swept() {
        let fields = sweepable(&first_minute());
        for field in [
            Field::LearningRate,
            Field::Layers,
            Field::Channels,
            Field::Seed,
        ] {
            assert!(fields.contains(&field), "{field}");
        }
        for field in [Field::Family, Field::Order, Field::TotalSteps, Field::Name] {
            assert!(!fields.contains(&field), "{field}");
        }
        for field in fields {
            let axis = Axis::around(field, &first_minute());
            assert!(axis.low <= axis.high, "{field} {axis:?}");
        }
    }
}
