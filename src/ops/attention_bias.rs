//! What is added to attention's scores by the distance between query and key:
//!
//! - ALiBi (Press et al. 2021): `−slope_h · |i − j|`, nothing learned.
//! - T5's relative bias (Raffel et al. 2020, section 2.1): `table[bucket(j − i), h]`, one learned number for every bucket and
//!   head. Half of the buckets hold one distance each; the others grow logarithmically, the last one without end.
//!
//! Gradient of the table: `dtable[b, h] = Σ ds_ij` over batch and every pair in bucket b. On WebGPU the backward kernel leaves
//! the sum of each row and bucket; [`sum_launch`] adds the rows up in a fixed order (`shaders/attention_bias.wgsl`).

use crate::graph::{Binding, Constant, Launch, Shader, TensorType};
use crate::ops::attention_layout::Layout;
use crate::ops::launch;

/// What is added to the scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    None,
    Alibi,
    Relative(RelativeBias),
}

/// T5's buckets of distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelativeBias {
    /// Rows of the table; 32 in T5.
    pub buckets: usize,
    /// From here on every distance is in the last bucket; 128 in T5.
    pub max_distance: usize,
    /// Whether keys ahead of the query have half of the buckets to themselves (T5's encoder); otherwise they count as distance 0
    /// (its decoder, which sees none).
    pub is_bidirectional: bool,
}

/// Most buckets a direction has: `limits` in WGSL.
const MAX_PER_DIRECTION: usize = 32;

impl RelativeBias {
    fn per_direction(self) -> usize {
        self.buckets / if self.is_bidirectional { 2 } else { 1 }
    }

    /// Distances with a bucket of their own, 0 among them.
    fn exact(self) -> usize {
        self.per_direction() / 2
    }

    fn check(self) -> Result<(), String> {
        let (count, directions) = (self.buckets, 1 + usize::from(self.is_bidirectional));
        if self.exact() == 0
            || self.per_direction() > MAX_PER_DIRECTION
            || !count.is_multiple_of(directions)
        {
            return Err(format!(
                "{count} buckets of distances do not fit; choose {} to {}{}",
                2 * directions,
                MAX_PER_DIRECTION * directions,
                if self.is_bidirectional {
                    ", an even number"
                } else {
                    ""
                }
            ));
        }
        let exact = self.exact();
        if self.max_distance <= exact || u32::try_from(self.max_distance).is_err() {
            return Err(format!(
                "the largest distance told apart, {}, must be above {exact}, which have buckets of their own, and below 2³²",
                self.max_distance
            ));
        }
        Ok(())
    }

    /// Bucket of a distance in one direction, in single precision step by step, as the authors' code has it.
    fn bucket_of_distance(self, distance: usize) -> usize {
        let exact = self.exact();
        if distance < exact {
            return distance;
        }
        let larger = self.per_direction() - exact;
        let ratio = distance as f32 / exact as f32;
        let whole = (self.max_distance as f64 / exact as f64).ln() as f32;
        let place = (f64::from(ratio).ln() as f32) / whole * larger as f32;
        exact + (place as usize).min(larger - 1)
    }

    /// Row of the table for a query and a key.
    pub fn bucket(self, query: usize, key: usize) -> usize {
        if key <= query {
            self.bucket_of_distance(query - key)
        } else if self.is_bidirectional {
            self.per_direction() + self.bucket_of_distance(key - query)
        } else {
            0
        }
    }

    /// Smallest distance of every bucket that holds more than one; the words of `limits` in WGSL.
    fn limits(self) -> Vec<u32> {
        let exact = self.exact();
        let smallest = |bucket: usize| {
            let (mut low, mut high) = (exact, self.max_distance);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.bucket_of_distance(middle) < bucket {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low as u32
        };
        (exact..self.per_direction()).map(smallest).collect()
    }
}

impl Bias {
    pub(crate) fn check(self) -> Result<(), String> {
        match self {
            Self::Relative(relative) => relative.check(),
            Self::None | Self::Alibi => Ok(()),
        }
    }

    /// Rows of the learned table; 0 where there is none.
    pub(crate) fn buckets(self) -> usize {
        match self {
            Self::Relative(relative) => relative.buckets,
            Self::None | Self::Alibi => 0,
        }
    }

    /// What is added, (H, rows + columns − 1): the number of query i and key j stands at `j − i + rows − 1`. Empty
    /// where nothing is. `table` (buckets, H) is there for a learned bias.
    pub(crate) fn by_offset(self, layout: Layout, table: Option<&[f32]>) -> Vec<f32> {
        let heads = layout.heads;
        let of = |head: usize, query: usize, key: usize| match (self, table) {
            (Self::Alibi, _) => -(alibi_slope(true, head, heads) * query.abs_diff(key) as f32),
            (Self::Relative(relative), Some(table)) => {
                table[relative.bucket(query, key) * heads + head]
            }
            _ => 0.0,
        };
        if self == Self::None {
            return Vec::new();
        }
        let last = layout.rows - 1;
        (0..heads)
            .flat_map(|head| {
                let before = (1..=last).rev().map(move |distance| of(head, distance, 0));
                before.chain((0..layout.columns).map(move |key| of(head, 0, key)))
            })
            .collect()
    }

    /// Adds `by_offset` (H, rows + columns − 1), gradients of what [`Bias::by_offset`] gives, into a gradient of the table.
    pub(crate) fn add_to_table(self, layout: Layout, by_offset: &[f64], d_table: &mut [f32]) {
        let Self::Relative(relative) = self else {
            return;
        };
        let mut sums = vec![0.0f64; d_table.len()];
        let last = layout.rows - 1;
        let of_heads = by_offset.chunks_exact(last + layout.columns);
        for (head, of_head) in of_heads.enumerate() {
            for (place, d) in of_head.iter().enumerate() {
                let bucket =
                    relative.bucket(last.saturating_sub(place), place.saturating_sub(last));
                sums[bucket * layout.heads + head] += d;
            }
        }
        for (d, sum) in d_table.iter_mut().zip(sums) {
            *d = sum as f32;
        }
    }

    /// The library piece that adds it, and the constants of that piece.
    pub(crate) fn source(self) -> (&'static str, Vec<(&'static str, Constant)>) {
        match self {
            Self::None => (
                include_str!("../../shaders/lib/attention_unbiased.wgsl"),
                vec![],
            ),
            Self::Alibi => (
                include_str!("../../shaders/lib/attention_alibi.wgsl"),
                vec![],
            ),
            Self::Relative(relative) => {
                let (count, exact) = (relative.per_direction(), relative.exact());
                let larger = count - exact;
                let ahead = if relative.is_bidirectional { count } else { 0 };
                let constants = [
                    ("BUCKETS", relative.buckets),
                    ("EXACT", exact),
                    ("LARGER", larger),
                    ("HALF_LARGER", larger.next_power_of_two() / 2),
                    ("AHEAD", ahead),
                ];
                let constants = constants.map(|(name, count)| (name, Constant::U32(count as u32)));
                (
                    include_str!("../../shaders/lib/attention_relative.wgsl"),
                    constants.to_vec(),
                )
            }
        }
    }

    /// The words of `limits` in WGSL.
    pub(crate) fn limits(self) -> Vec<u32> {
        match self {
            Self::Relative(relative) => relative.limits(),
            Self::None | Self::Alibi => Vec::new(),
        }
    }

    /// Type of the learned table.
    pub(crate) fn table(self, heads: usize) -> Option<TensorType> {
        match self {
            Self::Relative(relative) => Some(TensorType::f32(&[relative.buckets, heads])),
            Self::None | Self::Alibi => None,
        }
    }
}

/// dtable (buckets, H) from the sums of every bucket and row (buckets, B, H, T), which stand after δ in `sums`.
pub(crate) fn sum_launch(
    layout: Layout,
    buckets: usize,
    sums: Binding,
    d_table: Binding,
) -> Launch {
    Launch {
        shader: Shader {
            name: "attention_bias",
            sources: vec![
                include_str!("../../shaders/lib/reduce.wgsl"),
                include_str!("../../shaders/attention_bias.wgsl"),
            ],
            entry: "sum_buckets",
            constants: vec![],
        },
        bindings: vec![sums, d_table],
        params: [layout.batch, layout.heads, layout.rows, buckets]
            .map(|n| n as u32)
            .to_vec(),
        workgroups: launch::spread(buckets * layout.heads),
    }
}

/// ALiBi's slope of head `head` (from 0) of `heads`, 0 without `alibi`. For a power of two 2^(−8 (head + 1) / heads);
/// else the slopes of the largest power of two P below, then every other one of the series for 2 P.
pub fn alibi_slope(alibi: bool, head: usize, heads: usize) -> f32 {
    if !alibi {
        return 0.0;
    }
    let base = slope_base(heads);
    let exponent = if head < base {
        -8.0 * (head + 1) as f64 / base as f64
    } else {
        -4.0 * (2 * (head - base) + 1) as f64 / base as f64
    };
    exponent.exp2() as f32
}

/// The largest power of two not above `heads`.
pub(crate) fn slope_base(heads: usize) -> usize {
    1 << heads.ilog2()
}
