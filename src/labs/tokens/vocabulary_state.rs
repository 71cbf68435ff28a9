//! The vocabulary browser: what is searched for, in which order, and what is known of the chosen token.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::session::tokens::{Answer, Entry, Places, Source};

/// Orders of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By id: the order in which it was learned.
    #[default]
    Rank,
    /// Longest first.
    Length,
    /// Most frequent first.
    Count,
    /// Most probable first.
    Score,
}

/// What the browser knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Browser {
    /// Whose vocabulary it is.
    pub source: Option<Source>,
    pub entries: Option<Arc<Vec<Entry>>>,
    pub search: String,
    pub order: Order,
    pub chosen: Option<u32>,
    pub places: Option<Arc<Places>>,
    pub progress: Option<f32>,
    pub failure: Option<String>,
    entries_request: Option<u32>,
    places_request: Option<u32>,
}

impl Browser {
    /// A vocabulary was asked for.
    pub fn ordered(&mut self, source: Source, request: u32) {
        let (search, order) = (std::mem::take(&mut self.search), self.order);
        // A token chosen before the vocabulary is there stays chosen: another part of the laboratory pointed at it.
        let chosen = self.chosen.filter(|_| self.entries.is_none());
        *self = Self {
            source: Some(source),
            search,
            order,
            chosen,
            entries_request: Some(request),
            ..Self::default()
        };
    }

    /// The places of the chosen token were asked for.
    pub fn asked_places(&mut self, request: u32) {
        self.places = None;
        self.places_request = Some(request);
    }

    pub fn is_waiting(&self) -> bool {
        self.entries_request.is_some()
    }

    /// Whether this answer is for the browser.
    pub fn awaits(&self, request: u32) -> bool {
        [self.entries_request, self.places_request].contains(&Some(request))
    }

    pub fn apply(&mut self, request: u32, answer: &Answer) {
        if self.entries_request == Some(request) {
            if let Answer::Progress(share) = answer {
                self.progress = Some(*share);
                return;
            }
            self.entries_request = None;
            self.progress = None;
            match answer {
                Answer::Vocabulary(entries) => self.entries = Some(Arc::new(entries.clone())),
                Answer::Failed(message) => self.failure = Some(message.clone()),
                // Asked again when the part is opened again.
                Answer::Stopped => self.source = None,
                _ => {}
            }
        } else if self.places_request == Some(request)
            && let Answer::Places(places) = answer
        {
            self.places_request = None;
            self.places = Some(Arc::new(places.clone()));
        }
    }

    /// Ids that match the search, in order. A number finds its id as well.
    pub fn listed(&self) -> Vec<u32> {
        let Some(entries) = &self.entries else {
            return Vec::new();
        };
        // Blanks are written ␣ in labels.
        let wanted = self.search.replace(' ', "␣").to_lowercase();
        let number: Option<u32> = self.search.trim().parse().ok();
        let mut ids: Vec<u32> = (0..entries.len() as u32)
            .filter(|&id| {
                wanted.is_empty()
                    || number == Some(id)
                    || entries[id as usize].label.to_lowercase().contains(&wanted)
            })
            .collect();
        let of = |id: u32| &entries[id as usize];
        match self.order {
            Order::Rank => {}
            Order::Length => ids.sort_by_key(|&id| Reverse(of(id).bytes)),
            Order::Count => ids.sort_by_key(|&id| Reverse(of(id).count)),
            Order::Score => ids.sort_by(|&a, &b| {
                let score = |id| of(id).score.unwrap_or(f32::NEG_INFINITY);
                score(b).total_cmp(&score(a))
            }),
        }
        ids
    }

    /// The merges that made a token, the last first: (token, left, right).
    pub fn merges_of(&self, id: u32) -> Vec<(u32, u32, u32)> {
        const MOST: usize = 64;
        let mut merges = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop()
            && merges.len() < MOST
        {
            let entry = self.entries.as_ref().and_then(|it| it.get(id as usize));
            if let Some((left, right)) = entry.and_then(|entry| entry.made_of) {
                merges.push((id, left, right));
                open.extend([right, left]);
            }
        }
        merges
    }

    /// Tokens that a merge made of this one.
    pub fn parts_of(&self, id: u32) -> Vec<u32> {
        let entries = self.entries.as_deref().map_or(&[][..], Vec::as_slice);
        let has = |made_of: Option<(u32, u32)>| made_of.is_some_and(|(l, r)| l == id || r == id);
        (0..)
            .zip(entries)
            .filter(|(_, entry)| has(entry.made_of))
            .map(|(other, _)| other)
            .collect()
    }

    pub fn label(&self, id: u32) -> &str {
        let entry = self.entries.as_ref().and_then(|it| it.get(id as usize));
        entry.map_or("", |entry| entry.label.as_str())
    }
}

/// Frequency by rank, about evenly spaced on a logarithmic axis: (rank, count).
pub fn frequency_by_rank(entries: &[Entry]) -> Vec<(f64, f64)> {
    let mut counts: Vec<u32> = entries
        .iter()
        .map(|entry| entry.count)
        .filter(|&it| it > 0)
        .collect();
    counts.sort_unstable_by_key(|&count| Reverse(count));
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (index, &count) in counts.iter().enumerate() {
        let rank = index as f64 + 1.0;
        let is_last = index + 1 == counts.len();
        if is_last || points.last().is_none_or(|last| rank > last.0 * 1.02) {
            points.push((rank, f64::from(count)));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::tokens::state::State;
    use crate::session::presets::first_minute as playground;

    fn entry(label: &str, count: u32, made_of: Option<(u32, u32)>) -> Entry {
        Entry {
            label: label.into(),
            bytes: label.len() as u32,
            count,
            score: None,
            made_of,
        }
    }

    fn browser() -> Browser {
        let mut browser = Browser::default();
        let source = State::default().strips[0].source(&playground());
        browser.ordered(source, 1);
        let entries = vec![
            entry("t", 5, None),
            entry("h", 9, None),
            entry("th", 3, Some((0, 1))),
            entry("␣", 1, None),
            entry("␣th", 7, Some((3, 2))),
        ];
        browser.apply(1, &Answer::Vocabulary(entries));
        browser
    }

    #[test]
    fn it_is_searched_and_sorted() {
        let mut browser = browser();
        assert_eq!(browser.listed(), [0, 1, 2, 3, 4]);
        browser.search = " T".into();
        assert_eq!(browser.listed(), [4]);
        browser.search = "2".into();
        assert_eq!(browser.listed(), [2]);
        browser.search.clear();
        browser.order = Order::Count;
        assert_eq!(browser.listed(), [1, 4, 0, 2, 3]);
        browser.order = Order::Length;
        assert_eq!(browser.listed()[0], 4);
    }

    #[test]
    fn a_token_knows_its_merges_and_what_is_made_of_it() {
        let browser = browser();
        assert_eq!(browser.merges_of(4), [(4, 3, 2), (2, 0, 1)]);
        assert!(browser.merges_of(0).is_empty());
        assert_eq!(browser.parts_of(2), [4]);
        assert_eq!(browser.label(4), "␣th");
    }

    #[test]
    fn a_new_vocabulary_forgets_the_old_ones_token() {
        let mut browser = browser();
        browser.chosen = Some(2);
        let source = browser.source.clone().unwrap();
        browser.ordered(source.clone(), 2);
        assert_eq!((browser.chosen, browser.entries.is_none()), (None, true));
        browser.chosen = Some(3);
        browser.ordered(source, 3);
        assert_eq!(browser.chosen, Some(3));
        browser.apply(3, &Answer::Stopped);
        assert!(browser.source.is_none() && !browser.is_waiting());
    }

    #[test]
    fn ranks_are_thinned_but_keep_their_ends() {
        let entries: Vec<Entry> = (1..=5000).map(|count| entry("x", count, None)).collect();
        let points = frequency_by_rank(&entries);
        assert!(points.len() < 400);
        assert_eq!(points[0], (1.0, 5000.0));
        assert_eq!(points.last().unwrap().1, 1.0);
    }
}
