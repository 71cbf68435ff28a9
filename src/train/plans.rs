//! The plans of a model: one step of training, one batch of evaluation, one decoded token, one look inside.

use crate::data::objective::{Objective, ObjectiveConfig, ObjectiveError};
use crate::graph::{Graph, GraphError, TensorType, ValueId};
use crate::models::{ModelConfig, Pass, Purpose};
use crate::ops::accumulate::Accumulate;
use crate::ops::clip::GradientNorm;
use crate::ops::cross_entropy::CrossEntropy;
use crate::ops::gather_rows::GatherRows;
use crate::ops::sampler::Sampler;
use crate::optim::Optimizer;
use crate::plan::{CompileOptions, Plan};

/// What a training step does besides the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    pub optimizer: Optimizer,
    /// Global gradient-norm clip; 0 is off.
    pub clip_norm: f32,
    /// Sequences of a micro-batch B.
    pub batch: usize,
    /// Micro-batches of an update, at least 1.
    pub accumulation: usize,
    /// What is minimised.
    pub loss: CrossEntropy,
}

impl Recipe {
    /// Sequences of an update.
    pub fn rows(&self) -> usize {
        self.batch * self.accumulation
    }
}

/// The shape of a batch's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// T
    pub time: usize,
    /// S, where there is a source.
    pub source: usize,
    /// Whether rows are pairs of segments, of which is told whether the second follows the first.
    pub has_pairs: bool,
}

impl Rows {
    /// Windows of a text as long as the model's context.
    pub fn windows(model: &ModelConfig) -> Self {
        let time = model.context as usize;
        Self {
            time,
            source: time,
            has_pairs: false,
        }
    }

    /// Those that an objective makes for a model.
    ///
    /// # Errors
    /// Settings out of range, a context that is too short.
    pub fn of(model: &ModelConfig, objective: &ObjectiveConfig) -> Result<Self, ObjectiveError> {
        let lengths = objective.lengths(model.context as usize)?;
        Ok(Self {
            time: lengths.context,
            source: lengths.source_context.unwrap_or(lengths.context),
            has_pairs: objective.objective == Objective::NextSentence,
        })
    }

    fn pass(self, purpose: Purpose, batch: usize) -> Pass {
        Pass {
            source: self.source,
            has_pairs: self.has_pairs,
            ..Pass::of(purpose, batch, self.time)
        }
    }
}

/// State that holds the mean of the micro-batches' gradients, laid out as the gradients.
pub const ACCUMULATED: &str = "accumulated";
/// The same of their losses (1).
const ACCUMULATED_LOSS: &str = "accumulated_loss";

/// Tokens decoded between two readings, rows of the history of log-probabilities.
pub const HISTORY: usize = 16;

/// Forward, backward, clip, update. Reads back the plain loss (1), and gradient norm with scale (2).
///
/// Where an update takes several micro-batches, this is the step of one: instead of clip and update, its gradients and its loss are
/// added to those of the others, and nothing is read back; [`update`] does the rest.
///
/// # Errors
/// A configuration whose shapes do not fit, or that leaves a parameter without gradient.
pub fn training(
    model: &ModelConfig,
    vocabulary: usize,
    rows: Rows,
    recipe: &Recipe,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let pass = Pass {
        loss: recipe.loss,
        ..rows.pass(Purpose::Train, recipe.batch)
    };
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    let parameter_gradients = crate::ops::differentiate(&mut graph, forward.loss)?;
    let readings = if recipe.accumulation > 1 {
        let gradients = graph.gradients();
        let op = Accumulate {
            share: 1.0 / recipe.accumulation as f32,
        };
        for (value, name) in [(gradients, ACCUMULATED), (forward.plain, ACCUMULATED_LOSS)] {
            let ty = graph.ty(value).clone();
            let state = graph.state(name, ty);
            graph.apply(op, &[value, state])?;
        }
        Vec::new()
    } else {
        let norm = recipe.optimizer.append(&mut graph, recipe.clip_norm)?;
        vec![forward.plain, norm]
    };
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings,
            parameter_gradients,
        },
    ))
}

/// The end of an update of several micro-batches, each of which was a run of `micro_step` ([`training`]): clip, update. Reads back
/// as [`training`] does, the loss being the mean over the micro-batches.
///
/// # Errors
/// None for a plan of [`training`].
pub fn update(micro_step: &Plan, recipe: &Recipe) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    for parameter in &micro_step.parameters {
        graph.parameter(&parameter.name, &parameter.shape, parameter.init);
    }
    let flat = TensorType::f32(&[graph.layout().len]);
    let gradients = graph.state(ACCUMULATED, flat);
    let loss = graph.state(ACCUMULATED_LOSS, TensorType::f32(&[1]));
    let norm = recipe
        .optimizer
        .append_from(&mut graph, gradients, recipe.clip_norm)?;
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![loss, norm],
            ..CompileOptions::default()
        },
    ))
}

/// Forward over a batch. Reads back the loss (1).
///
/// # Errors
/// As [`training`].
pub fn evaluation(
    model: &ModelConfig,
    vocabulary: usize,
    rows: Rows,
    batch: usize,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let pass = rows.pass(Purpose::Evaluate, batch);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![forward.plain],
            ..CompileOptions::default()
        },
    ))
}

/// A look at the size of what the layers hand on.
#[derive(Clone, Debug)]
pub struct Scales {
    /// Forward over a batch. Reads back two numbers a layer, the first of them the L2 norm of what it hands on.
    pub plan: Plan,
    /// Name of each layer, and how many numbers it hands on.
    pub layers: Vec<(String, usize)>,
}

impl Scales {
    /// (name, root mean square) of each layer, from a reading.
    pub fn of_reading(&self, reading: &[f32]) -> Vec<(String, f32)> {
        let norms = reading.iter().step_by(2);
        let of_layer = |((name, len), norm): (&(String, usize), &f32)| {
            (name.clone(), norm / (*len as f32).sqrt())
        };
        self.layers.iter().zip(norms).map(of_layer).collect()
    }
}

/// Root mean square of what each layer hands on, and of what the first reads: right after initialisation it should neither grow nor
/// vanish with depth (Glorot and Bengio 2010).
///
/// # Errors
/// As [`training`].
pub fn scales(
    model: &ModelConfig,
    vocabulary: usize,
    rows: Rows,
    batch: usize,
) -> Result<Scales, GraphError> {
    let mut graph = Graph::new();
    let pass = rows.pass(Purpose::Evaluate, batch);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    let measure = GradientNorm { max_norm: 0.0 };
    let mut readings = Vec::new();
    let mut layers = Vec::new();
    for (name, value) in forward.layers {
        layers.push((name, graph.ty(value).len()));
        readings.push(graph.apply(measure, &[value])?);
    }
    let options = CompileOptions {
        readings,
        ..CompileOptions::default()
    };
    Ok(Scales {
        plan: Plan::compile(&graph, &options),
        layers,
    })
}

/// A plan that reads one value back.
fn reading(graph: &Graph, value: ValueId) -> Plan {
    let options = CompileOptions {
        readings: vec![value],
        ..CompileOptions::default()
    };
    Plan::compile(graph, &options)
}

/// Forward over one sequence of the whole context. Reads back logits (1, T, V).
///
/// # Errors
/// As [`training`].
pub fn scoring(model: &ModelConfig, vocabulary: usize, rows: Rows) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let pass = rows.pass(Purpose::Evaluate, 1);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    Ok(reading(&graph, forward.logits))
}

/// Forward over a batch. Reads back the logits (B, V) at one place of each row, given by the input `places` (B).
///
/// # Errors
/// As [`training`].
pub fn asking(
    model: &ModelConfig,
    vocabulary: usize,
    rows: Rows,
    batch: usize,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let pass = rows.pass(Purpose::Evaluate, batch);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    let places = graph.input("places", TensorType::u32(&[batch]));
    let logits = graph.apply(GatherRows, &[forward.logits, places])?; // (B, V)
    Ok(reading(&graph, logits))
}

/// Forward over a batch. Reads back what the logits are made of (B, T, C).
///
/// # Errors
/// As [`training`].
pub fn representing(
    model: &ModelConfig,
    vocabulary: usize,
    rows: Rows,
    batch: usize,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let pass = rows.pass(Purpose::Evaluate, batch);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    Ok(reading(&graph, forward.last))
}

/// Forward over one sequence of `time` tokens. Reads back logits (1, T, V), then the attention (1, H, T, T) of each layer.
///
/// # Errors
/// As [`training`].
pub fn inspection(
    model: &ModelConfig,
    vocabulary: usize,
    rows: Rows,
    time: usize,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let pass = Rows { time, ..rows }.pass(Purpose::Inspect, 1);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    let mut readings = vec![forward.logits];
    readings.extend(forward.attention);
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings,
            ..CompileOptions::default()
        },
    ))
}

/// One token: decode, sample, move on. Reads back tokens (T), cursor (1) and the log-probabilities (HISTORY, V)
/// of the last positions.
///
/// # Errors
/// As [`training`].
pub fn decoding(model: &ModelConfig, vocabulary: usize) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let [logits, tokens, cursor] = model.decode(&mut graph, vocabulary)?;
    let history = graph.state("history", TensorType::f32(&[HISTORY, vocabulary]));
    let sampler = Sampler {
        capacity: model.context as usize,
        history: HISTORY,
    };
    graph.push(sampler, &[logits, tokens, cursor, history])?;
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![tokens, cursor, history],
            ..CompileOptions::default()
        },
    ))
}
