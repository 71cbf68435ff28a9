//! What the data laboratory knows: the own text that was kept, the page of the corpus on show, whether Moby Dick is here.

use crate::session::protocol::Event;
use crate::session::validate::MOST_TEXT;

/// Characters on one page of the preview.
pub const PAGE: u32 = 1200;
/// Vocabulary entries shown; more would only be scrolled past.
pub const ENTRIES_SHOWN: usize = 400;

/// A text of the person's own, kept in the worker.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnText {
    pub name: String,
    pub bytes: u64,
    pub characters: u64,
}

/// Whether a corpus the site may carry is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Availability {
    /// Not looked yet.
    #[default]
    Unknown,
    Here,
    /// With the reason the site gives, empty when it gives none.
    Missing(String),
}

/// The laboratory's knowledge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub own: Option<OwnText>,
    /// (offset in bytes, text).
    pub page: Option<(u32, String)>,
    pub moby_dick: Availability,
}

impl State {
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::TextKept {
                name,
                bytes,
                characters,
            } => {
                self.own = Some(OwnText {
                    name: name.clone(),
                    bytes: *bytes,
                    characters: *characters,
                });
            }
            Event::Prepared(_) => self.page = None,
            Event::CorpusPage { offset, text } => self.page = Some((*offset, text.clone())),
            _ => {}
        }
    }

    /// The offsets of the pages before and after the one on show, where there are any.
    /// `bytes`: length of the whole text. One page back is as many bytes as this page has, which for any one language is about
    /// as many characters.
    pub fn neighbours(&self, bytes: u64) -> (Option<u32>, Option<u32>) {
        let Some((offset, text)) = &self.page else {
            return (None, None);
        };
        let length = (text.len() as u32).max(1);
        let before = (*offset > 0).then(|| offset.saturating_sub(length));
        let after = offset.saturating_add(length);
        (before, (u64::from(after) < bytes).then_some(after))
    }
}

/// What the site's index of corpora says of Moby Dick.
pub fn availability(index: &serde_json::Value) -> Availability {
    let entry = index["corpora"]
        .as_array()
        .and_then(|list| list.iter().find(|entry| entry["id"] == "moby-dick"));
    match entry {
        Some(entry) if entry["file"].is_string() => Availability::Here,
        Some(entry) => Availability::Missing(entry["missing"].as_str().unwrap_or("").into()),
        None => Availability::Missing(String::new()),
    }
}

/// Why a text cannot be taken before it is even read; `None` when it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    Empty,
    TooLarge,
}

/// Checks the size of an own text.
pub fn unfit(bytes: u64) -> Option<Unfit> {
    match bytes {
        0 => Some(Unfit::Empty),
        bytes if bytes > MOST_TEXT => Some(Unfit::TooLarge),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_neighbours_inside_the_text() {
        let mut state = State::default();
        assert_eq!(state.neighbours(5000), (None, None));
        let page = |offset| Event::CorpusPage {
            offset,
            text: "鲸".repeat(400),
        };
        state.apply(&page(0));
        assert_eq!(state.neighbours(5000), (None, Some(1200)));
        state.apply(&page(600));
        assert_eq!(state.neighbours(1800), (Some(0), None));
    }

    #[test]
    fn sizes_are_checked_before_reading() {
        assert_eq!(unfit(0), Some(Unfit::Empty));
        assert_eq!(unfit(10_000_000), None);
        assert_eq!(unfit(10_000_001), Some(Unfit::TooLarge));
    }

    #[test]
    fn the_index_tells_whether_the_corpus_is_here() {
        let entry = |file: Option<&str>, missing: Option<&str>| serde_json::json!({"corpora": [{"id": "moby-dick", "file": file, "missing": missing}]});
        assert_eq!(
            availability(&entry(Some("moby-dick.txt"), None)),
            Availability::Here
        );
        assert_eq!(
            availability(&entry(None, Some("no npm"))),
            Availability::Missing("no npm".into())
        );
        assert_eq!(
            availability(&serde_json::json!(null)),
            Availability::Missing(String::new())
        );
    }

    #[test]
    fn a_kept_text_is_remembered() {
        let mut state = State::default();
        state.apply(&Event::TextKept {
            name: "poem.txt".into(),
            bytes: 12,
            characters: 4,
        });
        assert_eq!(state.own.unwrap().name, "poem.txt");
    }
}
