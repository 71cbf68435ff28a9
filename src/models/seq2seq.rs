//! LSTM encoder and decoder with additive attention (Bahdanau et al. 2015).
//!
//! ```text
//! encoder   h = [forward(source) ; backward(source)], one bidirectional layer of C/2 units each way
//! decoder   s_0 = tanh(bridge(backward state at the first source token)), s_t = lstm(w_t, s_{t−1})
//! attention c_t = Σ_j softmax_j(v · tanh(Q s_t + K h_j)) h_j
//! output    logits = tanh(W s_t + W' c_t + b) · wteᵀ
//! ```
//!
//! In the paper the context enters the recurrence, so that step t waits for attention at t − 1; here it is joined after the
//! recurrence, as Luong et al. 2015 do, and the recurrence stays one launch. Parameters: `wte`, `encoder.0.forward`,
//! `encoder.0.backward`, `bridge`, `decoder.0`, `attn.query`, `attn.key`, `attn.score`, `combine`, `combine_context`.

use super::config::ModelConfig;
use super::{Forward, INPUTS, Losses, Pass, Purpose, SOURCE, embed, losses};
use crate::graph::{Graph, GraphError, TensorType, ValueId};
use crate::nn::Linear;
use crate::nn::recurrent::RecurrentLayer;
use crate::ops::activation::{Activate, Activation};
use crate::ops::additive_attention::AdditiveAttention;
use crate::ops::concat::{Concat, Split};
use crate::ops::matmul::Matmul;
use crate::ops::recurrence::Cell;

/// See [`ModelConfig::forward`].
pub(super) fn forward(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    pass: &Pass,
) -> Result<Forward, GraphError> {
    let channels = config.channels as usize;
    let linear = |inputs: usize, bias, activation| Linear {
        outputs: channels,
        bias,
        init: config.initialisation.of_uniform(
            [inputs, channels],
            config.initial_std,
            1.0 / (inputs.max(1) as f32).sqrt(),
        ),
        activation,
        is_trained: pass.purpose == Purpose::Train,
    };
    let wte = config.token_table(graph, vocabulary);
    let lengths = graph.input("source_lengths", TensorType::u32(&[pass.batch]));
    let source = embed(graph, SOURCE, wte, None, [pass.batch, pass.source])?; // (B, S, C)
    let (values, first) = encode(config, graph, source, lengths)?; // (B, S, C), (B, C/2)

    let bridge = linear(channels / 2, true, Some(Activation::Tanh));
    let h = bridge.apply(graph, "bridge", first, None)?; // (B, C)
    let c = graph.constant("zero memory", &[pass.batch, channels], 0.0);
    let state = graph.apply(Concat, &[h, c])?; // (B, 2C)
    let x = embed(graph, INPUTS, wte, None, [pass.batch, pass.time])?; // (B, T, C)
    let decoder = lstm(config, channels, false);
    let s = decoder.apply(graph, "decoder.0", x, Some(state), None)?.h; // (B, T, C)

    let query = linear(channels, false, None).apply(graph, "attn.query", s, None)?;
    let key = linear(channels, false, None).apply(graph, "attn.key", values, None)?;
    let bound = 1.0 / (channels as f32).sqrt();
    let init = config
        .initialisation
        .of_uniform([channels, 1], config.initial_std, bound);
    let score = graph.parameter("attn.score", &[channels], init);
    let seen = graph.push(AdditiveAttention, &[query, key, score, values, lengths])?;
    let context = linear(channels, false, None);
    let context = context.apply(graph, "combine_context", seen[0], None)?;
    let joined = linear(channels, true, None).apply(graph, "combine", s, Some(context))?;
    let last = graph.apply(Activate(Activation::Tanh), &[joined])?; // (B, T, C)
    let product = Matmul {
        transpose_b: true,
        ..Matmul::plain()
    };
    let logits = graph.apply(product, &[last, wte])?; // (B, T, V)
    let Losses { loss, plain } = losses(graph, logits, pass)?;
    Ok(Forward {
        loss,
        plain,
        logits,
        last,
        attention: Vec::new(),
        cross: match pass.purpose {
            Purpose::Inspect => vec![seen[1]], // (B, T, S)
            Purpose::Train | Purpose::Evaluate => Vec::new(),
        },
        layers: vec![
            ("encoder.0".to_owned(), values),
            ("decoder.0".to_owned(), s),
        ],
    })
}

/// Both directions side by side, and the backward state at the first token.
fn encode(
    config: &ModelConfig,
    graph: &mut Graph,
    x: ValueId,
    lengths: ValueId,
) -> Result<(ValueId, ValueId), GraphError> {
    let half = config.channels as usize / 2;
    let forward = lstm(config, half, false);
    let forward = forward.apply(graph, "encoder.0.forward", x, None, Some(lengths))?;
    let backward = lstm(config, half, true);
    let backward = backward.apply(graph, "encoder.0.backward", x, None, Some(lengths))?;
    let values = graph.apply(Concat, &[forward.h, backward.h])?;
    let first = graph.apply(Split { at: half }, &[backward.last])?;
    Ok((values, first))
}

fn lstm(config: &ModelConfig, hidden: usize, is_reversed: bool) -> RecurrentLayer {
    RecurrentLayer {
        cell: Cell::Lstm,
        hidden,
        is_reversed,
        forget_bias: config.forget_bias,
        initialisation: config.initialisation,
        std: config.initial_std,
    }
}
