//! The entropy of a world's documents, exactly, and per character, byte and token.
//!
//! Documents are independent and alike given the world, so the entropy rate of their endless text is that of one document
//! over the mean length of one, its separator included:
//!
//! ```text
//! H₀ = H(genre, language) + Σ_{g,ℓ} p(g,ℓ) · H(document | g, ℓ)          without repetition
//! h  = H / E[length]                                                     nats per character, byte or token
//! ```
//!
//! With duplication rate d, a document is with probability d one of K fixed ones, x₁ … x_K, alike. With u the different
//! documents among them, m_u how many of the K are u, and q_u the probability of u without repetition,
//!
//! ```text
//! p(u) = d · m_u / K + (1 − d) · q_u                  p(x) = (1 − d) · q(x) for every other x
//! H    = (1 − d) · H₀ − (1 − d) ln(1 − d) + Σ_u [ −p(u) ln p(u) + (1 − d) q_u ln((1 − d) q_u) ]
//! ```
//!
//! which is exact: both ways to the same document are counted as one.

use serde::{Deserialize, Serialize};

use super::World;
use super::config::{Genre, Language};
use super::grammar::Node;
use super::measure::{Measure, Measures, entropy_term};
use super::{REPEATED_DOCUMENTS, SEPARATOR};

/// What the text of a world holds, on average over all its documents. Exact but for the rounding of f64.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceEntropy {
    /// H, nats.
    pub nats_per_document: f64,
    /// Mean length with the separator.
    pub characters_per_document: f64,
    /// Mean length in UTF-8 with the separator.
    pub bytes_per_document: f64,
}

impl SourceEntropy {
    /// Entropy rate h, nats per character: the least mean loss any character model can have on this text.
    pub fn nats_per_character(&self) -> f64 {
        self.nats_per_document / self.characters_per_document
    }

    /// Entropy rate, nats per UTF-8 byte.
    pub fn nats_per_byte(&self) -> f64 {
        self.nats_per_document / self.bytes_per_document
    }

    /// Entropy rate, bits per UTF-8 byte.
    pub fn bits_per_byte(&self) -> f64 {
        self.nats_per_byte() / std::f64::consts::LN_2
    }

    /// Entropy rate, nats per token of a tokenizer with this many bytes per token on the text.
    pub fn nats_per_token(&self, bytes_per_token: f64) -> f64 {
        self.nats_per_byte() * bytes_per_token
    }

    /// A model's cross-entropy (nats per token) less the source's: the divergence KL(source ‖ model), nats per token. It
    /// may come out slightly below 0 on a short text, whose own surprisal differs from the mean.
    pub fn divergence(&self, cross_entropy: f64, bytes_per_token: f64) -> f64 {
        cross_entropy - self.nats_per_token(bytes_per_token)
    }
}

/// Entropy and lengths of a document of one genre in one language, without separator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GenreEntropy {
    pub nats: f64,
    pub characters: f64,
    pub bytes: f64,
}

fn of_genre(genre: Genre, language: Language, m: &Measure) -> GenreEntropy {
    let l = language as usize;
    let (mut characters, mut bytes, mut noise) = (m.characters[l], m.bytes[l], m.noise[l]);
    match genre {
        Genre::Tagged => {
            characters += m.tags[l];
            bytes += m.tags[l];
        }
        Genre::Parallel => {
            // both languages and the line break between them
            characters = m.characters[0] + 1.0 + m.characters[1];
            bytes = m.bytes[0] + 1.0 + m.bytes[1];
            noise = m.noise[0] + m.noise[1];
        }
        _ => {}
    }
    GenreEntropy {
        nats: m.meaning + noise,
        characters,
        bytes,
    }
}

impl World {
    /// Probability of a genre in a language. Parallel sentences are English alone.
    pub(super) fn heading_odds(&self) -> Vec<(Genre, Language, f64)> {
        let chinese = f64::from(self.config.chinese);
        let odds = self.config.genre_odds();
        let mut headings = Vec::new();
        for genre in Genre::ALL {
            let p = odds[genre.index()];
            if genre == Genre::Parallel {
                headings.push((genre, Language::English, p));
            } else {
                headings.push((genre, Language::English, p * (1.0 - chinese)));
                headings.push((genre, Language::Chinese, p * chinese));
            }
        }
        headings.retain(|heading| heading.2 > 0.0);
        headings
    }

    /// Entropy and mean lengths of a genre's documents in a language, exactly.
    pub fn genre_entropy(&self, genre: Genre, language: Language) -> GenreEntropy {
        let measure = Measures::new(self).of(Node::Body(genre));
        of_genre(genre, language, &measure)
    }

    /// The entropy of this world's text, exactly.
    pub fn entropy(&self) -> SourceEntropy {
        let mut measures = Measures::new(self);
        let (mut nats, mut characters, mut bytes) = (0.0, 0.0, 0.0);
        for (genre, language, p) in self.heading_odds() {
            let document = of_genre(genre, language, &measures.of(Node::Body(genre)));
            nats += entropy_term(p) + p * document.nats;
            characters += p * document.characters;
            bytes += p * document.bytes;
        }
        let d = f64::from(self.config.duplication);
        if d > 0.0 {
            let fresh = 1.0 - d;
            nats = fresh * nats + entropy_term(fresh);
            characters *= fresh;
            bytes *= fresh;
            let share = d / REPEATED_DOCUMENTS as f64;
            for repeated in &self.repeated {
                characters += share * repeated.text.chars().count() as f64;
                bytes += share * repeated.text.len() as f64;
            }
            for (copies, document) in self.different_repeated() {
                let q = fresh * (-document.nats).exp();
                nats += entropy_term(copies as f64 * share + q) - entropy_term(q);
            }
        }
        let separator = SEPARATOR.len() as f64;
        SourceEntropy {
            nats_per_document: nats,
            characters_per_document: characters + separator,
            bytes_per_document: bytes + separator,
        }
    }
}
