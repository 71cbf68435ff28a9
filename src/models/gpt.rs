//! Decoder-only Transformer (GPT-2 shaped, with every part a switch).
//!
//! A block is `x + attention(norm(x))`, then `x + mlp(norm(x))`. Parameters are named and ordered as GPT-2's: `wte`, `wpe`,
//! `h.L.ln_1`, `h.L.attn.c_attn`, `h.L.attn.c_proj`, `h.L.ln_2`, `h.L.mlp.c_fc`, `h.L.mlp.c_proj`, `ln_f`, `lm_head`; linear
//! weights are (in, out). Dropout is on the embedding and on what each part adds; attention weights are not dropped.

use super::config::{MlpKind, ModelConfig, NormKind, NormPlacement, Positions};
use crate::graph::{Graph, GraphError, Init, TensorType, ValueId};
use crate::nn::initialisation::Initialisation;
use crate::nn::{self, Linear};
use crate::ops::activation::Activation;
use crate::ops::attention::{Attention, Bias};
use crate::ops::attention_decode::AttentionDecode;
use crate::ops::attention_weights::AttentionWeights;
use crate::ops::cross_entropy::{CrossEntropy, PLAIN};
use crate::ops::dropout::Dropout;
use crate::ops::embedding::{EmbedAt, Embedding};
use crate::ops::gated::SwiGlu;
use crate::ops::matmul::Matmul;
use crate::ops::rotary::Rotary;

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
    pub loss: CrossEntropy,
}

impl Pass {
    /// `batch` sequences of `time` tokens, with plain cross-entropy.
    pub fn of(purpose: Purpose, batch: usize, time: usize) -> Self {
        Self {
            purpose,
            batch,
            time,
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
    /// Mean cross-entropy, nats per token (1), whatever is minimised.
    pub plain: ValueId,
    /// (name, value) of what the first layer reads and of what each layer hands on, (B, T, C).
    pub layers: Vec<(String, ValueId)>,
    /// One (B, H, T, T) a layer; only for [`Purpose::Inspect`].
    pub attention: Vec<ValueId>,
}

/// Name of the state that holds the sinusoidal table (T, C), which the host writes.
pub const SINUSOIDAL: &str = "sinusoidal";

impl ModelConfig {
    /// A pass over whole sequences. Host inputs: `inputs` (B, T), `targets`
    /// (B, T), and `order`, `starts` of [`crate::ops::embedding::token_order`].
    ///
    /// # Errors
    /// A configuration whose shapes do not fit, naming op and shapes.
    pub fn forward(
        &self,
        graph: &mut Graph,
        vocabulary: usize,
        pass: &Pass,
    ) -> Result<Forward, GraphError> {
        let (batch, time) = (pass.batch, pass.time);
        let ids = graph.input("inputs", TensorType::u32(&[batch, time]));
        let targets = graph.input("targets", TensorType::u32(&[batch * time]));
        let order = graph.input("order", TensorType::u32(&[batch * time]));
        let starts = graph.input("starts", TensorType::u32(&[vocabulary + 1]));
        let (wte, wpe) = self.tables(graph, vocabulary);
        let mut inputs = vec![ids, wte];
        inputs.extend(wpe);
        inputs.extend([order, starts]);
        let embedding = Embedding {
            positions: wpe.is_some(),
        };
        let x = graph.apply(embedding, &inputs)?; // (B, T, C)
        let mut wiring = Wiring {
            config: self,
            graph,
            purpose: Some(pass.purpose),
            cursor: None,
            dropouts: 0,
            attention: Vec::new(),
            layers: Vec::new(),
        };
        let x = wiring.dropout(x)?;
        let x = wiring.blocks(x)?;
        let (attention, layers) = (wiring.attention, wiring.layers);
        let logits = self.head(graph, x, wte, vocabulary)?; // (B, T, V)
        let losses = graph.push(pass.loss, &[logits, targets])?;
        Ok(Forward {
            logits,
            loss: losses[0],
            plain: losses[PLAIN],
            layers,
            attention,
        })
    }

    /// One token with a key–value cache: the token `tokens[cursor]` at position `cursor`. States: `tokens` (capacity T),
    /// `cursor` (1), one cache a layer. Gives logits (1, V), `tokens`, `cursor`.
    ///
    /// # Errors
    /// As [`ModelConfig::forward`].
    pub fn decode(&self, graph: &mut Graph, vocabulary: usize) -> Result<[ValueId; 3], GraphError> {
        let tokens = graph.state("tokens", TensorType::u32(&[self.context as usize]));
        let cursor = graph.state("cursor", TensorType::u32(&[1]));
        let (wte, wpe) = self.tables(graph, vocabulary);
        let mut inputs = vec![tokens, cursor, wte];
        inputs.extend(wpe);
        let embed = EmbedAt {
            positions: wpe.is_some(),
        };
        let x = graph.apply(embed, &inputs)?; // (1, C)
        let x = Wiring {
            config: self,
            graph,
            purpose: None,
            cursor: Some(cursor),
            dropouts: 0,
            attention: Vec::new(),
            layers: Vec::new(),
        }
        .blocks(x)?;
        let logits = self.head(graph, x, wte, vocabulary)?; // (1, V)
        Ok([logits, tokens, cursor])
    }

    /// Token table (V, C), and the positions' (T, C) where there is one.
    fn tables(&self, graph: &mut Graph, vocabulary: usize) -> (ValueId, Option<ValueId>) {
        let (channels, context) = (self.channels as usize, self.context as usize);
        let init = self.initialisation.of_embedding(self.initial_std);
        let wte = graph.parameter("wte", &[vocabulary, channels], init);
        let wpe = match self.positions {
            Positions::Learned => Some(graph.parameter("wpe", &[context, channels], init)),
            Positions::Sinusoidal => {
                Some(graph.state(SINUSOIDAL, TensorType::f32(&[context, channels])))
            }
            Positions::Rotary | Positions::Alibi | Positions::Relative | Positions::None => None,
        };
        (wte, wpe)
    }

    fn norm(&self, graph: &mut Graph, name: &str, x: ValueId) -> Result<ValueId, GraphError> {
        match self.norm {
            NormKind::LayerNorm => nn::layer_norm(graph, name, x, self.bias),
            NormKind::RmsNorm => nn::rms_norm(graph, name, x),
        }
    }

    fn head(
        &self,
        graph: &mut Graph,
        x: ValueId,
        wte: ValueId,
        vocabulary: usize,
    ) -> Result<ValueId, GraphError> {
        let x = match self.norm_placement {
            NormPlacement::Pre => self.norm(graph, "ln_f", x)?,
            NormPlacement::Post | NormPlacement::None => x,
        };
        let weight = if self.tied_head {
            wte
        } else {
            let shape = [vocabulary, self.channels as usize];
            let init = self
                .initialisation
                .of_linear([shape[1], shape[0]], self.initial_std);
            graph.parameter("lm_head.weight", &shape, init)
        };
        let product = Matmul {
            transpose_b: true,
            ..Matmul::plain()
        };
        let logits = graph.apply(product, &[x, weight])?;
        graph.set_name(logits, "logits");
        Ok(logits)
    }
}

/// The blocks, wired for whole sequences (`purpose`) or for one token at `cursor`.
struct Wiring<'a> {
    config: &'a ModelConfig,
    graph: &'a mut Graph,
    purpose: Option<Purpose>,
    cursor: Option<ValueId>,
    dropouts: u32,
    attention: Vec<ValueId>,
    layers: Vec<(String, ValueId)>,
}

impl Wiring<'_> {
    fn blocks(&mut self, mut x: ValueId) -> Result<ValueId, GraphError> {
        self.layers.push(("embedding".to_owned(), x));
        for layer in 0..self.config.layers {
            if self.config.attention {
                self.graph.scope = format!("h.{layer}.attn");
                x = self.part(x, &format!("h.{layer}.ln_1"), |wiring, h, added| {
                    wiring.attend(layer, h, added)
                })?;
            }
            if self.config.mlp {
                self.graph.scope = format!("h.{layer}.mlp");
                x = self.part(x, &format!("h.{layer}.ln_2"), |wiring, h, added| {
                    wiring.mlp(layer, h, added)
                })?;
            }
            self.layers.push((format!("h.{layer}"), x));
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
            NormPlacement::Pre => config.norm(self.graph, norm, x)?,
            NormPlacement::Post | NormPlacement::None => x,
        };
        let residual = config.residual.then_some(x);
        let y = if self.drops() {
            let y = f(self, h, None)?;
            let y = self.dropout(y)?;
            match residual {
                Some(x) => self.graph.apply(crate::ops::add::Add, &[y, x])?,
                None => y,
            }
        } else {
            f(self, h, residual)?
        };
        match config.norm_placement {
            NormPlacement::Post => config.norm(self.graph, norm, y),
            NormPlacement::Pre | NormPlacement::None => Ok(y),
        }
    }

    fn attend(
        &mut self,
        layer: u32,
        h: ValueId,
        added: Option<ValueId>,
    ) -> Result<ValueId, GraphError> {
        let channels = self.config.channels as usize;
        let heads = self.config.heads as usize;
        let attention = Attention {
            bias: match self.config.positions {
                Positions::Alibi => Bias::Alibi,
                _ => Bias::None,
            },
            ..Attention::causal(heads)
        };
        let name = format!("h.{layer}.attn");
        let c_attn = self.linear([channels, 3 * channels], None);
        let mut qkv = c_attn.apply(self.graph, &format!("{name}.c_attn"), h, None)?; // (B, T, 3C)
        if self.config.positions == Positions::Rotary {
            let mut inputs = vec![qkv];
            inputs.extend(self.cursor);
            qkv = self.graph.apply(Rotary::new(heads, heads), &inputs)?;
        }
        let o = if let Some(cursor) = self.cursor {
            let capacity = self.config.context as usize;
            let cache = TensorType::f32(&[capacity, channels]);
            let keys = self.graph.state(&format!("{name}.keys"), cache.clone());
            let values = self.graph.state(&format!("{name}.values"), cache);
            let decode = AttentionDecode {
                attention,
                capacity,
            };
            self.graph.apply(decode, &[qkv, keys, values, cursor])? // (1, C)
        } else {
            let outputs = self.graph.push(attention, &[qkv])?;
            if self.purpose == Some(Purpose::Inspect) {
                let weights = AttentionWeights(attention);
                let matrix = self.graph.apply(weights, &[qkv, outputs[1]])?;
                self.attention.push(matrix); // (B, H, T, T)
            }
            outputs[0] // (B, T, C)
        };
        let c_proj = self.projection(channels);
        c_proj.apply(self.graph, &format!("{name}.c_proj"), o, added)
    }

    fn mlp(
        &mut self,
        layer: u32,
        h: ValueId,
        added: Option<ValueId>,
    ) -> Result<ValueId, GraphError> {
        let hidden = self.config.hidden();
        let name = format!("h.{layer}.mlp");
        let activation = match self.config.mlp_kind {
            MlpKind::Gelu => Some(Activation::GeluTanh),
            MlpKind::GeluErf => Some(Activation::GeluErf),
            MlpKind::Relu => Some(Activation::Relu),
            MlpKind::Silu => Some(Activation::Silu),
            MlpKind::SwiGlu => None,
        };
        let channels = self.config.channels as usize;
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

    fn linear(&self, sizes: [usize; 2], activation: Option<Activation>) -> Linear {
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
        let parts = u32::from(config.attention) + u32::from(config.mlp);
        let additions = (config.layers * parts).max(1) as f32;
        let mut linear = self.linear([inputs, config.channels as usize], None);
        if config.zero_projections {
            linear.init = Init::Zeros;
        } else if let (Initialisation::Usual, Init::Normal(std), true) =
            (config.initialisation, linear.init, config.residual)
        {
            linear.init = Init::Normal(std / additions.sqrt());
        }
        linear
    }

    fn drops(&self) -> bool {
        self.purpose == Some(Purpose::Train) && self.config.dropout > 0.0
    }

    fn dropout(&mut self, x: ValueId) -> Result<ValueId, GraphError> {
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
