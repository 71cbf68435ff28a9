//! Every way to segment one stretch of text, for looking at: edges with their posterior, the best n segmentations, draws.
//!
//! ```text
//! Z = Σ over segmentations of P        posterior of an edge = Σ over segmentations through it of P / Z = α p β / Z
//! ```
//!
//! In logarithms throughout, for clarity; encoding and learning have faster ways. Sources: Kudo 2018, sections 3.2 and 3.3;
//! forward filtering, backward sampling (Scott 2002) for draws.

use super::Unigram;
use super::viterbi::character_length;
use crate::rng;

/// One piece that could stand in the stretch.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LatticeEdge {
    pub id: u32,
    /// Bytes of the stretch.
    pub start: u32,
    pub end: u32,
    /// ln p of the piece; of an unknown character, its penalty.
    pub log_p: f64,
    /// Probability that a segmentation drawn with its probability uses this edge, 0..=1.
    pub posterior: f64,
}

/// One way to segment the stretch.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Segmentation {
    /// Its edges in [`Lattice::edges`], in order.
    pub edges: Vec<u32>,
    /// Their ids; unlike the tokenizer's tokens, unknown neighbours each count.
    pub ids: Vec<u32>,
    /// ln P = Σ ln p.
    pub log_p: f64,
    /// P / Z.
    pub probability: f64,
}

impl Segmentation {
    /// The ids as the tokenizer gives them: unknown neighbours are one token.
    fn fused(mut self, unknown: u32) -> Self {
        self.ids.dedup_by(|a, b| *a == unknown && a == b);
        self
    }

    /// The ids.
    pub fn tokens(self) -> Vec<u32> {
        self.ids
    }
}

/// All segmentations of a stretch of text.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Lattice {
    /// By start, then length.
    pub edges: Vec<LatticeEdge>,
    /// ln Z, in nats.
    pub log_z: f64,
    /// Bytes of the stretch.
    length: u32,
    unknown: u32,
}

impl Lattice {
    pub(super) fn of(unigram: &Unigram, stretch: &str) -> Self {
        let bytes = stretch.as_bytes();
        let n = bytes.len();
        let mut edges: Vec<LatticeEdge> = Vec::new();
        let mut start = 0;
        while start < n {
            let after = start + character_length(bytes[start]);
            let edge = |length: usize, id: u32, log_p: f64| LatticeEdge {
                id,
                start: start as u32,
                end: (start + length) as u32,
                log_p,
                posterior: 0.0,
            };
            let first = edges.len();
            unigram.trie.prefixes(&bytes[start..], |length, id| {
                edges.push(edge(length, id, unigram.scores[id as usize]));
            });
            if !edges[first..].iter().any(|edge| edge.end as usize == after) {
                edges.push(edge(after - start, unigram.unknown, unigram.unknown_score));
            }
            start = after;
        }
        let mut lattice = Self {
            edges,
            log_z: 0.0,
            length: n as u32,
            unknown: unigram.unknown,
        };
        let alpha = lattice.forward(1.0);
        let mut beta = vec![f64::NEG_INFINITY; n + 1];
        beta[n] = 0.0;
        for edge in lattice.edges.iter().rev() {
            let (start, end) = (edge.start as usize, edge.end as usize);
            beta[start] = add(beta[start], edge.log_p + beta[end]);
        }
        lattice.log_z = alpha[n];
        for edge in &mut lattice.edges {
            let through = alpha[edge.start as usize] + edge.log_p + beta[edge.end as usize];
            edge.posterior = (through - lattice.log_z).exp().min(1.0);
        }
        lattice
    }

    /// ln α at every byte, with every probability raised to a power.
    fn forward(&self, power: f64) -> Vec<f64> {
        let mut alpha = vec![f64::NEG_INFINITY; self.length as usize + 1];
        alpha[0] = 0.0;
        for edge in &self.edges {
            let (start, end) = (edge.start as usize, edge.end as usize);
            alpha[end] = add(alpha[end], alpha[start] + power * edge.log_p);
        }
        alpha
    }

    /// The `n` most probable segmentations, the best first; fewer where there are fewer.
    pub fn best(&self, n: usize) -> Vec<Segmentation> {
        // The best n ways to reach every byte: (ln P, last edge, which way to its start).
        let mut ways: Vec<Vec<(f64, u32, u32)>> = vec![Vec::new(); self.length as usize + 1];
        ways[0].push((0.0, u32::MAX, 0));
        let mut number = 0;
        for byte in 0..self.length as usize {
            // Edges are by start: all ways to this byte are there.
            ways[byte].sort_by(|a, b| b.0.total_cmp(&a.0));
            ways[byte].truncate(n);
            while let Some(edge) = self.edges.get(number)
                && edge.start as usize == byte
            {
                let (before, after) = ways.split_at_mut(edge.end as usize);
                after[0].extend(
                    (0u32..)
                        .zip(&before[byte])
                        .map(|(way, &(log_p, ..))| (log_p + edge.log_p, number as u32, way)),
                );
                number += 1;
            }
        }
        let end = self.length as usize;
        ways[end].sort_by(|a, b| b.0.total_cmp(&a.0));
        ways[end].truncate(n);
        (0..ways[end].len())
            .map(|way| {
                let mut edges = Vec::new();
                let (mut at, mut way) = (end, way as u32);
                while at > 0 {
                    let (_, edge, next) = ways[at][way as usize];
                    edges.push(edge);
                    at = self.edges[edge as usize].start as usize;
                    way = next;
                }
                edges.reverse();
                self.segmentation(edges)
            })
            .collect()
    }

    /// A segmentation drawn with probability ∝ P^`sharpness`, by random numbers `counter`, `counter` + 1 … of the seed.
    pub fn sample(&self, sharpness: f64, seed: u32, counter: &mut u32) -> Segmentation {
        let key = rng::stream_key(seed, rng::stream::SEGMENTATION);
        let alpha = self.forward(sharpness);
        let mut by_end: Vec<u32> = (0..self.edges.len() as u32).collect();
        by_end.sort_by_key(|&number| self.edges[number as usize].end);
        let mut edges = Vec::new();
        let mut at = self.length;
        // From the end: an edge into `at` is drawn with what it adds to α.
        while at > 0 {
            let mut left = rng::uniform(key, *counter);
            *counter = counter.wrapping_add(1);
            let ends_by =
                |end: u32| by_end.partition_point(|&number| self.edges[number as usize].end < end);
            let mut drawn = None;
            for &number in &by_end[ends_by(at)..ends_by(at + 1)] {
                let edge = &self.edges[number as usize];
                let share = (alpha[edge.start as usize] + sharpness * edge.log_p
                    - alpha[at as usize])
                    .exp();
                // The last one holds where rounding leaves something over.
                drawn = Some((number, edge.start)).filter(|_| share > 0.0).or(drawn);
                left -= share;
                if left < 0.0 {
                    break;
                }
            }
            let Some((number, start)) = drawn else { break };
            edges.push(number);
            at = start;
        }
        edges.reverse();
        self.segmentation(edges).fused(self.unknown)
    }

    fn segmentation(&self, edges: Vec<u32>) -> Segmentation {
        let edge = |&number: &u32| &self.edges[number as usize];
        let log_p: f64 = edges.iter().map(|number| edge(number).log_p).sum();
        Segmentation {
            ids: edges.iter().map(|number| edge(number).id).collect(),
            log_p,
            probability: (log_p - self.log_z).exp().min(1.0),
            edges,
        }
    }
}

/// ln(eᵃ + eᵇ).
fn add(a: f64, b: f64) -> f64 {
    let (least, most) = if a < b { (a, b) } else { (b, a) };
    if least == f64::NEG_INFINITY {
        return most;
    }
    most + (least - most).exp().ln_1p()
}
