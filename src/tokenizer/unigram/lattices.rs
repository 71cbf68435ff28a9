//! The lattices of all runs in flat arrays, and the sums over all their paths.
//!
//! ```text
//! α(0) = 1,  α(j) = Σ over edges i → j of α(i) p(edge)          probability of the characters before j
//! β(n) = 1,  β(i) = Σ over edges i → j of p(edge) β(j)          and of those from i on
//! Z = α(n),  expected count of a piece = Σ over runs of count · Σ over its edges of α(i) p β(j) / Z
//! ```
//!
//! (Kudo 2018, section 3.2; forward–backward.) Sums are in plain f64, not in logarithms: where α or β becomes small, the few values
//! that are still to be used are multiplied by 2³⁰⁰ and the exponent is kept beside them, so that runs of any length are exact
//! and short ones cost nothing. Time and memory are linear in the text, as the length of a piece is bounded.

use super::units::Units;

/// An edge of a lattice: a piece and its length in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge(u32);

impl Edge {
    /// Most pieces, and most characters of one, that an edge can name.
    pub const MOST_PIECES: usize = 1 << 24;
    /// (More would let sums inside one window differ by more than an f64 holds.)
    pub const LONGEST: u32 = 32;

    fn new(piece: u32, length: u32) -> Self {
        Self(piece << 8 | length)
    }

    pub fn piece(self) -> u32 {
        self.0 >> 8
    }

    pub fn length(self) -> usize {
        (self.0 & 0xFF) as usize
    }
}

/// What the paths of all lattices come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Expected count of every piece.
    pub counts: Vec<f64>,
    /// ln of the probability of the text, in nats.
    pub log_likelihood: f64,
}

/// The lattices of all runs.
#[derive(Clone, Debug)]
pub struct Lattices {
    /// Edges that start at place i of [`Units::symbols`] are `edges[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    edges: Vec<Edge>,
    longest: usize,
}

const SMALL: f64 = f64::from_bits((1023 - 300) << 52); // 2⁻³⁰⁰
const LARGE: f64 = f64::from_bits((1023 + 300) << 52);

/// A piece's probability and its expected count so far, side by side for the cache.
#[derive(Clone, Copy)]
struct Cell {
    p: f64,
    count: f64,
}

impl Lattices {
    /// Lattices with an edge for every character and for every occurrence (piece, length, places).
    pub fn of<'a>(
        units: &Units,
        occurrences: impl Iterator<Item = (u32, u32, &'a [u32])> + Clone,
    ) -> Self {
        let symbols = &units.symbols;
        let mut starts = vec![0u32; symbols.len() + 1];
        for (place, &symbol) in symbols.iter().enumerate() {
            starts[place + 1] = u32::from(symbol != Units::END);
        }
        let mut longest = 1;
        for (_, length, places) in occurrences.clone() {
            longest = longest.max(length as usize);
            for &place in places {
                starts[place as usize + 1] += 1;
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut edges = vec![Edge(0); starts.last().map_or(0, |&end| end as usize)];
        let mut at = starts.clone();
        let mut put = |place: usize, edge: Edge| {
            edges[at[place] as usize] = edge;
            at[place] += 1;
        };
        for (place, &symbol) in symbols.iter().enumerate() {
            if symbol != Units::END {
                put(place, Edge::new(symbol - 1, 1));
            }
        }
        for (piece, length, places) in occurrences {
            for &place in places {
                put(place as usize, Edge::new(piece, length));
            }
        }
        Self {
            starts,
            edges,
            longest,
        }
    }

    /// The edges that start at a place of the symbols.
    pub fn edges(&self, place: u32) -> &[Edge] {
        let place = place as usize;
        &self.edges[self.starts[place] as usize..self.starts[place + 1] as usize]
    }

    /// Drops the edges of pieces that are gone: `new_number` gives every piece's new number, or `u32::MAX`.
    pub fn renumber(&mut self, new_number: &[u32]) {
        let mut kept = 0;
        let mut start = 0;
        for place in 0..self.starts.len() - 1 {
            let end = self.starts[place + 1] as usize;
            for i in start..end {
                let edge = self.edges[i];
                let number = new_number[edge.piece() as usize];
                if number != u32::MAX {
                    self.edges[kept] = Edge(number << 8 | edge.0 & 0xFF);
                    kept += 1;
                }
            }
            start = end;
            self.starts[place + 1] = kept as u32;
        }
        self.edges.truncate(kept);
    }

    /// Expected counts of all pieces and the likelihood of the text, with `probabilities` by piece.
    pub fn expectation(&self, units: &Units, probabilities: &[f64]) -> Expectation {
        let mut cells: Vec<Cell> = probabilities
            .iter()
            .map(|&p| Cell { p, count: 0.0 })
            .collect();
        let mut paths = Paths::default();
        let mut log_likelihood = 0.0;
        for (&(start, length), &count) in units.runs.iter().zip(&units.counts) {
            let count = count as f64;
            log_likelihood +=
                count * self.sum_run(start, length as usize, count, &mut cells, &mut paths);
        }
        Expectation {
            counts: cells.iter().map(|cell| cell.count).collect(),
            log_likelihood,
        }
    }

    /// ln Z of one run; adds its expected counts to the cells.
    fn sum_run(
        &self,
        start: u32,
        n: usize,
        count: f64,
        cells: &mut [Cell],
        paths: &mut Paths,
    ) -> f64 {
        let Paths {
            alpha,
            beta,
            exponent,
        } = paths;
        alpha.clear();
        alpha.resize(n + 1, 0.0);
        beta.clear();
        beta.resize(n + 1, 0.0);
        exponent.clear();
        let mut shifts = 0;
        alpha[0] = 1.0;
        for i in 0..=n {
            if alpha[i] < SMALL {
                let end = (i + self.longest).min(n);
                shifts += enlarge(&mut alpha[i..=end]);
            }
            exponent.push(shifts);
            if i == n {
                break;
            }
            let a = alpha[i];
            for edge in self.edges(start + i as u32) {
                alpha[i + edge.length()] += a * cells[edge.piece() as usize].p;
            }
        }
        let z = alpha[n];
        if z == 0.0 {
            return f64::NEG_INFINITY;
        }
        let scale = count / z;
        let mut back_shifts = 0;
        beta[n] = 1.0;
        for i in (0..n).rev() {
            // α(i) β(j) / Z with the powers of 2³⁰⁰ that were left out of each.
            let mut a = alpha[i] * scale;
            let lost = exponent[n] - exponent[i] - back_shifts;
            if lost != 0 {
                // Where β is next to nothing, what it is multiplied by may be beyond an f64.
                a = (a * LARGE.powi(lost)).min(f64::MAX);
            }
            let mut b = 0.0;
            for edge in self.edges(start + i as u32) {
                let cell = &mut cells[edge.piece() as usize];
                let rest = cell.p * beta[i + edge.length()];
                b += rest;
                cell.count += a * rest;
            }
            beta[i] = b;
            if b < SMALL {
                let end = (i + self.longest).min(n);
                back_shifts += enlarge(&mut beta[i..=end]);
            }
        }
        z.ln() - f64::from(exponent[n]) * 300.0 * std::f64::consts::LN_2
    }

    /// The best way to write a stretch of symbols without its own piece: the other pieces and the sum of their scores.
    /// Nothing for a single character.
    pub fn second_best(
        &self,
        start: u32,
        length: u32,
        log_p: impl Fn(u32) -> f64,
        instead: &mut Vec<u32>,
    ) -> f64 {
        let n = length as usize;
        instead.clear();
        let mut best = [(f64::NEG_INFINITY, Edge(0)); Edge::LONGEST as usize + 1];
        best[0].0 = 0.0;
        for i in 0..n {
            for &edge in self.edges(start + i as u32) {
                let end = i + edge.length();
                if end > n || edge.length() == n {
                    continue;
                }
                let score = best[i].0 + log_p(edge.piece());
                if score > best[end].0 {
                    best[end] = (score, edge);
                }
            }
        }
        let mut at = n;
        while at > 0 && best[n].0 > f64::NEG_INFINITY {
            instead.push(best[at].1.piece());
            at -= best[at].1.length();
        }
        instead.reverse();
        best[n].0
    }
}

/// Multiplies values that are still to be used until the largest is not small; by how many factors 2³⁰⁰. A place that only
/// improbable paths reach stays next to nothing beside the others.
fn enlarge(values: &mut [f64]) -> i32 {
    let mut largest = values.iter().fold(0.0, |largest: f64, &v| largest.max(v));
    let mut shifts = 0;
    while largest < SMALL && largest > 0.0 {
        values.iter_mut().for_each(|v| *v *= LARGE);
        largest *= LARGE;
        shifts += 1;
    }
    shifts
}

/// Arrays that one run after another uses.
#[derive(Default)]
struct Paths {
    alpha: Vec<f64>,
    beta: Vec<f64>,
    /// How many factors 2³⁰⁰ α carries at each place.
    exponent: Vec<i32>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::seeds::seeds;
    use super::*;

    /// Probability and piece counts of every path of a run, one by one.
    fn walk(
        lattices: &Lattices,
        start: u32,
        end: u32,
        p: &[f64],
        path: &mut Vec<u32>,
        visit: &mut dyn FnMut(&[u32], f64),
    ) {
        if start == end {
            let probability = path.iter().map(|&piece| p[piece as usize]).product();
            visit(path, probability);
            return;
        }
        for edge in lattices.edges(start) {
            path.push(edge.piece());
            walk(lattices, start + edge.length() as u32, end, p, path, visit);
            path.pop();
        }
    }

    proptest! {
        #[test]
        fn expectation_is_the_mean_over_all_paths(text in "[ab ]{1,24}", scale in 0.0f64..1.0) {
            let units = Units::of(&text, 1);
            let (pieces, lattices) = seeds(&units, 8, 2, 1000);
            // at 1e-20 a piece sums pass through the shifts by 2³⁰⁰; every path writes every character once
            for scale in [scale + 0.1, 1e-20] {
                let p: Vec<f64> = pieces.iter().map(|piece| piece.log_p.exp() * scale).collect();
                let found = lattices.expectation(&units, &p);
                if scale < 0.1 {
                    let written: f64 = found.counts.iter().zip(&pieces).map(|(count, piece)| count * f64::from(piece.length)).sum();
                    prop_assert!((written / units.known_characters as f64 - 1.0).abs() < 1e-9);
                    continue;
                }
                let mut counts = vec![0.0; p.len()];
                let mut log_likelihood = 0.0;
                for (&(start, length), &count) in units.runs.iter().zip(&units.counts) {
                    let mut z = 0.0;
                    walk(&lattices, start, start + length, &p, &mut Vec::new(), &mut |_, p| z += p);
                    walk(&lattices, start, start + length, &p, &mut Vec::new(), &mut |path, p| {
                        path.iter().for_each(|&piece| counts[piece as usize] += count as f64 * p / z);
                    });
                    log_likelihood += count as f64 * z.ln();
                }
                prop_assert!((found.log_likelihood - log_likelihood).abs() < 1e-9 * log_likelihood.abs().max(1.0));
                for (found, expected) in found.counts.iter().zip(&counts) {
                    prop_assert!((found - expected).abs() < 1e-9 * expected.max(1.0), "{found} {expected}");
                }
            }
        }
    }

    #[test]
    fn a_run_of_any_length_is_exact() {
        // one piece "a" with p = 1/4: Z = 4⁻ⁿ underflows f64 many times over
        let n = 100_000;
        let units = Units::of(&"a".repeat(n), 1);
        let (pieces, lattices) = seeds(&units, 1, 2, 1000);
        assert_eq!(pieces.len(), 1);
        let found = lattices.expectation(&units, &[0.25]);
        let expected = -(n as f64) * 4f64.ln();
        assert!((found.log_likelihood / expected - 1.0).abs() < 1e-12);
        assert!((found.counts[0] / n as f64 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_second_best_leaves_the_piece_itself_out() {
        let units = Units::of("abc abc ab ab", 1);
        let (pieces, lattices) = seeds(&units, 8, 2, 1000);
        let text =
            |piece: u32| units.text(pieces[piece as usize].start, pieces[piece as usize].length);
        let whole = (0..pieces.len() as u32)
            .find(|&piece| text(piece) == " ab")
            .unwrap();
        let mut instead = Vec::new();
        let piece = pieces[whole as usize];
        let score = lattices.second_best(piece.start, piece.length, |_| -1.0, &mut instead);
        assert_eq!(score, -2.0);
        assert_eq!(
            instead
                .iter()
                .map(|&piece| text(piece))
                .collect::<Vec<_>>()
                .concat(),
            " ab"
        );
    }
}
