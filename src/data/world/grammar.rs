//! A synchronous grammar: every rule has an English and a Chinese right-hand side over the same children, so that one
//! derivation, the meaning, is written in both languages (Lewis & Stearns 1968, "Syntax-directed transduction"; Chiang
//! 2007, "Hierarchical phrase-based translation", section 2).
//!
//! A nonterminal is a [`Node`], which may carry whom or what it is about. Its rules are numbered, [`World::odds`] gives their
//! probabilities and [`World::rule`] their right-hand sides, so that rules exist only while they are looked at. No node
//! leads back to itself: derivations are finite, their number is finite.

use std::borrow::Cow;

use super::World;
use super::config::{Genre, Language};
use super::facts::Gender;
use super::lexicon::{self, Class};
use super::statement::Fact;
use crate::data::chance::{Dice, Odds};

/// Forms of a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    One,
    Many,
}

/// Forms of a verb. Chinese has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    Base,
    Third,
    Past,
}

/// The nonterminals. The first group are words, which have no rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    Name(u16),
    TownName(u16),
    Noun(u16, Count),
    Job(u8),
    Verb(u8, Form),
    Adjective(u8),
    Colour(u8),
    Weather(u8),
    Feeling(u8),
    Verdict {
        good: bool,
        word: u8,
    },
    Numeral(u16),
    RudeWord(u8),
    CoinedWord(u16),

    // Phrases.
    Rude,
    Subject {
        who: u16,
        named: bool,
    },
    Somebody,
    SomebodyBut(u16),
    SomeTown,
    ThisThing,
    Object(Class),
    NounPhrase {
        class: Class,
        adjective: Option<u8>,
    },
    Time,
    Spot,
    Reason(Gender),
    Also,

    // Sentences.
    Statement,
    SomeFact,
    SomeEvent,
    FactAbout(super::statement::Entity),
    Fact {
        fact: Fact,
        named: bool,
    },
    Event {
        who: u16,
        named: bool,
    },

    // Documents, and what only one genre has.
    Body(Genre),
    Tale(u16),
    Introduction(u16),
    Ending(u16),
    ClosedQuestion,
    OpenQuestion,
    QuestionAbout(super::statement::Entity),
    Ask(Fact),
    Review(u16),
    Opinion {
        who: u16,
        good: bool,
    },
    When,
    Report(u16),
    Quote(u16),
    QuoteBy {
        who: u16,
        good: bool,
    },
    Definition(u16),
    Contrast(Gender),
    Fault {
        gender: Gender,
        state: u8,
        fault: u8,
    },
    Equation(u8),
    EquationWith(u8, u16),
    WordProblem,
    Coins,
    CoinsWith(u16),
}

/// The kinds of content words, as tagged sequences write them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Tag {
    Person,
    Place,
    Thing,
    Job,
    Action,
    Quality,
    Number,
    Rude,
}

impl Tag {
    pub const ALL: [Tag; 8] = [
        Tag::Person,
        Tag::Place,
        Tag::Thing,
        Tag::Job,
        Tag::Action,
        Tag::Quality,
        Tag::Number,
        Tag::Rude,
    ];

    /// As it stands behind a word: `Kalo/PER`.
    pub fn key(self) -> &'static str {
        match self {
            Tag::Person => "PER",
            Tag::Place => "LOC",
            Tag::Thing => "OBJ",
            Tag::Job => "JOB",
            Tag::Action => "ACT",
            Tag::Quality => "QUAL",
            Tag::Number => "NUM",
            Tag::Rude => "RUDE",
        }
    }
}

/// A word of the vocabulary in both languages.
pub struct Lexeme<'a> {
    pub tag: Tag,
    pub english: Cow<'a, str>,
    pub chinese: Cow<'a, str>,
}

impl Lexeme<'_> {
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// A right-hand side. `{0}` is the first child; each child stands at least once on both sides.
#[derive(Clone, Debug)]
pub struct Rule {
    pub english: Cow<'static, str>,
    pub chinese: Cow<'static, str>,
    pub children: Vec<Node>,
}

impl Rule {
    pub fn new(
        english: impl Into<Cow<'static, str>>,
        chinese: impl Into<Cow<'static, str>>,
        children: impl Into<Vec<Node>>,
    ) -> Self {
        Self {
            english: english.into(),
            chinese: chinese.into(),
            children: children.into(),
        }
    }

    /// One child, nothing around it.
    pub fn hand_on(child: Node) -> Self {
        Self::new("{0}", "{0}", [child])
    }

    /// The same words in every case.
    pub fn words(
        english: impl Into<Cow<'static, str>>,
        chinese: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(english, chinese, [])
    }

    /// What stands between the children, and the children, in the order of a language.
    pub fn pieces(&self, language: Language) -> impl Iterator<Item = Piece<'_>> {
        let mut rest: &str = match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        };
        std::iter::from_fn(move || {
            if let Some(after) = rest.strip_prefix('{') {
                let digit = after.as_bytes()[0] - b'0';
                rest = &after[2..];
                return Some(Piece::Child(digit as usize));
            }
            let end = rest.find('{').unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            rest = after;
            (!text.is_empty()).then_some(Piece::Text(text))
        })
    }
}

pub enum Piece<'a> {
    Text(&'a str),
    Child(usize),
}

/// A derivation.
#[derive(Clone, Debug)]
pub struct Tree {
    pub node: Node,
    pub choice: usize,
    /// None for a word.
    pub rule: Option<Rule>,
    pub children: Vec<Tree>,
}

impl Tree {
    /// The first of the derivation's nodes, from the top, for which `of` has an answer.
    pub fn find<T>(&self, of: &mut dyn FnMut(&Tree) -> Option<T>) -> Option<T> {
        of(self).or_else(|| self.children.iter().find_map(|child| child.find(of)))
    }
}

impl World {
    /// A derivation of a node; the dice add up its surprisal.
    pub(super) fn derive(&self, node: Node, dice: &mut Dice) -> Tree {
        if self.lexeme(node).is_some() {
            return Tree {
                node,
                choice: 0,
                rule: None,
                children: Vec::new(),
            };
        }
        let choice = dice.pick(&self.odds(node));
        let rule = self.rule(node, choice);
        let children = rule
            .children
            .iter()
            .map(|&child| self.derive(child, dice))
            .collect();
        Tree {
            node,
            choice,
            rule: Some(rule),
            children,
        }
    }

    /// The word of a node that is one.
    pub(super) fn lexeme(&self, node: Node) -> Option<Lexeme<'_>> {
        let own = |tag, word: &'_ lexicon::Entry| {
            Some(Lexeme {
                tag,
                english: Cow::Borrowed(word.0),
                chinese: Cow::Borrowed(word.1),
            })
        };
        let facts = &self.facts;
        let (tag, word) = match node {
            Node::Name(i) => (Tag::Person, &facts.people[i as usize].name),
            Node::TownName(i) => (Tag::Place, &facts.towns[i as usize].name),
            Node::CoinedWord(i) => (Tag::Thing, &facts.coined[i as usize].word),
            Node::Noun(i, Count::One) => (Tag::Thing, &facts.things[i as usize].name),
            Node::Noun(i, Count::Many) => {
                let thing = &facts.things[i as usize];
                return Some(Lexeme {
                    tag: Tag::Thing,
                    english: Cow::Borrowed(&thing.plural),
                    chinese: Cow::Borrowed(&thing.name.chinese),
                });
            }
            Node::Job(i) => return own(Tag::Job, &lexicon::JOBS[i as usize]),
            Node::Adjective(i) => return own(Tag::Quality, &lexicon::ADJECTIVES[i as usize]),
            Node::Colour(i) => return own(Tag::Quality, &lexicon::COLOURS[i as usize]),
            Node::Weather(i) => return own(Tag::Quality, &lexicon::WEATHERS[i as usize]),
            Node::Feeling(i) => return own(Tag::Quality, &lexicon::FEELINGS[i as usize]),
            Node::Verdict { good, word } => {
                let words = if good {
                    &lexicon::PRAISE
                } else {
                    &lexicon::BLAME
                };
                return own(Tag::Quality, &words[word as usize]);
            }
            Node::RudeWord(i) => return own(Tag::Rude, &lexicon::RUDE_WORDS[i as usize]),
            Node::Verb(i, form) => {
                let action = &lexicon::ACTIONS[i as usize];
                let english = match form {
                    Form::Base => action.base,
                    Form::Third => action.third,
                    Form::Past => action.past,
                };
                return Some(Lexeme {
                    tag: Tag::Action,
                    english: Cow::Borrowed(english),
                    chinese: Cow::Borrowed(action.chinese),
                });
            }
            Node::Numeral(n) => {
                return Some(Lexeme {
                    tag: Tag::Number,
                    english: Cow::Owned(n.to_string()),
                    chinese: Cow::Owned(n.to_string()),
                });
            }
            _ => return None,
        };
        Some(Lexeme {
            tag,
            english: Cow::Borrowed(&word.english),
            chinese: Cow::Borrowed(&word.chinese),
        })
    }

    /// The probabilities of a node's rules. A word has none.
    pub(super) fn odds(&self, node: Node) -> Odds {
        match node.chapter() {
            Chapter::Documents => self.document_odds(node),
            Chapter::Opinions => self.opinion_odds(node),
            Chapter::Sums => self.sum_odds(node),
            Chapter::Statements => self.statement_odds(node),
        }
    }

    /// The rule with a number below the length of [`World::odds`].
    pub(super) fn rule(&self, node: Node, choice: usize) -> Rule {
        match node.chapter() {
            Chapter::Documents => self.document_rule(node, choice),
            Chapter::Opinions => self.opinion_rule(node, choice),
            Chapter::Sums => self.sum_rule(node, choice),
            Chapter::Statements => self.statement_rule(node, choice),
        }
    }
}

/// The file that a node's rules stand in.
enum Chapter {
    Documents,
    Opinions,
    Sums,
    Statements,
}

impl Node {
    fn chapter(self) -> Chapter {
        match self {
            Node::Body(_)
            | Node::Tale(_)
            | Node::Introduction(_)
            | Node::Ending(_)
            | Node::ClosedQuestion
            | Node::OpenQuestion
            | Node::QuestionAbout(_)
            | Node::Ask(_)
            | Node::Definition(_)
            | Node::Contrast(_)
            | Node::Fault { .. } => Chapter::Documents,
            Node::Review(_)
            | Node::Opinion { .. }
            | Node::When
            | Node::Report(_)
            | Node::Quote(_)
            | Node::QuoteBy { .. } => Chapter::Opinions,
            Node::Equation(_)
            | Node::EquationWith(..)
            | Node::WordProblem
            | Node::Coins
            | Node::CoinsWith(_) => Chapter::Sums,
            _ => Chapter::Statements,
        }
    }
}
