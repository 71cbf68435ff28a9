//! The guessing game: a passage is found letter by letter, and how many guesses each letter took is counted. Pure rules.

use std::sync::Arc;

use crate::data::statistics::guessing::{Bounds, SYMBOLS, bounds};
use crate::session::study::Passage;

/// What a guess came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The letter was found at this guess.
    Right(u32),
    Wrong,
    /// It was tried at this place already; not counted.
    Tried,
    /// No letter a to z and no blank; not counted.
    NoLetter,
    /// There is nothing left to guess.
    Over,
}

/// A game over one or several passages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Game {
    passage: Option<Arc<Passage>>,
    /// Letters found in this passage.
    found: usize,
    /// Guesses at the present letter that were wrong.
    tried: Vec<char>,
    /// Letters found at guess 1, 2, …, of all passages.
    person: Vec<u64>,
    /// The same for the machine on the same letters.
    machine: Vec<u64>,
    /// Guesses that each letter of this passage took.
    took: Vec<u32>,
}

impl Game {
    /// Begins a passage; what was counted before goes on counting.
    pub fn take(&mut self, passage: &Arc<Passage>) {
        if self.passage.as_ref() != Some(passage) {
            self.passage = Some(Arc::clone(passage));
            self.found = 0;
            self.tried.clear();
            self.took.clear();
        }
    }

    /// Forgets everything: another corpus is another game.
    pub fn restart(&mut self) {
        *self = Self::default();
    }

    fn next(&self) -> Option<char> {
        let passage = self.passage.as_ref()?;
        passage
            .text
            .chars()
            .nth(passage.given as usize + self.found)
    }

    /// Tries a letter. Capital letters are small ones; a blank is a letter here.
    pub fn guess(&mut self, letter: char) -> Outcome {
        let Some(right) = self.next() else {
            return Outcome::Over;
        };
        let letter = letter.to_ascii_lowercase();
        if !(letter.is_ascii_lowercase() || letter == ' ') {
            return Outcome::NoLetter;
        }
        if self.tried.contains(&letter) {
            return Outcome::Tried;
        }
        if letter != right {
            self.tried.push(letter);
            return Outcome::Wrong;
        }
        let at = self.tried.len() + 1;
        self.settle(at);
        Outcome::Right(at as u32)
    }

    /// Gives the letter up: it counts as found at the last possible guess.
    pub fn reveal(&mut self) -> Option<char> {
        let letter = self.next()?;
        self.settle(SYMBOLS);
        Some(letter)
    }

    fn settle(&mut self, at: usize) {
        count(&mut self.person, at);
        if let Some(&rank) = self
            .passage
            .as_ref()
            .and_then(|it| it.machine.get(self.found))
        {
            count(&mut self.machine, usize::from(rank));
        }
        self.took.push(at as u32);
        self.found += 1;
        self.tried.clear();
    }

    /// What is shown: the given beginning, and each found letter with the guesses it took.
    pub fn shown(&self) -> (String, Vec<(char, u32)>) {
        let Some(passage) = &self.passage else {
            return Default::default();
        };
        let given = passage.text.chars().take(passage.given as usize).collect();
        let found = passage.text.chars().skip(passage.given as usize);
        (given, found.zip(self.took.iter().copied()).collect())
    }

    /// Wrong guesses at the present letter.
    pub fn tried(&self) -> &[char] {
        &self.tried
    }

    pub fn is_over(&self) -> bool {
        self.passage.is_some() && self.next().is_none()
    }

    /// Letters of this passage that are not found yet.
    pub fn left(&self) -> usize {
        self.passage.as_ref().map_or(0, |it| {
            it.text.chars().count() - it.given as usize - self.found
        })
    }

    /// Letters found at guess 1, 2, …
    pub fn found_at(&self) -> &[u64] {
        &self.person
    }

    pub fn bounds(&self) -> Option<Bounds> {
        bounds(&self.person)
    }

    pub fn machine_bounds(&self) -> Option<Bounds> {
        bounds(&self.machine)
    }
}

fn count(found_at: &mut Vec<u64>, at: usize) {
    if found_at.len() < at {
        found_at.resize(at, 0);
    }
    found_at[at - 1] += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage() -> Arc<Passage> {
        Arc::new(Passage {
            text: "the owl is".into(),
            given: 4,
            machine: vec![3, 1, 1, 2, 1, 1],
        })
    }

    #[test]
    fn letters_are_found_and_counted_by_guesses() {
        let mut game = Game::default();
        assert_eq!(game.guess('o'), Outcome::Over);
        game.take(&passage());
        assert_eq!(game.left(), 6);
        assert_eq!(game.guess('e'), Outcome::Wrong);
        assert_eq!(game.guess('E'), Outcome::Tried);
        assert_eq!(game.guess('鲸'), Outcome::NoLetter);
        assert_eq!(game.guess('O'), Outcome::Right(2));
        assert_eq!(game.guess('w'), Outcome::Right(1));
        assert_eq!(game.shown(), ("the ".into(), vec![('o', 2), ('w', 1)]));
        assert_eq!(game.found_at(), [1, 1]);
        assert_eq!(game.bounds().map(|it| it.letters), Some(2));
        assert_eq!(game.machine_bounds().map(|it| it.letters), Some(2));
    }

    #[test]
    fn giving_up_counts_as_the_last_guess_and_the_passage_ends() {
        let mut game = Game::default();
        game.take(&passage());
        assert_eq!(game.reveal(), Some('o'));
        assert_eq!(game.found_at()[SYMBOLS - 1], 1);
        for letter in "wl is".chars() {
            game.guess(letter);
        }
        assert!(game.is_over() && game.reveal().is_none());
        // The same passage again changes nothing; another one goes on counting.
        game.take(&passage());
        assert!(game.is_over());
        let other = Passage {
            text: "the fox".into(),
            ..(*passage()).clone()
        };
        game.take(&Arc::new(other));
        assert!(!game.is_over());
        assert_eq!(game.bounds().map(|it| it.letters), Some(6));
        game.restart();
        assert_eq!(game, Game::default());
    }
}
