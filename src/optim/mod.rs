//! Optimizers, one op each, and what goes with them: schedules, clipping.

pub mod schedule;

use crate::graph::{Globals, Graph, GraphError, TensorType, ValueId};
use crate::ops::adamw::AdamW;
use crate::ops::clip::GradientNorm;
use crate::ops::sgd::Sgd;

/// Which optimizer, with its settings. Decay is on matrices only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Optimizer {
    AdamW {
        beta1: f32,
        beta2: f32,
        epsilon: f32,
        weight_decay: f32,
    },
    Sgd {
        momentum: f32,
        weight_decay: f32,
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
        let layout = graph.layout();
        let (weights, gradients) = (graph.weights(), graph.gradients());
        let norm = graph.apply(GradientNorm { max_norm }, &[gradients])?;
        let flat = TensorType::f32(&[layout.len]);
        let moments: Vec<ValueId> = MOMENTS[..self.moments()]
            .iter()
            .map(|name| graph.state(name, flat.clone()))
            .collect();
        let mut inputs = vec![weights, gradients];
        inputs.extend(moments);
        inputs.push(norm);
        let decay_end = layout.decay_end;
        match *self {
            Self::AdamW {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => graph.push(
                AdamW {
                    beta1,
                    beta2,
                    epsilon,
                    weight_decay,
                    decay_end,
                },
                &inputs,
            )?,
            Self::Sgd {
                momentum,
                weight_decay,
            } => graph.push(
                Sgd {
                    momentum,
                    weight_decay,
                    decay_end,
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
