//! Decoder-only Transformer (GPT-2 shaped, Radford et al. 2019). Parameters: `wte`, `wpe`, the blocks', `ln_f`, `lm_head`.

use super::config::ModelConfig;
use super::transformer::Stack;
use super::{Forward, INPUTS, Losses, Pass, head, losses};
use crate::graph::{Graph, GraphError, ValueId};
use crate::ops::embedding::EmbedAt;
use crate::ops::soft_cap::SoftCap;

/// See [`ModelConfig::forward`].
pub(super) fn forward(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    pass: &Pass,
) -> Result<Forward, GraphError> {
    let wte = config.token_table(graph, vocabulary);
    let mut stack = Stack::new(config, graph, Some(pass.purpose));
    let positions = stack.position_table(config.context as usize);
    let x = stack.embedded(INPUTS, wte, positions, [pass.batch, pass.time])?; // (B, T, C)
    let x = stack.dropout(x)?;
    let x = stack.blocks(x)?;
    let last = stack.last_norm(x)?;
    let (attention, layers) = (stack.attention, stack.layers);
    let logits = capped_head(config, graph, last, wte)?; // (B, T, V)
    let Losses { loss, plain } = losses(graph, logits, pass)?;
    Ok(Forward {
        loss,
        plain,
        logits,
        last,
        attention,
        cross: Vec::new(),
        layers,
    })
}

/// One token with a key–value cache in every layer: logits (1, V).
pub(super) fn decode(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    tokens: ValueId,
    cursor: ValueId,
) -> Result<ValueId, GraphError> {
    let wte = config.token_table(graph, vocabulary);
    let mut stack = Stack::new(config, graph, None);
    stack.cursor = Some(cursor);
    let positions = stack.position_table(config.context as usize);
    let mut inputs = vec![tokens, cursor, wte];
    inputs.extend(positions);
    let embed = EmbedAt {
        positions: positions.is_some(),
    };
    let x = stack.graph.apply(embed, &inputs)?; // (1, C)
    let x = stack.blocks(x)?;
    let last = stack.last_norm(x)?;
    capped_head(config, graph, last, wte)
}

fn capped_head(
    config: &ModelConfig,
    graph: &mut Graph,
    x: ValueId,
    wte: ValueId,
) -> Result<ValueId, GraphError> {
    let logits = head(config, graph, x, wte)?;
    if config.logit_cap > 0.0 {
        let cap = config.logit_cap;
        return graph.apply(SoftCap { cap }, &[logits]);
    }
    Ok(logits)
}
