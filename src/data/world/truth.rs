//! What a document says, as data: read off its derivation, never off its text.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::config::{Genre, Language};
use super::grammar::{Node, Tree};
use super::statement::Fact;

/// Something that happened once. Numbers refer to the world's people and things and to the tables of `lexicon`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub who: u16,
    pub action: u8,
    pub thing: u16,
    pub adjective: Option<u8>,
    pub recipient: Option<u16>,
    pub time: Option<u8>,
    pub spot: Option<u8>,
    /// How the person felt, where that is given as the reason.
    pub feeling: Option<u8>,
    /// A second action and its thing.
    pub also: Option<(u8, u16)>,
    pub rude_word: Option<u8>,
}

/// What one sentence says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clause {
    Fact(Fact),
    Event(Event),
    /// How somebody felt in the end.
    Ending {
        who: u16,
        feeling: u8,
    },
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// The value of a fact of the world.
    Fact(Fact),
    /// What somebody did something to, in the sentence above.
    What { who: u16, action: u8, thing: u16 },
    /// Who did it.
    Who { who: u16, action: u8, thing: u16 },
}

/// What is wrong with the wrong sentence of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// English: `she have`. Chinese: no measure word.
    Agreement,
    /// English: `a apple`, `an lamp`. Chinese: measure word before its numeral.
    Article,
    /// The verb stands last.
    Order,
}

/// The arithmetic sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operator {
    Plus,
    Minus,
    Times,
}

/// The ground truth of a document. Ranges are bytes of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Truth {
    Story {
        about: u16,
        clauses: Vec<Clause>,
    },
    Parallel {
        english: Range<usize>,
        chinese: Range<usize>,
        clause: Clause,
    },
    Question {
        asked: Asked,
        question: Range<usize>,
        answer: Range<usize>,
    },
    Sentiment {
        by: u16,
        thing: u16,
        is_positive: bool,
        label: Range<usize>,
    },
    /// The tags are those of the document's words.
    Tagged {
        clause: Clause,
    },
    News {
        title: Range<usize>,
        body: Range<usize>,
        about: u16,
        action: u8,
        thing: u16,
        town: u16,
        quoted: u16,
        is_positive: bool,
    },
    Definition {
        coined: u16,
        definition: Range<usize>,
        example: Range<usize>,
    },
    Grammaticality {
        right: Range<usize>,
        wrong: Range<usize>,
        fault: Fault,
    },
    Arithmetic {
        left: u16,
        operator: Operator,
        right: u16,
        result: u16,
    },
}

impl Truth {
    pub fn genre(&self) -> Genre {
        match self {
            Truth::Story { .. } => Genre::Story,
            Truth::Parallel { .. } => Genre::Parallel,
            Truth::Question { .. } => Genre::Question,
            Truth::Sentiment { .. } => Genre::Sentiment,
            Truth::Tagged { .. } => Genre::Tagged,
            Truth::News { .. } => Genre::News,
            Truth::Definition { .. } => Genre::Definition,
            Truth::Grammaticality { .. } => Genre::Grammaticality,
            Truth::Arithmetic { .. } => Genre::Arithmetic,
        }
    }
}

/// The truth of a document that was written from this derivation.
pub(super) fn truth(genre: Genre, language: Language, tree: &Tree, text: &str) -> Truth {
    let lines = lines(text);
    let line = |i: usize| lines.get(i).cloned().unwrap_or(text.len()..text.len());
    // what follows `Answer: ` and the like
    let after_colon = |range: Range<usize>| {
        let colon = match language {
            Language::English => ": ",
            Language::Chinese => "：",
        };
        let start = text[range.clone()]
            .find(colon)
            .map_or(0, |at| at + colon.len());
        range.start + start..range.end
    };
    let last = line(lines.len().saturating_sub(1));
    match genre {
        Genre::Story => Truth::Story {
            about: name(tree),
            clauses: clauses(tree),
        },
        Genre::Parallel => Truth::Parallel {
            english: line(0),
            chinese: line(1),
            clause: clause(tree),
        },
        Genre::Question => {
            let mut answer = after_colon(last);
            answer.end -= if language == Language::English {
                1
            } else {
                "。".len()
            };
            Truth::Question {
                asked: asked(tree),
                question: after_colon(line(lines.len() - 2)),
                answer,
            }
        }
        Genre::Sentiment => Truth::Sentiment {
            by: name(tree),
            thing: noun(tree),
            is_positive: verdict(tree),
            label: after_colon(last),
        },
        Genre::Tagged => Truth::Tagged {
            clause: clause(tree),
        },
        Genre::News => {
            let quote = find(tree, |node| match node {
                Node::QuoteBy { who, .. } => Some(who),
                _ => None,
            });
            Truth::News {
                title: after_colon(line(0)),
                body: line(1),
                about: name(tree),
                action: action(tree),
                thing: noun(tree),
                town: find(tree, |node| match node {
                    Node::TownName(town) => Some(town),
                    _ => None,
                }),
                quoted: quote,
                is_positive: verdict(tree),
            }
        }
        Genre::Definition => Truth::Definition {
            coined: find(tree, |node| match node {
                Node::CoinedWord(word) => Some(word),
                _ => None,
            }),
            definition: line(0),
            example: after_colon(line(1)),
        },
        Genre::Grammaticality => Truth::Grammaticality {
            right: after_colon(line(0)),
            wrong: after_colon(line(1)),
            fault: find(tree, |node| match node {
                Node::Fault { fault, .. } => {
                    Some([Fault::Agreement, Fault::Article, Fault::Order][fault as usize])
                }
                _ => None,
            }),
        },
        Genre::Arithmetic => {
            let mut numbers = Vec::new();
            numerals(tree, &mut numbers);
            let operator = tree
                .find(&mut |tree| match tree.node {
                    Node::Equation(operator) => {
                        Some([Operator::Plus, Operator::Minus, Operator::Times][operator as usize])
                    }
                    _ => None,
                })
                .unwrap_or(Operator::Plus);
            Truth::Arithmetic {
                left: numbers[0],
                operator,
                right: numbers[1],
                result: numbers[2],
            }
        }
    }
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split('\n')
        .map(|line| {
            let range = start..start + line.len();
            start = range.end + 1;
            range
        })
        .collect()
}

/// The first node with an answer. Each genre's grammar has one; the default only satisfies the type.
fn find<T: Copy>(tree: &Tree, of: impl Fn(Node) -> Option<T>) -> T {
    let found = tree.find(&mut |tree| of(tree.node));
    found.expect("the grammar of this genre always derives such a node")
}

fn name(tree: &Tree) -> u16 {
    find(tree, |node| match node {
        Node::Name(who) => Some(who),
        _ => None,
    })
}

fn noun(tree: &Tree) -> u16 {
    find(tree, |node| match node {
        Node::Noun(thing, _) => Some(thing),
        _ => None,
    })
}

fn action(tree: &Tree) -> u8 {
    find(tree, |node| match node {
        Node::Verb(action, _) => Some(action),
        _ => None,
    })
}

fn verdict(tree: &Tree) -> bool {
    find(tree, |node| match node {
        Node::Verdict { good, .. } => Some(good),
        _ => None,
    })
}

fn numerals(tree: &Tree, numbers: &mut Vec<u16>) {
    if let Node::Numeral(n) = tree.node {
        numbers.push(n);
    }
    tree.children
        .iter()
        .for_each(|child| numerals(child, numbers));
}

fn asked(tree: &Tree) -> Asked {
    let fact = tree.find(&mut |tree| match tree.node {
        Node::Ask(fact) => Some(fact),
        _ => None,
    });
    let Some(fact) = fact else {
        let (who, action, thing) = (name(tree), action(tree), noun(tree));
        let asks_who = tree.find(&mut |tree| match tree.node {
            Node::OpenQuestion => Some(tree.choice % 2 == 1),
            _ => None,
        });
        return match asks_who {
            Some(true) => Asked::Who { who, action, thing },
            _ => Asked::What { who, action, thing },
        };
    };
    Asked::Fact(fact)
}

fn clause(tree: &Tree) -> Clause {
    let clause = clauses(tree).into_iter().next();
    clause.expect("this genre is made of one statement")
}

/// The clauses of a derivation, in order.
fn clauses(tree: &Tree) -> Vec<Clause> {
    match tree.node {
        Node::Fact { fact, .. } => vec![Clause::Fact(fact)],
        Node::Event { who, .. } => vec![Clause::Event(event(who, tree))],
        Node::Ending(who) => vec![Clause::Ending {
            who,
            feeling: tree.choice as u8,
        }],
        _ => tree.children.iter().flat_map(clauses).collect(),
    }
}

fn event(who: u16, tree: &Tree) -> Event {
    let mut event = Event {
        who,
        action: tree.choice as u8,
        thing: 0,
        adjective: None,
        recipient: None,
        time: None,
        spot: None,
        feeling: None,
        also: None,
        rude_word: None,
    };
    for child in &tree.children {
        let chosen = child.choice.checked_sub(1).map(|i| i as u8);
        match child.node {
            Node::Rude => event.rude_word = chosen,
            Node::Object(_) => {
                event.thing = noun(child);
                event.adjective = chosen;
            }
            Node::Time => event.time = chosen,
            Node::Spot => event.spot = chosen,
            Node::Reason(_) => event.feeling = chosen,
            Node::Also if chosen.is_some() => event.also = Some((action(child), noun(child))),
            Node::SomebodyBut(_) => event.recipient = Some(name(child)),
            _ => {}
        }
    }
    event
}
