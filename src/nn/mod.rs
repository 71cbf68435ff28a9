//! Layers, built only from ops, and how weights start.

pub mod initialisation;
pub mod recurrent;

use crate::graph::{Graph, GraphError, Init, ValueId};
use crate::ops::activation::Activation;
use crate::ops::layer_norm::LayerNorm;
use crate::ops::matmul::Matmul;
use crate::ops::rms_norm::RmsNorm;
use crate::rng;

/// Standard deviation of GPT-2's initial weights (Radford et al. 2019).
pub const GPT2_STD: f32 = 0.02;

/// ε of every norm, as PyTorch's default.
pub const NORM_EPSILON: f32 = 1e-5;

/// A linear layer and what its launch does besides.
#[derive(Clone, Copy, Debug)]
pub struct Linear {
    /// Columns out.
    pub outputs: usize,
    pub bias: bool,
    /// How the weight starts.
    pub init: Init,
    pub activation: Option<Activation>,
    /// Whether a backward pass will need the activation's input.
    pub is_trained: bool,
}

impl Linear {
    /// `act(x·weight + bias) + added`: x (…, C) → (…, outputs); weight (C, outputs) and bias are parameters `name.weight`, `name.bias`.
    ///
    /// # Errors
    /// As [`Graph::push`].
    pub fn apply(
        &self,
        graph: &mut Graph,
        name: &str,
        x: ValueId,
        added: Option<ValueId>,
    ) -> Result<ValueId, GraphError> {
        let inputs = graph.ty(x).last();
        let weight = graph.parameter(
            &format!("{name}.weight"),
            &[inputs, self.outputs],
            self.init,
        );
        let mut values = vec![x, weight];
        if self.bias {
            values.push(graph.parameter(&format!("{name}.bias"), &[self.outputs], Init::Zeros));
        }
        values.extend(added);
        let op = Matmul {
            activation: self.activation,
            keep_input: self.activation.is_some() && self.is_trained,
            added: added.is_some(),
            ..Matmul::linear(self.bias)
        };
        graph.apply(op, &values)
    }
}

/// LayerNorm with gain and, where asked, bias: x (…, C) → (…, C); parameters `name.weight`, `name.bias`.
///
/// # Errors
/// As [`Graph::push`].
pub fn layer_norm(
    graph: &mut Graph,
    name: &str,
    x: ValueId,
    bias: bool,
) -> Result<ValueId, GraphError> {
    let channels = graph.ty(x).last();
    let mut inputs = vec![
        x,
        graph.parameter(&format!("{name}.weight"), &[channels], Init::Ones),
    ];
    if bias {
        inputs.push(graph.parameter(&format!("{name}.bias"), &[channels], Init::Zeros));
    }
    let op = LayerNorm {
        epsilon: NORM_EPSILON,
        bias,
    };
    graph.apply(op, &inputs)
}

/// RMSNorm with gain: x (…, C) → (…, C); parameter `name.weight`.
///
/// # Errors
/// As [`Graph::push`].
pub fn rms_norm(graph: &mut Graph, name: &str, x: ValueId) -> Result<ValueId, GraphError> {
    let channels = graph.ty(x).last();
    let weight = graph.parameter(&format!("{name}.weight"), &[channels], Init::Ones);
    let op = RmsNorm {
        epsilon: NORM_EPSILON,
    };
    graph.apply(op, &[x, weight])
}

/// Initial numbers of the `index`-th parameter of a model with this seed.
pub fn initial(init: Init, len: usize, index: usize, seed: u32) -> Vec<f32> {
    let key = rng::stream_key(rng::stream_key(seed, rng::stream::WEIGHTS), index as u32);
    drawn(init, len, key)
}

/// `len` numbers as `init` says, random ones from `key`.
pub fn drawn(init: Init, len: usize, key: u32) -> Vec<f32> {
    match init {
        Init::Zeros => vec![0.0; len],
        Init::Ones => vec![1.0; len],
        Init::Normal(std) => rng::normals(key, len, f64::from(std)),
        Init::Uniform(bound) => (0..len as u32)
            .map(|i| bound * (2.0 * rng::uniform(key, i) - 1.0) as f32)
            .collect(),
        Init::Span { from, to, value } => (0..len)
            .map(|i| if (from..to).contains(&i) { value } else { 0.0 })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_start_is_as_it_says() {
        let span = Init::Span {
            from: 1,
            to: 3,
            value: 2.0,
        };
        assert_eq!(initial(span, 5, 0, 7), [0.0, 2.0, 2.0, 0.0, 0.0]);
        assert_eq!(initial(Init::Ones, 2, 0, 7), [1.0, 1.0]);
        let uniform = initial(Init::Uniform(0.5), 10_000, 3, 7);
        assert!(uniform.iter().all(|x| x.abs() <= 0.5));
        let squares: f32 = uniform.iter().map(|x| x * x).sum();
        // Variance b² / 3; its standard error over 10,000 draws is below 1e-3.
        assert!((squares / 1e4 - 0.25 / 3.0).abs() < 4e-3, "{squares}");
        assert_ne!(uniform, initial(Init::Uniform(0.5), 10_000, 4, 7));
    }
}
