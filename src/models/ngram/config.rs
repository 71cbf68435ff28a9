//! Settings of n-gram models, and what is wrong with settings or texts that make none.

use serde::{Deserialize, Serialize};

/// Largest order offered.
pub const MOST_ORDER: usize = 8;

/// Largest vocabulary taken.
pub const MOST_VOCABULARY: usize = 65_536;

/// What becomes of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Smoothing {
    MaximumLikelihood,
    AddK,
    /// Brants et al. 2007.
    StupidBackOff,
    /// Interpolated and modified, Chen and Goodman 1998.
    KneserNey,
}

/// Everything that decides the model, but the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NgramConfig {
    /// Tokens of an n-gram, 1–8.
    pub order: u32,
    pub smoothing: Smoothing,
    /// What add-k adds to every count, above 0.
    pub add_k: f32,
    /// Stupid back-off's α, above 0 and at most 1.
    pub back_off: f32,
}

impl Default for NgramConfig {
    fn default() -> Self {
        Self {
            order: 5,
            smoothing: Smoothing::KneserNey,
            add_k: 0.01,
            back_off: 0.4,
        }
    }
}

/// Why no model was trained. Shown to the user, so every message ends with a cure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum NgramError {
    #[error("An n-gram model of order {order} is not offered. Choose an order from 1 to {most}.")]
    Order { order: u32, most: u32 },
    #[error(
        "An n-gram model cannot have a vocabulary of {vocabulary}. Choose a tokenizer with 1 to {most} tokens."
    )]
    Vocabulary { vocabulary: u64, most: u64 },
    #[error(
        "The training text has {tokens} tokens; an n-gram model of order {order} needs at least {order}. Take a longer text, hold out less of it or lower the order."
    )]
    TooShort { tokens: u64, order: u32 },
    #[error(
        "Token {token} at position {position} is outside the vocabulary of {vocabulary}. Tokenize the text with the tokenizer that this vocabulary belongs to."
    )]
    Token {
        token: u32,
        position: u64,
        vocabulary: u64,
    },
    #[error(
        "Add-k smoothing cannot add {add_k} to every count. Choose a number above 0, or maximum likelihood to add nothing."
    )]
    AddK { add_k: f32 },
    #[error(
        "A back-off factor of {back_off} is out of range. Choose a number above 0 and at most 1."
    )]
    BackOff { back_off: f32 },
}

impl NgramConfig {
    /// Whether a model can have these settings; numbers that the smoothing does not use are not looked at.
    pub(super) fn check(&self) -> Result<(), NgramError> {
        if self.order == 0 || self.order as usize > MOST_ORDER {
            return Err(NgramError::Order {
                order: self.order,
                most: MOST_ORDER as u32,
            });
        }
        let add_k = self.add_k;
        if self.smoothing == Smoothing::AddK && !(add_k > 0.0 && add_k.is_finite()) {
            return Err(NgramError::AddK { add_k });
        }
        let back_off = self.back_off;
        if self.smoothing == Smoothing::StupidBackOff && !(back_off > 0.0 && back_off <= 1.0) {
            return Err(NgramError::BackOff { back_off });
        }
        Ok(())
    }
}
