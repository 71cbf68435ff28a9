//! Sample inputs of an op: what its parity and gradient tests run on.

use std::sync::Arc;

use crate::graph::{Globals, Op, TensorType};
use crate::rng;

/// How a sample input is filled.
#[derive(Clone, Debug)]
pub enum Fill {
    /// Normal with this standard deviation, from the project's counter generator.
    Normal(f32),
    /// Uniform in `low..high`, where an op's domain needs it.
    Uniform(f32, f32),
    /// Whole numbers below this one (`u32`).
    Below(u32),
    /// These very words (as `f32`).
    F32(Vec<f32>),
    /// These very words (as `u32`).
    U32(Vec<u32>),
}

impl Fill {
    /// `len` words, the same for the same `seed`.
    pub fn words(&self, len: usize, seed: u32) -> Vec<u32> {
        let uniforms = || (0..len).map(move |i| rng::uniform(seed, i as u32));
        match self {
            Self::Normal(std) => rng::normals(seed, len, f64::from(*std))
                .into_iter()
                .map(f32::to_bits)
                .collect(),
            Self::Uniform(low, high) => uniforms()
                .map(|u| (low + (high - low) * u as f32).to_bits())
                .collect(),
            Self::Below(limit) => uniforms().map(|u| (u * f64::from(*limit)) as u32).collect(),
            Self::F32(numbers) => numbers.iter().map(|x| x.to_bits()).collect(),
            Self::U32(words) => words.clone(),
        }
    }
}

/// One op with the inputs to try it on.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Says what is special about it: "odd rows", "one column".
    pub label: &'static str,
    pub op: Arc<dyn Op>,
    pub inputs: Vec<(TensorType, Fill)>,
    /// Inputs whose gradient is checked by finite differences.
    pub differentiable: Vec<usize>,
    /// Outputs that parity compares; saved scratch outputs may be left out. Gradients start from output 0.
    pub compared: Vec<usize>,
    pub globals: Globals,
    /// CPU ↔ WebGPU tolerance, relative to the largest magnitude of the output.
    pub tolerance: f32,
}

impl Sample {
    /// A sample with every input differentiable and the tolerance of a short f32 sum.
    pub fn new(
        label: &'static str,
        op: impl Op + 'static,
        inputs: Vec<(TensorType, Fill)>,
    ) -> Self {
        Self {
            label,
            op: Arc::new(op),
            differentiable: (0..inputs.len()).collect(),
            compared: vec![0],
            inputs,
            globals: Globals::default(),
            tolerance: 1e-5,
        }
    }

    /// Checks gradients of these inputs only.
    pub fn differentiable(mut self, inputs: &[usize]) -> Self {
        self.differentiable = inputs.to_vec();
        self
    }

    /// Compares these outputs.
    pub fn compared(mut self, outputs: &[usize]) -> Self {
        self.compared = outputs.to_vec();
        self
    }

    pub fn globals(mut self, globals: Globals) -> Self {
        self.globals = globals;
        self
    }

    pub fn tolerance(mut self, tolerance: f32) -> Self {
        self.tolerance = tolerance;
        self
    }
}

/// A row of `ops::ALL`.
#[derive(Clone, Copy, Debug)]
pub struct OpEntry {
    /// Stem of `src/ops/NAME.rs` and `shaders/NAME.wgsl`.
    pub name: &'static str,
    /// Odd shapes first: sizes that are no multiple of a tile, one row, one column.
    pub samples: fn() -> Vec<Sample>,
}
