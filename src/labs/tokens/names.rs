//! What tokenizers, splits and corpora are called on the page.

use super::super::data_names::corpus_words;
use super::super::setting::Say;
use super::state::Chosen;
use crate::session::config::{Corpus, Recipe, Split, TokenizerKind};
use crate::session::field::Choice;
use crate::ui::number::integer;
use crate::words::words;

/// Every kind, in the order it is offered: (word in links, name).
pub const KINDS: &[(TokenizerKind, &str, Say)] = &[
    (TokenizerKind::Characters, "characters", |w| {
        w.fields.tokenizer_characters
    }),
    (TokenizerKind::Bytes, "bytes", |w| w.fields.tokenizer_bytes),
    (TokenizerKind::Words, "words", |w| w.fields.tokenizer_words),
    (TokenizerKind::BpeCharacters, "bpe", |w| {
        w.fields.tokenizer_bpe
    }),
    (TokenizerKind::BpeBytes, "bpe-bytes", |w| {
        w.fields.tokenizer_bpe_bytes
    }),
    (TokenizerKind::Unigram, "unigram", |w| {
        w.fields.tokenizer_unigram
    }),
];

/// Every split, likewise.
pub const SPLITS: &[(Split, &str, Say)] = &[
    (Split::None, "none", |w| w.fields.split_none),
    (Split::Whitespace, "whitespace", |w| {
        w.fields.split_whitespace
    }),
    (Split::Gpt2, "gpt2", |w| w.fields.split_gpt2),
    (Split::Gpt4, "gpt4", |w| w.fields.split_gpt4),
];

/// A tokenizer in a few words: its kind, and its size where it has one.
pub fn recipe_name(recipe: &Recipe) -> String {
    let name = KINDS.iter().find(|kind| kind.0 == recipe.kind);
    let name = name.map_or(recipe.kind.word(), |kind| (kind.2)(words()));
    if recipe.kind.is_sized() {
        format!("{name} · {}", integer(u64::from(recipe.vocabulary)))
    } else {
        name.to_owned()
    }
}

/// A strip's tokenizer in a few words.
pub fn strip_name(chosen: &Chosen, playground: &Recipe) -> String {
    match chosen {
        Chosen::Playground => recipe_name(playground),
        Chosen::Beside { recipe, .. } => recipe_name(recipe),
        Chosen::Imported { name, .. } => name.clone(),
    }
}

/// A corpus in a few words.
pub fn corpus_name(corpus: &Corpus) -> &'static str {
    corpus_words(corpus).0(words())
}
