//! Weight decay λ by stretch of the flat buffer: matrices, embeddings, vectors. The optimizers take it in their one launch.

use std::ops::Range;

use crate::graph::TensorType;
use crate::ops::launch::Width;

/// λ of the words below `ends[0]`, of those from there below `ends[1]`, and of the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightDecay {
    /// Multiples of four where the buffer's length is one, the first not above the second.
    pub ends: [usize; 2],
    pub rates: [f32; 3],
}

impl WeightDecay {
    /// The stretches of a buffer of `len` words, each with its λ.
    pub(super) fn stretches(self, len: usize) -> [(Range<usize>, f32); 3] {
        let [first, second] = self.ends;
        let [a, b, c] = self.rates;
        [(0..first, a), (first..second, b), (second..len, c)]
    }

    /// The ends in lanes, then the rates: the last five words of a launch.
    pub(super) fn params(self, width: Width) -> [u32; 5] {
        let [first, second] = self.ends.map(|end| width.lanes(end) as u32);
        let [a, b, c] = self.rates.map(f32::to_bits);
        [first, second, a, b, c]
    }

    /// Whether an optimizer's inputs fit: flat buffers of one length, norm_and_scale last.
    pub(super) fn check(self, inputs: &[TensorType]) -> Result<(), String> {
        let (scale, flat) = inputs.split_last().ok_or("inputs are missing")?;
        if flat.iter().any(|f| *f != flat[0]) || flat[0].shape.len() != 1 {
            return Err("weights, gradients and moments are flat and of one length".to_owned());
        }
        if scale.len() != 2 {
            return Err("norm_and_scale has two numbers".to_owned());
        }
        let (len, [first, second]) = (flat[0].len(), self.ends);
        let is_whole = |end: usize| !len.is_multiple_of(4) || end.is_multiple_of(4);
        if first > second || second > len || !is_whole(first) || !is_whole(second) {
            return Err(format!(
                "stretches of decay cannot end at words {first} and {second}"
            ));
        }
        Ok(())
    }
}
