//! Exact expectations over all derivations of a node, by one walk over the grammar.
//!
//! For a node A with rules r of probability p(r), children c(r), and text w(r) of its own in language ℓ:
//!
//! ```text
//! H(A)     = Σ_r p(r) · (−ln p(r) + Σ_{B ∈ c(r)} H(B))                       nats, entropy of the derivation
//! L_ℓ(A)   = Σ_r p(r) · (|w_ℓ(r)| + Σ_{B in r's ℓ-side} L_ℓ(B))              characters, bytes; a child written twice counts twice
//! N_ℓ(A)   = Σ_r p(r) · Σ_{B in r's ℓ-side} N_ℓ(B)                           nats, entropy of the misspellings
//! N_ℓ(word with m misspellings) = −(1−ε) ln(1−ε) − ε ln(ε/m)                 0 for m = 0 or ε = 0
//! ```
//!
//! H is the derivational entropy of a probabilistic context-free grammar (Grenander 1967; Soule 1974, "Entropies of
//! probabilistic grammars", theorem 1). The grammar has no cycle, so the recursion ends and nothing is approximated.

use std::collections::HashMap;

use super::World;
use super::config::Language;
use super::grammar::{Node, Piece};
use crate::data::chance::Odds;

/// Expectations of one node. Arrays are English, Chinese.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Measure {
    /// H, nats.
    pub meaning: f64,
    /// N, nats.
    pub noise: [f64; 2],
    pub characters: [f64; 2],
    pub bytes: [f64; 2],
    /// Characters that written tags would add, `/PER` and the like.
    pub tags: [f64; 2],
}

/// −p ln p, 0 for 0.
pub(super) fn entropy_term(p: f64) -> f64 {
    if p > 0.0 { -p * p.ln() } else { 0.0 }
}

/// Measures with those already known.
pub(super) struct Measures<'a> {
    world: &'a World,
    known: HashMap<Node, Measure>,
}

impl<'a> Measures<'a> {
    pub fn new(world: &'a World) -> Self {
        Self {
            world,
            known: HashMap::new(),
        }
    }

    pub fn of(&mut self, node: Node) -> Measure {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let measure = self.word(node).unwrap_or_else(|| self.rules(node));
        self.known.insert(node, measure);
        measure
    }

    fn word(&self, node: Node) -> Option<Measure> {
        let lexeme = self.world.lexeme(node)?;
        let mut measure = Measure::default();
        for (l, language) in Language::ALL.into_iter().enumerate() {
            let text = lexeme.text(language);
            measure.characters[l] = text.chars().count() as f64;
            measure.bytes[l] = text.len() as f64;
            measure.tags[l] = 1.0 + lexeme.tag.key().len() as f64;
            let variants = self.world.misspellings.of(text, language).len();
            if variants > 0 {
                let odds = Odds::maybe(f64::from(self.world.config.noise), variants);
                measure.noise[l] = (0..odds.count())
                    .map(|i| entropy_term(odds.probability(i)))
                    .sum();
            }
        }
        Some(measure)
    }

    fn rules(&mut self, node: Node) -> Measure {
        let odds = self.world.odds(node);
        let mut sum = Measure::default();
        for choice in 0..odds.count() {
            let p = odds.probability(choice);
            if p <= 0.0 {
                continue;
            }
            let rule = self.world.rule(node, choice);
            let children: Vec<Measure> =
                rule.children.iter().map(|&child| self.of(child)).collect();
            sum.meaning += entropy_term(p) + p * children.iter().map(|c| c.meaning).sum::<f64>();
            for (l, language) in Language::ALL.into_iter().enumerate() {
                for piece in rule.pieces(language) {
                    match piece {
                        Piece::Text(text) => {
                            sum.characters[l] += p * text.chars().count() as f64;
                            sum.bytes[l] += p * text.len() as f64;
                        }
                        Piece::Child(i) => {
                            let child = &children[i];
                            sum.noise[l] += p * child.noise[l];
                            sum.characters[l] += p * child.characters[l];
                            sum.bytes[l] += p * child.bytes[l];
                            sum.tags[l] += p * child.tags[l];
                        }
                    }
                }
            }
        }
        sum
    }
}
