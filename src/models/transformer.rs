//! Transformer blocks (Vaswani et al. 2017), with every part a switch: those of a decoder, of an encoder, and of a decoder that
//! attends to an encoder.
//!
//! A block is `x + attention(norm(x))`, then `x + cross(norm(x), memory)` where there is a memory, then `x + mlp(norm(x))`; in
//! parallel (GPT-J, Wang and Komatsuzaki 2021) `x + attention(norm(x)) + mlp(norm(x))` with one norm. Parameters are named as
//! GPT-2's, after the stack's prefix: `h.L.ln_1`, `h.L.attn.c_attn`, `h.L.attn.c_proj`, `h.L.cross.*`, `h.L.ln_2`,
//! `h.L.mlp.c_fc`, `h.L.mlp.c_proj`; linear weights are (in, out). Dropout is on the embedding and on what each part adds;
//! attention weights are not dropped.

use super::config::{AttentionPattern, MlpKind, ModelConfig, NormKind, NormPlacement, Positions};
use super::{Ids, Pass, Purpose, embed};
use crate::graph::{Graph, GraphError, Init, TensorType, ValueId};
use crate::nn::initialisation::Initialisation;
use crate::nn::{self, Linear};
use crate::ops::activation::Activation;
use crate::ops::add::Add;
use crate::ops::attention::{Attention, Bias, Mask, RelativeBias};
use crate::ops::attention_decode::AttentionDecode;
use crate::ops::attention_weights::AttentionWeights;
use crate::ops::dropout::Dropout;
use crate::ops::gated::SwiGlu;
use crate::ops::qk_norm::QkNorm;
use crate::ops::rotary::Rotary;

/// Name of the state that holds the sinusoidal table (T, C), which the host writes.
pub const SINUSOIDAL: &str = "sinusoidal";

/// T5's buckets of distances, and the distance from which all are in the last one.
const BUCKETS: usize = 32;
const LONGEST_DISTANCE: usize = 128;

/// What a decoder's queries attend to across: an encoder's output (B, S, C) and its lengths (B).
#[derive(Clone, Copy)]
pub(super) struct Memory {
    pub values: ValueId,
    pub lengths: ValueId,
}

/// A stack of blocks, wired for whole sequences (`purpose`) or for one token at `cursor`.
pub(super) struct Stack<'a> {
    pub config: &'a ModelConfig,
    pub graph: &'a mut Graph,
    /// Before the names of its parameters: nothing, `encoder.` or `decoder.`.
    pub prefix: &'static str,
    pub purpose: Option<Purpose>,
    pub cursor: Option<ValueId>,
    pub is_causal: bool,
    /// Real tokens of each sequence (B).
    pub lengths: Option<ValueId>,
    pub memory: Option<Memory>,
    /// Streams of dropout used so far.
    pub dropouts: u32,
    pub attention: Vec<ValueId>,
    pub cross: Vec<ValueId>,
    pub layers: Vec<(String, ValueId)>,
}

impl<'a> Stack<'a> {
    /// Causal blocks over whole sequences.
    pub fn new(config: &'a ModelConfig, graph: &'a mut Graph, purpose: Option<Purpose>) -> Self {
        Self {
            config,
            graph,
            prefix: "",
            purpose,
            cursor: None,
            is_causal: true,
            lengths: None,
            memory: None,
            dropouts: 0,
            attention: Vec::new(),
            cross: Vec::new(),
            layers: Vec::new(),
        }
    }

    /// Table of positions (rows, C), where they are added to the embedding.
    pub fn position_table(&mut self, rows: usize) -> Option<ValueId> {
        let config = self.config;
        let channels = config.channels as usize;
        match config.positions {
            Positions::Learned => {
                let init = config.initialisation.of_embedding(config.initial_std);
                let name = format!("{}wpe", self.prefix);
                Some(self.graph.parameter(&name, &[rows, channels], init))
            }
            Positions::Sinusoidal => {
                let shape = [config.context as usize, channels];
                Some(self.graph.state(SINUSOIDAL, TensorType::f32(&shape)))
            }
            Positions::Rotary | Positions::Alibi | Positions::Relative | Positions::None => None,
        }
    }

    /// Ids from the host, embedded; with BERT's norm where blocks have theirs at the end and positions are learned.
    pub fn embedded(
        &mut self,
        names: Ids,
        table: ValueId,
        positions: Option<ValueId>,
        sizes: [usize; 2],
    ) -> Result<ValueId, GraphError> {
        embed(self.graph, names, table, positions, sizes)
    }

    /// BERT's and BART's norm of the embedding: blocks have theirs at the end, and positions are learned.
    pub fn embedding_norm(&mut self, x: ValueId) -> Result<ValueId, GraphError> {
        let config = self.config;
        let is_there =
            config.norm_placement == NormPlacement::Post && config.positions == Positions::Learned;
        if is_there {
            self.norm("ln_emb", x)
        } else {
            Ok(x)
        }
    }

    /// The norm after the last block, where blocks have theirs at the beginning.
    pub fn last_norm(&mut self, x: ValueId) -> Result<ValueId, GraphError> {
        match self.config.norm_placement {
            NormPlacement::Pre => self.norm("ln_f", x),
            NormPlacement::Post | NormPlacement::None => Ok(x),
        }
    }

    pub fn norm(&mut self, name: &str, x: ValueId) -> Result<ValueId, GraphError> {
        let name = format!("{}{name}", self.prefix);
        match self.config.norm {
            NormKind::LayerNorm => nn::layer_norm(self.graph, &name, x, self.config.bias),
            NormKind::RmsNorm => nn::rms_norm(self.graph, &name, x),
        }
    }

    pub fn blocks(&mut self, mut x: ValueId) -> Result<ValueId, GraphError> {
        let config = self.config;
        self.layers.push((format!("{}embedding", self.prefix), x));
        for layer in 0..config.layers {
            let block = format!("{}h.{layer}", self.prefix);
            if config.is_parallel() {
                x = self.parallel(x, layer)?;
            } else {
                if config.attention {
                    self.graph.scope = format!("{block}.attn");
                    x = self.part(x, &format!("h.{layer}.ln_1"), |stack, h, added| {
                        stack.attend(layer, h, added)
                    })?;
                }
                if let Some(memory) = self.memory {
                    self.graph.scope = format!("{block}.cross");
                    x = self.part(x, &format!("h.{layer}.ln_cross"), |stack, h, added| {
                        stack.attend_across(layer, h, memory, added)
                    })?;
                }
                if config.mlp {
                    self.graph.scope = format!("{block}.mlp");
                    x = self.part(x, &format!("h.{layer}.ln_2"), |stack, h, added| {
                        stack.mlp(layer, h, added)
                    })?;
                }
            }
            self.layers.push((block, x));
        }
        self.graph.scope.clear();
        Ok(x)
    }

    /// `x + f(norm(x))`, or as placement and residual say. `f` adds its last argument in the launch that ends it.
    fn part(
        &mut self,
        x: ValueId,
        norm: &str,
        f: impl Fn(&mut Self, ValueId, Option<ValueId>) -> Result<ValueId, GraphError>,
    ) -> Result<ValueId, GraphError> {
        let config = self.config;
        let h = match config.norm_placement {
            NormPlacement::Pre => self.norm(norm, x)?,
            NormPlacement::Post | NormPlacement::None => x,
        };
        let residual = config.residual.then_some(x);
        let y = if self.drops() {
            let y = f(self, h, None)?;
            let y = self.dropout(y)?;
            match residual {
                Some(x) => self.graph.apply(Add, &[y, x])?,
                None => y,
            }
        } else {
            f(self, h, residual)?
        };
        match config.norm_placement {
            NormPlacement::Post => self.norm(norm, y),
            NormPlacement::Pre | NormPlacement::None => Ok(y),
        }
    }

    /// Attention and MLP of the same norm, both added to x.
    fn parallel(&mut self, x: ValueId, layer: u32) -> Result<ValueId, GraphError> {
        self.graph.scope = format!("{}h.{layer}", self.prefix);
        self.part(x, &format!("h.{layer}.ln_1"), |stack, h, added| {
            let y = stack.attend(layer, h, added)?;
            stack.mlp(layer, h, Some(y))
        })
    }

    fn attend(
        &mut self,
        layer: u32,
        h: ValueId,
        added: Option<ValueId>,
    ) -> Result<ValueId, GraphError> {
        let config = self.config;
        let channels = config.channels as usize;
        let (heads, kv_heads) = (config.heads as usize, config.key_heads() as usize);
        let name = format!("{}h.{layer}.attn", self.prefix);
        let c_attn = self.linear([channels, config.packed_columns()], None);
        let mut qkv = c_attn.apply(self.graph, &format!("{name}.c_attn"), h, None)?; // (B, T, C + 2KD)
        if config.has_qk_norm() {
            let size = [channels / heads];
            let mut gain = |which: &str| {
                let name = format!("{name}.{which}.weight");
                self.graph.parameter(&name, &size, Init::Ones)
            };
            let inputs = [qkv, gain("q_norm"), gain("k_norm")];
            qkv = self.graph.apply(QkNorm { heads, kv_heads }, &inputs)?;
        }
        if config.positions == Positions::Rotary {
            let mut inputs = vec![qkv];
            inputs.extend(self.cursor);
            qkv = self.graph.apply(Rotary::new(heads, kv_heads), &inputs)?;
        }
        let op = self.attention_op(layer);
        let table = match op.bias {
            Bias::Relative(_) => {
                let init = config.initialisation.of_embedding(config.initial_std);
                let name = format!("{}relative", self.prefix);
                Some(self.graph.parameter(&name, &[BUCKETS, heads], init))
            }
            Bias::None | Bias::Alibi => None,
        };
        let o = if let Some(cursor) = self.cursor {
            self.attend_cached(&name, op, qkv, cursor, table)?
        } else {
            let mut inputs = vec![qkv];
            inputs.extend(self.lengths);
            inputs.extend(table);
            let outputs = self.graph.push(op, &inputs)?;
            if self.purpose == Some(Purpose::Inspect) {
                inputs.push(outputs[1]);
                let matrix = weights_of(self.graph, op, &inputs)?;
                self.attention.push(matrix); // (B, H, T, T)
            }
            outputs[0] // (B, T, C)
        };
        let c_proj = self.projection(channels);
        c_proj.apply(self.graph, &format!("{name}.c_proj"), o, added)
    }

    /// One token over the keys and values of those before it.
    fn attend_cached(
        &mut self,
        name: &str,
        attention: Attention,
        qkv: ValueId,
        cursor: ValueId,
        table: Option<ValueId>,
    ) -> Result<ValueId, GraphError> {
        let capacity = self.config.context as usize;
        let size = self.config.channels as usize / attention.heads;
        let cache = TensorType::f32(&[capacity, attention.kv_heads * size]);
        let keys = self.graph.state(&format!("{name}.keys"), cache.clone());
        let values = self.graph.state(&format!("{name}.values"), cache);
        let mut inputs = vec![qkv, keys, values, cursor];
        inputs.extend(table);
        let decode = AttentionDecode {
            attention,
            capacity,
        };
        self.graph.apply(decode, &inputs) // (1, C)
    }

    fn attention_op(&self, layer: u32) -> Attention {
        let config = self.config;
        let span = config.span as usize;
        Attention {
            heads: config.heads as usize,
            kv_heads: config.key_heads() as usize,
            mask: match (self.is_causal, config.pattern_of(layer)) {
                (false, _) => Mask::Bidirectional,
                (true, AttentionPattern::Dense) => Mask::Causal,
                (true, AttentionPattern::Window) => Mask::Window(span),
                (true, AttentionPattern::Strided) => Mask::Strided(span),
            },
            bias: match config.positions {
                Positions::Alibi => Bias::Alibi,
                Positions::Relative => Bias::Relative(RelativeBias {
                    buckets: BUCKETS,
                    max_distance: LONGEST_DISTANCE,
                    is_bidirectional: !self.is_causal,
                }),
                _ => Bias::None,
            },
            soft_cap: config.cap_of_scores(),
            is_cross: false,
            has_lengths: self.lengths.is_some(),
        }
    }

    fn attend_across(
        &mut self,
        layer: u32,
        h: ValueId,
        memory: Memory,
        added: Option<ValueId>,
    ) -> Result<ValueId, GraphError> {
        let channels = self.config.channels as usize;
        let name = format!("{}h.{layer}.cross", self.prefix);
        let c_q = self.linear([channels, channels], None);
        let q = c_q.apply(self.graph, &format!("{name}.c_q"), h, None)?; // (B, T, C)
        let c_kv = self.linear([channels, 2 * channels], None);
        let kv = c_kv.apply(self.graph, &format!("{name}.c_kv"), memory.values, None)?; // (B, S, 2C)
        let op = Attention {
            has_lengths: true,
            ..Attention::cross(self.config.heads as usize)
        };
        let outputs = self.graph.push(op, &[q, kv, memory.lengths])?;
        if self.purpose == Some(Purpose::Inspect) {
            let inputs = [q, kv, memory.lengths, outputs[1]];
            let matrix = weights_of(self.graph, op, &inputs)?;
            self.cross.push(matrix); // (B, H, T, S)
        }
        let c_proj = self.projection(channels);
        c_proj.apply(self.graph, &format!("{name}.c_proj"), outputs[0], added)
    }

    fn mlp(
        &mut self,
        layer: u32,
        h: ValueId,
        added: Option<ValueId>,
    ) -> Result<ValueId, GraphError> {
        let (channels, hidden) = (self.config.channels as usize, self.config.hidden());
        let name = format!("{}h.{layer}.mlp", self.prefix);
        let activation = match self.config.mlp_kind {
            MlpKind::Gelu => Some(Activation::GeluTanh),
            MlpKind::GeluErf => Some(Activation::GeluErf),
            MlpKind::Relu => Some(Activation::Relu),
            MlpKind::Silu => Some(Activation::Silu),
            MlpKind::SwiGlu => None,
        };
        let columns = if activation.is_some() {
            hidden
        } else {
            2 * hidden
        };
        let c_fc = self.linear([channels, columns], activation);
        let mut u = c_fc.apply(self.graph, &format!("{name}.c_fc"), h, None)?; // (B, T, F)
        if activation.is_none() {
            u = self.graph.apply(SwiGlu, &[u])?;
        }
        let c_proj = self.projection(hidden);
        c_proj.apply(self.graph, &format!("{name}.c_proj"), u, added)
    }

    pub fn linear(&self, sizes: [usize; 2], activation: Option<Activation>) -> Linear {
        let config = self.config;
        Linear {
            outputs: sizes[1],
            bias: config.bias,
            init: config.initialisation.of_linear(sizes, config.initial_std),
            activation,
            is_trained: self.purpose == Some(Purpose::Train),
        }
    }

    /// What is added to the residual stream: GPT-2 starts it at 1/√(number of additions).
    fn projection(&self, inputs: usize) -> Linear {
        let config = self.config;
        let parts = [config.attention, self.memory.is_some(), config.mlp];
        let parts: u32 = parts.into_iter().map(u32::from).sum();
        let additions = (config.layers * parts).max(1) as f32;
        let mut linear = self.linear([inputs, config.channels as usize], None);
        if !config.residual {
            return linear;
        }
        if config.zero_projections {
            linear.init = Init::Zeros;
        } else if let (Initialisation::Usual, Init::Normal(std)) =
            (config.initialisation, linear.init)
        {
            linear.init = Init::Normal(std / additions.sqrt());
        }
        linear
    }

    fn drops(&self) -> bool {
        self.purpose == Some(Purpose::Train) && self.config.dropout > 0.0
    }

    pub fn dropout(&mut self, x: ValueId) -> Result<ValueId, GraphError> {
        if !self.drops() {
            return Ok(x);
        }
        self.dropouts += 1;
        let op = Dropout {
            probability: self.config.dropout,
            stream: self.dropouts,
        };
        self.graph.apply(op, &[x])
    }
}

/// The weights of an attention (B, H, T, S), for looking at: they come with the second part of the page (`xtask/src/reach.rs`).
#[inline(never)]
fn weights_of(graph: &mut Graph, op: Attention, inputs: &[ValueId]) -> Result<ValueId, GraphError> {
    graph.apply(AttentionWeights(op), inputs)
}

/// An encoder's output (B, S, C) over ids of the host.
pub(super) fn encode(
    stack: &mut Stack<'_>,
    names: Ids,
    table: ValueId,
    pass: &Pass,
) -> Result<ValueId, GraphError> {
    let positions = stack.position_table(pass.source);
    let x = stack.embedded(names, table, positions, [pass.batch, pass.source])?;
    let x = stack.embedding_norm(x)?;
    let x = stack.dropout(x)?;
    let x = stack.blocks(x)?;
    stack.last_norm(x)
}
