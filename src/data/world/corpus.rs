//! Documents of a world in a row: a text with known boundaries, truth and surprisal.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    Genre, Language, REPEATED_DOCUMENTS, SEPARATOR, SourceEntropy, TaggedWord, Truth, World,
    WorldConfig, WorldError,
};
use crate::data::chance::Dice;
use crate::rng::{stream, stream_key};

/// Longest text written, bytes; the same as the largest file taken.
pub const MOST_BYTES: usize = crate::data::corpus::MOST_BYTES;

/// One document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Bytes of the whole text, without the separator. Ranges in `truth` and `words` count from its start.
    pub range: Range<usize>,
    pub genre: Genre,
    pub language: Language,
    /// Surprisal −ln p of its text in this world, with its repetitions counted in; nats.
    pub nats: f64,
    /// Which of the repeated documents it copies.
    pub copy_of: Option<u8>,
    pub truth: Truth,
    /// Content words in the order of the text.
    pub words: Vec<TaggedWord>,
}

/// A text of a world.
#[derive(Clone, Debug)]
pub struct WorldCorpus {
    pub world: World,
    /// Documents, each followed by [`SEPARATOR`].
    pub text: String,
    pub documents: Vec<Document>,
    /// What the source holds on average.
    pub entropy: SourceEntropy,
}

impl WorldCorpus {
    /// Surprisal of this very text, nats: near the entropy times its documents, and the better yardstick for a model that
    /// was measured on it.
    pub fn nats(&self) -> f64 {
        self.documents.iter().map(|document| document.nats).sum()
    }

    /// The bytes of the documents, for splits by document.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        self.documents
            .iter()
            .map(|document| document.range.clone())
            .collect()
    }
}

/// The world of a configuration and a seed, and at least `bytes` bytes of it.
///
/// Errors: [`WorldError`], with the cure.
pub fn generate(config: &WorldConfig, seed: u32, bytes: usize) -> Result<WorldCorpus, WorldError> {
    World::new(config, seed)?.corpus(seed, bytes)
}

impl World {
    /// At least `bytes` bytes of whole documents. A longer text of the same seed begins with the shorter.
    ///
    /// Errors: [`WorldError::Empty`], [`WorldError::TooLong`].
    pub fn corpus(self, seed: u32, bytes: usize) -> Result<WorldCorpus, WorldError> {
        if bytes == 0 {
            return Err(WorldError::Empty);
        }
        if bytes > MOST_BYTES {
            return Err(WorldError::TooLong {
                bytes: bytes as u64,
                most: MOST_BYTES as u64,
            });
        }
        let mut text = String::with_capacity(bytes + 1024);
        let mut documents = Vec::new();
        while text.len() < bytes {
            let (mut document, written) = self.document(seed, documents.len() as u32);
            document.range = text.len()..text.len() + written.len();
            text.push_str(&written);
            text.push_str(SEPARATOR);
            documents.push(document);
        }
        let entropy = self.entropy();
        Ok(WorldCorpus {
            world: self,
            text,
            documents,
            entropy,
        })
    }

    /// Document i of a seed and its text; its range counts from 0.
    pub fn document(&self, seed: u32, i: u32) -> (Document, String) {
        let key = stream_key(stream_key(seed, stream::WORLD_DOCUMENTS), i);
        let mut dice = Dice::new(key);
        let d = f64::from(self.config.duplication);
        let is_copy = d > 0.0 && dice.happens(d);
        let copy_of = is_copy.then(|| dice.pick_below(REPEATED_DOCUMENTS));
        let written = match copy_of {
            Some(k) => self.repeated[k].clone(),
            None => self.fresh(&mut dice),
        };
        let copies = self
            .repeated
            .iter()
            .filter(|other| other.text == written.text)
            .count();
        let p = d * copies as f64 / REPEATED_DOCUMENTS as f64 + (1.0 - d) * (-written.nats).exp();
        // exp() underflows for long documents, which are no repeated ones
        let nats = if copies > 0 {
            -p.ln()
        } else {
            written.nats - (1.0 - d).ln()
        };
        let document = Document {
            range: 0..written.text.len(),
            genre: written.truth.genre(),
            language: written.language,
            nats,
            copy_of: copy_of.map(|k| k as u8),
            truth: written.truth,
            words: written.words,
        };
        (document, written.text)
    }
}
