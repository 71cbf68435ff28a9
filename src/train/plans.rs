//! The plans of a GPT: one step of training, one batch of evaluation, one decoded token, one look inside.

use crate::graph::{Graph, GraphError, TensorType};
use crate::models::{ModelConfig, Pass, Purpose};
use crate::ops::sampler::Sampler;
use crate::optim::Optimizer;
use crate::plan::{CompileOptions, Plan};

/// What a training step does besides the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    pub optimizer: Optimizer,
    /// Global gradient-norm clip; 0 is off.
    pub clip_norm: f32,
    /// Sequences per step B.
    pub batch: usize,
}

/// Tokens decoded between two readings, rows of the history of log-probabilities.
pub const HISTORY: usize = 16;

/// Forward, backward, clip, update. Reads back loss (1) and gradient norm with scale (2).
///
/// # Errors
/// A configuration whose shapes do not fit, or that leaves a parameter without gradient.
pub fn training(
    model: &ModelConfig,
    vocabulary: usize,
    recipe: &Recipe,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let context = model.context as usize;
    let pass = Pass::of(Purpose::Train, recipe.batch, context);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    let parameter_gradients = crate::ops::differentiate(&mut graph, forward.loss)?;
    let norm = recipe.optimizer.append(&mut graph, recipe.clip_norm)?;
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![forward.loss, norm],
            parameter_gradients,
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
    batch: usize,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let context = model.context as usize;
    let forward = model.forward(
        &mut graph,
        vocabulary,
        &Pass::of(Purpose::Evaluate, batch, context),
    )?;
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![forward.loss],
            ..CompileOptions::default()
        },
    ))
}

/// Forward over one sequence of the whole context. Reads back logits (1, T, V).
///
/// # Errors
/// As [`training`].
pub fn scoring(model: &ModelConfig, vocabulary: usize) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let context = model.context as usize;
    let forward = model.forward(
        &mut graph,
        vocabulary,
        &Pass::of(Purpose::Evaluate, 1, context),
    )?;
    Ok(Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![forward.logits],
            ..CompileOptions::default()
        },
    ))
}

/// Forward over one sequence of `time` tokens. Reads back logits (1, T, V), then the attention (1, H, T, T) of each layer.
///
/// # Errors
/// As [`training`].
pub fn inspection(model: &ModelConfig, vocabulary: usize, time: usize) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let forward = model.forward(&mut graph, vocabulary, &Pass::of(Purpose::Inspect, 1, time))?;
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
