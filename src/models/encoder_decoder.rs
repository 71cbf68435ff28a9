//! Transformer with encoder and decoder (Vaswani et al. 2017): the decoder sees its own past and, across, the whole source.
//!
//! BART (Lewis et al. 2020) is the same with learned positions and a norm of the embeddings; T5 (Raffel et al. 2020) has norms
//! first, no biases, and relative positions in the scores. Unlike T5's, scores here are always divided by √D. Parameters: `wte`,
//! shared by both sides and the head; then those of `encoder.` and of `decoder.`.

use super::config::ModelConfig;
use super::transformer::{Memory, Stack, encode};
use super::{Forward, INPUTS, Losses, Pass, SOURCE, losses};
use crate::graph::{Graph, GraphError, TensorType};
use crate::ops::matmul::Matmul;

/// See [`ModelConfig::forward`].
pub(super) fn forward(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    pass: &Pass,
) -> Result<Forward, GraphError> {
    let wte = config.token_table(graph, vocabulary);
    let lengths = graph.input("source_lengths", TensorType::u32(&[pass.batch]));
    let mut encoder = Stack::new(config, graph, Some(pass.purpose));
    encoder.prefix = "encoder.";
    encoder.is_causal = false;
    encoder.lengths = Some(lengths);
    let values = encode(&mut encoder, SOURCE, wte, pass)?; // (B, S, C)
    let (dropouts, mut layers) = (encoder.dropouts, encoder.layers);

    let mut decoder = Stack::new(config, graph, Some(pass.purpose));
    decoder.prefix = "decoder.";
    decoder.memory = Some(Memory { values, lengths });
    decoder.dropouts = dropouts;
    let positions = decoder.position_table(pass.time);
    let x = decoder.embedded(INPUTS, wte, positions, [pass.batch, pass.time])?; // (B, T, C)
    let x = decoder.embedding_norm(x)?;
    let x = decoder.dropout(x)?;
    let x = decoder.blocks(x)?;
    let last = decoder.last_norm(x)?;
    layers.append(&mut decoder.layers);
    let (attention, cross) = (decoder.attention, decoder.cross);
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
        attention,
        cross,
        layers,
    })
}
