//! What the laboratory keeps while another is open.

use leptos::prelude::*;

use super::game::Game;
use super::state::{OUTCOMES, Page, SIDES};
use crate::data::statistics::blocks::Alphabet;

/// What the laboratory keeps while another is open.
#[derive(Clone, Copy)]
pub struct Entropy {
    pub(super) page: RwSignal<Page>,
    /// Heads, tails.
    pub(super) coin: RwSignal<Vec<f64>>,
    pub(super) die: RwSignal<Vec<f64>>,
    /// What happens, and what is expected.
    pub(super) p: RwSignal<Vec<f64>>,
    pub(super) q: RwSignal<Vec<f64>>,
    pub(super) alphabet: RwSignal<Alphabet>,
    pub(super) longest: RwSignal<u32>,
    /// The block length in the formula.
    pub(super) length: RwSignal<u32>,
    pub(super) game: RwSignal<Game>,
    pub(super) round: RwSignal<u32>,
}

impl Default for Entropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy {
    pub fn new() -> Self {
        Self {
            page: RwSignal::new(Page::CoinAndDie),
            coin: RwSignal::new(vec![0.5; 2]),
            die: RwSignal::new(vec![1.0 / SIDES as f64; SIDES]),
            p: RwSignal::new(vec![0.5, 0.3, 0.15, 0.05]),
            q: RwSignal::new(vec![1.0 / OUTCOMES as f64; OUTCOMES]),
            alphabet: RwSignal::new(Alphabet::Letters),
            longest: RwSignal::new(8),
            length: RwSignal::new(3),
            game: RwSignal::new(Game::default()),
            round: RwSignal::new(0),
        }
    }

    /// Another corpus is another game.
    pub fn changed_corpus(self) {
        self.game.update(Game::restart);
        self.round.set(0);
    }
}
