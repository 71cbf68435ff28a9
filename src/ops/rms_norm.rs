//! Root-mean-square normalisation (Zhang and Sennrich 2019) over the last axis:
//!
//! ```text
//! y = x · rstd · weight                    rstd = 1 / √(mean(x²) + ε)
//! dx = rstd · (g − x̂ · mean(g · x̂))        g = dy · weight, x̂ = x · rstd
//! dweight = Σ_rows dy · x̂
//! ```
//!
//! x, y (…, C); weight (C); rstd, saved for the backward pass, (rows).

use std::any::Any;
use std::sync::Arc;

use crate::graph::{
    Binding, Constant, CpuContext, GradientContext, Gradients, GraphError, Launch, LaunchContext,
    Op, Shader, TensorType,
};
use crate::ops::add::Add;
use crate::ops::launch::{self, Team, Width};
use crate::ops::layer_norm::{BLOCK_ROWS, check};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "rms_norm",
    samples,
};

const ADDED: &str = "@group(0) @binding(8) var<storage, read> added: array<Lane>;
fn added_at(i: u32) -> Lane { return added[i]; }
";
const NOTHING_ADDED: &str = "fn added_at(i: u32) -> Lane { return lane(0.0); }
";

/// Inputs x, weight; outputs y, rstd.
#[derive(Clone, Copy, Debug)]
pub struct RmsNorm {
    pub epsilon: f32,
}

fn shader(entry: &'static str, width: Width, team: Team, has_added: bool) -> Shader {
    let mut constants = team.constants();
    constants.push(("BLOCK_ROWS", Constant::U32(BLOCK_ROWS as u32)));
    Shader {
        name: "rms_norm",
        sources: vec![
            width.source(),
            team.source(),
            if has_added { ADDED } else { NOTHING_ADDED },
            include_str!("../../shaders/rms_norm.wgsl"),
        ],
        entry,
        constants,
    }
}

impl Op for RmsNorm {
    fn name(&self) -> &'static str {
        "rms_norm"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [x, weight] = inputs else {
            return Err("the inputs are x and weight".to_owned());
        };
        let rows = check(x, std::slice::from_ref(weight))?;
        Ok(vec![x.clone(), TensorType::f32(&[rows])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let channels = cx.inputs[0].last();
        let [y, rstd] = outputs else {
            unreachable!("two outputs")
        };
        for ((x, y), rstd) in inputs[0]
            .chunks_exact(channels)
            .zip(y.chunks_exact_mut(channels))
            .zip(rstd.iter_mut())
        {
            let mean_square = lanes::sum1(x, |x| x * x) / channels as f32;
            let r = 1.0 / (mean_square + self.epsilon).sqrt();
            for ((y, &x), &w) in y.iter_mut().zip(x).zip(inputs[1]) {
                *y = x * r * w;
            }
            *rstd = r;
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let (x, weight) = (cx.inputs[0], cx.inputs[1]);
        let d = cx.push(
            RmsNormBackward { added: false },
            &[dy, x, weight, cx.outputs[1]],
        )?;
        Ok(Gradients::Inputs(vec![Some(d[0]), Some(d[1])]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, channels) = (cx.inputs[0].rows(), cx.inputs[0].last());
        let width = Width::of(channels);
        let lanes = width.lanes(channels);
        let team = Team::of(lanes, cx.is_software);
        vec![Launch {
            shader: shader("forward", width, team, false),
            bindings: vec![
                Binding::Input(0),
                Binding::Input(1),
                Binding::Output(0),
                Binding::Output(1),
            ],
            params: vec![rows as u32, lanes as u32, 0, self.epsilon.to_bits()],
            workgroups: team.workgroups(rows),
        }]
    }
}

/// Inputs dy, x, weight, rstd and, when an addition was fused, added (like x); outputs dx (+ added), dweight, and
/// partial sums (blocks, C), which only the WebGPU launches use.
#[derive(Clone, Copy, Debug)]
pub struct RmsNormBackward {
    pub added: bool,
}

impl Op for RmsNormBackward {
    fn name(&self) -> &'static str {
        "rms_norm_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 4 + usize::from(self.added) {
            return Err("the inputs are dy, x, weight, rstd and, if fused, added".to_owned());
        }
        let x = &inputs[1];
        let rows = check(x, &inputs[2..3])?;
        if inputs[0] != *x || inputs[4..].iter().any(|a| a != x) {
            return Err("the gradient and what is added have the input's shape".to_owned());
        }
        if inputs[3] != TensorType::f32(&[rows]) {
            return Err("rstd is one number a row".to_owned());
        }
        let blocks = rows.div_ceil(BLOCK_ROWS);
        Ok(vec![
            x.clone(),
            TensorType::f32(&[x.last()]),
            TensorType::f32(&[blocks, x.last()]),
        ])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let channels = cx.inputs[1].last();
        let weight = inputs[2];
        let [dx, dweight, _] = outputs else {
            unreachable!("three outputs")
        };
        dweight.fill(0.0);
        let rows = inputs[0]
            .chunks_exact(channels)
            .zip(inputs[1].chunks_exact(channels))
            .zip(dx.chunks_exact_mut(channels))
            .zip(inputs[3]);
        for (((dy, x), dx), &rstd) in rows {
            // dx holds g = dy · weight until its sum is known.
            for ((d, &dy), &w) in dx.iter_mut().zip(dy).zip(weight) {
                *d = dy * w;
            }
            let d_dot = lanes::dot(dx, x) * rstd / channels as f32;
            for ((d, &x), (&dy, dweight)) in
                dx.iter_mut().zip(x).zip(dy.iter().zip(dweight.iter_mut()))
            {
                let normed = x * rstd;
                *d = rstd * (*d - normed * d_dot);
                *dweight += dy * normed;
            }
        }
        if self.added {
            for (d, &a) in dx.iter_mut().zip(inputs[4]) {
                *d += a;
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, channels) = (cx.inputs[1].rows(), cx.inputs[1].last());
        let width = Width::of(channels);
        let lanes = width.lanes(channels);
        let team = Team::of(lanes, cx.is_software);
        let blocks = rows.div_ceil(BLOCK_ROWS);
        let params = vec![rows as u32, lanes as u32, blocks as u32, 0];
        let mut bindings: Vec<Binding> = (0..4).map(Binding::Input).collect();
        bindings.extend([Binding::Output(0), Binding::Output(2)]);
        if self.added {
            bindings.push(Binding::Input(4));
        }
        vec![
            Launch {
                shader: shader("backward", width, team, self.added),
                bindings,
                params: params.clone(),
                workgroups: launch::spread(blocks),
            },
            Launch {
                shader: shader("sum_partials", width, team, self.added),
                bindings: vec![Binding::OutputRead(2), Binding::Output(1)],
                params,
                workgroups: launch::spread(lanes.div_ceil(64)),
            },
        ]
    }

    fn fuse(&self, output: usize, next: &dyn Op) -> Option<Arc<dyn Op>> {
        let is_add = (next as &dyn Any).is::<Add>();
        (output == 0 && is_add && !self.added)
            .then(|| Arc::new(Self { added: true }) as Arc<dyn Op>)
    }
}

fn samples() -> Vec<Sample> {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let with = |label, shape: &[usize]| {
        let channels = *shape.last().expect("a shape");
        Sample::new(
            label,
            RmsNorm { epsilon: 1e-5 },
            vec![normal(shape), normal(&[channels])],
        )
        .compared(&[0, 1])
    };
    vec![
        with("odd rows and channels", &[5, 7, 37]),
        with("channels in fours, two blocks", &[2, 19, 24]),
        with("one row", &[1, 65]),
        // The gradient of one channel is nearly zero, which a relative tolerance cannot judge.
        with("one channel", &[3, 1]).differentiable(&[1]),
        with("long rows", &[2, 1028]),
        Sample::new(
            "backward with an addition",
            RmsNormBackward { added: true },
            vec![
                normal(&[35, 12]),
                normal(&[35, 12]),
                normal(&[12]),
                (TensorType::f32(&[35]), Fill::Uniform(0.5, 1.5)),
                normal(&[35, 12]),
            ],
        )
        .differentiable(&[])
        .compared(&[0, 1]),
    ]
}
