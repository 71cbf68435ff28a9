//! Model families: one short file each, read top to bottom.
//!
//! | file | family |
//! |---|---|
//! | [`ngram`] | counts of the last few tokens |
//! | `feed_forward` | Bengio's network over a window |
//! | `recurrent` | RNN, GRU, LSTM |
//! | `seq2seq` | LSTM encoder and decoder with additive attention |
//! | `transformer` | the blocks of the three below |
//! | `decoder`, `encoder`, `encoder_decoder` | GPT-2; BERT; the original Transformer, BART, T5 |

pub mod config;
mod decoder;
mod encoder;
mod encoder_decoder;
mod feed_forward;
pub mod ngram;
mod recurrent;
mod seq2seq;
mod transformer;

use crate::graph::{Graph, GraphError, TensorType, ValueId};
use crate::ops::cross_entropy::{CrossEntropy, PLAIN};
use crate::ops::embedding::Embedding;

pub use config::{
    AttentionPattern, Family, Initialisation, LARGEST_HEAD, MlpKind, ModelConfig, NormKind,
    NormPlacement, Positions, Smoothing,
};
pub use recurrent::{CARRIED, DECODING};
pub use transformer::SINUSOIDAL;

/// What a forward pass is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// With dropout, and with what the backward pass needs.
    Train,
    /// Neither.
    Evaluate,
    /// As evaluate, and keeps every attention matrix.
    Inspect,
}

/// Sizes and purpose of a forward pass over whole sequences.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    pub purpose: Purpose,
    /// B
    pub batch: usize,
    /// T, at most the context.
    pub time: usize,
    /// S, tokens of the encoder of families that read a source.
    pub source: usize,
    /// Whether an encoder also tells if two segments follow one another (input `pairs`).
    pub has_pairs: bool,
    pub loss: CrossEntropy,
}

impl Pass {
    /// `batch` sequences of `time` tokens; a source of as many where there is one.
    pub fn of(purpose: Purpose, batch: usize, time: usize) -> Self {
        Self {
            purpose,
            batch,
            time,
            source: time,
            has_pairs: false,
            loss: CrossEntropy::default(),
        }
    }
}

/// Values of a forward pass over whole sequences.
#[derive(Clone, Debug)]
pub struct Forward {
    /// (B, T, V)
    pub logits: ValueId,
    /// What is minimised (1).
    pub loss: ValueId,
    /// Mean cross-entropy, nats per predicted token (1), whatever is minimised; with pairs that of the pairs is added.
    pub plain: ValueId,
    /// What the logits are made of (B, T, C).
    pub last: ValueId,
    /// Self-attention, (B, H, T, T) a layer; only for [`Purpose::Inspect`]. Of an encoder–decoder that of the decoder.
    pub attention: Vec<ValueId>,
    /// Attention to the source, (B, H, T, S) a layer, or (B, T, S); only for [`Purpose::Inspect`].
    pub cross: Vec<ValueId>,
    /// (name, value) of what the first layer reads and of what each layer hands on.
    pub layers: Vec<(String, ValueId)>,
}

impl ModelConfig {
    /// A pass over whole sequences. Host inputs: `inputs` (B, T), `targets` (B·T), and `order`, `starts` of
    /// [`crate::ops::embedding::token_order`]; of an encoder also `lengths` (B), `segments` (B, T) with `segment_order` and
    /// `segment_starts`, and `pairs` (B); of families with a source `source` (B, S), `source_lengths` (B), `source_order`,
    /// `source_starts`.
    ///
    /// # Errors
    /// A configuration whose shapes do not fit, naming op and shapes.
    ///
    /// # Panics
    /// For n-grams, which are no graph.
    pub fn forward(
        &self,
        graph: &mut Graph,
        vocabulary: usize,
        pass: &Pass,
    ) -> Result<Forward, GraphError> {
        match self.family {
            Family::Decoder => decoder::forward(self, graph, vocabulary, pass),
            _ => forward_of_another(self, graph, vocabulary, pass),
        }
    }

    /// One token of a family that predicts the next: the token `tokens[cursor]` at position `cursor`. States: `tokens`
    /// (capacity T), `cursor` (1), and what the family remembers. Gives logits (1, V), `tokens`, `cursor`.
    ///
    /// # Errors
    /// As [`ModelConfig::forward`].
    ///
    /// # Panics
    /// For families that do not predict the next token, and for n-grams.
    pub fn decode(&self, graph: &mut Graph, vocabulary: usize) -> Result<[ValueId; 3], GraphError> {
        let tokens = graph.state("tokens", TensorType::u32(&[self.context as usize]));
        let cursor = graph.state("cursor", TensorType::u32(&[1]));
        let logits = match self.family {
            Family::Decoder => decoder::decode(self, graph, vocabulary, tokens, cursor)?,
            _ => decode_of_another(self, graph, vocabulary, tokens, cursor)?,
        };
        Ok([logits, tokens, cursor])
    }

    /// Token table (V, C).
    fn token_table(&self, graph: &mut Graph, vocabulary: usize) -> ValueId {
        let channels = self.channels as usize;
        let init = match self.family {
            Family::FeedForward | Family::Rnn | Family::Gru | Family::Lstm | Family::Seq2Seq => {
                let initialisation = self.initialisation;
                initialisation.of_shared_embedding(channels, self.initial_std)
            }
            _ => self.initialisation.of_embedding(self.initial_std),
        };
        graph.parameter("wte", &[vocabulary, channels], init)
    }
}

/// [`ModelConfig::forward`] of a family that a first visit does not show: it comes with the second part of the page
/// (`xtask/src/reach.rs`).
#[inline(never)]
fn forward_of_another(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    pass: &Pass,
) -> Result<Forward, GraphError> {
    match config.family {
        Family::Decoder => unreachable!("a first visit shows it"),
        Family::Encoder => encoder::forward(config, graph, vocabulary, pass),
        Family::EncoderDecoder => encoder_decoder::forward(config, graph, vocabulary, pass),
        Family::FeedForward => feed_forward::forward(config, graph, vocabulary, pass),
        Family::Rnn | Family::Gru | Family::Lstm => {
            recurrent::forward(config, graph, vocabulary, pass)
        }
        Family::Seq2Seq => seq2seq::forward(config, graph, vocabulary, pass),
        Family::Ngram => unreachable!("n-grams are counted, not trained"),
    }
}

/// The same of [`ModelConfig::decode`].
#[inline(never)]
fn decode_of_another(
    config: &ModelConfig,
    graph: &mut Graph,
    vocabulary: usize,
    tokens: ValueId,
    cursor: ValueId,
) -> Result<ValueId, GraphError> {
    match config.family {
        Family::FeedForward => feed_forward::decode(config, graph, vocabulary, tokens, cursor),
        Family::Rnn | Family::Gru | Family::Lstm => {
            recurrent::decode(config, graph, vocabulary, tokens, cursor)
        }
        _ => unreachable!("only a neural family that predicts the next token is decoded"),
    }
}

/// Names of the inputs of one embedding: ids, and their order for the gradient.
#[derive(Clone, Copy)]
struct Ids {
    ids: &'static str,
    order: &'static str,
    starts: &'static str,
}

const INPUTS: Ids = Ids {
    ids: "inputs",
    order: "order",
    starts: "starts",
};

const SOURCE: Ids = Ids {
    ids: "source",
    order: "source_order",
    starts: "source_starts",
};

const SEGMENTS: Ids = Ids {
    ids: "segments",
    order: "segment_order",
    starts: "segment_starts",
};

/// Ids (B, T) from the host through a table (V, C), and positions' where there is one: (B, T, C).
fn embed(
    graph: &mut Graph,
    names: Ids,
    table: ValueId,
    positions: Option<ValueId>,
    [batch, time]: [usize; 2],
) -> Result<ValueId, GraphError> {
    let rows = graph.ty(table).shape[0];
    let ids = graph.input(names.ids, TensorType::u32(&[batch, time]));
    let order = graph.input(names.order, TensorType::u32(&[batch * time]));
    let starts = graph.input(names.starts, TensorType::u32(&[rows + 1]));
    let mut inputs = vec![ids, table];
    inputs.extend(positions);
    inputs.extend([order, starts]);
    let op = Embedding {
        positions: positions.is_some(),
    };
    graph.apply(op, &inputs)
}

/// Logits by the token table (V, C), or by a table of their own where the head is not tied.
fn head(
    config: &ModelConfig,
    graph: &mut Graph,
    x: ValueId,
    wte: ValueId,
) -> Result<ValueId, GraphError> {
    use crate::ops::matmul::Matmul;
    let shape = graph.ty(wte).shape.clone();
    let weight = if config.tied_head {
        wte
    } else {
        let sizes = [shape[1], shape[0]];
        let init = config.initialisation.of_linear(sizes, config.initial_std);
        graph.parameter("lm_head.weight", &shape, init)
    };
    let product = Matmul {
        transpose_b: true,
        ..Matmul::plain()
    };
    graph.apply(product, &[x, weight])
}

/// What is minimised (1), and the plain cross-entropy (1).
#[derive(Clone, Copy)]
struct Losses {
    loss: ValueId,
    plain: ValueId,
}

/// Of logits with the host's targets (B·T).
fn losses(graph: &mut Graph, logits: ValueId, pass: &Pass) -> Result<Losses, GraphError> {
    graph.set_name(logits, "logits");
    let targets = graph.input("targets", TensorType::u32(&[pass.batch * pass.time]));
    let made = graph.push(pass.loss, &[logits, targets])?;
    Ok(Losses {
        loss: made[0],
        plain: made[PLAIN],
    })
}
