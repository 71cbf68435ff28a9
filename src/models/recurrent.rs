//! Recurrent language models: RNN with tanh (Elman 1990), GRU (Cho et al. 2014), LSTM (Hochreiter and Schmidhuber 1997).
//!
//! `h_t = cell(x_t, h_{t−1})` layer over layer; logits from the last layer's h. The definitions are PyTorch's
//! (`ops/recurrence.rs`). A window starts with a state of zeros, or, with `carried_state`, with the state the one before it ended
//! in: truncated back-propagation through time. Dropout is between layers. While training, where a batch has more tokens than the
//! vocabulary, the first layer's projection is made of the token table and then looked up: the same numbers for less work.
//! Parameters: `wte`, `rnn.L.input`, `rnn.L.hidden`, `lm_head`.

use super::config::{Family, ModelConfig};
use super::{Forward, INPUTS, Losses, Pass, Purpose, embed, head, losses};
use crate::graph::{Graph, GraphError, TensorType, ValueId};
use crate::nn::recurrent::RecurrentLayer;
use crate::ops::carry::Carry;
use crate::ops::dropout::Dropout;
use crate::ops::embedding::EmbedAt;
use crate::ops::recurrence::Cell;

/// What the names of the states begin with that training carries from batch to batch, one a layer.
pub const CARRIED: &str = "carried.";

/// What the names of the states begin with that decoding hands on from token to token, one a layer.
pub const DECODING: &str = "decoding.";

/// See [`ModelConfig::forward`].
pub(super) fn forward(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    pass: &Pass,
) -> Result<Forward, GraphError> {
    let wte = config.token_table(graph, vocabulary);
    let sizes = [pass.batch, pass.time];
    let is_trained = pass.purpose == Purpose::Train;
    let is_table_projected = is_trained && vocabulary < pass.batch * pass.time;
    let mut x = wte;
    let mut layers = Vec::new();
    if !is_table_projected {
        x = embed(graph, INPUTS, wte, None, sizes)?; // (B, T, C)
        layers.push(("embedding".to_owned(), x));
    }
    let is_carried = config.carried_state && is_trained;
    for layer in 0..config.layers {
        if layer > 0 && is_trained && config.dropout > 0.0 {
            let op = Dropout {
                probability: config.dropout,
                stream: layer,
            };
            x = graph.apply(op, &[x])?;
        }
        let name = format!("rnn.{layer}");
        let cell = cell(config);
        let state = is_carried.then(|| {
            let shape = [pass.batch, cell.state_len()];
            graph.state(&format!("{CARRIED}{layer}"), TensorType::f32(&shape))
        });
        graph.scope.clone_from(&name);
        x = cell.project(graph, &name, x)?; // (B, T, G·H), or (V, G·H)
        if layer == 0 && is_table_projected {
            x = embed(graph, INPUTS, x, None, sizes)?;
        }
        let made = cell.recur(graph, &name, x, state, None)?;
        if let Some(state) = state {
            graph.push(Carry, &[made.last, state])?;
        }
        x = made.h;
        layers.push((name, x));
    }
    graph.scope.clear();
    let logits = head(config, graph, x, wte)?; // (B, T, V)
    let Losses { loss, plain } = losses(graph, logits, pass)?;
    Ok(Forward {
        loss,
        plain,
        logits,
        last: x,
        attention: Vec::new(),
        cross: Vec::new(),
        layers,
    })
}

/// One token, every layer's state handed on: logits (1, V).
pub(super) fn decode(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    tokens: ValueId,
    cursor: ValueId,
) -> Result<ValueId, GraphError> {
    let wte = config.token_table(graph, vocabulary);
    let embed = EmbedAt { positions: false };
    let mut x = graph.apply(embed, &[tokens, cursor, wte])?; // (1, C)
    for layer in 0..config.layers {
        let cell = cell(config);
        let shape = TensorType::f32(&[1, cell.state_len()]);
        let state = graph.state(&format!("{DECODING}{layer}"), shape);
        let made = cell.apply(graph, &format!("rnn.{layer}"), x, Some(state), None)?;
        graph.push(Carry, &[made.last, state])?;
        x = made.h;
    }
    head(config, graph, x, wte)
}

fn cell(config: &ModelConfig) -> RecurrentLayer {
    RecurrentLayer {
        cell: match config.family {
            Family::Gru => Cell::Gru,
            Family::Lstm => Cell::Lstm,
            _ => Cell::Tanh,
        },
        hidden: config.channels as usize,
        is_reversed: false,
        forget_bias: config.forget_bias,
        initialisation: config.initialisation,
        std: config.initial_std,
    }
}
