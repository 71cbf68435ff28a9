//! Worlds as a whole: the entropy against exhaustive counts, truth against text, dials against frequencies.

mod dials;
mod exact;
mod meaning;

use super::*;

/// A corpus of one genre in English, or in Chinese with `chinese` 1.
fn corpus_of(genre: Genre, chinese: f32, change: impl Fn(&mut WorldConfig)) -> WorldCorpus {
    let mut config = WorldConfig {
        chinese,
        ..WorldConfig::default()
    }
    .only(genre);
    change(&mut config);
    generate(&config, 7, 60_000).unwrap()
}

fn texts(corpus: &WorldCorpus) -> impl Iterator<Item = (&Document, &str)> {
    corpus
        .documents
        .iter()
        .map(|document| (document, &corpus.text[document.range.clone()]))
}
