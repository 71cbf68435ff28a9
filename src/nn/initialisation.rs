//! How weight matrices start.
//!
//! ```text
//! usual            Transformers: normal, σ = 0.02, what is added to the residual stream by 1/√(number of additions) less
//!                  (Radford et al. 2019); recurrent layers: uniform in ±1/√H (PyTorch's); feed-forward: uniform in ±1/√(fan in)
//! Xavier uniform   ±√(6 / (fan in + fan out))                       (Glorot and Bengio 2010)
//! Xavier normal    σ = √(2 / (fan in + fan out))
//! Kaiming          σ = √(2 / fan in)                                (He et al. 2015)
//! normal           σ as set
//! ```
//!
//! Embeddings are normal with σ = 0.02, or as set with the plain normal; those of C channels that recurrent layers read and that make
//! the logits as well, with no norm in between, with σ = 1/√C. Biases are zero, gains one.

use serde::{Deserialize, Serialize};

use super::GPT2_STD;
use crate::graph::Init;

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Initialisation {
    Usual,
    XavierUniform,
    XavierNormal,
    Kaiming,
    Normal,
}

impl Initialisation {
    /// Of a weight (inputs, outputs) of a Transformer; `std` is that of the plain normal.
    pub fn of_linear(self, [inputs, outputs]: [usize; 2], std: f32) -> Init {
        let (inputs, outputs) = (inputs.max(1) as f32, outputs.max(1) as f32);
        match self {
            Self::Usual => Init::Normal(GPT2_STD),
            Self::XavierUniform => Init::Uniform((6.0 / (inputs + outputs)).sqrt()),
            Self::XavierNormal => Init::Normal((2.0 / (inputs + outputs)).sqrt()),
            Self::Kaiming => Init::Normal((2.0 / inputs).sqrt()),
            Self::Normal => Init::Normal(std),
        }
    }

    /// Of a weight whose usual start is uniform in ±`bound`.
    pub fn of_uniform(self, sizes: [usize; 2], std: f32, bound: f32) -> Init {
        match self {
            Self::Usual => Init::Uniform(bound),
            _ => self.of_linear(sizes, std),
        }
    }

    /// Of an embedding that is also the head, where no norm makes up for its size: at 0.02 a model of 32 channels takes many times as
    /// long until it attends to its source, and a recurrent one of 64 stays for hundreds of steps at the frequencies of single tokens.
    pub fn of_shared_embedding(self, channels: usize, std: f32) -> Init {
        match self {
            Self::Usual => Init::Normal(1.0 / (channels.max(1) as f32).sqrt()),
            _ => self.of_embedding(std),
        }
    }

    /// Of an embedding.
    pub fn of_embedding(self, std: f32) -> Init {
        match self {
            Self::Normal => Init::Normal(std),
            _ => Init::Normal(GPT2_STD),
        }
    }
}
