//! Which unit of which layer of a recurrent model is looked at, and its numbers as a picture takes them.

use crate::session::questions::Traces;
use crate::ui::scale::round_up;

/// What the numbers of a series can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    /// Of a gate: from 0, closed, to 1, open.
    Gate,
    /// From minus this to this.
    Around(f32),
}

impl Span {
    /// Of a series by its name. tanh bounds every series but an LSTM's `c`, which is told by its largest number, rounded up.
    pub fn of(name: &str, values: &[f32]) -> Self {
        match name {
            "i" | "f" | "o" | "r" | "z" => Self::Gate,
            "c" => {
                let largest = values.iter().fold(0.0f32, |most, x| most.max(x.abs()));
                Self::Around(round_up(f64::from(largest)).max(1.0) as f32)
            }
            _ => Self::Around(1.0),
        }
    }

    /// The number at the upper end.
    pub fn top(self) -> f32 {
        match self {
            Self::Gate => 1.0,
            Self::Around(top) => top,
        }
    }

    pub fn is_signed(self) -> bool {
        self != Self::Gate
    }

    /// Where a number stands between the ends, 0..=1.
    pub fn level(self, value: f32) -> f32 {
        match self {
            Self::Gate => value,
            Self::Around(top) => (value / top + 1.0) / 2.0,
        }
    }
}

/// The chosen series (name, (T, H)), or the last where there are fewer.
pub fn series_of(traces: &Traces, chosen: usize) -> Option<&(String, Vec<f32>)> {
    let last = traces.series.len().checked_sub(1)?;
    traces.series.get(chosen.min(last))
}

/// A row a unit, a column a token: (H, T).
pub fn by_unit(values: &[f32], hidden: usize) -> Vec<f32> {
    (0..hidden)
        .flat_map(|unit| of_unit(values, hidden, unit))
        .collect()
}

/// The numbers of one unit over the tokens (T).
pub fn of_unit(values: &[f32], hidden: usize, unit: usize) -> impl Iterator<Item = f32> {
    let own = values.iter().copied().skip(unit);
    own.step_by(hidden.max(1))
}

/// A cell (unit, token) that is in the picture.
pub fn inside(traces: &Traces, cell: Option<(usize, usize)>) -> Option<(usize, usize)> {
    let (units, tokens) = (traces.hidden as usize, traces.tokens.len());
    let (last_unit, last_token) = (units.checked_sub(1)?, tokens.checked_sub(1)?);
    let (unit, token) = cell.unwrap_or((0, last_token));
    Some((unit.min(last_unit), token.min(last_token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traces() -> Traces {
        Traces {
            tokens: ["a", "b"].map(String::from).to_vec(),
            layers: 1,
            hidden: 3,
            series: vec![
                ("h".into(), vec![0.1, 0.2, 0.3, -0.4, -0.5, -0.6]),
                ("i".into(), vec![0.5; 6]),
            ],
            ..Traces::default()
        }
    }

    #[test]
    fn units_become_rows() {
        let traces = traces();
        let (_, h) = series_of(&traces, 0).unwrap();
        assert_eq!(by_unit(h, 3), [0.1, -0.4, 0.2, -0.5, 0.3, -0.6]);
        assert_eq!(of_unit(h, 3, 2).collect::<Vec<_>>(), [0.3, -0.6]);
    }

    #[test]
    fn gates_are_open_or_closed_and_states_have_a_sign() {
        assert_eq!(Span::of("f", &[0.2]), Span::Gate);
        assert_eq!(Span::of("h", &[0.2]), Span::Around(1.0));
        assert_eq!(Span::of("n", &[]), Span::Around(1.0));
        // A memory adds up beyond 1.
        assert_eq!(Span::of("c", &[0.2, -3.5]), Span::Around(5.0));
        assert_eq!(Span::of("c", &[0.2]), Span::Around(1.0));
        assert_eq!(Span::Around(5.0).level(-5.0), 0.0);
        assert_eq!(Span::Around(5.0).level(0.0), 0.5);
        assert_eq!(Span::Gate.level(0.25), 0.25);
        assert!(!Span::Gate.is_signed() && Span::Around(1.0).is_signed());
    }

    #[test]
    fn what_is_chosen_fits_smaller_models_and_shorter_texts() {
        let mut traces = traces();
        assert_eq!(series_of(&traces, 5).unwrap().0, "i");
        assert_eq!(inside(&traces, None), Some((0, 1)));
        assert_eq!(inside(&traces, Some((9, 9))), Some((2, 1)));
        assert_eq!(inside(&traces, Some((1, 0))), Some((1, 0)));
        traces.tokens.clear();
        assert_eq!(inside(&traces, None), None);
        traces.series.clear();
        assert!(series_of(&traces, 0).is_none());
    }
}
