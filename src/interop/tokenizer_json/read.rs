//! From the file to the tokenizer.

use serde_json::Value;

use super::added::Added;
use super::error::{ReadError, shown};
use super::file::{AddedToken, File, Vocabulary};
use super::imported::{Imported, Model};
use super::json::{kind, text};
use super::models::{MODELS, bpe, byte_level, unigram, wordpiece};
use super::normalise::{Normalised, steps};
use crate::tokenizer::Tokenizer;

/// The largest file, and the most tokens and merges, that are read. Vocabularies in use stay below half of each.
const MOST_BYTES: usize = 64 << 20;
const MOST_TOKENS: usize = 1 << 20;
const MOST_MERGES: usize = 1 << 21;

/// The tokenizer of a `tokenizer.json`: byte-level BPE, Unigram with Metaspace, or WordPiece. What the file does not use is not read;
/// what it uses and is not known here is an error, so that ids are never silently others.
///
/// # Errors
/// See [`ReadError`]; no file makes this panic, and memory stays in proportion to the file.
pub fn read(file: &[u8]) -> Result<Imported, ReadError> {
    if file.len() > MOST_BYTES {
        return Err(ReadError::TooLarge {
            bytes: file.len(),
            most: MOST_BYTES,
        });
    }
    let file: File =
        serde_json::from_slice(file).map_err(|error| ReadError::NotJson(shown_error(&error)))?;
    for (what, number, most) in [
        (
            "tokens",
            file.model.vocab.len() + file.added_tokens.len(),
            MOST_TOKENS,
        ),
        ("merges", file.model.merges.len(), MOST_MERGES),
    ] {
        if number > most {
            return Err(ReadError::TooMany { what, most });
        }
    }
    if file.model.byte_fallback {
        return Err(ReadError::Unsupported {
            part: "model",
            found: "byte fallback".to_owned(),
            known: MODELS,
        });
    }
    let mut adds_blank = false;
    let mut pipeline = Vec::new();
    let model = match (file.model.kind(), &file.model.vocab) {
        ("BPE", Vocabulary::Ids(vocabulary)) => {
            pipeline = steps(&file.normalizer)?;
            let (pattern, has_prefix) = byte_level(&file.pre_tokenizer)?;
            adds_blank = has_prefix;
            Model::Bpe(Box::new(bpe(&file, vocabulary, pattern)?))
        }
        ("Unigram", Vocabulary::Scores(pieces)) => {
            pipeline = steps(&file.normalizer)?;
            Model::Unigram(Box::new(unigram(&file, pieces)?))
        }
        ("WordPiece", Vocabulary::Ids(vocabulary)) => {
            Model::WordPiece(Box::new(wordpiece(&file, vocabulary)?))
        }
        ("BPE" | "Unigram" | "WordPiece", _) => {
            return Err(ReadError::Malformed {
                part: "model",
                reason: "its vocabulary is of another type of model".to_owned(),
            });
        }
        (other, _) => {
            return Err(ReadError::Unsupported {
                part: "model",
                found: shown(other),
                known: MODELS,
            });
        }
    };
    let (in_normalised, in_text): (Vec<AddedToken>, Vec<AddedToken>) = file
        .added_tokens
        .iter()
        .cloned()
        .partition(|token| token.normalized);
    let specials = file.added_tokens.iter().filter(|token| token.special);
    let mut specials: Vec<(u32, String)> = specials
        .map(|token| (token.id, token.content.clone()))
        .collect();
    specials.sort_unstable();
    let imported = Imported {
        specials,
        in_text: Added::of(in_text, |token| token.content.clone()),
        in_normalised: Added::of(in_normalised, |token| {
            Normalised::of(&token.content, &pipeline).text
        }),
        frame: frame(&file.post_processor)?,
        steps: pipeline,
        adds_blank,
        model,
    };
    let size = imported.vocabulary_size();
    let framed = imported.frame.0.iter().chain(&imported.frame.1);
    if let Some(id) = framed.copied().find(|&id| id >= size) {
        return Err(ReadError::Malformed {
            part: "post_processor",
            reason: format!("it adds the token {id}, which the vocabulary does not have"),
        });
    }
    Ok(imported)
}

/// What the parser says, without repeating much of the file.
fn shown_error(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let start: String = message.chars().take(160).collect();
    if start.len() < message.len() {
        format!(
            "{start}… at line {} column {}",
            error.line(),
            error.column()
        )
    } else {
        start
    }
}

/// The ids that a post-processor puts before and after a single text.
fn frame(processor: &Value) -> Result<(Vec<u32>, Vec<u32>), ReadError> {
    let part = "post_processor";
    let malformed = |reason: &str| ReadError::Malformed {
        part,
        reason: reason.to_owned(),
    };
    let id = |value: &Value| {
        let id = value.as_u64().and_then(|id| u32::try_from(id).ok());
        id.ok_or_else(|| malformed("an id is no number"))
    };
    let mut frame = (Vec::new(), Vec::new());
    match kind(processor) {
        None | Some("ByteLevel") => {}
        Some("BertProcessing" | "RobertaProcessing") => {
            frame.0.push(id(&processor["cls"][1])?);
            frame.1.push(id(&processor["sep"][1])?);
        }
        Some("TemplateProcessing") => {
            let mut is_after = false;
            for piece in processor["single"].as_array().into_iter().flatten() {
                if piece["Sequence"].is_object() {
                    is_after = true;
                    continue;
                }
                let name = text(&piece["SpecialToken"], "id", part)?;
                let ids = processor["special_tokens"][name.as_str()]["ids"].as_array();
                let ids = ids.ok_or_else(|| malformed("a special token has no ids"))?;
                let side = if is_after { &mut frame.1 } else { &mut frame.0 };
                for value in ids {
                    side.push(id(value)?);
                }
            }
        }
        Some("Sequence") => {
            for processor in processor["processors"].as_array().into_iter().flatten() {
                let (before, after) = self::frame(processor)?;
                frame.0.splice(0..0, before);
                frame.1.extend(after);
            }
        }
        Some(other) => {
            return Err(ReadError::Unsupported {
                part,
                found: shown(other),
                known: "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing and sequences of these",
            });
        }
    }
    Ok(frame)
}
