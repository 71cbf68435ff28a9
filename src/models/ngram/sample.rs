//! Writing with an n-gram model, by the settings of the neural models' sampler.

use super::Ngram;
use crate::ops::sampler::{DrawSettings, draw};

impl Ngram {
    /// ln P(· | context) into `out` (V), as a neural model's logits after a softmax: −∞ for what cannot follow.
    ///
    /// # Panics
    /// `out` is not as long as the vocabulary.
    pub fn log_probabilities(&self, context: &[u32], out: &mut [f32]) {
        let mut p = vec![0.0; out.len()]; // (V)
        self.distribution(context, &mut p);
        for (log_p, p) in out.iter_mut().zip(p) {
            *log_p = p.ln() as f32;
        }
    }

    /// The token after a context, `uniform` in [0, 1) choosing among those that the settings leave.
    pub fn sample(&self, context: &[u32], settings: DrawSettings, uniform: f32) -> u32 {
        let mut log_p = vec![0.0; self.vocabulary]; // (V)
        self.log_probabilities(context, &mut log_p);
        draw(&log_p, settings, uniform)
    }
}
