//! Everything that decides the shape and the wiring of a model, whatever its family. One table for all families, since links,
//! settings and comparisons go over all of them; which entries mean something for a family is said by [`Family`]'s file.

use serde::{Deserialize, Serialize};

pub use super::ngram::Smoothing;
pub use crate::nn::initialisation::Initialisation;
use crate::ops::attention::{MAX_HEAD_SIZE, alibi_slope};

/// Most channels of one head, as the attention kernel has it.
pub const LARGEST_HEAD: u32 = MAX_HEAD_SIZE as u32;

/// What kind of model it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Family {
    /// Counts of the last few tokens (Shannon 1948; Chen and Goodman 1998).
    Ngram,
    /// A feed-forward network over a window of embeddings (Bengio et al. 2003).
    FeedForward,
    /// A recurrent network with tanh (Elman 1990).
    Rnn,
    /// Gated recurrent unit (Cho et al. 2014).
    Gru,
    /// Long short-term memory (Hochreiter and Schmidhuber 1997; forget gates, Gers et al. 2000).
    Lstm,
    /// Decoder-only Transformer, as GPT-2 (Radford et al. 2019).
    Decoder,
    /// Encoder-only Transformer, as BERT (Devlin et al. 2019).
    Encoder,
    /// Transformer with encoder and decoder (Vaswani et al. 2017; BART; T5).
    EncoderDecoder,
    /// LSTM encoder and decoder with additive attention (Bahdanau et al. 2015).
    Seq2Seq,
}

impl Family {
    /// In the order of their history.
    pub const ALL: [Self; 9] = [
        Self::Ngram,
        Self::FeedForward,
        Self::Rnn,
        Self::Gru,
        Self::Lstm,
        Self::Seq2Seq,
        Self::Decoder,
        Self::Encoder,
        Self::EncoderDecoder,
    ];

    /// Whether it has weights that gradients train.
    pub fn is_neural(self) -> bool {
        self != Self::Ngram
    }

    pub fn is_transformer(self) -> bool {
        matches!(self, Self::Decoder | Self::Encoder | Self::EncoderDecoder)
    }

    /// One stack over time, its state handed on from token to token.
    pub fn is_recurrent(self) -> bool {
        matches!(self, Self::Rnn | Self::Gru | Self::Lstm)
    }

    /// Whether it gives the next token a probability from the tokens before it: such a model continues a text and scores it by
    /// the chain rule.
    pub fn predicts_next(self) -> bool {
        !matches!(self, Self::Encoder | Self::EncoderDecoder | Self::Seq2Seq)
    }

    /// Whether it reads one text and writes another.
    pub fn has_source(self) -> bool {
        matches!(self, Self::EncoderDecoder | Self::Seq2Seq)
    }
}

/// Where normalisation sits in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NormPlacement {
    /// `x + f(norm(x))`, as GPT-2.
    Pre,
    /// `norm(x + f(x))`, as Vaswani et al. 2017.
    Post,
    /// No normalisation anywhere.
    None,
}

/// Which normalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NormKind {
    /// Ba et al. 2016.
    LayerNorm,
    /// Zhang and Sennrich 2019.
    RmsNorm,
}

/// How the model knows where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Positions {
    /// One learned vector per position, as GPT-2.
    Learned,
    /// Fixed sines and cosines, as Vaswani et al. 2017.
    Sinusoidal,
    /// Rotary embedding of queries and keys, Su et al. 2021.
    Rotary,
    /// Linear attention biases, Press et al. 2021.
    Alibi,
    /// Learned attention biases by bucket of distance, Raffel et al. 2020.
    Relative,
    /// None.
    None,
}

/// The MLP's nonlinearity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MlpKind {
    /// GELU, tanh approximation, as GPT-2.
    Gelu,
    /// GELU by the error function.
    GeluErf,
    /// max(0, x).
    Relu,
    /// x · sigmoid(x).
    Silu,
    /// Gated: silu(x·W_gate) ⊙ (x·W_up), Shazeer 2020; hidden size 8/3·C rounded up to a multiple of 8.
    SwiGlu,
}

/// Which earlier tokens attention sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttentionPattern {
    /// All of them.
    Dense,
    /// The last `span`, itself included.
    Window,
    /// The last `span`, and every `span`-th before (Child et al. 2019).
    Strided,
}

/// See the file's head. Sizes are whole numbers, shares of 1 are `f32`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelConfig {
    pub family: Family,
    /// Blocks or recurrent layers, 1–24; of an encoder–decoder on each side.
    pub layers: u32,
    /// Attention heads H; divides `channels`.
    pub heads: u32,
    /// Width C: of the residual stream, of the recurrent state, of the embedding.
    pub channels: u32,
    /// Context length T, 8–1024 tokens.
    pub context: u32,
    /// Whether the output head shares the token embedding.
    pub tied_head: bool,
    /// Whether linear layers and LayerNorm carry a bias.
    pub bias: bool,
    pub norm_placement: NormPlacement,
    pub norm: NormKind,
    pub positions: Positions,
    /// Whether blocks have an attention part.
    pub attention: bool,
    /// Whether blocks have an MLP part.
    pub mlp: bool,
    pub mlp_kind: MlpKind,
    /// Whether parts are added to the residual stream (or replace it).
    pub residual: bool,
    /// Dropout probability, 0 ≤ p < 1.
    pub dropout: f32,
    /// Heads of keys and values, which divide `heads`; 0: as many as `heads`.
    pub kv_heads: u32,
    /// RMSNorm of every query and key before their product.
    pub qk_norm: bool,
    pub pattern: AttentionPattern,
    /// Tokens of the pattern's window or stride.
    pub span: u32,
    /// Every other layer, from the second on, has the pattern and the rest is dense, as in GPT-3 (Brown et al. 2020).
    pub alternating: bool,
    /// Attention and MLP read the same norm and are added together, as GPT-J and PaLM.
    pub parallel: bool,
    /// Attention scores become `cap · tanh(score / cap)`, as Gemma 2; 0 is off.
    pub score_cap: f32,
    /// The same of the logits.
    pub logit_cap: f32,
    /// Tokens that a feed-forward model sees, itself included.
    pub window: u32,
    /// Hidden units of a feed-forward model.
    pub hidden_units: u32,
    /// Whether a feed-forward model's window also acts on the output directly.
    pub direct: bool,
    /// Bias of an LSTM's forget gates at the start.
    pub forget_bias: f32,
    /// Whether a recurrent state is carried over to the next batch, which then goes on where the last one ended (truncated
    /// back-propagation through time); else every window starts with a state of zeros.
    pub carried_state: bool,
    /// Tokens of an n-gram, 1–8.
    pub order: u32,
    pub smoothing: Smoothing,
    /// What add-k adds to every count.
    pub add_k: f32,
    /// Stupid back-off's factor.
    pub back_off: f32,
    pub initialisation: Initialisation,
    /// Standard deviation of the plain normal initialisation.
    pub initial_std: f32,
    /// Whether what is added to the residual stream starts at zero.
    pub zero_projections: bool,
}

impl Default for ModelConfig {
    /// The small GPT that the page opens with.
    fn default() -> Self {
        Self {
            family: Family::Decoder,
            layers: 2,
            heads: 4,
            channels: 64,
            context: 64,
            tied_head: true,
            bias: true,
            norm_placement: NormPlacement::Pre,
            norm: NormKind::LayerNorm,
            positions: Positions::Learned,
            attention: true,
            mlp: true,
            mlp_kind: MlpKind::Gelu,
            residual: true,
            dropout: 0.0,
            kv_heads: 0,
            qk_norm: false,
            pattern: AttentionPattern::Dense,
            span: 16,
            alternating: false,
            parallel: false,
            score_cap: 0.0,
            logit_cap: 0.0,
            window: 5,
            hidden_units: 128,
            direct: false,
            forget_bias: 1.0,
            carried_state: false,
            order: 5,
            smoothing: Smoothing::KneserNey,
            add_k: 0.1,
            back_off: 0.4,
            initialisation: Initialisation::Usual,
            initial_std: 0.02,
            zero_projections: false,
        }
    }
}

impl ModelConfig {
    /// ALiBi's slope of a head (counted from 0); 0 with other positions.
    pub fn slope(&self, head: u32) -> f32 {
        let alibi = self.positions == Positions::Alibi;
        alibi_slope(alibi, head as usize, self.heads as usize)
    }

    /// Hidden size F of a Transformer's MLP.
    pub fn hidden(&self) -> usize {
        let channels = self.channels as usize;
        match self.mlp_kind {
            MlpKind::SwiGlu => (8 * channels).div_ceil(3).next_multiple_of(8),
            _ => 4 * channels,
        }
    }

    /// Heads of keys and values K.
    pub fn key_heads(&self) -> u32 {
        match self.kv_heads {
            some if some > 0 && self.is_decoder() => some,
            _ => self.heads,
        }
    }

    /// Whether the kinds of attention that only decoders have here mean anything.
    fn is_decoder(&self) -> bool {
        self.family == Family::Decoder
    }

    pub fn has_qk_norm(&self) -> bool {
        self.qk_norm && self.is_decoder()
    }

    /// Whether attention and MLP are parallel: both have to be there.
    pub fn is_parallel(&self) -> bool {
        self.parallel && self.is_decoder() && self.attention && self.mlp
    }

    /// The cap of attention scores, 0 for none.
    pub fn cap_of_scores(&self) -> f32 {
        if self.is_decoder() {
            self.score_cap
        } else {
            0.0
        }
    }

    /// Columns of the packed queries, keys and values: C + 2·K·D.
    pub fn packed_columns(&self) -> usize {
        let head_size = self.channels / self.heads.max(1);
        (self.channels + 2 * self.key_heads() * head_size) as usize
    }

    /// The pattern of a layer, counted from 0.
    pub fn pattern_of(&self, layer: u32) -> AttentionPattern {
        if !self.is_decoder() || self.alternating && layer.is_multiple_of(2) {
            AttentionPattern::Dense
        } else {
            self.pattern
        }
    }
}
