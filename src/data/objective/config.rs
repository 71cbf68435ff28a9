//! Which objective, with its settings; their ranges; the lengths that follow.

use serde::{Deserialize, Serialize};

use super::error::ObjectiveError;
use super::spans;
use super::specials::Specials;

/// What a model is trained to predict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Objective {
    /// The next token (decoder).
    #[default]
    Causal,
    /// Tokens that were masked (encoder).
    Masked,
    /// Masked tokens, and whether two segments follow one another (encoder).
    NextSentence,
    /// A text that was damaged, whole (encoder–decoder).
    Denoising,
    /// The spans that were left out of a text (encoder–decoder).
    Spans,
    /// A text from a text (encoder–decoder).
    TextToText,
    /// The answer after a prompt (decoder).
    Prompted,
}

impl Objective {
    pub const ALL: [Objective; 7] = [
        Objective::Causal,
        Objective::Masked,
        Objective::NextSentence,
        Objective::Denoising,
        Objective::Spans,
        Objective::TextToText,
        Objective::Prompted,
    ];

    /// Its word in links and messages.
    pub fn key(self) -> &'static str {
        match self {
            Objective::Causal => "causal",
            Objective::Masked => "masked",
            Objective::NextSentence => "next-sentence",
            Objective::Denoising => "denoising",
            Objective::Spans => "spans",
            Objective::TextToText => "text-to-text",
            Objective::Prompted => "prompted",
        }
    }

    /// The objective of a word in a link.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|objective| objective.key() == key)
    }

    /// Whether an encoder reads a source before the decoder writes.
    pub fn has_source(self) -> bool {
        matches!(
            self,
            Objective::Denoising | Objective::Spans | Objective::TextToText
        )
    }

    /// Whether a token may see those after it: the model is an encoder alone.
    pub fn is_bidirectional(self) -> bool {
        matches!(self, Objective::Masked | Objective::NextSentence)
    }

    /// Whether it is made of pairs of a source and a target instead of running text.
    pub fn takes_pairs(self) -> bool {
        matches!(self, Objective::TextToText | Objective::Prompted)
    }
}

impl std::fmt::Display for Objective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

/// When masks are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Masking {
    /// Once: a place of the text is masked the same way every time it is seen.
    Static,
    /// Anew every time (RoBERTa).
    #[default]
    Dynamic,
}

/// An objective and its settings. Each objective reads its own and leaves the others alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectiveConfig {
    pub objective: Objective,
    /// Masked, NextSentence: share of the tokens that are to be predicted.
    pub mask_rate: f32,
    /// Of these, how many become \[MASK\], another token, or stay: in proportion to the three.
    pub mask_share: f32,
    pub random_share: f32,
    pub unchanged_share: f32,
    pub masking: Masking,
    /// Whether words are masked whole.
    pub whole_words: bool,
    /// Denoising: chance that a token becomes \[MASK\].
    pub noise_mask: f32,
    /// Denoising: chance that a token is left out.
    pub noise_delete: f32,
    /// Denoising: share of the tokens in spans of which each becomes one \[MASK\].
    pub infill: f32,
    /// Denoising: λ, the mean length of such a span.
    pub infill_mean: f32,
    /// Denoising: chance that the sentences of an example are shuffled.
    pub permute: f32,
    /// Denoising: chance that an example is rotated to begin elsewhere.
    pub rotate: f32,
    /// Spans: share of the tokens that are left out.
    pub span_rate: f32,
    /// Spans: mean length of a span.
    pub span_mean: f32,
}

impl Default for ObjectiveConfig {
    /// The papers' settings.
    fn default() -> Self {
        Self {
            objective: Objective::Causal,
            mask_rate: 0.15,
            mask_share: 0.8,
            random_share: 0.1,
            unchanged_share: 0.1,
            masking: Masking::Dynamic,
            whole_words: false,
            noise_mask: 0.0,
            noise_delete: 0.0,
            infill: 0.3,
            infill_mean: 3.0,
            permute: 1.0,
            rotate: 0.0,
            span_rate: 0.15,
            span_mean: 3.0,
        }
    }
}

/// The lengths of an objective's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// T: inputs and targets.
    pub context: usize,
    /// S: the source, where there is one.
    pub source_context: Option<usize>,
}

impl ObjectiveConfig {
    /// Errors: [`ObjectiveError::OutOfRange`] and [`ObjectiveError::Shares`], of the settings that the objective reads.
    pub fn check(&self) -> Result<(), ObjectiveError> {
        let ranges: &[(&'static str, f32, f32, f32)] = match self.objective {
            Objective::Causal | Objective::TextToText | Objective::Prompted => &[],
            Objective::Masked | Objective::NextSentence => {
                let shares = [self.mask_share, self.random_share, self.unchanged_share];
                let is_share = |share: &f32| (0.0..=1.0).contains(share);
                if !shares.iter().all(is_share) || shares.iter().sum::<f32>() <= 0.0 {
                    let [mask, random, unchanged] = shares;
                    return Err(ObjectiveError::Shares {
                        mask,
                        random,
                        unchanged,
                    });
                }
                &[("Masking rate", self.mask_rate, 0.01, 1.0)]
            }
            Objective::Denoising => &[
                ("Noise masking rate", self.noise_mask, 0.0, 1.0),
                ("Deletion rate", self.noise_delete, 0.0, 1.0),
                ("Infilling rate", self.infill, 0.0, 1.0),
                ("Mean infilling length", self.infill_mean, 0.5, 20.0),
                ("Sentence permutation", self.permute, 0.0, 1.0),
                ("Rotation", self.rotate, 0.0, 1.0),
            ],
            Objective::Spans => &[
                ("Span corruption rate", self.span_rate, 0.01, 0.9),
                ("Mean span length", self.span_mean, 1.0, 64.0),
            ],
        };
        for &(setting, given, least, most) in ranges {
            // what is no number lies in no range
            if !(least..=most).contains(&given) {
                return Err(ObjectiveError::OutOfRange {
                    setting,
                    given,
                    least,
                    most,
                });
            }
        }
        Ok(())
    }

    /// The lengths of the rows within a model's context: neither is above it.
    ///
    /// Errors: those of [`ObjectiveConfig::check`]; [`ObjectiveError::ContextTooShort`].
    pub fn lengths(&self, context: usize) -> Result<Lengths, ObjectiveError> {
        self.check()?;
        let needed = match self.objective {
            Objective::Causal | Objective::TextToText | Objective::Prompted => 1,
            // [CLS] x [SEP];   [CLS] a [SEP] b [SEP]
            Objective::Masked => 3,
            Objective::NextSentence => 5,
            // x y [EOS];   x <0> [EOS] and <0> y <1>
            Objective::Denoising | Objective::Spans => 3,
        };
        if context < needed {
            return Err(ObjectiveError::ContextTooShort {
                objective: self.objective,
                context,
                needed,
            });
        }
        Ok(match self.objective {
            Objective::Spans => {
                let tokens = spans::fit(context, self.span_rate, self.span_mean);
                let split = spans::Split::of(tokens, self.span_rate, self.span_mean);
                Lengths {
                    context: split.target_length(),
                    source_context: Some(split.source_length()),
                }
            }
            objective => Lengths {
                context,
                source_context: objective.has_source().then_some(context),
            },
        })
    }

    /// How many special tokens come after the tokenizer's own; none for the causal objective.
    ///
    /// Errors: as [`ObjectiveConfig::lengths`].
    pub fn special_tokens(&self, context: usize) -> Result<u32, ObjectiveError> {
        self.lengths(context)?;
        Ok(match self.objective {
            Objective::Causal => 0,
            Objective::Spans => {
                let tokens = spans::fit(context, self.span_rate, self.span_mean);
                let split = spans::Split::of(tokens, self.span_rate, self.span_mean);
                // one for each span, and the last one that ends the target
                Specials::FIXED + split.spans as u32 + 1
            }
            _ => Specials::FIXED,
        })
    }
}
