//! Which keys a query sees. The CPU's loops and the launches both start here; `sees`, `first_key`, `end_key` and `end_query` in
//! `shaders/lib/attention.wgsl` are the twins.

use std::ops::Range;

use crate::graph::Constant;

/// The keys j that a query i sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// j ≤ i.
    Causal,
    /// Every key.
    Bidirectional,
    /// Causal, the last w keys with the query's own: 0 ≤ i − j < w (Beltagy et al. 2020).
    Window(usize),
    /// Causal, the last s keys and before them every s-th: i − j < s or (i − j) mod s = 0 (Child et al. 2019, both their
    /// patterns in one head).
    Strided(usize),
}

impl Mask {
    pub(crate) fn check(self) -> Result<(), String> {
        match self {
            Self::Window(0) => {
                Err("a window of no keys sees nothing; make it at least 1".to_owned())
            }
            Self::Strided(0) => Err("a stride of 0 goes nowhere; make it at least 1".to_owned()),
            _ => Ok(()),
        }
    }

    /// The shortest range that holds every key some query of `queries` sees, of `keys` keys.
    pub(crate) fn keys_of(self, queries: Range<usize>, keys: usize) -> Range<usize> {
        match self {
            Self::Bidirectional => 0..keys,
            Self::Causal | Self::Strided(_) => 0..keys.min(queries.end),
            Self::Window(width) => {
                let end = keys.min(queries.end);
                (queries.start + 1).saturating_sub(width).min(end)..end
            }
        }
    }

    /// How many of `keys` keys a query sees.
    pub(crate) fn count_seen(self, query: usize, keys: usize) -> usize {
        let range = self.keys_of(query..query + 1, keys).len();
        match self {
            // Near ones, and one a stride before them.
            Self::Strided(stride) => range.min(stride + query / stride),
            _ => range,
        }
    }

    /// Writes `value` over the numbers of `row` whose keys `query` does not see. `row` is of keys in [`Mask::keys_of`]
    /// that query, from `first` on: only a stride has holes there.
    pub(crate) fn fill_holes(self, query: usize, first: usize, row: &mut [f32], value: f32) {
        let Self::Strided(stride) = self else { return };
        let end = first + row.len();
        let mut seen = query.checked_sub(stride);
        while let Some(key) = seen {
            seen = key.checked_sub(stride);
            let hole = seen.map_or(0, |next| next + 1).clamp(first, end)..key.clamp(first, end);
            row[hole.start - first..hole.end - first].fill(value);
        }
    }

    /// `MASK` and `REACH` in WGSL. A reach beyond every key is the same as one of `keys`.
    pub(crate) fn constants(self, keys: usize) -> [(&'static str, Constant); 2] {
        let (number, reach) = match self {
            Self::Causal => (0, 0),
            Self::Bidirectional => (1, 0),
            Self::Window(width) => (2, width.min(keys)),
            Self::Strided(stride) => (3, stride.min(keys)),
        };
        [
            ("MASK", Constant::U32(number)),
            ("REACH", Constant::U32(reach as u32)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;

    /// The formulas of the enum's docs.
    fn sees(mask: Mask, i: usize, j: usize) -> bool {
        match mask {
            Mask::Causal => j <= i,
            Mask::Bidirectional => true,
            Mask::Window(width) => j <= i && i - j < width,
            Mask::Strided(stride) => j <= i && (i - j < stride || (i - j).is_multiple_of(stride)),
        }
    }

    fn masks() -> impl Iterator<Item = Mask> {
        let reaches = [1, 2, 3, 7, 19, 40];
        let windows = reaches.map(Mask::Window);
        let strides = reaches.map(Mask::Strided);
        [Mask::Causal, Mask::Bidirectional]
            .into_iter()
            .chain(windows)
            .chain(strides)
    }

    #[test]
    fn counts_and_ranges_agree_with_every_pair() {
        for mask in masks() {
            for keys in 1..=23 {
                for query in 0..keys {
                    let seen: Vec<usize> = (0..keys).filter(|&j| sees(mask, query, j)).collect();
                    let what = format!("{mask:?}, query {query} of {keys}");
                    assert_eq!(mask.count_seen(query, keys), seen.len(), "{what}");
                    let shortest = seen[0]..seen[seen.len() - 1] + 1;
                    let range = mask.keys_of(query..query + 1, keys);
                    assert_eq!(range.end, shortest.end, "{what}");
                    // The range of a stride starts with key 0, seen or not.
                    if !matches!(mask, Mask::Strided(_)) {
                        assert_eq!(range.start, shortest.start, "{what}");
                    }
                    let mut row = vec![1.0; range.len()];
                    mask.fill_holes(query, range.start, &mut row, 0.0);
                    let kept: Vec<usize> = range
                        .clone()
                        .filter(|j| row[j - range.start] != 0.0)
                        .collect();
                    assert_eq!(kept, seen, "{what}");
                }
            }
        }
    }
}
