//! A small world, drawn from a seed, and documents that speak of it in English and in Chinese, with their ground truth and
//! their exact entropy.
//!
//! ```text
//! dials, seed ──facts──▶ people, towns, things and what holds of them         drawn once; a World
//! World, seed, i ──grammar──▶ derivation of document i ──write──▶ its text    independent of all others
//! derivation ──truth──▶ what it says                                          typed, checked against the facts
//! ```
//!
//! # Why the entropy is exact
//!
//! Every document is written from a derivation of a probabilistic grammar, and the probability of a derivation is the
//! product of its choices'. Two different derivations never give the same text: every phrase is told apart by its own
//! words, names in Chinese by their own characters, misspellings by `typos`. So the probability of a text is that of
//! its one derivation, its surprisal is
//!
//! ```text
//! −ln p(document) = Σ −ln p(choice)      nats
//! ```
//!
//! and the entropy of the documents is that of the derivations, which one walk over the grammar gives (`measure`). What
//! repetition changes is counted in `entropy`. Documents are independent given the facts, so these are rates of the whole
//! text too: a model's loss splits into the entropy, which no model can learn away, and its divergence from the source.
//! A model that does not see where a document began, or has to learn the facts first, stays above it.
//!
//! All invented: names by syllables, and words that stand for rude ones. Nobody real is in it.

pub mod config;
mod corpus;
pub mod entropy;
pub mod facts;
mod genres;
mod grammar;
pub mod lexicon;
mod measure;
mod names;
mod opinions;
mod statement;
mod sums;
#[cfg(test)]
mod tests;
pub mod truth;
mod typos;
mod write;

pub use config::{Dial, Genre, Language, MovedDial, WorldConfig, WorldError};
pub use corpus::{Document, WorldCorpus, generate};
pub use entropy::{GenreEntropy, SourceEntropy};
pub use facts::{Facts, Gender, NameGroup};
pub use grammar::Tag;
pub use statement::{Attribute, Entity, Fact};
pub use truth::Truth;
pub use write::TaggedWord;

use crate::data::chance::{Dice, Odds};
use crate::rng::{stream, stream_key};
use grammar::{Count, Form, Node};
use lexicon::Class;
use typos::Misspellings;
use write::Page;

/// Between two documents: an empty line. No document holds one.
pub const SEPARATOR: &str = "\n\n";

/// The documents that repetition repeats: so many are drawn with the world.
pub const REPEATED_DOCUMENTS: usize = 16;

/// A world: its facts, and how it is spoken of.
#[derive(Clone, Debug)]
pub struct World {
    /// Settled: every dial in its range.
    pub config: WorldConfig,
    /// The dials that had to be moved into their range.
    pub moved: Vec<MovedDial>,
    pub facts: Facts,
    /// Things of each class.
    classes: [Vec<u16>; 3],
    /// Actions that name nobody else.
    plain_actions: Vec<u8>,
    misspellings: Misspellings,
    /// None without duplication.
    repeated: Vec<Written>,
}

/// A document without its place in a text.
#[derive(Clone, Debug)]
struct Written {
    text: String,
    truth: Truth,
    words: Vec<TaggedWord>,
    language: Language,
    /// Surprisal without repetition, nats.
    nats: f64,
}

impl World {
    /// Draws the world of a configuration and a seed.
    ///
    /// Errors: [`WorldError::NoGenre`]. Dials out of range are moved and noted in [`World::moved`].
    pub fn new(config: &WorldConfig, seed: u32) -> Result<Self, WorldError> {
        let (config, moved) = config.settled()?;
        let key = stream_key(seed, stream::WORLD);
        let facts = Facts::draw(&config, stream_key(key, 0));
        let classes = Class::ALL.map(|class| {
            let of_class = |(_, thing): &(usize, &facts::Thing)| thing.class == class;
            facts
                .things
                .iter()
                .enumerate()
                .filter(of_class)
                .map(|(i, _)| i as u16)
                .collect()
        });
        let plain_actions = (0..facts.sizes.actions as u8)
            .filter(|&action| !lexicon::ACTIONS[action as usize].has_recipient)
            .collect();
        let mut world = Self {
            config,
            moved,
            facts,
            classes,
            plain_actions,
            misspellings: Misspellings::default(),
            repeated: Vec::new(),
        };
        if world.config.noise > 0.0 {
            world.misspellings = Misspellings::of_words(&world.words());
        }
        if world.config.duplication > 0.0 {
            let key = stream_key(key, 1);
            world.repeated = (0..REPEATED_DOCUMENTS as u32)
                .map(|i| world.fresh(&mut Dice::new(stream_key(key, i))))
                .collect();
        }
        Ok(world)
    }

    /// All words that can stand in a text, as they are written. Numbers are not among them.
    fn words(&self) -> Vec<(String, String)> {
        let sizes = &self.facts.sizes;
        let upto = |n: usize, node: fn(u16) -> Node| (0..n as u16).map(node);
        let small = |n: usize, node: fn(u8) -> Node| (0..n as u8).map(node);
        let verdicts = |good| (0..4u8).map(move |word| Node::Verdict { good, word });
        let nodes = upto(sizes.people, Node::Name)
            .chain(upto(sizes.towns, Node::TownName))
            .chain(upto(sizes.coined, Node::CoinedWord))
            .chain(upto(sizes.things, |i| Node::Noun(i, Count::One)))
            .chain(upto(sizes.things, |i| Node::Noun(i, Count::Many)))
            .chain(small(sizes.jobs, Node::Job))
            .chain(small(sizes.adjectives, Node::Adjective))
            .chain(small(lexicon::COLOURS.len(), Node::Colour))
            .chain(small(lexicon::WEATHERS.len(), Node::Weather))
            .chain(small(lexicon::FEELINGS.len(), Node::Feeling))
            .chain(small(lexicon::RUDE_WORDS.len(), Node::RudeWord))
            .chain(small(sizes.actions, |i| Node::Verb(i, Form::Base)))
            .chain(small(sizes.actions, |i| Node::Verb(i, Form::Third)))
            .chain(small(sizes.actions, |i| Node::Verb(i, Form::Past)))
            .chain(verdicts(true))
            .chain(verdicts(false));
        let owned = |node| {
            let lexeme = self.lexeme(node)?;
            Some((lexeme.english.into_owned(), lexeme.chinese.into_owned()))
        };
        nodes.filter_map(owned).collect()
    }

    /// A document that repeats nothing.
    fn fresh(&self, dice: &mut Dice) -> Written {
        dice.surprisal = 0.0;
        let headings = self.heading_odds();
        let odds = headings.iter().map(|heading| heading.2).collect();
        let (genre, language, _) = headings[dice.pick(&Odds::Weighted(odds))];
        let tree = self.derive(Node::Body(genre), dice);
        let mut page = Page {
            world: self,
            language,
            with_tags: genre == Genre::Tagged,
            text: String::new(),
            words: Vec::new(),
        };
        page.write(&tree, dice);
        if genre == Genre::Parallel {
            page.text.push('\n');
            page.language = Language::Chinese;
            page.write(&tree, dice);
        }
        let truth = truth::truth(genre, language, &tree, &page.text);
        Written {
            truth,
            text: page.text,
            words: page.words,
            language,
            nats: dice.surprisal,
        }
    }

    /// The different ones of the repeated documents, each with how often it is among them.
    fn different_repeated(&self) -> Vec<(usize, &Written)> {
        let mut different: Vec<(usize, &Written)> = Vec::new();
        for document in &self.repeated {
            match different
                .iter_mut()
                .find(|(_, seen)| seen.text == document.text)
            {
                Some((copies, _)) => *copies += 1,
                None => different.push((1, document)),
            }
        }
        different
    }
}
