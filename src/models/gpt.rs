//! Decoder-only Transformer (GPT-2 shaped, with every part a switch).

use serde::{Deserialize, Serialize};

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

/// Everything that decides the shape and the wiring of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GptConfig {
    /// Blocks, 1–24.
    pub layers: u32,
    /// Attention heads H; divides `channels`.
    pub heads: u32,
    /// Width C of the residual stream.
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
}
