//! How a recurrent layer is laid out on WebGPU, both ways: a workgroup has a few sequences from their first step to their last,
//! since no barrier reaches further than a workgroup.

use super::launch::{self, Width};
use super::recurrence::{Recurrence, Sizes};
use crate::graph::{Binding, Constant, Launch, Shader};

/// Threads and sequences of a workgroup on adapters that run shaders on the CPU. Measured on llvmpipe, LSTM step of 2 × 128 units,
/// T 64, B 16: 1.6 times faster than with one sequence; 4 to 32 threads within 15 % of each other.
const SOFTWARE_THREADS: usize = 8;
const SOFTWARE_ROWS: usize = 4;

/// How the threads of a workgroup share out a step; the constants of `shaders/lib/recurrence.wgsl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Crew {
    width: Width,
    lanes: usize,
    rows: usize,
    owners: usize,
    slices: usize,
    /// Sums a thread makes at a time for one row.
    sums: usize,
}

impl Crew {
    /// Bytes of workgroup memory WebGPU promises.
    const MEMORY: usize = 16_384;

    /// `sums` at a time for one row, and `states` vectors of a row in workgroup memory.
    fn of(sizes: Sizes, sums: usize, states: usize, is_software: bool) -> Self {
        let hidden = sizes.hidden;
        let width = Width::of(hidden);
        let lanes = width.lanes(hidden);
        let mut crew = Self {
            width,
            lanes,
            rows: 1,
            owners: lanes.min(launch::WORKGROUP as usize),
            slices: 1,
            sums,
        };
        let bytes = |crew: Self| {
            let of_row = states * hidden + (crew.slices - 1) * crew.owners * sums * hidden / lanes;
            crew.rows * of_row * 4
        };
        if is_software {
            // Memory is slow there and barriers are slower: few threads, and a loaded weight serves several sequences.
            crew.owners = lanes.min(SOFTWARE_THREADS);
            crew.rows = SOFTWARE_ROWS.min(sizes.batch);
            while bytes(crew) > Self::MEMORY {
                crew.rows -= 1;
            }
        } else {
            // A slice of fewer than eight terms is not worth its barrier.
            loop {
                let more = Self {
                    slices: crew.slices * 2,
                    ..crew
                };
                let is_idle = more.owners * more.slices > launch::WORKGROUP as usize;
                if is_idle || more.slices * 8 > hidden || bytes(more) > Self::MEMORY {
                    break;
                }
                crew = more;
            }
        }
        crew
    }

    fn constants(self) -> Vec<(&'static str, Constant)> {
        let shares = (self.slices - 1) * self.owners * self.rows * self.sums;
        let elements = match self.width {
            Width::One => 1,
            Width::Four => 4,
        };
        [
            ("LANES", self.lanes),
            ("ELEMENTS", elements),
            ("ROWS", self.rows),
            ("OWNERS", self.owners),
            ("SLICES", self.slices),
            ("THREADS", self.owners * self.slices),
            ("ROUNDS", self.lanes.div_ceil(self.owners)),
            ("SHARES", shares.max(1)),
        ]
        .map(|(name, value)| (name, Constant::U32(value as u32)))
        .to_vec()
    }
}

/// A launch with a workgroup for every few sequences. `states`: vectors of a row in workgroup memory.
pub(super) fn sequence_launch(
    op: &Recurrence,
    sizes: Sizes,
    [sums, states]: [usize; 2],
    (name, entry, sources): (&'static str, &'static str, &[&'static str]),
    flags: &[(&'static str, bool)],
    bindings: Vec<Binding>,
    is_software: bool,
) -> Launch {
    let crew = Crew::of(sizes, sums, states, is_software);
    let cell = op.cell;
    let mut constants = crew.constants();
    for (name, value) in [
        ("GATES", cell.gates()),
        ("STATES", cell.states()),
        ("KEPT", cell.kept()),
    ] {
        constants.push((name, Constant::U32(value as u32)));
    }
    constants.push(("REVERSED", Constant::Bool(op.is_reversed)));
    constants.push(("HAS_LENGTHS", Constant::Bool(op.has_lengths)));
    constants.extend(flags.iter().map(|&(name, on)| (name, Constant::Bool(on))));
    let mut all = vec![
        crew.width.source(),
        include_str!("../../shaders/lib/lane_tanh.wgsl"),
        include_str!("../../shaders/lib/recurrence.wgsl"),
        cell.source(),
    ];
    all.extend(sources);
    Launch {
        shader: Shader {
            name,
            sources: all,
            entry,
            constants,
        },
        bindings,
        params: vec![sizes.batch as u32, sizes.time as u32],
        workgroups: launch::spread(sizes.batch.div_ceil(crew.rows)),
    }
}
