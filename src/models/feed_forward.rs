//! Feed-forward neural language model (Bengio et al. 2003): the last n tokens' vectors side by side, one hidden layer, a softmax.
//!
//! ```text
//! x = [C(w_{t−n+1}) … C(w_t)]        logits = b + x·W + tanh(x·H + d)·U        W only with direct connections
//! ```
//!
//! Before the first token stand zeros. Parameters: `wte` (V, M), `hidden` (n·M, F), `output` (F, V), `direct` (n·M, V).

use super::config::ModelConfig;
use super::{Forward, INPUTS, Losses, Pass, Purpose, embed, losses};
use crate::graph::{Graph, GraphError, ValueId};
use crate::nn::Linear;
use crate::ops::activation::Activation;
use crate::ops::embed_window::EmbedWindow;
use crate::ops::unfold::Unfold;

/// See [`ModelConfig::forward`].
pub(super) fn forward(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    pass: &Pass,
) -> Result<Forward, GraphError> {
    let wte = config.token_table(graph, vocabulary);
    let x = embed(graph, INPUTS, wte, None, [pass.batch, pass.time])?; // (B, T, M)
    let window = config.window as usize;
    let x = graph.apply(Unfold { window }, &[x])?; // (B, T, n·M)
    let is_trained = pass.purpose == Purpose::Train;
    let [hidden, logits] = layers(config, graph, vocabulary, x, is_trained)?;
    let Losses { loss, plain } = losses(graph, logits, pass)?;
    Ok(Forward {
        loss,
        plain,
        logits,
        last: hidden,
        attention: Vec::new(),
        cross: Vec::new(),
        layers: vec![("hidden".to_owned(), hidden)],
    })
}

/// One token after those before it: logits (1, V).
pub(super) fn decode(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    tokens: ValueId,
    cursor: ValueId,
) -> Result<ValueId, GraphError> {
    let wte = config.token_table(graph, vocabulary);
    let window = config.window as usize;
    let x = graph.apply(EmbedWindow { window }, &[tokens, cursor, wte])?; // (1, n·M)
    let [_, logits] = layers(config, graph, vocabulary, x, false)?;
    Ok(logits)
}

/// Hidden layer (…, F) and logits (…, V) of windows (…, n·M).
fn layers(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    x: ValueId,
    is_trained: bool,
) -> Result<[ValueId; 2], GraphError> {
    let linear = |inputs: usize, outputs: usize, bias, activation| Linear {
        outputs,
        bias,
        init: config.initialisation.of_uniform(
            [inputs, outputs],
            config.initial_std,
            1.0 / (inputs.max(1) as f32).sqrt(),
        ),
        activation,
        is_trained,
    };
    let (inputs, units) = (graph.ty(x).last(), config.hidden_units as usize);
    let hidden = linear(inputs, units, true, Some(Activation::Tanh));
    let hidden = hidden.apply(graph, "hidden", x, None)?;
    let direct = if config.direct {
        let direct = linear(inputs, vocabulary, false, None);
        Some(direct.apply(graph, "direct", x, None)?)
    } else {
        None
    };
    let output = linear(units, vocabulary, true, None);
    let logits = output.apply(graph, "output", hidden, direct)?;
    Ok([hidden, logits])
}
