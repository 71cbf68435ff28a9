//! `y = argmax x` over the last axis: the index of the largest element, the lowest index of several. Not-a-number never wins.
//!
//! x (…, N) f32; y (…) u32, at least one axis.

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::launch::Team;
use crate::ops::order_key::{finite, order_key};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "argmax",
    samples,
};

const TEAM_BEST: &str = "var<workgroup> best_cells: array<vec2<u32>, THREADS>;
fn team_best(value: vec2<u32>, thread: u32) -> vec2<u32> {
    let member = thread % TEAM;
    best_cells[thread] = value;
    workgroupBarrier();
    for (var half = TEAM / 2u; half > 0u; half = half / 2u) {
        if member < half {
            let a = best_cells[thread];
            let b = best_cells[thread + half];
            let is_better = b.x > a.x || (b.x == a.x && b.y < a.y);
            best_cells[thread] = select(a, b, vec2<bool>(is_better));
        }
        workgroupBarrier();
    }
    return best_cells[thread - member];
}
";
const ALONE_BEST: &str =
    "fn team_best(value: vec2<u32>, thread: u32) -> vec2<u32> { return value; }
";

/// See the file's head.
#[derive(Clone, Copy, Debug)]
pub struct Argmax;

/// Index of the largest element, the lowest of several; 0 of an empty row.
pub fn argmax(row: &[f32]) -> u32 {
    let mut best = (0, 0);
    for (i, &x) in row.iter().enumerate() {
        let key = order_key(finite(x));
        if key > best.0 {
            best = (key, i as u32);
        }
    }
    best.1
}

impl Op for Argmax {
    fn name(&self) -> &'static str {
        "argmax"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [x] if x.dtype == DType::F32 && !x.is_empty() => {
                let shape = match x.shape.as_slice() {
                    [] | [_] => vec![1],
                    [outer @ .., _] => outer.to_vec(),
                };
                Ok(vec![TensorType::u32(&shape)])
            }
            _ => Err("one tensor of f32 numbers is needed".to_owned()),
        }
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let rows = inputs[0].chunks_exact(cx.inputs[0].last());
        for (y, row) in outputs[0].iter_mut().zip(rows) {
            *y = f32::from_bits(argmax(row));
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable("an index has no slope"))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, columns) = (cx.inputs[0].rows(), cx.inputs[0].last());
        let team = Team::of(columns, cx.is_software);
        vec![Launch {
            shader: Shader {
                name: "argmax",
                sources: vec![
                    include_str!("../../shaders/lib/order_key.wgsl"),
                    if team.size == 1 {
                        ALONE_BEST
                    } else {
                        TEAM_BEST
                    },
                    include_str!("../../shaders/argmax.wgsl"),
                ],
                entry: "forward",
                constants: team.constants(),
            },
            bindings: vec![Binding::Input(0), Binding::Output(0)],
            params: vec![rows as u32, columns as u32],
            workgroups: team.workgroups(rows),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, shape: &[usize], fill| {
        Sample::new(label, Argmax, vec![(TensorType::f32(shape), fill)]).differentiable(&[])
    };
    let ties = vec![
        1.0,
        f32::NAN,
        3.0,
        3.0,
        f32::NEG_INFINITY,
        f32::NAN,
        f32::NEG_INFINITY,
        f32::NEG_INFINITY,
    ];
    vec![
        with("odd rows", &[3, 5, 37], Fill::Normal(1.0)),
        with("ties, NaN and infinities", &[2, 4], Fill::F32(ties)),
        with("one column", &[5, 1], Fill::Normal(1.0)),
        with("long row", &[1, 5003], Fill::Normal(1.0)),
    ]
}
