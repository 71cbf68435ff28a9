//! A byte-pair tokenizer out of the parts that a vocabulary file has, and back.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::alphabet::Alphabet;
use super::tokens::Tokens;
use super::{Bpe, Merge};
use crate::tokenizer::Tokenizer;
use crate::tokenizer::presplit::Pattern;

/// What makes a byte-pair tokenizer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BpeParts {
    /// Bytes, or else characters.
    pub is_byte_level: bool,
    /// The bytes of every token by id (not GPT-2's byte alphabet); special tokens as they are written.
    pub tokens: Vec<Vec<u8>>,
    /// Pairs of ids by rank.
    pub merges: Vec<(u32, u32)>,
    pub pattern: Pattern,
    /// Ids that no text becomes.
    pub specials: Vec<u32>,
    /// What characters without an id become; needed without bytes, and not used with them.
    pub unknown: Option<u32>,
    /// Whether a piece that is a token is taken whole, whatever the merges say (`ignore_merges`).
    pub takes_wholes: bool,
}

/// Why parts make no tokenizer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartsError {
    #[error(
        "The vocabulary has no token for the byte 0x{0:02X}. Take a byte-level vocabulary, which has all 256."
    )]
    ByteWithoutToken(u8),
    #[error(
        "Merge {merge} names token {id}, which the vocabulary does not have. Take the vocabulary and the merges from the same file."
    )]
    MergeOfNothing { merge: usize, id: u32 },
    #[error(
        "Merge {merge} makes a token that the vocabulary does not have. Take the vocabulary and the merges from the same file."
    )]
    MergeWithoutToken { merge: usize },
    #[error(
        "Merge {merge} joins the unknown token to something, which no text calls for. Leave the merge out."
    )]
    MergeOfUnknown { merge: usize },
    #[error(
        "Special token {0} is not in the vocabulary. Take the special tokens from the same file."
    )]
    SpecialWithoutToken(u32),
    #[error(
        "The vocabulary has no unknown token, so characters it lacks could not be written. Name one, or take a byte-level vocabulary."
    )]
    NoUnknown,
    #[error(
        "The vocabulary has {0} bytes of tokens; at most {1} can be held. Choose a smaller one."
    )]
    TooLarge(usize, u32),
}

impl Bpe {
    /// The tokenizer of parts.
    ///
    /// # Errors
    /// For parts that do not fit together; see [`PartsError`].
    pub fn from_parts(parts: &BpeParts) -> Result<Self, PartsError> {
        let bytes: usize = parts.tokens.iter().map(Vec::len).sum();
        // Ids and lengths share their words with a mark in the highest bit.
        const MOST: u32 = u32::MAX >> 1;
        if bytes.max(parts.tokens.len()) > MOST as usize {
            return Err(PartsError::TooLarge(bytes, MOST));
        }
        let mut tokens = Tokens::default();
        for token in &parts.tokens {
            tokens.push(token);
        }
        let mut specials = parts.specials.clone();
        specials.extend(parts.unknown.filter(|_| !parts.is_byte_level));
        specials.sort_unstable();
        specials.dedup();
        if let Some(&id) = specials.last()
            && id >= tokens.len()
        {
            return Err(PartsError::SpecialWithoutToken(id));
        }
        // Of two ordinary tokens with the same bytes the first counts.
        let mut ids: FxHashMap<&[u8], u32> = FxHashMap::default();
        for (id, token) in parts.tokens.iter().enumerate() {
            if specials.binary_search(&(id as u32)).is_err() {
                ids.entry(token).or_insert(id as u32);
            }
        }
        let alphabet = if parts.is_byte_level {
            bytes_of(&ids)?
        } else {
            Alphabet::Characters {
                ids: characters_of(&ids),
                unknown: parts.unknown.ok_or(PartsError::NoUnknown)?,
            }
        };
        let lengths: Vec<u32> = (0..tokens.len())
            .map(|id| {
                let token = tokens.get(id);
                let is_one = Some(id) == parts.unknown;
                match std::str::from_utf8(token) {
                    _ if is_one => 1,
                    Ok(text) if !parts.is_byte_level => text.chars().count() as u32,
                    _ => token.len() as u32,
                }
            })
            .collect();
        let mut merges = Vec::with_capacity(parts.merges.len());
        for (merge, &pair) in parts.merges.iter().enumerate() {
            for id in [pair.0, pair.1] {
                if id >= tokens.len() {
                    return Err(PartsError::MergeOfNothing { merge, id });
                }
            }
            let token = [tokens.get(pair.0), tokens.get(pair.1)].concat();
            let id = ids.get(&*token).copied();
            let id = id.ok_or(PartsError::MergeWithoutToken { merge })?;
            // Only the unknown token is shorter than it is written.
            let length = |id: u32| u64::from(lengths[id as usize]);
            if length(pair.0) + length(pair.1) != length(id) {
                return Err(PartsError::MergeOfUnknown { merge });
            }
            merges.push(Merge { pair, id });
        }
        let wholes = parts
            .takes_wholes
            .then(|| ids.iter().map(|(&token, &id)| (token.into(), id)).collect());
        let pattern = parts.pattern;
        let bpe = Self::assemble(alphabet, tokens, lengths, merges, pattern, specials, 0.0);
        Ok(Self { wholes, ..bpe })
    }

    /// The parts of this tokenizer; [`Bpe::from_parts`] makes it again (dropout, which is no part of a vocabulary, aside). A
    /// pair that was merged twice is listed where its last rank is, as vocabulary files list it.
    pub fn parts(&self) -> BpeParts {
        let ranked = self.merges.iter().enumerate();
        BpeParts {
            is_byte_level: self.is_byte_level(),
            tokens: (0..self.tokens.len())
                .map(|id| self.tokens.get(id).to_vec())
                .collect(),
            merges: ranked
                .filter(|(rank, merge)| {
                    self.rank(merge.pair.0, merge.pair.1, u32::MAX) == Some(*rank as u32)
                })
                .map(|(_, merge)| merge.pair)
                .collect(),
            pattern: self.pattern,
            specials: self.specials.clone(),
            unknown: self.unknown(),
            takes_wholes: self.wholes.is_some(),
        }
    }
}

fn bytes_of(ids: &FxHashMap<&[u8], u32>) -> Result<Alphabet, PartsError> {
    let mut bytes = Box::new([0; 256]);
    for byte in 0..=255 {
        let id = ids.get([byte].as_slice()).copied();
        bytes[usize::from(byte)] = id.ok_or(PartsError::ByteWithoutToken(byte))?;
    }
    Ok(Alphabet::Bytes(bytes))
}

fn characters_of(ids: &FxHashMap<&[u8], u32>) -> FxHashMap<char, u32> {
    ids.iter()
        .filter_map(|(token, &id)| {
            let mut characters = std::str::from_utf8(token).ok()?.chars();
            let first = characters.next()?;
            characters.next().is_none().then_some((first, id))
        })
        .collect()
}
