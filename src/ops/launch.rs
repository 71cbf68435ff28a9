//! How work is laid out over workgroups.

use crate::graph::{Binding, Constant, Launch, Shader};

/// Threads of a one-dimensional workgroup; `WORKGROUP` in WGSL.
pub const WORKGROUP: u32 = 256;

/// WebGPU's limit of workgroups per dimension.
const MAX_WORKGROUPS: u32 = 65_535;

/// `count` workgroups spread over x and y, so that neither passes WebGPU's limit. In WGSL the flat index is
/// `id.x + id.y * num_workgroups.x`; indices ≥ `count` must return.
pub fn spread(count: usize) -> [u32; 3] {
    let count = u32::try_from(count).expect("the memory check refuses tensors of 2³² elements");
    if count <= MAX_WORKGROUPS {
        [count.max(1), 1, 1]
    } else {
        let y = count.div_ceil(MAX_WORKGROUPS);
        [count.div_ceil(y), y, 1]
    }
}

/// One thread an element; params: `count`.
pub fn elementwise(shader: Shader, bindings: Vec<Binding>, count: usize) -> Launch {
    Launch {
        shader,
        bindings,
        params: vec![count as u32],
        workgroups: spread(count.div_ceil(WORKGROUP as usize)),
    }
}

/// How many words one load brings: `Lane` and `WIDTH` in WGSL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    One,
    Four,
}

impl Width {
    /// The widest that divides every row of `size` words.
    pub fn of(size: usize) -> Self {
        if size.is_multiple_of(4) {
            Self::Four
        } else {
            Self::One
        }
    }

    /// Lanes that hold `size` words.
    pub fn lanes(self, size: usize) -> usize {
        match self {
            Self::One => size,
            Self::Four => size / 4,
        }
    }

    pub fn source(self) -> &'static str {
        match self {
            Self::One => include_str!("../../shaders/lib/lane1.wgsl"),
            Self::Four => include_str!("../../shaders/lib/lane4.wgsl"),
        }
    }
}

/// How a workgroup shares out rows: `TEAM` neighbouring threads of `THREADS` work on one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Team {
    pub threads: u32,
    pub size: u32,
}

impl Team {
    /// A team as large as a row of `lanes` needs; on software adapters every thread takes a row of its own,
    /// since barriers cost more there than they share out.
    pub fn of(lanes: usize, is_software: bool) -> Self {
        if is_software {
            Self {
                threads: 32,
                size: 1,
            }
        } else {
            let lanes = lanes.clamp(8, WORKGROUP as usize) as u32;
            Self {
                threads: WORKGROUP,
                size: lanes.next_power_of_two(),
            }
        }
    }

    pub fn rows_per_workgroup(self) -> usize {
        (self.threads / self.size) as usize
    }

    /// Workgroups for `rows` rows.
    pub fn workgroups(self, rows: usize) -> [u32; 3] {
        spread(rows.div_ceil(self.rows_per_workgroup()))
    }

    pub fn source(self) -> &'static str {
        if self.size == 1 {
            include_str!("../../shaders/lib/alone.wgsl")
        } else {
            include_str!("../../shaders/lib/team.wgsl")
        }
    }

    pub fn constants(self) -> Vec<(&'static str, Constant)> {
        vec![
            ("THREADS", Constant::U32(self.threads)),
            ("TEAM", Constant::U32(self.size)),
        ]
    }
}
