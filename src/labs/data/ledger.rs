//! The site's ledger of texts: which of them are here, whose they are, under which licence.

use crate::session::config::Corpus;
use crate::session::field::Choice;

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

/// One text.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub title: String,
    pub author: String,
    pub licence: String,
    pub source: String,
    pub availability: Availability,
    id: String,
}

/// All texts the site names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// `None` until it was looked for.
    entries: Option<Vec<Entry>>,
}

impl Ledger {
    /// Reads `corpora/index.json`; whatever is not there is missing.
    pub fn of(index: &serde_json::Value) -> Self {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let entry = |entry: &serde_json::Value| Entry {
            id: text(&entry["id"]),
            title: text(&entry["title"]),
            author: text(&entry["author"]),
            licence: text(&entry["licence"]),
            source: text(&entry["source"]),
            availability: if entry["file"].is_string() {
                Availability::Here
            } else {
                Availability::Missing(text(&entry["missing"]))
            },
        };
        let list = index["corpora"].as_array();
        Self {
            entries: Some(list.into_iter().flatten().map(entry).collect()),
        }
    }

    pub fn availability(&self, corpus: &Corpus) -> Availability {
        if !corpus.is_served() {
            return Availability::Here;
        }
        let Some(entries) = &self.entries else {
            return Availability::Unknown;
        };
        let found = entries.iter().find(|entry| entry.id == corpus.word());
        found.map_or(Availability::Missing(String::new()), |entry| {
            entry.availability.clone()
        })
    }

    /// Those that are here.
    pub fn here(&self) -> Vec<Entry> {
        let entries = self.entries.iter().flatten();
        entries
            .filter(|entry| entry.availability == Availability::Here)
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_tells_what_is_here_and_why_not() {
        let ledger = Ledger::of(&serde_json::json!({"corpora": [
            {"id": "moby-dick", "title": "Moby-Dick", "file": "moby-dick.txt", "missing": null, "licence": "public domain"},
            {"id": "song-ci", "file": null, "missing": "not brought"},
        ]}));
        assert_eq!(ledger.availability(&Corpus::MobyDick), Availability::Here);
        assert_eq!(
            ledger.availability(&Corpus::SongCi),
            Availability::Missing("not brought".into())
        );
        assert_eq!(
            ledger.availability(&Corpus::Sotu),
            Availability::Missing(String::new())
        );
        assert_eq!(ledger.availability(&Corpus::Own), Availability::Here);
        assert_eq!(ledger.here().len(), 1);
        assert_eq!(ledger.here()[0].licence, "public domain");
    }

    #[test]
    fn a_site_without_a_ledger_has_no_texts() {
        assert_eq!(
            Ledger::default().availability(&Corpus::Sotu),
            Availability::Unknown
        );
        let none = Ledger::of(&serde_json::json!(null));
        assert_eq!(
            none.availability(&Corpus::MobyDick),
            Availability::Missing(String::new())
        );
        assert!(none.here().is_empty());
    }
}
