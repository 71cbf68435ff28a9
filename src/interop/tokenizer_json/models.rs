//! The three kinds of models, each with the pre-tokenizer it is read with.

use std::collections::HashSet;

use serde_json::Value;

use super::error::{ReadError, shown};
use super::file::File;
use super::json::{flag, kind};
use super::tokens::Tokens;
use crate::tokenizer::bpe::{Bpe, BpeParts, byte_of_character};
use crate::tokenizer::presplit::Pattern;
use crate::tokenizer::unigram::spaces::{BLANK_SIGN, Prefix, Spaces};
use crate::tokenizer::unigram::{Unigram, UnigramParts};
use crate::tokenizer::wordpiece::{BertNormaliser, WordPiece, WordPieceParts};

/// The models that are known, for messages.
pub const MODELS: &str = "byte-level BPE, Unigram and WordPiece, without byte fallback";

/// The expression with which learned Unigram vocabularies cut lines out.
pub const LINE_ENDS: &str = r"[\r\n]+";

/// The pattern of a byte-level pre-tokenizer, and whether it puts a blank before the text.
pub fn byte_level(pre_tokenizer: &Value) -> Result<(Pattern, bool), ReadError> {
    let unsupported = |found: String| ReadError::Unsupported {
        part: "pre_tokenizer",
        found,
        known: "ByteLevel, alone or after a Split by the patterns of GPT-2, GPT-4, Llama 3 or Qwen (with BPE)",
    };
    let parts: Vec<&Value> = match kind(pre_tokenizer) {
        Some("Sequence") => {
            let list = pre_tokenizer["pretokenizers"].as_array();
            list.into_iter().flatten().collect()
        }
        Some(_) => vec![pre_tokenizer],
        None => Vec::new(),
    };
    let kinds: Vec<&str> = parts.iter().filter_map(|part| kind(part)).collect();
    match kinds.as_slice() {
        ["ByteLevel"] => {
            let pattern = if flag(parts[0], "use_regex", true) {
                Pattern::Gpt2
            } else {
                Pattern::Whole
            };
            Ok((pattern, flag(parts[0], "add_prefix_space", true)))
        }
        ["Split", "ByteLevel"]
            if !flag(parts[1], "use_regex", true) && !flag(parts[1], "add_prefix_space", true) =>
        {
            let expression = isolating(parts[0]).unwrap_or_default();
            let pattern = Pattern::of_expression(expression);
            let pattern =
                pattern.ok_or_else(|| unsupported(format!("a Split by {}", shown(expression))))?;
            Ok((pattern, false))
        }
        [] => Err(unsupported("nothing".to_owned())),
        other => Err(unsupported(shown(&other.join(", ")))),
    }
}

/// The expression of a Split that makes a piece of every match.
fn isolating(split: &Value) -> Option<&str> {
    let is_isolating = split["behavior"] == "Isolated" && !flag(split, "invert", false);
    let expression = split["pattern"]["Regex"].as_str();
    expression.filter(|_| is_isolating)
}

pub fn bpe(file: &File, vocabulary: &[(String, u32)], pattern: Pattern) -> Result<Bpe, ReadError> {
    let model = &file.model;
    let affixes = [&model.continuing_subword_prefix, &model.end_of_word_suffix];
    if let Some(affix) = affixes
        .into_iter()
        .flatten()
        .find(|affix| !affix.is_empty())
    {
        return Err(ReadError::Unsupported {
            part: "model",
            found: format!("pieces marked with {}", shown(affix)),
            known: MODELS,
        });
    }
    let tokens = Tokens::of(vocabulary, &file.added_tokens)?;
    let mut specials: Vec<u32> = file.added_tokens.iter().map(|token| token.id).collect();
    specials.extend(tokens.holes());
    specials.sort_unstable();
    specials.dedup();
    let mut bytes: Vec<Vec<u8>> = Vec::with_capacity(tokens.by_id.len());
    for (id, token) in (0u32..).zip(&tokens.by_id) {
        let token = token.unwrap_or_default();
        let is_special = specials.binary_search(&id).is_ok();
        let decoded: Option<Vec<u8>> = token.chars().map(byte_of_character).collect();
        match decoded {
            Some(decoded) if !is_special => bytes.push(decoded),
            _ => {
                // Written in no byte alphabet: no text becomes it.
                if !is_special {
                    specials.push(id);
                    specials.sort_unstable();
                }
                bytes.push(token.as_bytes().to_vec());
            }
        }
    }
    let mut merges = Vec::with_capacity(model.merges.len());
    for (merge, text) in model.merges.iter().enumerate() {
        let Some((first, second)) = text.pair() else {
            return Err(ReadError::Malformed {
                part: "list of merges",
                reason: format!("merge {merge} is no pair of tokens"),
            });
        };
        let id = |token: &str| {
            let id = tokens.ids.get(token).copied();
            id.ok_or_else(|| ReadError::UnknownInMerge {
                merge,
                token: shown(token),
            })
        };
        merges.push((id(first)?, id(second)?));
    }
    Ok(Bpe::from_parts(&BpeParts {
        is_byte_level: true,
        tokens: bytes,
        merges,
        pattern,
        specials,
        unknown: None,
        takes_wholes: model.ignore_merges,
    })?)
}

pub fn unigram(file: &File, pieces: &[(String, f64)]) -> Result<Unigram, ReadError> {
    let spaces = metaspace(&file.pre_tokenizer)?;
    let ids: Vec<(String, u32)> = (0..)
        .zip(pieces)
        .map(|(id, (piece, _))| (piece.clone(), id))
        .collect();
    let tokens = Tokens::of(&ids, &file.added_tokens)?;
    let unknown = file.model.unk_id.ok_or_else(|| ReadError::NoUnknownToken {
        token: "unk_id null".to_owned(),
    })?;
    // Tokens beyond the model's own never stand for text; their score must not become the least.
    let score = pieces.first().map_or(0.0, |(_, score)| *score);
    let pieces = (0..)
        .zip(&tokens.by_id)
        .map(|(id, token)| {
            let own = pieces.get(id).map_or(score, |(_, score)| *score);
            (token.unwrap_or_default().to_owned(), own)
        })
        .collect();
    let mut specials: Vec<u32> = tokens.holes().collect();
    specials.extend(
        file.added_tokens
            .iter()
            .filter(|token| token.special || token.id as usize >= ids.len())
            .map(|token| token.id),
    );
    Ok(Unigram::from_parts(UnigramParts {
        pieces,
        unknown,
        specials,
        spaces,
    })?)
}

/// How a Metaspace pre-tokenizer handles blanks; with a Split at line ends before it, as learned vocabularies are written.
fn metaspace(pre_tokenizer: &Value) -> Result<Spaces, ReadError> {
    let unsupported = |found: String| ReadError::Unsupported {
        part: "pre_tokenizer",
        found,
        known: "Metaspace with \"▁\", alone or after a Split at line ends (with Unigram)",
    };
    let parts: Vec<&Value> = match kind(pre_tokenizer) {
        Some("Sequence") => {
            let list = pre_tokenizer["pretokenizers"].as_array();
            list.into_iter().flatten().collect()
        }
        Some(_) => vec![pre_tokenizer],
        None => Vec::new(),
    };
    let kinds: Vec<&str> = parts.iter().filter_map(|part| kind(part)).collect();
    let (metaspace, cuts_at_lines) = match kinds.as_slice() {
        ["Metaspace"] => (parts[0], false),
        ["Split", "Metaspace"] if isolating(parts[0]) == Some(LINE_ENDS) => (parts[1], true),
        [] => return Err(unsupported("nothing".to_owned())),
        other => return Err(unsupported(shown(&other.join(", ")))),
    };
    let sign = metaspace["replacement"].as_str().unwrap_or_default();
    if sign.chars().ne([BLANK_SIGN]) {
        return Err(unsupported(format!("a Metaspace with {}", shown(sign))));
    }
    let prefix = match metaspace["prepend_scheme"].as_str() {
        _ if metaspace["add_prefix_space"] == false => Prefix::Never,
        Some("never") => Prefix::Never,
        Some("first") => Prefix::First,
        Some("always") | None => Prefix::Always,
        Some(other) => return Err(unsupported(format!("the prepend_scheme {}", shown(other)))),
    };
    if cuts_at_lines && prefix != Prefix::Never {
        return Err(unsupported("a blank before every line".to_owned()));
    }
    Ok(Spaces {
        prefix,
        cuts_at_blanks: flag(metaspace, "split", true),
        cuts_at_lines,
    })
}

pub fn wordpiece(file: &File, vocabulary: &[(String, u32)]) -> Result<WordPiece, ReadError> {
    let model = &file.model;
    let normaliser = match kind(&file.normalizer) {
        Some("BertNormalizer") => {
            let lowercases = flag(&file.normalizer, "lowercase", true);
            BertNormaliser {
                cleans: flag(&file.normalizer, "clean_text", true),
                isolates_ideographs: flag(&file.normalizer, "handle_chinese_chars", true),
                strips_accents: flag(&file.normalizer, "strip_accents", lowercases),
                lowercases,
            }
        }
        other => {
            return Err(ReadError::Unsupported {
                part: "normalizer",
                found: other.map_or("nothing".to_owned(), shown),
                known: "BertNormalizer (with WordPiece)",
            });
        }
    };
    match kind(&file.pre_tokenizer) {
        Some("BertPreTokenizer") => {}
        other => {
            return Err(ReadError::Unsupported {
                part: "pre_tokenizer",
                found: other.map_or("nothing".to_owned(), shown),
                known: "BertPreTokenizer (with WordPiece)",
            });
        }
    }
    if let Some(token) = file.added_tokens.iter().find(|token| token.normalized) {
        return Err(ReadError::Unsupported {
            part: "list of added tokens",
            found: format!("{} in normalised text", shown(&token.content)),
            known: "tokens found in the text as it is (with WordPiece)",
        });
    }
    let tokens = Tokens::of(vocabulary, &file.added_tokens)?;
    let unknown = model.unk_token.as_deref().unwrap_or("[UNK]");
    let unknown = tokens.ids.get(unknown).copied();
    let unknown = unknown.ok_or_else(|| ReadError::NoUnknownToken {
        token: shown(model.unk_token.as_deref().unwrap_or("[UNK]")),
    })?;
    // Added tokens that the model itself does not know are no pieces either.
    let own: HashSet<u32> = vocabulary.iter().map(|&(_, id)| id).collect();
    let specials = file
        .added_tokens
        .iter()
        .filter(|token| token.special || !own.contains(&token.id));
    Ok(WordPiece::from_parts(WordPieceParts {
        specials: specials
            .map(|token| token.id)
            .chain(tokens.holes())
            .collect(),
        pieces: tokens
            .by_id
            .iter()
            .map(|token| token.unwrap_or_default().to_owned())
            .collect(),
        unknown,
        continuation: model
            .continuing_subword_prefix
            .clone()
            .unwrap_or_else(|| "##".to_owned()),
        longest_word: model.max_input_chars_per_word.unwrap_or(100),
        normaliser,
    })?)
}
