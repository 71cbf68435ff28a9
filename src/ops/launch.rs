//! How work is laid out over workgroups.

use crate::graph::{Binding, Launch, Shader};

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
