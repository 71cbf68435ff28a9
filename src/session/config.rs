//! The serialisable configuration of a playground: everything a link carries.

use serde::{Deserialize, Serialize};

use crate::models::gpt::GptConfig;
pub use crate::optim::schedule::ScheduleKind;
use crate::tokenizer::{Bytes, Characters, Tokenizer};

/// The tokenizers that a run of the page can take. The learned ones join with their laboratory; until then the page does not
/// carry their code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenizerKind {
    /// Unicode characters of the training text.
    Characters,
    /// UTF-8 bytes.
    Bytes,
}

impl TokenizerKind {
    /// The tokenizer of a training text.
    pub fn of_text(self, training_text: &str) -> Box<dyn Tokenizer> {
        match self {
            Self::Characters => Box::new(Characters::of_text(training_text)),
            Self::Bytes => Box::new(Bytes),
        }
    }
}

/// Where the text comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Corpus {
    /// The small deterministic generator, always there.
    Generated,
    /// Moby Dick, served from the site, fetched only when chosen.
    MobyDick,
    /// The user's own text. The text itself never goes in a link, unless it is short and the user asks for it.
    Own,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptimizerKind {
    AdamW,
    Sgd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BackendChoice {
    /// WebGPU when there is an adapter, else CPU.
    Auto,
    WebGpu,
    Cpu,
}

/// How the model is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    pub optimizer: OptimizerKind,
    /// Peak learning rate. Acts at once.
    pub learning_rate: f32,
    pub schedule: ScheduleKind,
    /// Steps of linear warm-up from 0.
    pub warmup_steps: u32,
    /// Steps the schedule is laid out for; training stops there.
    pub total_steps: u32,
    /// Final learning rate as a fraction of the peak (linear, cosine), or the factor per drop (step).
    pub final_fraction: f32,
    pub beta1: f32,
    pub beta2: f32,
    pub epsilon: f32,
    /// Decoupled weight decay, on 2-D parameters only.
    pub weight_decay: f32,
    /// SGD's momentum.
    pub momentum: f32,
    /// Global gradient-norm clip; 0 is off.
    pub clip_norm: f32,
    /// Sequences per step B.
    pub batch: u32,
    /// Share of the text, at its end, held out for validation.
    pub validation_fraction: f32,
    /// Validate every so many steps; 0 is never.
    pub validation_every: u32,
    /// Batches per validation.
    pub validation_batches: u32,
    /// Write a sample every so many steps; 0 is never.
    pub sample_every: u32,
    /// Tokens per sample.
    pub sample_tokens: u32,
}

/// How text is sampled. Acts at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingConfig {
    /// 0 is greedy.
    pub temperature: f32,
    /// 0 is off.
    pub top_k: u32,
    /// 1 is off.
    pub top_p: f32,
    pub seed: u32,
    /// Tokens to write.
    pub max_tokens: u32,
}

/// The whole playground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Playground {
    /// Shown in the top bar.
    pub name: String,
    pub corpus: Corpus,
    pub tokenizer: TokenizerKind,
    pub model: GptConfig,
    pub training: TrainingConfig,
    pub sampling: SamplingConfig,
    pub prompt: String,
    /// Seeds initial weights, batches and dropout.
    pub seed: u32,
    pub backend: BackendChoice,
}
