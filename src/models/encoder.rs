//! Encoder-only Transformer (BERT, Devlin et al. 2019): every token sees every other. Two heads: one gives back the tokens that
//! were masked, the other tells from the first token whether the second segment follows the first.
//!
//! Parameters: `wte`, `wpe`, `segments`, `ln_emb`, the blocks', `mlm.dense`, `mlm.ln`, `mlm.bias`, `pooler`, `nsp`.

use super::config::ModelConfig;
use super::transformer::Stack;
use super::{Forward, INPUTS, Losses, Pass, Purpose, SEGMENTS, embed, losses};
use crate::graph::{Graph, GraphError, Init, TensorType, ValueId};
use crate::nn::Linear;
use crate::ops::activation::Activation;
use crate::ops::add::Add;
use crate::ops::cross_entropy::PLAIN;
use crate::ops::gather_rows::GatherRows;
use crate::ops::matmul::Matmul;

/// See [`ModelConfig::forward`].
pub(super) fn forward(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    pass: &Pass,
) -> Result<Forward, GraphError> {
    let channels = config.channels as usize;
    let sizes = [pass.batch, pass.time];
    let wte = config.token_table(graph, vocabulary);
    let lengths = graph.input("lengths", TensorType::u32(&[pass.batch]));
    let mut stack = Stack::new(config, graph, Some(pass.purpose));
    stack.is_causal = false;
    stack.lengths = Some(lengths);
    let positions = stack.position_table(config.context as usize);
    let x = stack.embedded(INPUTS, wte, positions, sizes)?; // (B, T, C)
    let init = config.initialisation.of_embedding(config.initial_std);
    let table = stack.graph.parameter("segments", &[2, channels], init);
    let segments = embed(stack.graph, SEGMENTS, table, None, sizes)?;
    let x = stack.graph.apply(Add, &[x, segments])?;
    let x = stack.embedding_norm(x)?;
    let x = stack.dropout(x)?;
    let x = stack.blocks(x)?;
    let last = stack.last_norm(x)?;
    let dense = stack.linear([channels, channels], Some(Activation::GeluErf));
    let y = dense.apply(stack.graph, "mlm.dense", last, None)?;
    let y = stack.norm("mlm.ln", y)?;
    let (attention, layers) = (stack.attention, stack.layers);
    let bias = graph.parameter("mlm.bias", &[vocabulary], Init::Zeros);
    let product = Matmul {
        transpose_b: true,
        bias: true,
        ..Matmul::plain()
    };
    let logits = graph.apply(product, &[y, wte, bias])?; // (B, T, V)
    let mut made = losses(graph, logits, pass)?;
    if pass.has_pairs {
        let pairs = pair_losses(config, graph, last, pass)?;
        made.loss = graph.apply(Add, &[made.loss, pairs.loss])?;
        made.plain = graph.apply(Add, &[made.plain, pairs.plain])?;
    }
    Ok(Forward {
        logits,
        loss: made.loss,
        plain: made.plain,
        last,
        attention,
        cross: Vec::new(),
        layers,
    })
}

/// Cross-entropy of "does the second segment follow the first", from the first token.
fn pair_losses(
    config: &ModelConfig,
    graph: &mut Graph,
    x: ValueId,
    pass: &Pass,
) -> Result<Losses, GraphError> {
    let channels = config.channels as usize;
    let linear = |outputs: usize, activation: Option<Activation>| Linear {
        outputs,
        bias: true,
        init: config
            .initialisation
            .of_linear([channels, outputs], config.initial_std),
        activation,
        is_trained: pass.purpose == Purpose::Train,
    };
    let first = graph.zeros_u32("first", &[pass.batch]);
    let first = graph.apply(GatherRows, &[x, first])?; // (B, C)
    let pooled = linear(channels, Some(Activation::Tanh)).apply(graph, "pooler", first, None)?;
    let logits = linear(2, None).apply(graph, "nsp", pooled, None)?; // (B, 2)
    let pairs = graph.input("pairs", TensorType::u32(&[pass.batch]));
    let made = graph.push(pass.loss, &[logits, pairs])?;
    Ok(Losses {
        loss: made[0],
        plain: made[PLAIN],
    })
}
