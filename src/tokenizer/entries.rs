//! The texts of a vocabulary by id, one after another in one string; the id after the last is the unknown token.

use super::REPLACEMENT;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entries {
    text: String,
    /// Entry i is `starts[i]..starts[i + 1]` of `text`.
    starts: Vec<u32>,
}

impl Entries {
    pub fn new() -> Self {
        Self {
            text: String::new(),
            starts: vec![0],
        }
    }

    pub fn push(&mut self, entry: &str) {
        self.text.push_str(entry);
        self.starts.push(self.text.len() as u32);
    }

    /// Number of entries, which is the id of the unknown token.
    pub fn len(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// All entries together.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let ranges = self.starts.windows(2);
        ranges.map(|range| &self.text[range[0] as usize..range[1] as usize])
    }

    /// The bytes of an entry; U+FFFD's for the unknown token and beyond.
    pub fn bytes(&self, id: u32) -> &[u8] {
        if id >= self.len() {
            return REPLACEMENT;
        }
        let (start, end) = (self.starts[id as usize], self.starts[id as usize + 1]);
        &self.text.as_bytes()[start as usize..end as usize]
    }
}
