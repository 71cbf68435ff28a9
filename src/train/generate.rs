//! Writing text: a key–value cache on the device, tokens drawn there and fed back there; read in chunks.

use super::counted;
use super::plans::HISTORY;
use super::run::{Run, RunError};
use crate::graph::Globals;
use crate::models::DECODING;
use crate::ops::sampler::DrawSettings;
use crate::plan::Buffer;

/// Decoding steps in one submit: a driver takes a GPU that is busy with one for too long to be hung.
const MOST_STEPS: u32 = 64;

/// A token with the log-probabilities it was drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    pub token: u32,
    /// ln p of every token (V) at temperature 1, before top-k and top-p.
    pub log_probabilities: Vec<f32>,
}

/// A text being written.
#[derive(Clone, Debug)]
pub struct Generation {
    /// Prompt and what was written since.
    pub tokens: Vec<u32>,
    settings: DrawSettings,
    seed: u32,
    /// Tokens that stand in the device's window; 0: the cache must be filled anew.
    cached: usize,
    /// First token of the window.
    start: usize,
}

impl Generation {
    /// Begins after `prompt`, which must not be empty.
    pub fn new(prompt: Vec<u32>, settings: DrawSettings, seed: u32) -> Self {
        Self {
            tokens: prompt,
            settings,
            seed,
            cached: 0,
            start: 0,
        }
    }

    /// How the tokens to come are drawn.
    pub fn set_sampling(&mut self, settings: DrawSettings, seed: u32) {
        self.settings = settings;
        self.seed = seed;
    }

    /// The cache no longer fits the weights, or somebody else used it.
    pub fn forget_cache(&mut self) {
        self.cached = 0;
    }

    /// Writes up to `count` tokens, at most [`HISTORY`], with one reading.
    ///
    /// # Errors
    /// A lost or too small device.
    pub async fn advance(&mut self, run: &mut Run, count: usize) -> Result<Vec<Drawn>, RunError> {
        if run.most_steps().is_some() {
            let count = count.clamp(1, HISTORY);
            let (settings, seed) = (self.settings, self.seed);
            return Ok(counted::write(
                run.counts()?,
                &mut self.tokens,
                count,
                settings,
                seed,
            ));
        }
        let capacity = run.spec.model.context as usize;
        let vocabulary = run.spec.vocabulary;
        let id = run.decoding_plan()?;
        if self.cached >= capacity {
            self.cached = 0;
        }
        if self.cached == 0 {
            // A full window begins anew with its later half, so that there is room to write.
            let kept = if self.tokens.len() < capacity {
                self.tokens.len()
            } else {
                (capacity / 2).max(1)
            };
            self.start = self.tokens.len() - kept;
            let window = &self.tokens[self.start..];
            let tokens = Buffer::State("tokens".to_owned());
            run.executor.write(id, &tokens, 0, window);
            let cursor = Buffer::State("cursor".to_owned());
            run.executor.write(id, &cursor, 0, &[0]);
            let states = run.executor.plan(id).states.clone();
            // A recurrent model begins with a state of zeros; a cache is overwritten as it is filled.
            for (name, words) in states.iter().filter(|(name, _)| name.starts_with(DECODING)) {
                let state = Buffer::State(name.clone());
                run.executor.write(id, &state, 0, &vec![0; *words]);
            }
            let mut prompt_steps = (kept - 1) as u32;
            while prompt_steps > 0 {
                let some = prompt_steps.min(MOST_STEPS);
                run.executor.run(id, &self.globals(kept), some, false);
                prompt_steps -= some;
            }
            self.cached = kept;
        }
        let count = count.clamp(1, HISTORY).min(capacity - self.cached);
        let globals = self.globals(self.cached);
        let reading = run
            .executor
            .run(id, &globals, count as u32, true)
            .expect("a reading was asked for")
            .await?;
        let (tokens, rest) = reading.split_at(capacity);
        let history = &rest[1..];
        let drawn: Vec<Drawn> = (self.cached..self.cached + count)
            .map(|position| Drawn {
                token: tokens[position].to_bits(),
                log_probabilities: history[(position - 1) % HISTORY * vocabulary..][..vocabulary]
                    .to_vec(),
            })
            .collect();
        self.cached += count;
        self.tokens.extend(drawn.iter().map(|d| d.token));
        Ok(drawn)
    }

    fn globals(&self, given: usize) -> Globals {
        Globals {
            // Every window has its own draws: the sampler counts by position in the window.
            seed: crate::rng::stream_key(self.seed, self.start as u32),
            temperature: self.settings.temperature,
            top_k: self.settings.top_k,
            top_p: self.settings.top_p,
            prompt_len: given as u32,
            ..Globals::default()
        }
    }
}
