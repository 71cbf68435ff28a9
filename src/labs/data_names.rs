//! What corpora are called on the page, for every laboratory that names one.

use super::setting::Say;
use crate::session::config::Corpus;
use crate::session::field::Choice;
use crate::words::words;

/// Name and one line about a corpus.
pub fn corpus_words(corpus: &Corpus) -> (Say, Say) {
    match corpus {
        Corpus::Generated => (|w| w.data.generated, |w| w.data.generated_note),
        Corpus::World => (|w| w.data.world, |w| w.data.world_note),
        Corpus::MobyDick => (|w| w.data.moby_dick, |w| w.data.moby_dick_note),
        Corpus::Sotu => (|w| w.data.sotu, |w| w.data.sotu_note),
        Corpus::FirstNames => (|w| w.data.first_names, |w| w.data.first_names_note),
        Corpus::Analects => (|w| w.data.analects, |w| w.data.analects_note),
        Corpus::BookOfSongs => (|w| w.data.book_of_songs, |w| w.data.book_of_songs_note),
        Corpus::SongCi => (|w| w.data.song_ci, |w| w.data.song_ci_note),
        Corpus::TangPoems => (|w| w.data.tang_poems, |w| w.data.tang_poems_note),
        Corpus::Own => (|w| w.data.own, |w| w.data.own_note),
    }
}

/// The name of a corpus by its word in links; the word itself when there is none such.
pub fn corpus_name(word: &str) -> String {
    let mut corpus = Corpus::Generated;
    if corpus.set_word(word) {
        corpus_words(&corpus).0(words()).to_owned()
    } else {
        word.to_owned()
    }
}
