//! Which of `matmul`'s kernels runs, and with what.
//!
//! Three kernels share loads, stores and epilogue: `tiled` (tiles in workgroup memory, for GPUs), `direct` (8×8
//! results a thread, no workgroup memory: for adapters that run shaders on the CPU) and `vector` (one row, for decoding).

use super::launch::spread;
use super::matmul::{Matmul, Sizes};
use crate::graph::{Binding, Constant, Launch, LaunchContext, Shader};

const EPILOGUE: &str = include_str!("../../shaders/lib/matmul_epilogue.wgsl");
const VEC4: &str = include_str!("../../shaders/lib/matmul_vec4.wgsl");
const SCALAR: &str = include_str!("../../shaders/lib/matmul_scalar.wgsl");
const EXTRA: &str = include_str!("../../shaders/lib/matmul_extra.wgsl");
const NO_EXTRA: &str = include_str!("../../shaders/lib/matmul_no_extra.wgsl");
const ACTIVATION: &str = include_str!("../../shaders/lib/activation.wgsl");

/// Rows and columns of results one thread of `direct` computes.
const DIRECT_TILE: usize = 8;
const DIRECT_THREADS: usize = 32;
/// Workgroups below which `tiled` takes 32×32 tiles instead of 64×64, to keep a GPU busy.
const FEW_WORKGROUPS: usize = 64;

pub(super) fn launches(op: &Matmul, cx: &LaunchContext<'_>) -> Vec<Launch> {
    let sizes = op.sizes(&cx.inputs[0], &cx.inputs[1]);
    let Sizes { batch, m, n, k } = sizes;
    let a_last = if op.transpose_a { m } else { k };
    let b_last = if op.transpose_b { k } else { n };
    let is_vec4 = [a_last, b_last, n].iter().all(|size| size % 4 == 0);
    // `direct` keeps inside by clamping; four numbers at a time pass an edge only where sizes are no multiple of 4.
    let is_direct = cx.is_software && !(m == 1 && !op.transpose_a && !op.column_sums);
    let is_checked = !(is_direct && is_vec4 && k.is_multiple_of(4));
    let has_extra = op.keep_input || op.column_sums;
    let activation = op.activation.or(op.slope).map_or(0, |a| a.code());
    let mut constants = vec![
        ("TRANSPOSE_A", Constant::Bool(op.transpose_a)),
        ("TRANSPOSE_B", Constant::Bool(op.transpose_b)),
        ("CHECKED", Constant::Bool(is_checked)),
        ("HAS_BIAS", Constant::Bool(op.bias)),
        ("ACTIVATION", Constant::U32(activation)),
        ("ACTIVATES", Constant::Bool(op.activation.is_some())),
        ("HAS_SLOPE", Constant::Bool(op.slope.is_some())),
        ("HAS_ADDED", Constant::Bool(op.added)),
        ("KEEPS_INPUT", Constant::Bool(op.keep_input)),
        ("SUMS_COLUMNS", Constant::Bool(op.column_sums)),
    ];
    let (name, body, workgroups) = if m == 1 && !op.transpose_a && !op.column_sums {
        let slices = if cx.is_software { 1 } else { 16 };
        constants.push(("SLICES", Constant::U32(slices as u32)));
        let threads_in_x = 64 / slices.min(64);
        let mut groups = spread(n.div_ceil(4 * threads_in_x));
        groups[2] = batch as u32;
        (
            "matmul_vector",
            include_str!("../../shaders/matmul_vector.wgsl"),
            groups,
        )
    } else if cx.is_software {
        let threads = m.div_ceil(DIRECT_TILE) * n.div_ceil(DIRECT_TILE);
        let mut groups = spread(threads.div_ceil(DIRECT_THREADS));
        groups[2] = batch as u32;
        (
            "matmul_direct",
            include_str!("../../shaders/matmul_direct.wgsl"),
            groups,
        )
    } else {
        let large = m.div_ceil(64) * n.div_ceil(64) * batch >= FEW_WORKGROUPS;
        let tile = if large { 64 } else { 32 };
        constants.push(("TILE", Constant::U32(tile as u32)));
        let groups = [n.div_ceil(tile), m.div_ceil(tile), batch].map(|g| g as u32);
        ("matmul", include_str!("../../shaders/matmul.wgsl"), groups)
    };
    let [bias, saved, added] = op.optional_inputs().map(|i| Binding::Input(i.unwrap_or(0)));
    let mut bindings = vec![
        Binding::Input(0),
        Binding::Input(1),
        bias,
        saved,
        added,
        Binding::Output(0),
    ];
    if has_extra {
        bindings.push(Binding::Output(1));
    }
    let sources = vec![
        ACTIVATION,
        EPILOGUE,
        if is_vec4 { VEC4 } else { SCALAR },
        if !has_extra { NO_EXTRA } else { EXTRA },
        body,
    ];
    vec![Launch {
        shader: Shader {
            name,
            sources,
            entry: "forward",
            constants,
        },
        bindings,
        params: vec![m as u32, n as u32, k as u32],
        workgroups,
    }]
}
