//! The reference runs S and M: fixed models on weights and data that come from a counter hash, so that any engine can repeat
//! them. `tests/golden/README.md` is their specification; the bench measures them, the golden tests compare them with PyTorch.

use super::plans::{Recipe, Rows, training};
use super::run::write_batch;
use crate::data::reference::pattern_batch;
use crate::graph::{GraphError, Init};
use crate::models::{Family, MlpKind, ModelConfig, NormKind, NormPlacement, Positions};
use crate::nn;
use crate::ops::cross_entropy::CrossEntropy;
use crate::optim::{Decay, Optimizer};
use crate::plan::{Buffer, Executor, Plan, PlanId, Reading};

const LEARNING_RATE: f32 = 1e-3;

/// A reference run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    pub name: &'static str,
    pub family: Family,
    pub layers: u32,
    pub channels: u32,
    pub context: u32,
    pub batch: u32,
    pub vocabulary: u32,
}

/// 108,352 parameters.
pub const S: Reference = Reference {
    name: "S",
    family: Family::Decoder,
    layers: 2,
    channels: 64,
    context: 64,
    batch: 16,
    vocabulary: 65,
};

/// 842,496 parameters.
pub const M: Reference = Reference {
    name: "M",
    family: Family::Decoder,
    layers: 4,
    channels: 128,
    context: 128,
    batch: 16,
    vocabulary: 256,
};

/// Two LSTM layers of 128 units over characters, for the speed of a recurrence; 272,768 parameters.
pub const LSTM: Reference = Reference {
    name: "lstm",
    family: Family::Lstm,
    layers: 2,
    channels: 128,
    ..S
};

/// S without its mask, all tokens predicted, for speed alone.
pub const ENCODER: Reference = Reference {
    name: "encoder",
    family: Family::Encoder,
    ..S
};

/// An encoder and a decoder of the size of S, which gives back what it reads, for speed alone.
pub const ENCODER_DECODER: Reference = Reference {
    name: "encdec",
    family: Family::EncoderDecoder,
    ..S
};

impl Reference {
    pub fn find(name: &str) -> Option<Self> {
        [S, M, LSTM, ENCODER, ENCODER_DECODER]
            .into_iter()
            .find(|r| r.name == name)
    }

    pub fn model(self) -> ModelConfig {
        ModelConfig {
            family: self.family,
            layers: self.layers,
            heads: 4,
            channels: self.channels,
            context: self.context,
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
            ..ModelConfig::default()
        }
    }

    pub fn recipe(self) -> Recipe {
        Recipe {
            optimizer: Optimizer::AdamW {
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                decay: Decay::usual(0.01),
            },
            clip_norm: 0.0,
            batch: self.batch as usize,
            accumulation: 1,
            loss: CrossEntropy::default(),
        }
    }

    /// One training step.
    ///
    /// # Errors
    /// None for the two runs here; as [`training`].
    pub fn plan(self) -> Result<Plan, GraphError> {
        {
            let model = self.model();
            let rows = Rows::windows(&model);
            training(&model, self.vocabulary as usize, rows, &self.recipe())
        }
    }

    /// Parameter k in model order: normal with standard deviation 0.02 from seed 100 + k, or ones and zeros.
    pub fn write_weights(executor: &mut dyn Executor, id: PlanId) {
        for (k, parameter) in executor.plan(id).parameters.clone().iter().enumerate() {
            let init = match parameter.init {
                Init::Normal(_) => Init::Normal(0.02),
                other => other,
            };
            let numbers = nn::drawn(init, parameter.len(), 100 + k as u32);
            let words = bytemuck::cast_slice(&numbers);
            executor.write(id, &Buffer::Weights, parameter.offset, words);
        }
    }

    /// Writes the batch of `step` and launches it.
    pub fn launch(
        self,
        executor: &mut dyn Executor,
        id: PlanId,
        step: u32,
        read: bool,
    ) -> Option<Reading> {
        let mut batch = pattern_batch(self.vocabulary, self.batch, self.context, step);
        if self.family.has_source() {
            batch.source.clone_from(&batch.inputs);
            batch.source_lengths = vec![self.context; self.batch as usize];
        }
        write_batch(executor, id, &batch, self.vocabulary as usize);
        let globals = self.recipe().optimizer.globals(step, LEARNING_RATE, 0);
        executor.run(id, &globals, 1, read)
    }
}
