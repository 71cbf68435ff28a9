//! What the data laboratory knows: the own text that was kept, the page of the corpus on show, which texts the site has.

use super::ledger::Ledger;
use crate::session::protocol::Event;
use crate::session::validate::MOST_TEXT;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Text,
    Documents,
    Frequencies,
    Parts,
    Duplicates,
    Overlap,
}

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

/// The laboratory's knowledge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub own: Option<OwnText>,
    /// (offset in bytes, text).
    pub page: Option<(u32, String)>,
    pub ledger: Ledger,
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
