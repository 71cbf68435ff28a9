//! Gradient rules against central differences, on the CPU executor, for every row of `ops::ALL`.
//! `SEEDLING_OP=name` runs the ops whose name contains it.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::Arc;

use seedling::graph::{
    CpuContext, GradientContext, Gradients, Graph, GraphError, Launch, LaunchContext, Op,
    TensorType, ValueId,
};
use seedling::ops::add::Add;
use seedling::ops::{self, Fill, Sample};
use seedling::plan::{Buffer, CompileOptions, CpuExecutor, Executor, Plan, PlanId};

/// Half width of the difference quotient, relative to inputs of about 1. The quotient's own error falls with h²
/// (about 1e-4 here), the f32 noise of the outputs grows with 1/h (1e-7 · √terms / h, about 1e-4 too): the two meet here.
const STEP: f32 = 1e-2;

/// Allowed difference, relative to the largest magnitude among the gradient's elements: ten times the error above.
const TOLERANCE: f64 = 2e-3;

/// Most elements probed of one input; larger inputs are probed at equal distances.
const PROBES: usize = 60;

struct Harness {
    executor: CpuExecutor,
    forward: PlanId,
    backward: PlanId,
    words: Vec<Vec<u32>>,
    seed: Vec<f32>,
    sample: Sample,
}

fn install(executor: &mut CpuExecutor, graph: &Graph, readings: Vec<ValueId>) -> PlanId {
    let options = CompileOptions {
        readings,
        parameter_gradients: vec![],
    };
    executor
        .install(Plan::compile(graph, &options))
        .expect("the CPU executor has no limits")
}

impl Harness {
    /// One plan for the output alone, one for the gradients of the differentiable inputs.
    fn new(sample: Sample) -> Result<Self, GraphError> {
        let mut graph = Graph::new();
        let inputs: Vec<ValueId> = sample
            .inputs
            .iter()
            .enumerate()
            .map(|(i, (ty, _))| graph.input(&i.to_string(), ty.clone()))
            .collect();
        let output = graph.push_arc(sample.op.clone(), &inputs)?[0];
        let mut executor = CpuExecutor::new();
        let forward = install(&mut executor, &graph, vec![output]);
        let output_type = graph.ty(output).clone();
        let seed_input = graph.input("dy", output_type.clone());
        let sum: Arc<dyn Op> = Arc::new(Add);
        let gradients = graph.differentiate_from(&[(output, seed_input)], &sum)?;
        let readings = sample
            .differentiable
            .iter()
            .map(|&i| {
                gradients
                    .get(&inputs[i])
                    .copied()
                    .unwrap_or_else(|| panic!("{}: input {i} got no gradient", sample.label))
            })
            .collect();
        let backward = install(&mut executor, &graph, readings);
        let words = sample
            .inputs
            .iter()
            .enumerate()
            .map(|(i, (ty, fill))| fill.words(ty.len(), 100 + i as u32))
            .collect();
        let seed = Fill::Normal(1.0).words(output_type.len(), 99);
        Ok(Self {
            executor,
            forward,
            backward,
            words,
            seed: bytemuck::cast_slice(&seed).to_vec(),
            sample,
        })
    }

    fn run(&mut self, id: PlanId) -> Vec<f32> {
        for (slot, (name, _)) in self.executor.plan(id).inputs.clone().iter().enumerate() {
            let words = match name.parse::<usize>() {
                Ok(input) => &self.words[input][..],
                Err(_) => bytemuck::cast_slice(&self.seed),
            };
            self.executor.write(id, &Buffer::Input(slot), 0, words);
        }
        let reading = self.executor.run(id, &self.sample.globals, 1, true);
        pollster::block_on(reading.expect("a reading was asked for")).expect("no device to lose")
    }

    /// Σ output · seed, in double precision.
    fn loss(&mut self) -> f64 {
        let outputs = self.run(self.forward);
        let products = outputs.iter().zip(&self.seed);
        products.map(|(&y, &s)| f64::from(y) * f64::from(s)).sum()
    }

    /// What disagrees, one line for each input.
    fn failures(mut self) -> Vec<String> {
        let gradients = self.run(self.backward);
        let mut failures = Vec::new();
        let mut start = 0;
        for input in self.sample.differentiable.clone() {
            let len = self.sample.inputs[input].0.len();
            let gradient = &gradients[start..start + len];
            start += len;
            let mut probes = Vec::new();
            for element in (0..len).step_by(len.div_ceil(PROBES)) {
                let at = f32::from_bits(self.words[input][element]);
                let mut loss_at = |value: f32| {
                    self.words[input][element] = value.to_bits();
                    self.loss()
                };
                let (below, here, above) = (loss_at(at - STEP), loss_at(at), loss_at(at + STEP));
                loss_at(at);
                let step = f64::from((at + STEP) - (at - STEP)) / 2.0;
                let bend = ((above - here) - (here - below)).abs() / step;
                probes.push((element, (above - below) / (2.0 * step), bend));
            }
            let gradients = probes.iter().map(|p| f64::from(gradient[p.0]));
            let scale = gradients
                .chain(probes.iter().map(|p| p.1))
                .fold(1e-2, |m: f64, g| m.max(g.abs()));
            // A kink inside the step (ReLU near 0): the quotient says nothing about the slope on either side.
            let smooth: Vec<_> = probes.iter().filter(|p| p.2 <= 0.2 * scale).collect();
            assert!(
                smooth.len() * 5 >= probes.len() * 4,
                "{}: too many kinks",
                self.sample.label
            );
            let difference = |p: &(usize, f64, f64)| (p.1 - f64::from(gradient[p.0])).abs();
            let &&(element, slope, _) = smooth
                .iter()
                .max_by(|a, b| difference(a).total_cmp(&difference(b)))
                .expect("most probes are smooth");
            let is_close = (slope - f64::from(gradient[element])).abs() <= TOLERANCE * scale;
            if !is_close {
                failures.push(format!(
                    "{} ({}) input {input}, element {element}: gradient {}, central difference {slope}",
                    self.sample.op.name(),
                    self.sample.label,
                    gradient[element]
                ));
            }
        }
        failures
    }
}

#[test]
fn every_gradient_is_the_central_difference() {
    let filter = std::env::var("SEEDLING_OP").unwrap_or_default();
    let mut failures = Vec::new();
    let mut checked = 0;
    for entry in ops::ALL.iter().filter(|e| e.name.contains(&filter)) {
        for sample in (entry.samples)() {
            if sample.differentiable.is_empty() {
                continue;
            }
            let label = format!("{} ({})", entry.name, sample.label);
            let harness = Harness::new(sample).unwrap_or_else(|e| panic!("{label}: {e}"));
            failures.extend(harness.failures());
            checked += 1;
        }
    }
    println!("{checked} samples checked");
    assert!(checked > 0 || !filter.is_empty());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// `y = 3x` whose gradient rule answers `slope · dy`.
#[derive(Clone, Copy, Debug)]
struct Tripled {
    slope: f32,
}

impl Op for Tripled {
    fn name(&self) -> &'static str {
        "tripled"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        Ok(vec![inputs[0].clone()])
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        for (y, x) in outputs[0].iter_mut().zip(inputs[0]) {
            *y = 3.0 * x;
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let dx = cx.apply(Scaled(self.slope), &[dy])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, _cx: &LaunchContext<'_>) -> Vec<Launch> {
        Vec::new()
    }
}

#[derive(Clone, Copy, Debug)]
struct Scaled(f32);

impl Op for Scaled {
    fn name(&self) -> &'static str {
        "scaled"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        Ok(vec![inputs[0].clone()])
    }

    fn forward_cpu(&self, _cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        for (y, x) in outputs[0].iter_mut().zip(inputs[0]) {
            *y = self.0 * x;
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable("a part of this test"))
    }

    fn launches(&self, _cx: &LaunchContext<'_>) -> Vec<Launch> {
        Vec::new()
    }
}

#[test]
fn the_harness_fails_on_a_wrong_gradient() {
    let failures = |slope| {
        let x = (TensorType::f32(&[3, 5]), Fill::Normal(1.0));
        let sample = Sample::new("planted", Tripled { slope }, vec![x]);
        Harness::new(sample).expect("a sound graph").failures()
    };
    assert_eq!(failures(3.0), Vec::<String>::new());
    assert_eq!(failures(0.0).len(), 1, "a zeroed gradient must fail");
    assert_eq!(failures(-3.0).len(), 1, "a wrong sign must fail");
    assert_eq!(failures(3.03).len(), 1, "one percent must fail");
}

#[test]
fn the_harness_fails_when_an_op_reports_no_gradient() {
    let x = (TensorType::f32(&[2]), Fill::Normal(1.0));
    let sample = Sample::new("planted", Scaled(2.0), vec![x]);
    assert!(matches!(
        Harness::new(sample),
        Err(GraphError::NotDifferentiable { .. })
    ));
}
