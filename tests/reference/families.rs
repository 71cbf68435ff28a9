//! The golden PyTorch runs of the neural families on any executor; `tests/golden/README.md` is their specification.
//!
//! A plan's parameters are matched by name, so that a model may make them in any order; of the host inputs a plan gets those
//! that its task knows by name.

use std::collections::BTreeMap;

use seedling::data::reference::pattern_batch;
use seedling::ops::cross_entropy::IGNORE;
use seedling::ops::embedding::token_order;
use seedling::optim::{Decay, Optimizer};
use seedling::plan::{Buffer, Executor, ParameterInfo, PlanId};
use seedling::rng::{hash32, normals};
use serde::Deserialize;

pub const OPTIMIZER: Optimizer = Optimizer::AdamW {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    decay: Decay::usual(0.01),
};
const LEARNING_RATE: f32 = 1e-3;

/// Relative, as in the runs S and M. PyTorch's own single and double precision differ by 3e-7 in the losses and 4e-7 in the norms
/// of any family; what is left is for other orders of summing, and for the adapter's exp and tanh.
const LOSS_TOLERANCE: f64 = 2e-4;
const NORM_TOLERANCE: f64 = 1e-3;

const WORDS: u32 = 65;
const PERIOD: u32 = 31;
// The six special tokens follow the words; the unknown one, 66, does not occur.
const PAD: u32 = 65;
const BEGIN: u32 = 67;
const END: u32 = 68;
const SEPARATOR: u32 = 69;
const MASK: u32 = 70;

// Seeds of the hash. 7 and 11 are `pattern_batch`'s.
const TOKENS: u32 = 7;
const STARTS: u32 = 11;
const MASKED: u32 = 13;
const LENGTHS: u32 = 17;
const PAIRS: u32 = 19;

/// Host inputs by name.
pub type Batch = BTreeMap<&'static str, Vec<u32>>;

/// Sizes every task needs: rows B, context T, vocabulary V, and source S where there is one.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Config {
    pub task: Task,
    pub batch: u32,
    pub context: u32,
    pub vocabulary: u32,
    #[serde(default)]
    pub source: u32,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Pattern,
    CarriedPattern,
    SentencePairs,
    Reversals,
}

/// How a golden parameter starts.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    Normal,
    Zeros,
    Ones,
    /// Ones in the second quarter, an LSTM's forget gates; zeros elsewhere.
    Forget,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Parameter {
    pub name: String,
    pub shape: Vec<usize>,
    pub init: Start,
    #[serde(default)]
    pub std: f64,
    pub gradient_norm: f64,
}

impl Parameter {
    /// The numbers of the `k`-th parameter of a family.
    fn numbers(&self, k: usize) -> Vec<f32> {
        let len = self.shape.iter().product();
        match self.init {
            Start::Normal => normals(100 + k as u32, len, self.std),
            Start::Zeros => vec![0.0; len],
            Start::Ones => vec![1.0; len],
            Start::Forget => (0..len)
                .map(|i| if i * 4 / len == 1 { 1.0 } else { 0.0 })
                .collect(),
        }
    }
}

/// One family of `families.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct Golden {
    pub config: Config,
    pub parameters: Vec<Parameter>,
    pub losses: Vec<f64>,
}

impl Golden {
    pub fn find(family: &str) -> Self {
        let mut all: BTreeMap<String, Self> =
            serde_json::from_str(include_str!("../golden/families.json")).unwrap();
        all.remove(family)
            .unwrap_or_else(|| panic!("no golden family {family}"))
    }

    /// What the host writes before update `step`, orders of tokens included.
    pub fn batch(&self, step: u32) -> Batch {
        let c = &self.config;
        let mut batch = match c.task {
            Task::Pattern => {
                let pattern = pattern_batch(c.vocabulary, c.batch, c.context, step);
                Batch::from([("inputs", pattern.inputs), ("targets", pattern.targets)])
            }
            Task::CarriedPattern => carried_pattern(c, step),
            Task::SentencePairs => sentence_pairs(c, step),
            Task::Reversals => reversals(c, step),
        };
        for (ids, order, starts, rows) in [
            ("inputs", "order", "starts", c.vocabulary),
            ("source", "source_order", "source_starts", c.vocabulary),
            ("segments", "segment_order", "segment_starts", 2),
        ] {
            if let Some(ids) = batch.get(ids) {
                let (of_order, of_starts) = token_order(ids, rows as usize);
                batch.insert(order, of_order);
                batch.insert(starts, of_starts);
            }
        }
        batch
    }
}

fn token(t: u32) -> u32 {
    hash32(TOKENS, t % PERIOD) % WORDS
}

/// Adds a row to a batch.
fn append<const N: usize>(batch: &mut Batch, row: [(&'static str, Vec<u32>); N]) {
    for (name, words) in row {
        batch.entry(name).or_default().extend(words);
    }
}

/// Every row goes on where it ended in the step before.
fn carried_pattern(c: &Config, step: u32) -> Batch {
    let mut batch = Batch::new();
    for row in 0..c.batch {
        let start = hash32(STARTS, row) % PERIOD + step * c.context;
        let tokens = |first: u32| (first..first + c.context).map(token).collect();
        append(
            &mut batch,
            [("inputs", tokens(start)), ("targets", tokens(start + 1))],
        );
    }
    batch
}

/// `[begin] first [separator] second [separator]`, padded; some tokens masked, which are the targets.
fn sentence_pairs(c: &Config, step: u32) -> Batch {
    let mut batch = Batch::new();
    for row in (0..c.batch).map(|b| step * c.batch + b) {
        let length = c.context - hash32(LENGTHS, row) % 9;
        let cut = length / 2;
        let pair = hash32(PAIRS, row) % 2;
        let start = hash32(STARTS, row) % PERIOD;
        let is_second = |i: u32| i > cut && i < length;
        let ids = (0..c.context).map(|i| match i {
            0 => BEGIN,
            _ if i >= length => PAD,
            _ if i == cut || i == length - 1 => SEPARATOR,
            _ if is_second(i) => token(start + i + 11 * pair),
            _ => token(start + i),
        });
        let (inputs, targets) = ids
            .zip(row * c.context..)
            .map(|(id, counter)| {
                if id < WORDS && hash32(MASKED, counter).is_multiple_of(7) {
                    (MASK, id)
                } else {
                    (id, IGNORE)
                }
            })
            .unzip();
        let segments = (0..c.context).map(|i| u32::from(is_second(i))).collect();
        append(
            &mut batch,
            [
                ("inputs", inputs),
                ("targets", targets),
                ("segments", segments),
                ("lengths", vec![length]),
                ("pairs", vec![pair]),
            ],
        );
    }
    batch
}

/// The source is to be written backwards.
fn reversals(c: &Config, step: u32) -> Batch {
    let mut batch = Batch::new();
    for row in (0..c.batch).map(|b| step * c.batch + b) {
        let length = c.source - hash32(LENGTHS, row) % 9;
        let start = hash32(STARTS, row) % PERIOD;
        let mut source: Vec<u32> = (start..start + length).map(token).collect();
        let mut targets: Vec<u32> = source.iter().rev().copied().chain([END]).collect();
        let mut inputs = vec![BEGIN];
        inputs.extend(&targets[..length as usize]);
        source.resize(c.source as usize, PAD);
        inputs.resize(c.context as usize, PAD);
        targets.resize(c.context as usize, IGNORE);
        append(
            &mut batch,
            [
                ("source", source),
                ("source_lengths", vec![length]),
                ("inputs", inputs),
                ("targets", targets),
                ("lengths", vec![length + 1]),
            ],
        );
    }
    batch
}

/// Trains an installed plan, whose first reading is the loss, for `steps` updates (at most the golden run's), and compares every
/// loss, and at step 0 every gradient norm. States that a model wants written (a table of sinusoids) are written before.
pub async fn check(executor: &mut dyn Executor, id: PlanId, golden: &Golden, steps: usize) {
    write_weights(executor, id, golden);
    for (step, &expected) in golden.losses.iter().enumerate().take(steps) {
        write_batch(executor, id, golden.batch(step as u32));
        let globals = OPTIMIZER.globals(step as u32, LEARNING_RATE, 0);
        let reading = executor.run(id, &globals, 1, true).unwrap();
        let loss = f64::from(reading.await.unwrap()[0]);
        assert!(
            ((loss - expected) / expected).abs() < LOSS_TOLERANCE,
            "step {step}: loss {loss}, PyTorch {expected}"
        );
        if step == 0 {
            check_gradients(executor, id, golden).await;
        }
    }
}

fn write_weights(executor: &mut dyn Executor, id: PlanId, golden: &Golden) {
    let places = executor.plan(id).parameters.clone();
    let mut ours: Vec<_> = places.iter().map(|p| (&p.name, &p.shape)).collect();
    let theirs = golden.parameters.iter().map(|p| (&p.name, &p.shape));
    let mut theirs: Vec<_> = theirs.collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "the plan's parameters, and PyTorch's");
    for (k, parameter) in golden.parameters.iter().enumerate() {
        let numbers = parameter.numbers(k);
        let words = bytemuck::cast_slice(&numbers);
        let place = place_of(&places, &parameter.name);
        executor.write(id, &Buffer::Weights, place.offset, words);
    }
}

fn place_of<'a>(places: &'a [ParameterInfo], name: &str) -> &'a ParameterInfo {
    places.iter().find(|p| p.name == name).unwrap()
}

fn write_batch(executor: &mut dyn Executor, id: PlanId, batch: Batch) {
    for (slot, (name, len)) in executor.plan(id).inputs.clone().into_iter().enumerate() {
        let words = batch.get(name.as_str());
        let words = words.unwrap_or_else(|| panic!("the task has no input {name}"));
        assert_eq!(words.len(), len, "words of {name}");
        executor.write(id, &Buffer::Input(slot), 0, words);
    }
}

async fn check_gradients(executor: &mut dyn Executor, id: PlanId, golden: &Golden) {
    let places = executor.plan(id).parameters.clone();
    for parameter in &golden.parameters {
        let place = place_of(&places, &parameter.name);
        let gradient = executor
            .read(id, &Buffer::Gradients, place.offset, place.len())
            .await
            .unwrap();
        let squares: f64 = gradient.iter().map(|&g| f64::from(g).powi(2)).sum();
        let (norm, expected) = (squares.sqrt(), parameter.gradient_norm);
        // No golden norm is below 4e-5, so that relative is enough.
        assert!(
            ((norm - expected) / expected).abs() < NORM_TOLERANCE,
            "{}: gradient norm {norm:e}, PyTorch {expected:e}",
            parameter.name
        );
    }
}
