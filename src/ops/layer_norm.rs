//! Layer normalisation (Ba, Kiros and Hinton 2016) over the last axis:
//!
//! ```text
//! y = (x − mean) · rstd · weight + bias        rstd = 1 / √(variance + ε), variance over C, biased
//! dx = rstd · (g − mean(g) − x̂ · mean(g · x̂))  g = dy · weight, x̂ = (x − mean) · rstd
//! dweight = Σ_rows dy · x̂                       dbias = Σ_rows dy
//! ```
//!
//! x, y (…, C); weight, bias (C); mean and rstd, saved for the backward pass, (rows).

use std::any::Any;
use std::sync::Arc;

use crate::graph::{
    Binding, Constant, CpuContext, DType, GradientContext, Gradients, GraphError, Launch,
    LaunchContext, Op, Shader, TensorType,
};
use crate::ops::add::Add;
use crate::ops::launch::{self, Team, Width};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "layer_norm",
    samples,
};

/// Rows whose gradients of weight and bias one workgroup sums before the second launch adds the blocks up.
pub(super) const BLOCK_ROWS: usize = 32;

const BIAS: &str = "@group(0) @binding(7) var<storage, read> bias: array<Lane>;
fn bias_at(i: u32) -> Lane { return bias[i]; }
@group(0) @binding(4) var<storage, read_write> dbias: array<Lane>;
fn store_dbias(i: u32, value: Lane) { dbias[i] = value; }
";
const NO_BIAS: &str = "fn bias_at(i: u32) -> Lane { return lane(0.0); }
fn store_dbias(i: u32, value: Lane) {}
";
const ADDED: &str = "@group(0) @binding(9) var<storage, read> added: array<Lane>;
fn added_at(i: u32) -> Lane { return added[i]; }
";
const NOTHING_ADDED: &str = "fn added_at(i: u32) -> Lane { return lane(0.0); }
";

/// Inputs x, weight and, with `bias`, bias; outputs y, mean, rstd.
#[derive(Clone, Copy, Debug)]
pub struct LayerNorm {
    pub epsilon: f32,
    pub bias: bool,
}

/// x (…, C) of f32 with every vector after it (C); gives the rows.
pub(super) fn check(x: &TensorType, vectors: &[TensorType]) -> Result<usize, String> {
    if x.dtype != DType::F32 || x.is_empty() {
        return Err("the input must hold f32 numbers".to_owned());
    }
    let vector = TensorType::f32(&[x.last()]);
    if vectors.iter().any(|v| *v != vector) {
        return Err(format!(
            "weight and bias must have the {} channels of the input's last axis",
            x.last()
        ));
    }
    Ok(x.rows())
}

fn shader(
    entry: &'static str,
    width: Width,
    team: Team,
    has_bias: bool,
    has_added: bool,
) -> Shader {
    let mut constants = team.constants();
    constants.push(("BLOCK_ROWS", Constant::U32(BLOCK_ROWS as u32)));
    Shader {
        name: "layer_norm",
        sources: vec![
            width.source(),
            team.source(),
            if has_bias { BIAS } else { NO_BIAS },
            if has_added { ADDED } else { NOTHING_ADDED },
            include_str!("../../shaders/layer_norm.wgsl"),
        ],
        entry,
        constants,
    }
}

impl Op for LayerNorm {
    fn name(&self) -> &'static str {
        "layer_norm"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 2 + usize::from(self.bias) {
            return Err("the inputs are x, weight and, if used, bias".to_owned());
        }
        let rows = check(&inputs[0], &inputs[1..])?;
        Ok(vec![
            inputs[0].clone(),
            TensorType::f32(&[rows]),
            TensorType::f32(&[rows]),
        ])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let channels = cx.inputs[0].last();
        let [y, mean, rstd] = outputs else {
            unreachable!("three outputs")
        };
        let statistics = mean.iter_mut().zip(rstd.iter_mut());
        for ((x, y), (mean, rstd)) in inputs[0]
            .chunks_exact(channels)
            .zip(y.chunks_exact_mut(channels))
            .zip(statistics)
        {
            let m = lanes::sum1(x, |x| x) / channels as f32;
            let variance = lanes::sum1(x, |x| (x - m) * (x - m)) / channels as f32;
            let r = 1.0 / (variance + self.epsilon).sqrt();
            for ((y, &x), &w) in y.iter_mut().zip(x).zip(inputs[1]) {
                *y = (x - m) * r * w;
            }
            if self.bias {
                for (y, &b) in y.iter_mut().zip(inputs[2]) {
                    *y += b;
                }
            }
            (*mean, *rstd) = (m, r);
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let (x, weight) = (cx.inputs[0], cx.inputs[1]);
        let backward = LayerNormBackward {
            bias: self.bias,
            added: false,
        };
        let d = cx.push(backward, &[dy, x, weight, cx.outputs[1], cx.outputs[2]])?;
        let inputs = 2 + usize::from(self.bias);
        Ok(Gradients::Inputs(
            d[..inputs].iter().map(|&d| Some(d)).collect(),
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, channels) = (cx.inputs[0].rows(), cx.inputs[0].last());
        let width = Width::of(channels);
        let team = Team::of(width.lanes(channels), cx.is_software);
        let mut bindings = vec![
            Binding::Input(0),
            Binding::Input(1),
            Binding::Output(0),
            Binding::Output(1),
            Binding::Output(2),
        ];
        if self.bias {
            bindings.push(Binding::Input(2));
        }
        vec![Launch {
            shader: shader("forward", width, team, self.bias, false),
            bindings,
            params: vec![
                rows as u32,
                width.lanes(channels) as u32,
                0,
                self.epsilon.to_bits(),
            ],
            workgroups: team.workgroups(rows),
        }]
    }
}

/// Inputs dy, x, weight, mean, rstd and, when an addition was fused, added (like x); outputs dx (+ added), dweight,
/// dbias if there is one, and partial sums (blocks, 2, C), which only the WebGPU launches use.
#[derive(Clone, Copy, Debug)]
pub struct LayerNormBackward {
    pub bias: bool,
    pub added: bool,
}

impl LayerNormBackward {
    fn partials(&self) -> usize {
        2 + usize::from(self.bias)
    }
}

impl Op for LayerNormBackward {
    fn name(&self) -> &'static str {
        "layer_norm_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if inputs.len() != 5 + usize::from(self.added) {
            return Err("the inputs are dy, x, weight, mean, rstd and, if fused, added".to_owned());
        }
        let x = &inputs[1];
        let rows = check(x, &inputs[2..3])?;
        let statistics = TensorType::f32(&[rows]);
        if inputs[0] != *x || inputs[5..].iter().any(|a| a != x) {
            return Err("the gradient and what is added have the input's shape".to_owned());
        }
        if inputs[3] != statistics || inputs[4] != statistics {
            return Err("mean and rstd are one number a row".to_owned());
        }
        let vector = TensorType::f32(&[x.last()]);
        let mut outputs = vec![x.clone(), vector.clone()];
        if self.bias {
            outputs.push(vector);
        }
        let blocks = rows.div_ceil(BLOCK_ROWS);
        outputs.push(TensorType::f32(&[blocks, 2, x.last()]));
        Ok(outputs)
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let channels = cx.inputs[1].last();
        let weight = inputs[2];
        let (dx, sums) = outputs.split_first_mut().expect("outputs");
        for sum in sums[..self.partials() - 1].iter_mut() {
            sum.fill(0.0);
        }
        let rows = inputs[0]
            .chunks_exact(channels)
            .zip(inputs[1].chunks_exact(channels))
            .zip(dx.chunks_exact_mut(channels))
            .zip(inputs[3].iter().zip(inputs[4]));
        for (((dy, x), dx), (&mean, &rstd)) in rows {
            // dx holds g = dy · weight until its sums are known.
            for ((d, &dy), &w) in dx.iter_mut().zip(dy).zip(weight) {
                *d = dy * w;
            }
            let d_mean = lanes::sum1(dx, |d| d) / channels as f32;
            let d_dot = lanes::sum2(dx, x, |d, x| d * (x - mean)) * rstd / channels as f32;
            for ((d, &x), (&dy, dweight)) in
                dx.iter_mut().zip(x).zip(dy.iter().zip(sums[0].iter_mut()))
            {
                let normed = (x - mean) * rstd;
                *d = rstd * (*d - d_mean - normed * d_dot);
                *dweight += dy * normed;
            }
            if self.bias {
                for (dbias, &dy) in sums[1].iter_mut().zip(dy) {
                    *dbias += dy;
                }
            }
        }
        if self.added {
            for (d, &a) in dx.iter_mut().zip(inputs[5]) {
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
        let partials = self.partials();
        let params = vec![rows as u32, lanes as u32, blocks as u32, 0];
        let mut bindings: Vec<Binding> = (0..5).map(Binding::Input).collect();
        bindings.extend([Binding::Output(0), Binding::Output(partials)]);
        if self.added {
            bindings.push(Binding::Input(5));
        }
        let mut sums = vec![Binding::OutputRead(partials)];
        sums.extend((1..partials).map(Binding::Output));
        vec![
            Launch {
                shader: shader("backward", width, team, self.bias, self.added),
                bindings,
                params: params.clone(),
                workgroups: launch::spread(blocks),
            },
            Launch {
                shader: shader("sum_partials", width, team, self.bias, self.added),
                bindings: sums,
                params,
                workgroups: launch::spread((2 * lanes).div_ceil(64)),
            },
        ]
    }

    fn fuse(&self, output: usize, next: &dyn Op) -> Option<Arc<dyn Op>> {
        let is_add = (next as &dyn Any).is::<Add>();
        (output == 0 && is_add && !self.added).then(|| {
            Arc::new(Self {
                added: true,
                ..*self
            }) as Arc<dyn Op>
        })
    }
}

fn samples() -> Vec<Sample> {
    let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
    let x = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(2.0));
    let with = |label, bias, shape: &[usize]| {
        let channels = *shape.last().expect("a shape");
        let mut inputs = vec![x(shape), normal(&[channels])];
        if bias {
            inputs.push(normal(&[channels]));
        }
        let epsilon = 1e-5;
        Sample::new(label, LayerNorm { epsilon, bias }, inputs).compared(&[0, 1, 2])
    };
    vec![
        with("odd rows and channels", true, &[5, 7, 37]),
        with("channels in fours, two blocks", true, &[2, 19, 24]),
        with("no bias", false, &[33, 20]),
        with("one row", true, &[1, 65]),
        // The gradient of one channel is exactly zero, which a relative tolerance cannot judge.
        with("one channel", true, &[3, 1]).differentiable(&[1, 2]),
        with("long rows", true, &[2, 1028]),
        Sample::new(
            "backward with an addition",
            LayerNormBackward {
                bias: true,
                added: true,
            },
            vec![
                normal(&[35, 12]),
                x(&[35, 12]),
                normal(&[12]),
                normal(&[35]),
                (TensorType::f32(&[35]), Fill::Uniform(0.5, 1.5)),
                normal(&[35, 12]),
            ],
        )
        .differentiable(&[])
        .compared(&[0, 1, 2]),
    ]
}
