//! Softmax and cross-entropy in one, with label smoothing and z-loss:
//!
//! ```text
//! lse = log Σ_v exp(logits_v)     row_loss = lse − logits[target]     plain = mean of the rows that count, nats per token
//! q = (1 − ε) onehot(target) + ε / V                                        ε label smoothing (Szegedy et al. 2016, section 7)
//! row_objective = lse − Σ_v q_v logits_v + z lse²                           z the z-loss (Chowdhery et al. 2022, section 5)
//! loss = mean of row_objective over the rows that count; plain where ε = z = 0
//! dlogits = dloss / count · ((1 + 2 z lse) exp(logits − lse) − q)           0 in rows that do not count
//! ```
//!
//! logits (…, V) are N rows; targets (N). Rows whose target is [`IGNORE`] (or no token at all) do not count;
//! if none counts the loss is 0. ε spreads over all V tokens, the target among them, as PyTorch's `label_smoothing` does.

use crate::graph::{
    Binding, Constant, CpuContext, DType, GradientContext, Gradients, GraphError, Launch,
    LaunchContext, Op, Shader, TensorType,
};
use crate::ops::lanes::Curves;
use crate::ops::launch::{self, Team, Width};
use crate::ops::{Fill, OpEntry, Sample, lanes};

pub const ENTRY: OpEntry = OpEntry {
    name: "cross_entropy",
    samples,
};

/// The target of a row that takes no part in the loss.
pub const IGNORE: u32 = u32::MAX;

/// Inputs logits (…, V), targets (N); outputs loss (1), row_loss (N), row_lse (N), inverse_count (1), plain (1): the mean
/// cross-entropy whatever the objective is; and row_objective (N), which only the launches use, where it is another. The default is
/// plain cross-entropy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    /// ε, 0 to 1: probability of the target that is spread evenly over all tokens.
    pub label_smoothing: f32,
    /// z, at least 0: keeps the log of softmax's denominator near 0. PaLM's is 1e-4.
    pub z_loss: f32,
}

/// Place of the output that is comparable between objectives: the plain mean, nats per token.
pub const PLAIN: usize = 4;

impl CrossEntropy {
    fn is_plain(self) -> bool {
        self.label_smoothing == 0.0 && self.z_loss == 0.0
    }

    fn check(self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.label_smoothing) {
            return Err(format!(
                "label smoothing must be from 0 to 1, it is {}",
                self.label_smoothing
            ));
        }
        if !(self.z_loss.is_finite() && self.z_loss >= 0.0) {
            return Err(format!(
                "the z-loss factor must be 0 or more, it is {}",
                self.z_loss
            ));
        }
        Ok(())
    }

    /// Words of a launch.
    fn params(self, rows: usize, lanes: usize, vocabulary: usize) -> Vec<u32> {
        let (smoothing, z_loss) = (self.label_smoothing, self.z_loss);
        let sizes = [rows, lanes, vocabulary].map(|size| size as u32);
        [&sizes[..], &[smoothing.to_bits(), z_loss.to_bits()]].concat()
    }

    fn shader(self, entry: &'static str, width: Width, team: Team) -> Shader {
        let mut constants = team.constants();
        constants.push(("IS_PLAIN", Constant::Bool(self.is_plain())));
        Shader {
            name: "cross_entropy",
            sources: vec![
                width.source(),
                team.source(),
                include_str!("../../shaders/lib/reduce.wgsl"),
                include_str!("../../shaders/cross_entropy.wgsl"),
            ],
            entry,
            constants,
        }
    }
}

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

impl Op for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [logits, targets] = inputs else {
            return Err("the inputs are logits and targets".to_owned());
        };
        check(logits, targets)?;
        self.check()?;
        let rows = TensorType::f32(&[logits.rows()]);
        let one = TensorType::f32(&[1]);
        let mut outputs = vec![one.clone(), rows.clone(), rows.clone(), one.clone(), one];
        if !self.is_plain() {
            outputs.push(rows);
        }
        Ok(outputs)
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let vocabulary = cx.inputs[0].last();
        let targets: &[u32] = bytemuck::cast_slice(inputs[1]);
        let [loss, row_loss, row_lse, inverse_count, plain, rest @ ..] = outputs else {
            unreachable!("five outputs or six")
        };
        let mut count = 0u32;
        let curves = Curves::load();
        let rows = inputs[0].chunks_exact(vocabulary).zip(targets);
        for ((logits, &target), (loss, lse)) in
            rows.zip(row_loss.iter_mut().zip(row_lse.iter_mut()))
        {
            let shift = lanes::max(logits);
            *lse = shift + lanes::sum1(logits, |x| curves.exp(x - shift)).ln();
            *loss = match logits.get(target as usize) {
                Some(logit) => {
                    count += 1;
                    *lse - logit
                }
                None => 0.0,
            };
        }
        let inverse = if count > 0 { 1.0 / count as f32 } else { 0.0 };
        plain[0] = lanes::sum1(row_loss, |x| x) * inverse;
        inverse_count[0] = inverse;
        let Some(row_objective) = rest.first_mut() else {
            loss[0] = plain[0];
            return;
        };
        let rows = inputs[0].chunks_exact(vocabulary).zip(targets);
        let rows = rows.zip(row_loss.iter().zip(row_lse.iter()));
        for (objective, ((logits, &target), (loss, lse))) in row_objective.iter_mut().zip(rows) {
            *objective = if (target as usize) < vocabulary {
                let mean = lanes::sum1(logits, |x| x) / vocabulary as f32;
                (1.0 - self.label_smoothing) * loss
                    + self.label_smoothing * (lse - mean)
                    + self.z_loss * lse * lse
            } else {
                0.0
            };
        }
        loss[0] = lanes::sum1(row_objective, |x| x) * inverse;
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dloss = cx.d_first(self.name())?;
        let saved = [cx.outputs[2], cx.outputs[3]];
        let inputs = [dloss, cx.inputs[0], cx.inputs[1], saved[0], saved[1]];
        let dlogits = cx.apply(CrossEntropyBackward(*self), &inputs)?;
        Ok(Gradients::Inputs(vec![Some(dlogits), None]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let (rows, vocabulary) = (cx.inputs[0].rows(), cx.inputs[0].last());
        let width = Width::of(vocabulary);
        let lanes = width.lanes(vocabulary);
        let team = Team::of(lanes, cx.is_software);
        let params = self.params(rows, lanes, vocabulary);
        let mut of_rows = vec![
            Binding::Input(0),
            Binding::Input(1),
            Binding::Output(1),
            Binding::Output(2),
        ];
        let mut of_means = vec![
            Binding::OutputRead(1),
            Binding::Input(1),
            Binding::Output(0),
            Binding::Output(3),
            Binding::Output(PLAIN),
        ];
        let entries = if self.is_plain() {
            ["forward", "mean"]
        } else {
            of_rows.push(Binding::Output(5));
            of_means.push(Binding::OutputRead(5));
            ["forward_objective", "mean_objective"]
        };
        vec![
            Launch {
                shader: self.shader(entries[0], width, team),
                bindings: of_rows,
                params: params.clone(),
                workgroups: team.workgroups(rows),
            },
            Launch {
                shader: self.shader(entries[1], width, team),
                bindings: of_means,
                params,
                workgroups: [1, 1, 1],
            },
        ]
    }
}

/// Inputs dloss (1), logits, targets, row_lse, inverse_count; output dlogits.
#[derive(Clone, Copy, Debug)]
pub struct CrossEntropyBackward(pub CrossEntropy);

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
        let curves = Curves::load();
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
            let CrossEntropy {
                label_smoothing,
                z_loss,
            } = self.0;
            let of_softmax = scale * (1.0 + 2.0 * z_loss * lse);
            let everywhere = scale * label_smoothing / vocabulary as f32;
            for (d, &logit) in d.iter_mut().zip(logits) {
                *d = curves.exp(logit - lse) * of_softmax - everywhere;
            }
            d[target as usize] -= scale * (1.0 - label_smoothing);
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
            shader: self
                .0
                .shader("backward", width, Team::of(lanes, cx.is_software)),
            bindings: vec![
                Binding::Input(1),
                Binding::Input(2),
                Binding::Input(3),
                Binding::Input(4),
                Binding::Input(0),
                Binding::Output(0),
            ],
            params: self.0.params(rows, lanes, vocabulary),
            workgroups: launch::spread((rows * lanes).div_ceil(256)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let of = |op: CrossEntropy, label, shape: &[usize], targets: Vec<u32>, std: f32| {
        let inputs = vec![
            (TensorType::f32(shape), Fill::Normal(std)),
            (TensorType::u32(&[targets.len()]), Fill::U32(targets)),
        ];
        // exp and log of the adapter are allowed a few units in the last place.
        let compared = if op.is_plain() { 0..5 } else { 0..6 };
        Sample::new(label, op, inputs)
            .differentiable(&[0])
            .compared(&Vec::from_iter(compared))
            .tolerance(2e-5)
    };
    let with = |label, shape: &[usize], targets, std| {
        of(CrossEntropy::default(), label, shape, targets, std)
    };
    let smooth = CrossEntropy {
        label_smoothing: 0.1,
        z_loss: 0.0,
    };
    let both = CrossEntropy {
        label_smoothing: 0.3,
        z_loss: 0.02,
    };
    let every = |rows: u32, v: u32| (0..rows).map(|i| i * 5 % v).collect::<Vec<u32>>();
    let some = vec![IGNORE, 5, IGNORE, 0, IGNORE];
    vec![
        with("odd rows and tokens", &[3, 5, 7], every(15, 7), 1.0),
        with("tokens in fours", &[9, 12], every(9, 12), 2.0),
        with("ignored rows", &[5, 6], some.clone(), 1.0),
        with("every row ignored", &[2, 8], vec![IGNORE; 2], 1.0).differentiable(&[]),
        with("one token", &[3, 1], vec![0; 3], 1.0).differentiable(&[]),
        with("large logits", &[2, 33], vec![3, 30], 40.0).differentiable(&[]),
        with("many tokens", &[2, 1031], vec![1030, 4], 1.0).differentiable(&[]),
        of(smooth, "smoothed", &[9, 12], every(9, 12), 2.0),
        of(both, "smoothed with z-loss", &[3, 5, 7], every(15, 7), 1.0),
        of(both, "ignored rows with both", &[5, 6], some, 1.0),
        of(
            both,
            "many tokens with both",
            &[2, 1031],
            vec![1030, 4],
            1.0,
        )
        .differentiable(&[]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Globals;

    /// Loss, plain loss and dlogits of two rows of [1, 2, 3], the second not counted.
    fn of(op: CrossEntropy, target: u32) -> (f32, f32, Vec<f32>) {
        let globals = Globals::default();
        let run = |op: &dyn Op, inputs: &[TensorType], words: &[&[f32]]| {
            let outputs = op.infer(inputs).unwrap();
            let cx = CpuContext {
                globals: &globals,
                inputs,
                outputs: &outputs,
            };
            let mut numbers: Vec<Vec<f32>> = outputs.iter().map(|o| vec![0.0; o.len()]).collect();
            let mut slices: Vec<&mut [f32]> = numbers.iter_mut().map(Vec::as_mut_slice).collect();
            op.forward_cpu(&cx, words, &mut slices);
            numbers
        };
        let logits = (TensorType::f32(&[2, 3]), [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
        let targets = TensorType::u32(&[2]);
        let target_words = [target, IGNORE].map(f32::from_bits);
        let forward = run(
            &op,
            &[logits.0.clone(), targets.clone()],
            &[&logits.1, &target_words],
        );
        let one = TensorType::f32(&[1]);
        let types = [one.clone(), logits.0, targets, TensorType::f32(&[2]), one];
        let words: [&[f32]; 5] = [&[1.0], &logits.1, &target_words, &forward[2], &forward[3]];
        let dlogits = run(&CrossEntropyBackward(op), &types, &words).remove(0);
        (forward[0][0], forward[PLAIN][0], dlogits)
    }

    /// lse of [1, 2, 3] is 3.407606; `torch.nn.functional.cross_entropy` gives the same, with `label_smoothing=0.1` 0.507606.
    #[test]
    fn numbers_by_hand() {
        let close = |a: f32, b: f32| assert!((a - b).abs() < 2e-6, "{a} {b}");
        let (loss, plain, d) = of(CrossEntropy::default(), 2);
        close(loss, 0.407_606);
        close(plain, 0.407_606);
        for (d, expected) in d
            .iter()
            .zip([0.090_031, 0.244_728, -0.334_759, 0.0, 0.0, 0.0])
        {
            close(*d, expected);
        }
        let smooth = CrossEntropy {
            label_smoothing: 0.1,
            z_loss: 0.0,
        };
        let (loss, plain, d) = of(smooth, 2);
        // 0.9 · 0.407606 + 0.1 · (3.407606 − 2)
        close(loss, 0.507_606);
        close(plain, 0.407_606);
        close(d[0], 0.090_031 - 0.1 / 3.0);
        close(d[2], 0.665_241 - 0.9 - 0.1 / 3.0);
        let z = CrossEntropy {
            label_smoothing: 0.0,
            z_loss: 0.01,
        };
        let (loss, plain, d) = of(z, 2);
        // 3.407606² = 11.611779
        close(loss, 0.407_606 + 0.116_118);
        close(plain, 0.407_606);
        close(d[1], 0.244_728 * (1.0 + 0.02 * 3.407_606));
    }

    #[test]
    fn objectives_without_sense_are_refused() {
        let inputs = [TensorType::f32(&[2, 3]), TensorType::u32(&[2])];
        let refusal = |label_smoothing, z_loss| {
            let op = CrossEntropy {
                label_smoothing,
                z_loss,
            };
            op.infer(&inputs).unwrap_err()
        };
        assert!(refusal(1.5, 0.0).contains("from 0 to 1, it is 1.5"));
        assert!(refusal(0.0, -1.0).contains("0 or more, it is -1"));
        assert!(refusal(f32::NAN, 0.0).contains("NaN"));
    }
}
