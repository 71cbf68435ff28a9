//! A run: a model's weights on an executor, the tokens it learns from, and where training stands.

use std::ops::Range;

use super::answers::{Guest, Row};
use super::counted;
use super::examples::Examples;
use super::plans::{Recipe, Rows, decoding, evaluation, scales, scoring, training, update};
use crate::data::batches::{Batch, TooFewTokens};
use crate::graph::{Globals, Graph, GraphError};
use crate::models::ngram::{Ngram, NgramError};
use crate::models::{CARRIED, ModelConfig, SINUSOIDAL};
use crate::nn;
use crate::ops::embedding::{sinusoidal_table, token_order};
use crate::optim::MOMENTS;
use crate::optim::schedule::Schedule;
use crate::plan::{Buffer, CompileOptions, Executor, ExecutorError, Plan, PlanId, Reading};
use crate::rng;

/// Everything that decides a run.
#[derive(Clone, Debug)]
pub struct Spec {
    pub model: ModelConfig,
    /// V
    pub vocabulary: usize,
    pub recipe: Recipe,
    pub schedule: Schedule,
    /// Initial weights, batches and dropout.
    pub seed: u32,
    pub examples: Examples,
    /// The shape of the rows that the examples give.
    pub rows: Rows,
    /// Batches of one validation.
    pub validation_batches: u32,
}

impl Spec {
    /// The plan of a step; an empty one for a model that is counted. What the first batch lacks is said here.
    fn training_plan(&self) -> Result<Plan, RunError> {
        let rows = self.recipe.rows() as u32;
        self.examples
            .training_batch(self.seed, 0, rows, self.rows.time)?;
        if self.is_counted() {
            return Ok(Plan::compile(&Graph::new(), &CompileOptions::default()));
        }
        Ok(training(
            &self.model,
            self.vocabulary,
            self.rows,
            &self.recipe,
        )?)
    }

    /// Whether it is counted instead of trained.
    fn is_counted(&self) -> bool {
        !self.model.family.is_neural()
    }
}

/// Why a run cannot be built or go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RunError {
    #[error("{0}")]
    Graph(#[from] GraphError),
    #[error("{0}")]
    Executor(#[from] ExecutorError),
    #[error("{0}")]
    Tokens(#[from] TooFewTokens),
    #[error("{0}")]
    Counts(#[from] NgramError),
    #[error(
        "The text has {tokens} tokens, but {rows} rows that go on where they ended need {needed}. Take a longer text, a smaller batch or a shorter context."
    )]
    TooShortToCarry {
        tokens: usize,
        rows: u32,
        needed: usize,
    },
}

/// Weights and moments of a step, on the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Updates done.
    pub step: u32,
    pub weights: Vec<f32>,
    pub moments: Vec<Vec<f32>>,
}

/// A step on its way: launched, not yet read.
pub struct Launched {
    /// 1 is the first step.
    pub step: u32,
    pub learning_rate: f32,
    /// Loss, gradient norm, clip scale.
    pub reading: Reading,
}

/// A model in training.
pub struct Run {
    pub executor: Box<dyn Executor>,
    pub spec: Spec,
    /// A step, or that of one micro-batch where an update takes several.
    training: PlanId,
    /// What ends an update of several micro-batches.
    update: Option<PlanId>,
    dispatches_per_step: u64,
    evaluation: Option<PlanId>,
    pub(super) decoding: Option<PlanId>,
    scoring: Option<PlanId>,
    /// The plan of the question that was last asked.
    pub(super) guest: Option<(Guest, PlanId)>,
    /// Of an n-gram model, once they are made.
    pub(super) counts: Option<Ngram>,
    step: u32,
}

impl Run {
    /// Installs the training plan and writes the initial weights.
    ///
    /// # Errors
    /// A model whose shapes do not fit, a device too small or lost, a text shorter than the context.
    pub fn new(
        executor: Box<dyn Executor>,
        spec: Spec,
    ) -> Result<Self, (Box<dyn Executor>, RunError)> {
        let plan = spec.training_plan();
        let mut executor = executor;
        let installed = plan.and_then(|step| install_training(&mut *executor, step, &spec.recipe));
        let (training, update, dispatches_per_step) = match installed {
            Ok(installed) => installed,
            Err(error) => return Err((executor, error)),
        };
        let mut run = Self {
            executor,
            spec,
            training,
            update,
            dispatches_per_step,
            evaluation: None,
            decoding: None,
            scoring: None,
            guest: None,
            counts: None,
            step: 0,
        };
        run.rewind();
        Ok(run)
    }

    /// Gives the executor back, emptied.
    pub fn into_executor(mut self) -> Box<dyn Executor> {
        self.executor.clear();
        self.executor
    }

    /// Updates done.
    pub fn step(&self) -> u32 {
        self.step
    }

    pub fn plan(&self) -> &Plan {
        self.executor.plan(self.training)
    }

    /// Launches of an update, all its micro-batches together.
    pub fn dispatches_per_step(&self) -> u64 {
        self.dispatches_per_step
    }

    /// Back to step 0 with the initial weights of the run's seed.
    pub fn rewind(&mut self) {
        self.step = 0;
        self.counts = None;
        if self.spec.is_counted() {
            return;
        }
        let model = &self.spec.model;
        let plan = self.executor.plan(self.training);
        let len = plan.layout.len;
        let mut weights = vec![0.0f32; len];
        for (index, parameter) in plan.parameters.iter().enumerate() {
            let numbers = nn::initial(parameter.init, parameter.len(), index, self.spec.seed);
            weights[parameter.offset..][..numbers.len()].copy_from_slice(&numbers);
        }
        let has_table = plan.states.contains_key(SINUSOIDAL);
        let states = plan.states.iter();
        let carried: Vec<(String, usize)> = states
            .filter(|(name, _)| name.starts_with(CARRIED))
            .map(|(name, &words)| (name.clone(), words))
            .collect();
        let table = sinusoidal_table(model.context as usize, model.channels as usize);
        self.write_weights(&weights);
        for name in &MOMENTS[..self.spec.recipe.optimizer.moments()] {
            self.write_moment(name, &vec![0.0; len]);
        }
        if has_table {
            self.write_moment(SINUSOIDAL, &table);
        }
        for (name, words) in carried {
            self.write_moment(&name, &vec![0.0; words]);
        }
    }

    fn write_weights(&mut self, weights: &[f32]) {
        self.executor.write(
            self.training,
            &Buffer::Weights,
            0,
            bytemuck::cast_slice(weights),
        );
    }

    fn write_moment(&mut self, name: &str, numbers: &[f32]) {
        let buffer = Buffer::State(name.to_owned());
        self.executor
            .write(self.training, &buffer, 0, bytemuck::cast_slice(numbers));
    }

    pub(super) fn write_batch(&mut self, id: PlanId, batch: &Batch) {
        write_batch(&mut *self.executor, id, batch, self.spec.vocabulary);
    }

    /// Launches the next step: one submit a micro-batch and one for the update they share, or one in all; nothing waited for.
    pub fn launch_step(&mut self) -> Result<Launched, RunError> {
        if self.spec.is_counted() {
            return self.count();
        }
        let recipe = self.spec.recipe;
        let Spec {
            examples,
            seed,
            rows,
            ..
        } = &self.spec;
        let batch = examples.training_batch(*seed, self.step, recipe.rows() as u32, rows.time)?;
        let learning_rate = self.spec.schedule.learning_rate(self.step);
        let optimizer = recipe.optimizer;
        let globals = optimizer.globals(self.step, learning_rate, self.spec.seed);
        let last = match self.update {
            None => {
                self.write_batch(self.training, &batch);
                self.training
            }
            Some(update) => {
                for index in 0..recipe.accumulation {
                    self.write_batch(self.training, &batch.part(index, recipe.accumulation));
                    let micro_batch = index as u32;
                    let globals = Globals {
                        micro_batch,
                        // Dropout has other masks in every micro-batch.
                        seed: rng::stream_key(globals.seed, micro_batch),
                        ..globals
                    };
                    self.executor.run(self.training, &globals, 1, false);
                }
                update
            }
        };
        let reading = self
            .executor
            .run(last, &globals, 1, true)
            .expect("a reading was asked for");
        self.step += 1;
        Ok(Launched {
            step: self.step,
            learning_rate,
            reading,
        })
    }

    /// The one step of a model that is counted.
    fn count(&mut self) -> Result<Launched, RunError> {
        let Spec {
            model,
            vocabulary,
            examples,
            seed,
            ..
        } = &self.spec;
        let (counts, loss) = counted::count(model, *vocabulary, examples, *seed)?;
        self.counts = Some(counts);
        self.step = counted::STEPS;
        Ok(Launched {
            step: self.step,
            learning_rate: 0.0,
            reading: Box::pin(std::future::ready(Ok(vec![loss, 0.0, 1.0]))),
        })
    }

    /// The counts of a model that is counted, made if they are not yet: what was never counted has no probabilities.
    pub(super) fn counts(&mut self) -> Result<&Ngram, RunError> {
        if self.counts.is_none() {
            self.count()?;
        }
        Ok(self.counts.as_ref().expect("they were just made"))
    }

    /// Updates after which there is nothing more to learn, whatever was planned.
    pub fn most_steps(&self) -> Option<u32> {
        self.spec.is_counted().then_some(counted::STEPS)
    }

    /// What an n-gram model has counted: kept n-grams and bytes.
    pub fn counted(&self) -> Option<(u64, u64)> {
        let counts = self.counts.as_ref()?;
        let kept: usize = counts.entries().iter().sum();
        Some((kept as u64, counts.memory_bytes() as u64))
    }

    /// The model's counts, for looking at.
    pub fn ngram(&self) -> Option<&Ngram> {
        self.counts.as_ref()
    }

    /// Mean loss over the fixed validation batches, nats per token.
    ///
    /// # Errors
    /// A validation text shorter than the context; a lost device.
    pub async fn validate(&mut self) -> Result<f32, RunError> {
        let batches = self.spec.validation_batches.max(1);
        let total = self.validate_batches(0..batches).await?;
        Ok((total / f64::from(batches)) as f32)
    }

    /// Sum of the mean losses of some of the validation batches, nats per token.
    ///
    /// # Errors
    /// As [`Run::validate`].
    pub async fn validate_batches(&mut self, some: Range<u32>) -> Result<f64, RunError> {
        if self.spec.is_counted() {
            return self.validate_counts(some);
        }
        let id = match self.evaluation {
            Some(id) => id,
            None => {
                let Spec {
                    model,
                    vocabulary,
                    rows,
                    ..
                } = &self.spec;
                let plan = evaluation(model, *vocabulary, *rows, self.spec.recipe.batch)?;
                let id = self.executor.install(plan)?;
                self.evaluation = Some(id);
                id
            }
        };
        let batches = self.spec.validation_batches.max(1);
        let mut readings = Vec::new();
        for index in some {
            let batch = self.validation_batch(index, batches)?;
            self.write_batch(id, &batch);
            readings.extend(self.executor.run(id, &Globals::default(), 1, true));
        }
        let mut total = 0.0;
        for reading in readings {
            total += f64::from(reading.await?[0]);
        }
        Ok(total)
    }

    fn validation_batch(&self, index: u32, batches: u32) -> Result<Batch, RunError> {
        let Spec { examples, rows, .. } = &self.spec;
        let count = self.spec.recipe.batch as u32;
        examples.validation_batch(index, batches, count, rows.time)
    }

    fn validate_counts(&mut self, some: Range<u32>) -> Result<f64, RunError> {
        let batches = self.spec.validation_batches.max(1);
        let context = self.spec.rows.time;
        let some: Result<Vec<Batch>, RunError> = some
            .map(|index| self.validation_batch(index, batches))
            .collect();
        let some = some?;
        let counts = self.counts()?;
        Ok(some
            .iter()
            .map(|batch| counted::loss(counts, batch, context))
            .sum())
    }

    /// (name, root mean square) of what each layer hands on for the first training batch, with the weights as they stand. At step 0
    /// that is what the initialisation made of it.
    ///
    /// # Errors
    /// A text shorter than the context; a lost or too small device.
    pub async fn scales(&mut self) -> Result<Vec<(String, f32)>, RunError> {
        if self.spec.is_counted() {
            return Ok(Vec::new());
        }
        let Spec {
            model,
            seed,
            examples,
            rows,
            ..
        } = &self.spec;
        let count = self.spec.recipe.batch;
        let batch = examples.training_batch(*seed, 0, count as u32, rows.time)?;
        let scales = scales(model, self.spec.vocabulary, *rows, count)?;
        let id = self.executor.install(scales.plan.clone())?;
        self.write_batch(id, &batch);
        let reading = self.executor.run(id, &Globals::default(), 1, true);
        let numbers = reading.expect("a reading was asked for").await;
        self.executor.remove(id);
        Ok(scales.of_reading(&numbers?))
    }

    /// Logits (T, V) of one sequence of at most the context.
    ///
    /// # Errors
    /// A lost or too small device.
    pub async fn logits(&mut self, tokens: &[u32]) -> Result<Vec<f32>, RunError> {
        let context = self.spec.model.context as usize;
        if self.spec.is_counted() {
            let shown = &tokens[..tokens.len().min(context)];
            return Ok(counted::log_probabilities(self.counts()?, shown));
        }
        let shown = tokens.len().min(context);
        self.logits_of(&Row {
            inputs: tokens[..shown].to_vec(),
            ..Row::default()
        })
        .await
    }

    /// Logits (T, V) of a row of a neural model.
    ///
    /// # Errors
    /// A lost or too small device.
    pub async fn logits_of(&mut self, row: &Row) -> Result<Vec<f32>, RunError> {
        let id = match self.scoring {
            Some(id) => id,
            None => {
                let plan = scoring(&self.spec.model, self.spec.vocabulary, self.spec.rows)?;
                let id = self.executor.install(plan)?;
                self.scoring = Some(id);
                id
            }
        };
        let batch = Row::batch(std::slice::from_ref(row), 1, self.spec.rows);
        self.write_batch(id, &batch);
        let reading = self.executor.run(id, &Globals::default(), 1, true);
        let mut logits = reading.expect("a reading was asked for").await?;
        logits.truncate(row.inputs.len() * self.spec.vocabulary);
        Ok(logits)
    }

    /// The decoding plan, installed at first use.
    pub(super) fn decoding_plan(&mut self) -> Result<PlanId, RunError> {
        if let Some(id) = self.decoding {
            return Ok(id);
        }
        let plan = decoding(&self.spec.model, self.spec.vocabulary)?;
        let id = self.executor.install(plan)?;
        self.decoding = Some(id);
        Ok(id)
    }

    /// Copies weights and moments to the host.
    ///
    /// # Errors
    /// A lost device.
    pub async fn snapshot(&mut self) -> Result<Snapshot, RunError> {
        let step = self.step;
        if self.spec.is_counted() {
            return Ok(Snapshot {
                step,
                weights: Vec::new(),
                moments: Vec::new(),
            });
        }
        let len = self.plan().layout.len;
        let weights = self.executor.read(self.training, &Buffer::Weights, 0, len);
        let moments: Vec<Reading> = MOMENTS[..self.spec.recipe.optimizer.moments()]
            .iter()
            .map(|name| {
                let buffer = Buffer::State((*name).to_owned());
                self.executor.read(self.training, &buffer, 0, len)
            })
            .collect();
        let weights = weights.await?;
        let mut read = Vec::new();
        for moment in moments {
            read.push(moment.await?);
        }
        Ok(Snapshot {
            step,
            weights,
            moments: read,
        })
    }

    /// Puts a snapshot of the same model back.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.rewind();
        if self.spec.is_counted() {
            return;
        }
        self.step = snapshot.step;
        self.write_weights(&snapshot.weights);
        for (name, moment) in MOMENTS.iter().zip(&snapshot.moments) {
            self.write_moment(name, moment);
        }
    }
}

/// Installs the plan of a step and, where several micro-batches share an update, that of the update; with the launches of both.
fn install_training(
    executor: &mut dyn Executor,
    step: Plan,
    recipe: &Recipe,
) -> Result<(PlanId, Option<PlanId>, u64), RunError> {
    let update = match recipe.accumulation {
        0 | 1 => None,
        _ => Some(update(&step, recipe)?),
    };
    let mut install = |plan: Plan| {
        let nodes = plan.nodes.len() as u64;
        let before = executor.statistics().bind_groups_created;
        let id = executor.install(plan)?;
        // The CPU executor makes none: there a node is a launch.
        let launches = match executor.statistics().bind_groups_created - before {
            0 => nodes,
            made => made,
        };
        Ok::<_, RunError>((id, launches))
    };
    let (step, mut dispatches) = install(step)?;
    let mut of_update = None;
    if let Some(plan) = update {
        let (id, launches) = install(plan)?;
        dispatches = dispatches * recipe.accumulation as u64 + launches;
        of_update = Some(id);
    }
    Ok((step, of_update, dispatches))
}

/// Writes a batch, and the order of its tokens, into a plan's inputs.
pub fn write_batch(executor: &mut dyn Executor, id: PlanId, batch: &Batch, vocabulary: usize) {
    // A forward pass alone does not use the orders, nor the targets when only logits are read.
    let inputs = executor.plan(id).inputs.clone();
    let orders = |ids: &[u32], rows: usize| token_order(ids, rows);
    for (slot, (name, words)) in inputs.iter().enumerate() {
        let all = |value: usize| vec![value as u32; *words];
        let (rows, segments) = (batch.lengths.len(), &batch.segments);
        let made = match name.as_str() {
            "inputs" => batch.inputs.clone(),
            "targets" => batch.targets.clone(),
            "order" => orders(&batch.inputs, vocabulary).0,
            "starts" => orders(&batch.inputs, vocabulary).1,
            // Without lengths every row is whole.
            "lengths" if rows == 0 => all(batch.inputs.len() / words),
            "lengths" => batch.lengths.clone(),
            // Without segments all tokens are of the first.
            "segments" if segments.is_empty() => all(0),
            "segments" => segments.clone(),
            "segment_order" if segments.is_empty() => orders(&vec![0; *words], 2).0,
            "segment_order" => orders(segments, 2).0,
            "segment_starts" if segments.is_empty() => orders(&vec![0; batch.inputs.len()], 2).1,
            "segment_starts" => orders(segments, 2).1,
            "source" => batch.source.clone(),
            "source_lengths" => batch.source_lengths.clone(),
            "source_order" => orders(&batch.source, vocabulary).0,
            "source_starts" => orders(&batch.source, vocabulary).1,
            "pairs" => batch.pairs.clone(),
            "places" => batch.places.clone(),
            other => unreachable!("no batch has {other}"),
        };
        executor.write(id, &Buffer::Input(slot), 0, &made);
    }
}
