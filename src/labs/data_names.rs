//! What corpora and tasks are called on the page, for every laboratory that names one.

use super::setting::Say;
use crate::session::config::{Corpus, TaskKind};
use crate::session::field::Choice;
use crate::words::words;

/// Name and one line about a corpus.
pub fn corpus_words(corpus: &Corpus) -> (Say, Say) {
    match corpus {
        Corpus::Generated => (|w| w.data.generated, |w| w.data.generated_note),
        Corpus::World => (|w| w.data.world, |w| w.data.world_note),
        Corpus::Task => (|w| w.tasks.corpus, |w| w.tasks.corpus_note),
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

pub fn task_name(kind: TaskKind) -> Say {
    match kind {
        TaskKind::Addition => |w| w.tasks.addition,
        TaskKind::Multiplication => |w| w.tasks.multiplication,
        TaskKind::ModularAddition => |w| w.tasks.modular_addition,
        TaskKind::Copy => |w| w.tasks.copy,
        TaskKind::Reverse => |w| w.tasks.reverse,
        TaskKind::Sort => |w| w.tasks.sort,
        TaskKind::Repeat => |w| w.tasks.repeat,
        TaskKind::Parity => |w| w.tasks.parity,
        TaskKind::Dyck1 => |w| w.tasks.dyck_1,
        TaskKind::Dyck2 => |w| w.tasks.dyck_2,
        TaskKind::Elman1990 => |w| w.tasks.elman_1990,
        TaskKind::Elman1991 => |w| w.tasks.elman_1991,
        TaskKind::TwoSum => |w| w.tasks.two_sum,
        TaskKind::MarkedAddition => |w| w.tasks.marked_addition,
        TaskKind::TemporalOrder => |w| w.tasks.temporal_order,
        TaskKind::SelectiveCopy => |w| w.tasks.selective_copy,
        TaskKind::AssociativeRecall => |w| w.tasks.associative_recall,
        TaskKind::Markov1 => |w| w.tasks.markov_1,
        TaskKind::MarkovN => |w| w.tasks.markov_n,
    }
}

/// What a size of a task is called, by its word.
pub fn size_name(key: &str) -> Say {
    match key {
        "digits" => |w| w.tasks.size_digits,
        "reversed" => |w| w.tasks.size_reversed,
        "modulus" => |w| w.tasks.size_modulus,
        "length" => |w| w.tasks.size_length,
        "symbols" => |w| w.tasks.size_symbols,
        "times" => |w| w.tasks.size_times,
        "depth" => |w| w.tasks.size_depth,
        "count" => |w| w.tasks.size_count,
        "largest" => |w| w.tasks.size_largest,
        "signals" => |w| w.tasks.size_signals,
        "blanks" => |w| w.tasks.size_blanks,
        "pairs" => |w| w.tasks.size_pairs,
        "order" => |w| w.tasks.size_order,
        _ => |w| w.tasks.size_source,
    }
}
