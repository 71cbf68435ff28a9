//! Softmax and cross-entropy in one:
//!
//! ```text
//! lse = log Σ_v exp(logits_v)     row_loss = lse − logits[target]     loss = mean of the rows that count, nats per token
//! dlogits = dloss / count · (exp(logits − lse) − onehot(target))      0 in rows that do not count
//! ```
//!
//! logits (…, V) are N rows; targets (N). Rows whose target is [`IGNORE`] (or no token at all) do not count;
//! if none counts the loss is 0.

use crate::graph::{
    Binding, CpuContext, DType, GradientContext, Gradients, GraphError, Launch, LaunchContext, Op,
    Shader, TensorType,
};
use crate::ops::launch::{self, Team, Width};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "cross_entropy",
    samples,
};

/// The target of a row that takes no part in the loss.
pub const IGNORE: u32 = u32::MAX;

/// Inputs logits (…, V), targets (N); outputs loss (1), row_loss (N), row_lse (N), inverse_count (1).
#[derive(Clone, Copy, Debug)]
pub struct CrossEntropy;

fn check(logits: &TensorType, targets: &TensorType) -> Result<(), String> {
    if logits.dtype != DType::F32 || logits.is_empty() {
        return Err("logits (…, V) are f32 numbers".to_owned());
    }
    if targets.dtype != DType::U32 || targets.len() != logits.rows() {
        return Err(format!(
            "one whole-number target is needed for each of the {} rows of logits",
            logits.rows()
        ));
    }
    Ok(())
}

fn shader(entry: &'static str, width: Width, team: Team) -> Shader {
    Shader {
        name: "cross_entropy",
        sources: vec![
            width.source(),
            team.source(),
            include_str!("../../shaders/lib/reduce.wgsl"),
            include_str!("../../shaders/cross_entropy.wgsl"),
        ],
        entry,
        constants: team.constants(),
    }
}

impl Op for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [logits, targets] = inputs else {
            return Err("the inputs are logits and targets".to_owned());
        };
        check(logits, targets)?;
        let rows = TensorType::f32(&[logits.rows()]);
        let one = TensorType::f32(&[1]);
        Ok(vec![one.clone(), rows.clone(), rows, one])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let vocabulary = cx.inputs[0].last();
        let targets: &[u32] = bytemuck::cast_slice(inputs[1]);
        let [loss, row_loss, row_lse, inverse_count] = outputs else {
            unreachable!("four outputs")
        };
        let mut count = 0u32;
        let rows = inputs[0].chunks_exact(vocabulary).zip(targets);
        for ((logits, &target), (loss, lse)) in
            rows.zip(row_loss.iter_mut().zip(row_lse.iter_mut()))
        {
            let shift = lanes::max(logits);
            *lse = shift + lanes::sum1(logits, |x| lanes::exp(x - shift)).ln();
            *loss = match logits.get(target as usize) {
                Some(logit) => {
                    count += 1;
                    *lse - logit
                }
                None => 0.0,
            };
        }
        let inverse = if count > 0 { 1.0 / count as f32 } else { 0.0 };
        loss[0] = lanes::sum1(row_loss, |x| x) * inverse;
        inverse_count[0] = inverse;
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dloss = cx.d_first(self.name())?;
        let saved = [cx.outputs[2], cx.outputs[3]];
        let inputs = [dloss, cx.inputs[0], cx.inputs[1], saved[0], saved[1]];
        let dlogits = cx.apply(CrossEntropyBackward, &inputs)?;
        Ok(Gradients::Inputs(vec![Some(dlogits), None]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, vocabulary) = (cx.inputs[0].rows(), cx.inputs[0].last());
        let width = Width::of(vocabulary);
        let lanes = width.lanes(vocabulary);
        let team = Team::of(lanes, cx.is_software);
        let params = vec![rows as u32, lanes as u32, vocabulary as u32];
        vec![
            Launch {
                shader: shader("forward", width, team),
                bindings: vec![
                    Binding::Input(0),
                    Binding::Input(1),
                    Binding::Output(1),
                    Binding::Output(2),
                ],
                params: params.clone(),
                workgroups: team.workgroups(rows),
            },
            Launch {
                shader: shader("mean", width, team),
                bindings: vec![
                    Binding::OutputRead(1),
                    Binding::Input(1),
                    Binding::Output(0),
                    Binding::Output(3),
                ],
                params,
                workgroups: [1, 1, 1],
            },
        ]
    }
}

/// Inputs dloss (1), logits, targets, row_lse, inverse_count; output dlogits.
#[derive(Clone, Copy, Debug)]
pub struct CrossEntropyBackward;

impl Op for CrossEntropyBackward {
    fn name(&self) -> &'static str {
        "cross_entropy_backward"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [dloss, logits, targets, row_lse, inverse_count] = inputs else {
            return Err("the inputs are dloss, logits, targets, row_lse, inverse_count".to_owned());
        };
        check(logits, targets)?;
        if dloss.len() != 1 || inverse_count.len() != 1 || row_lse.len() != logits.rows() {
            return Err("dloss and inverse_count are one number, row_lse one a row".to_owned());
        }
        Ok(vec![logits.clone()])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let vocabulary = cx.inputs[1].last();
        let targets: &[u32] = bytemuck::cast_slice(inputs[2]);
        let scale = inputs[0][0] * inputs[4][0];
        for (((d, logits), &target), &lse) in outputs[0]
            .chunks_exact_mut(vocabulary)
            .zip(inputs[1].chunks_exact(vocabulary))
            .zip(targets)
            .zip(inputs[3])
        {
            if target as usize >= vocabulary {
                d.fill(0.0);
                continue;
            }
            for (d, &logit) in d.iter_mut().zip(logits) {
                *d = lanes::exp(logit - lse) * scale;
            }
            d[target as usize] -= scale;
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, vocabulary) = (cx.inputs[1].rows(), cx.inputs[1].last());
        let width = Width::of(vocabulary);
        let lanes = width.lanes(vocabulary);
        vec![Launch {
            shader: shader("backward", width, Team::of(lanes, cx.is_software)),
            bindings: vec![
                Binding::Input(1),
                Binding::Input(2),
                Binding::Input(3),
                Binding::Input(4),
                Binding::Input(0),
                Binding::Output(0),
            ],
            params: vec![rows as u32, lanes as u32, vocabulary as u32],
            workgroups: launch::spread((rows * lanes).div_ceil(256)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, shape: &[usize], targets: Vec<u32>, std: f32| {
        let inputs = vec![
            (TensorType::f32(shape), Fill::Normal(std)),
            (TensorType::u32(&[targets.len()]), Fill::U32(targets)),
        ];
        // exp and log of the adapter are allowed a few units in the last place.
        Sample::new(label, CrossEntropy, inputs)
            .differentiable(&[0])
            .compared(&[0, 1, 2, 3])
            .tolerance(2e-5)
    };
    let every = |rows: u32, v: u32| (0..rows).map(|i| i * 5 % v).collect::<Vec<u32>>();
    vec![
        with("odd rows and tokens", &[3, 5, 7], every(15, 7), 1.0),
        with("tokens in fours", &[9, 12], every(9, 12), 2.0),
        with(
            "ignored rows",
            &[5, 6],
            vec![IGNORE, 5, IGNORE, 0, IGNORE],
            1.0,
        ),
        with("every row ignored", &[2, 8], vec![IGNORE; 2], 1.0).differentiable(&[]),
        with("one token", &[3, 1], vec![0; 3], 1.0).differentiable(&[]),
        with("large logits", &[2, 33], vec![3, 30], 40.0).differentiable(&[]),
        with("many tokens", &[2, 1031], vec![1030, 4], 1.0).differentiable(&[]),
    ]
}
