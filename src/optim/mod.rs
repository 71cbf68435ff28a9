//! Optimizers, one op each, and what goes with them: schedules, clipping.

pub mod schedule;

use crate::graph::{Globals, Graph, GraphError, TensorType, ValueId};
use crate::ops::adamw::AdamW;
use crate::ops::clip::GradientNorm;
use crate::ops::sgd::Sgd;
use crate::ops::weight_decay::WeightDecay;

/// Weight decay λ by [`crate::graph::Group`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decay {
    pub matrices: f32,
    pub embeddings: f32,
    /// Biases and gains.
    pub vectors: f32,
}

impl Decay {
    /// Matrices and embeddings are decayed, vectors are not, as GPT-2's training does.
    pub const fn usual(rate: f32) -> Self {
        Self {
            matrices: rate,
            embeddings: rate,
            vectors: 0.0,
        }
    }
}

/// Which optimizer, with its settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Optimizer {
    AdamW {
        beta1: f32,
        beta2: f32,
        epsilon: f32,
        decay: Decay,
    },
    Sgd {
        momentum: f32,
        decay: Decay,
    },
}

/// Names of the optimizer's states, each as long as the flat weights.
pub const MOMENTS: [&str; 2] = ["moment1", "moment2"];

impl Optimizer {
    /// Number of [`MOMENTS`] it keeps.
    pub fn moments(&self) -> usize {
        match self {
            Self::AdamW { .. } => 2,
            Self::Sgd { .. } => 1,
        }
    }

    /// Appends clipping (`max_norm` 0: measure only) and the update of all parameters: three launches for the whole
    /// model. Gives norm and scale (2).
    ///
    /// # Errors
    /// As [`Graph::push`].
    pub fn append(&self, graph: &mut Graph, max_norm: f32) -> Result<ValueId, GraphError> {
        let gradients = graph.gradients();
        self.append_from(graph, gradients, max_norm)
    }

    /// [`Optimizer::append`] with gradients that stand elsewhere, laid out alike.
    ///
    /// # Errors
    /// As [`Graph::push`].
    pub fn append_from(
        &self,
        graph: &mut Graph,
        gradients: ValueId,
        max_norm: f32,
    ) -> Result<ValueId, GraphError> {
        let layout = graph.layout();
        let weights = graph.weights();
        let norm = graph.apply(GradientNorm { max_norm }, &[gradients])?;
        let flat = TensorType::f32(&[layout.len]);
        let moments: Vec<ValueId> = MOMENTS[..self.moments()]
            .iter()
            .map(|name| graph.state(name, flat.clone()))
            .collect();
        let mut inputs = vec![weights, gradients];
        inputs.extend(moments);
        inputs.push(norm);
        let [matrices_end, embeddings_end, _] = layout.group_ends;
        let by_stretch = |decay: Decay| WeightDecay {
            ends: [matrices_end, embeddings_end],
            rates: [decay.matrices, decay.embeddings, decay.vectors],
        };
        match *self {
            Self::AdamW {
                beta1,
                beta2,
                epsilon,
                decay,
            } => graph.push(
                AdamW {
                    beta1,
                    beta2,
                    epsilon,
                    decay: by_stretch(decay),
                },
                &inputs,
            )?,
            Self::Sgd { momentum, decay } => graph.push(
                Sgd {
                    momentum,
                    decay: by_stretch(decay),
                },
                &inputs,
            )?,
        };
        Ok(norm)
    }

    /// The step-dependent numbers of update `step`, counted from 0.
    pub fn globals(&self, step: u32, learning_rate: f32, seed: u32) -> Globals {
        let correction = |beta: f32| (1.0 - f64::from(beta).powi(step as i32 + 1)) as f32;
        let (bias_correction1, bias_correction2) = match *self {
            Self::AdamW { beta1, beta2, .. } => (correction(beta1), correction(beta2)),
            Self::Sgd { .. } => (1.0, 1.0),
        };
        Globals {
            step,
            seed,
            learning_rate,
            bias_correction1,
            bias_correction2,
            ..Globals::default()
        }
    }
}
