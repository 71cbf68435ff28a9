//! From the tokenizer to the file. What is written, the `tokenizers` crate loads and cuts into the same ids.

use std::any::Any;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::error::WriteError;
use super::models::LINE_ENDS;
use crate::tokenizer::bpe::{Bpe, BpeParts, character_of_byte};
use crate::tokenizer::presplit::Pattern;
use crate::tokenizer::unigram::Unigram;
use crate::tokenizer::unigram::spaces::{BLANK_SIGN, Prefix, Spaces};
use crate::tokenizer::wordpiece::WordPiece;
use crate::tokenizer::{Bytes, Tokenizer};

/// A `tokenizer.json` of a learned tokenizer. Special tokens are listed as such; none is added to encoded text.
///
/// # Errors
/// For tokenizers without such a form (characters, words, character-level BPE, and imported ones, whose file is there already), and
/// where two tokens would be written alike.
pub fn write(tokenizer: &dyn Tokenizer) -> Result<String, WriteError> {
    let any: &dyn Any = tokenizer;
    let file = if let Some(bpe) = any.downcast_ref::<Bpe>() {
        byte_level(&bpe.parts())?
    } else if let Some(unigram) = any.downcast_ref::<Unigram>() {
        unigram_file(unigram)?
    } else if let Some(pieces) = any.downcast_ref::<WordPiece>() {
        wordpiece(pieces)?
    } else if any.is::<Bytes>() {
        byte_level(&BpeParts {
            is_byte_level: true,
            tokens: (0..=255).map(|byte| vec![byte]).collect(),
            merges: Vec::new(),
            pattern: Pattern::Whole,
            specials: Vec::new(),
            unknown: None,
            takes_wholes: false,
        })?
    } else {
        return Err(WriteError::NoForm);
    };
    Ok(file.to_string())
}

/// The parts that every file has.
fn file(
    added: Vec<Value>,
    normalizer: Value,
    pre_tokenizer: Value,
    decoder: Value,
    model: Value,
) -> Value {
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added,
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": null,
        "decoder": decoder,
        "model": model,
    })
}

fn added(id: u32, content: &str) -> Value {
    json!({
        "id": id,
        "content": content,
        "single_word": false,
        "lstrip": false,
        "rstrip": false,
        "normalized": false,
        "special": true,
    })
}

/// Ids by token.
fn vocabulary(tokens: impl Iterator<Item = String>) -> Result<Map<String, Value>, WriteError> {
    let mut first_ids: HashMap<String, u32> = HashMap::new();
    let mut vocabulary = Map::new();
    for (second, token) in (0..).zip(tokens) {
        if let Some(&first) = first_ids.get(&token) {
            return Err(WriteError::Alike { first, second });
        }
        first_ids.insert(token.clone(), second);
        vocabulary.insert(token, json!(second));
    }
    Ok(vocabulary)
}

fn byte_level(parts: &BpeParts) -> Result<Value, WriteError> {
    if !parts.is_byte_level {
        return Err(WriteError::NoForm);
    }
    let written = |id: u32| -> String {
        let token = &parts.tokens[id as usize];
        match parts.specials.contains(&id) {
            true => String::from_utf8_lossy(token).into_owned(),
            false => token.iter().map(|&byte| character_of_byte(byte)).collect(),
        }
    };
    let ids = 0..parts.tokens.len() as u32;
    let merges: Vec<Value> = parts
        .merges
        .iter()
        .map(|&(first, second)| json!([written(first), written(second)]))
        .collect();
    let bytes = |use_regex: bool| {
        json!({
            "type": "ByteLevel",
            "add_prefix_space": false,
            "trim_offsets": true,
            "use_regex": use_regex,
        })
    };
    let pre_tokenizer = match parts.pattern.expression() {
        None => bytes(false),
        Some(_) if parts.pattern == Pattern::Gpt2 => bytes(true),
        Some(expression) => json!({
            "type": "Sequence",
            "pretokenizers": [isolating(&expression), bytes(false)],
        }),
    };
    let specials = parts.specials.iter();
    Ok(file(
        specials.map(|&id| added(id, &written(id))).collect(),
        Value::Null,
        pre_tokenizer,
        bytes(true),
        json!({
            "type": "BPE",
            "dropout": null,
            "unk_token": null,
            "continuing_subword_prefix": null,
            "end_of_word_suffix": null,
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": parts.takes_wholes,
            "vocab": vocabulary(ids.map(written))?,
            "merges": merges,
        }),
    ))
}

fn isolating(expression: &str) -> Value {
    json!({
        "type": "Split",
        "pattern": { "Regex": expression },
        "behavior": "Isolated",
        "invert": false,
    })
}

fn unigram_file(unigram: &Unigram) -> Result<Value, WriteError> {
    let parts = unigram.parts();
    // Written twice, the later piece would take the earlier one's place.
    vocabulary(parts.pieces.iter().map(|(piece, _)| piece.clone()))?;
    let Spaces {
        prefix,
        cuts_at_blanks,
        cuts_at_lines,
    } = parts.spaces;
    let metaspace = json!({
        "type": "Metaspace",
        "replacement": BLANK_SIGN,
        "prepend_scheme": match prefix {
            Prefix::Never => "never",
            Prefix::First => "first",
            Prefix::Always => "always",
        },
        "split": cuts_at_blanks,
    });
    let pre_tokenizer = if cuts_at_lines {
        json!({
            "type": "Sequence",
            "pretokenizers": [isolating(LINE_ENDS), metaspace.clone()],
        })
    } else {
        metaspace.clone()
    };
    let specials = parts.specials.iter();
    Ok(file(
        specials
            .map(|&id| added(id, &parts.pieces[id as usize].0))
            .collect(),
        Value::Null,
        pre_tokenizer,
        metaspace,
        json!({
            "type": "Unigram",
            "unk_id": parts.unknown,
            "vocab": parts.pieces,
            "byte_fallback": false,
        }),
    ))
}

fn wordpiece(pieces: &WordPiece) -> Result<Value, WriteError> {
    let parts = pieces.parts();
    let piece = |id: u32| parts.pieces[id as usize].as_str();
    let specials = parts.specials.iter();
    Ok(file(
        specials.map(|&id| added(id, piece(id))).collect(),
        json!({
            "type": "BertNormalizer",
            "clean_text": parts.normaliser.cleans,
            "handle_chinese_chars": parts.normaliser.isolates_ideographs,
            "strip_accents": parts.normaliser.strips_accents,
            "lowercase": parts.normaliser.lowercases,
        }),
        json!({ "type": "BertPreTokenizer" }),
        json!({ "type": "WordPiece", "prefix": parts.continuation, "cleanup": false }),
        json!({
            "type": "WordPiece",
            "unk_token": piece(parts.unknown),
            "continuing_subword_prefix": parts.continuation,
            "max_input_chars_per_word": parts.longest_word,
            "vocab": vocabulary(parts.pieces.iter().cloned())?,
        }),
    ))
}
