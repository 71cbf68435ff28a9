//! Sentences: facts that always hold and events that happened once, with the phrases they are made of.

use serde::{Deserialize, Serialize};

use super::World;
use super::config::Language;
use super::facts::Gender;
use super::grammar::{Count, Form, Node, Rule};
use super::lexicon::{self, Class, article};
use crate::data::chance::Odds;

/// Somebody or something that facts are about; a number in the world's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Entity {
    Person(u16),
    Town(u16),
    Thing(u16),
}

/// What a fact says of its entity: five for each kind, of which a world knows the first `facts_per_entity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Attribute {
    Job,
    Home,
    Favourite,
    Friend,
    Age,
    KnownFor,
    Neighbour,
    Elder,
    Houses,
    Weather,
    Colour,
    SoldIn,
    Price,
    BiggestOwner,
    Weight,
}

impl Attribute {
    pub fn of(entity: Entity) -> [Attribute; 5] {
        use Attribute::*;
        match entity {
            Entity::Person(_) => [Job, Home, Favourite, Friend, Age],
            Entity::Town(_) => [KnownFor, Neighbour, Elder, Houses, Weather],
            Entity::Thing(_) => [Colour, SoldIn, Price, BiggestOwner, Weight],
        }
    }
}

/// Something that always holds; its value is in the world's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    pub about: Entity,
    pub attribute: Attribute,
}

impl World {
    /// The word that is the value of a fact. The attribute belongs to the entity's kind.
    pub(super) fn value(&self, fact: Fact) -> Node {
        let facts = &self.facts;
        match fact.about {
            Entity::Person(i) => {
                let person = &facts.people[i as usize];
                match fact.attribute {
                    Attribute::Job => Node::Job(person.job),
                    Attribute::Home => Node::TownName(person.home),
                    Attribute::Favourite => Node::Noun(person.favourite, Count::Many),
                    Attribute::Friend => Node::Name(person.friend),
                    _ => Node::Numeral(person.age),
                }
            }
            Entity::Town(i) => {
                let town = &facts.towns[i as usize];
                match fact.attribute {
                    Attribute::KnownFor => Node::Noun(town.known_for, Count::Many),
                    Attribute::Neighbour => Node::TownName(town.neighbour),
                    Attribute::Elder => Node::Name(town.elder),
                    Attribute::Houses => Node::Numeral(town.houses),
                    _ => Node::Weather(town.weather),
                }
            }
            Entity::Thing(i) => {
                let thing = &facts.things[i as usize];
                match fact.attribute {
                    Attribute::Colour => Node::Colour(thing.colour),
                    Attribute::SoldIn => Node::TownName(thing.sold_in),
                    Attribute::Price => Node::Numeral(thing.price),
                    Attribute::BiggestOwner => Node::Name(thing.biggest_owner),
                    _ => Node::Numeral(thing.weight),
                }
            }
        }
    }

    /// The value of a fact as a word of a language: the ground truth of an answer. None when the world has no such fact.
    pub fn answer(&self, fact: Fact, language: Language) -> Option<String> {
        let (index, count) = match fact.about {
            Entity::Person(i) => (i, self.facts.people.len()),
            Entity::Town(i) => (i, self.facts.towns.len()),
            Entity::Thing(i) => (i, self.facts.things.len()),
        };
        let known = &Attribute::of(fact.about)[..self.config.facts_per_entity as usize];
        if index as usize >= count || !known.contains(&fact.attribute) {
            return None;
        }
        let word = self.lexeme(self.value(fact))?;
        Some(word.text(language).to_owned())
    }

    pub(super) fn gender(&self, who: u16) -> Gender {
        self.facts.people[who as usize].gender
    }

    /// The things of a class; at least one.
    pub(super) fn of_class(&self, class: Class) -> &[u16] {
        &self.classes[class as usize]
    }

    pub(super) fn statement_odds(&self, node: Node) -> Odds {
        let sizes = &self.facts.sizes;
        let level = self.config.complexity;
        let from = |least: u32, p: f64| if level >= least { p } else { 0.0 };
        match node {
            Node::Rude => Odds::maybe(f64::from(self.config.rude_words), lexicon::RUDE_WORDS.len()),
            Node::Somebody | Node::SomeEvent => Odds::Uniform(sizes.people),
            Node::SomebodyBut(_) => Odds::Uniform(sizes.people - 1),
            Node::ThisThing => Odds::Uniform(sizes.things),
            Node::SomeTown => Odds::Uniform(sizes.towns),
            Node::Object(_) => Odds::maybe(from(3, 0.5), sizes.adjectives),
            Node::NounPhrase { class, .. } => Odds::Uniform(self.of_class(class).len()),
            Node::Time => Odds::maybe(from(2, 0.5), sizes.times),
            Node::Spot => Odds::maybe(from(2, 0.5), sizes.spots),
            Node::Reason(_) => Odds::maybe(from(4, 0.4), lexicon::FEELINGS.len()),
            Node::Also => Odds::maybe(from(5, 0.4), self.plain_actions.len()),
            Node::Statement => Odds::Uniform(2),
            Node::SomeFact => Odds::Uniform(sizes.people + sizes.towns + sizes.things),
            Node::FactAbout(_) => Odds::Uniform(self.config.facts_per_entity as usize),
            Node::Event { .. } => Odds::Uniform(sizes.actions),
            // one way to say it
            _ => Odds::Uniform(1),
        }
    }

    pub(super) fn statement_rule(&self, node: Node, choice: usize) -> Rule {
        match node {
            Node::Rude => match choice.checked_sub(1) {
                None => Rule::words("", ""),
                Some(word) => Rule::new("{0}! ", "{0}！", [Node::RudeWord(word as u8)]),
            },
            Node::Subject { who, named: true } => Rule::hand_on(Node::Name(who)),
            Node::Subject { who, named: false } => match self.gender(who) {
                Gender::Female => Rule::words("She", "她"),
                Gender::Male => Rule::words("He", "他"),
            },
            Node::Somebody => Rule::hand_on(Node::Name(choice as u16)),
            Node::SomebodyBut(who) => {
                let skip = usize::from(choice >= who as usize);
                Rule::hand_on(Node::Name((choice + skip) as u16))
            }
            Node::SomeTown => Rule::hand_on(Node::TownName(choice as u16)),
            Node::ThisThing => {
                let measure = &self.facts.things[choice].measure;
                let noun = Node::Noun(choice as u16, Count::One);
                Rule::new("This {0}", format!("这{measure}{{0}}"), [noun])
            }
            Node::Object(class) => {
                let adjective = choice.checked_sub(1).map(|a| a as u8);
                Rule::hand_on(Node::NounPhrase { class, adjective })
            }
            Node::NounPhrase { class, adjective } => {
                self.noun_phrase(self.of_class(class)[choice], adjective)
            }
            Node::Time => optional(choice, &lexicon::TIMES),
            Node::Spot => optional(choice, &lexicon::SPOTS),
            Node::Reason(gender) => {
                let Some(feeling) = choice.checked_sub(1) else {
                    return Rule::words("", "");
                };
                let she = pronoun(gender).0;
                let english = format!(" because {} was {{0}}", she.to_lowercase());
                Rule::new(english, "因为{0}，", [Node::Feeling(feeling as u8)])
            }
            Node::Also => match choice.checked_sub(1) {
                None => Rule::words("", ""),
                Some(i) => {
                    let action = self.plain_actions[i];
                    let class = lexicon::ACTIONS[action as usize].class;
                    let children = [Node::Verb(action, Form::Past), Node::Object(class)];
                    Rule::new(" and {0} {1}", "，还{0}了{1}", children)
                }
            },
            Node::Statement => Rule::hand_on([Node::SomeFact, Node::SomeEvent][choice]),
            Node::SomeFact => Rule::hand_on(Node::FactAbout(self.entity(choice))),
            Node::SomeEvent => Rule::hand_on(Node::Event {
                who: choice as u16,
                named: true,
            }),
            Node::FactAbout(about) => {
                let attribute = Attribute::of(about)[choice];
                Rule::hand_on(Node::Fact {
                    fact: Fact { about, attribute },
                    named: true,
                })
            }
            Node::Fact { fact, named } => self.fact_rule(fact, named),
            Node::Event { who, named } => self.event_rule(who, named, choice as u8),
            _ => unreachable!("{node:?} has rules elsewhere or is a word"),
        }
    }

    /// All entities in one row: people, towns, things.
    pub(super) fn entity(&self, index: usize) -> Entity {
        let sizes = &self.facts.sizes;
        if index < sizes.people {
            Entity::Person(index as u16)
        } else if index < sizes.people + sizes.towns {
            Entity::Town((index - sizes.people) as u16)
        } else {
            Entity::Thing((index - sizes.people - sizes.towns) as u16)
        }
    }

    /// `an ugly cat`, `一只难看的猫`.
    fn noun_phrase(&self, thing: u16, adjective: Option<u8>) -> Rule {
        let noun = Node::Noun(thing, Count::One);
        let thing = &self.facts.things[thing as usize];
        let measure = &thing.measure;
        match adjective {
            None => Rule::new(
                format!("{} {{0}}", article(&thing.name.english)),
                format!("一{measure}{{0}}"),
                [noun],
            ),
            Some(a) => Rule::new(
                format!("{} {{0}} {{1}}", article(lexicon::ADJECTIVES[a as usize].0)),
                format!("一{measure}{{0}}{{1}}"),
                [Node::Adjective(a), noun],
            ),
        }
    }

    fn event_rule(&self, who: u16, named: bool, action: u8) -> Rule {
        let entry = &lexicon::ACTIONS[action as usize];
        let mut children = vec![
            Node::Rude,
            Node::Subject { who, named },
            Node::Verb(action, Form::Past),
            Node::Object(entry.class),
            Node::Time,
            Node::Spot,
            Node::Reason(self.gender(who)),
            Node::Also,
        ];
        if entry.has_recipient {
            children.push(Node::SomebodyBut(who));
            return Rule::new(
                "{0}{1} {2} {3} to {8}{7}{5}{4}{6}.",
                "{0}{6}{1}{4}{5}{2}了{8}{3}{7}。",
                children,
            );
        }
        Rule::new(
            "{0}{1} {2} {3}{7}{5}{4}{6}.",
            "{0}{6}{1}{4}{5}{2}了{3}{7}。",
            children,
        )
    }

    fn fact_rule(&self, fact: Fact, named: bool) -> Rule {
        let value = self.value(fact);
        let subject = match fact.about {
            Entity::Person(who) => Node::Subject { who, named },
            Entity::Town(town) => Node::TownName(town),
            Entity::Thing(thing) => match fact.attribute {
                Attribute::SoldIn => Node::Noun(thing, Count::Many),
                _ => Node::Noun(thing, Count::One),
            },
        };
        let (english, chinese): (&str, &str) = match fact.attribute {
            Attribute::Job => {
                let Node::Job(job) = value else {
                    unreachable!("a job is a job")
                };
                let a = article(lexicon::JOBS[job as usize].0);
                return Rule::new(
                    format!("{{0}} is {a} {{1}}."),
                    "{0}是{1}。",
                    [subject, value],
                );
            }
            Attribute::Home => ("{0} lives in {1}.", "{0}住在{1}。"),
            Attribute::Favourite => ("{0} likes {1}.", "{0}喜欢{1}。"),
            Attribute::Friend => match (named, fact.about) {
                (false, Entity::Person(who)) => {
                    let (her, she) = possessive(self.gender(who));
                    return Rule::new(
                        format!("{her} best friend is {{0}}."),
                        format!("{she}最好的朋友是{{0}}。"),
                        [value],
                    );
                }
                _ => ("{0}'s best friend is {1}.", "{0}最好的朋友是{1}。"),
            },
            Attribute::Age => ("{0} is {1} years old.", "{0}今年{1}岁。"),
            Attribute::KnownFor => ("{0} is known for its {1}.", "{0}以{1}闻名。"),
            Attribute::Neighbour => ("{0} lies next to {1}.", "{0}在{1}旁边。"),
            Attribute::Elder => ("The elder of {0} is {1}.", "{0}的长老是{1}。"),
            Attribute::Houses => ("{0} has {1} houses.", "{0}有{1}座房子。"),
            Attribute::Weather => ("It is often {1} in {0}.", "{0}经常{1}。"),
            Attribute::Colour => ("Here every {0} is {1}.", "这里的{0}都是{1}的。"),
            Attribute::SoldIn => ("People buy {0} in {1}.", "人们在{1}买{0}。"),
            Attribute::Price => {
                return self.measured(subject, value, "costs {1} coins", "要{1}枚硬币");
            }
            Attribute::BiggestOwner => ("The biggest {0} belongs to {1}.", "最大的{0}是{1}的。"),
            Attribute::Weight => {
                return self.measured(subject, value, "weighs {1} pounds", "重{1}磅");
            }
        };
        Rule::new(english.to_owned(), chinese.to_owned(), [subject, value])
    }

    /// `A lamp costs 5 coins.`, `一盏灯要5枚硬币。`
    fn measured(&self, subject: Node, value: Node, english: &str, chinese: &str) -> Rule {
        let Node::Noun(thing, _) = subject else {
            unreachable!("only things are measured")
        };
        let thing = &self.facts.things[thing as usize];
        let a = if article(&thing.name.english) == "an" {
            "An"
        } else {
            "A"
        };
        let measure = &thing.measure;
        Rule::new(
            format!("{a} {{0}} {english}."),
            format!("一{measure}{{0}}{chinese}。"),
            [subject, value],
        )
    }
}

pub(super) fn pronoun(gender: Gender) -> (&'static str, &'static str) {
    match gender {
        Gender::Female => ("She", "她"),
        Gender::Male => ("He", "他"),
    }
}

fn possessive(gender: Gender) -> (&'static str, &'static str) {
    match gender {
        Gender::Female => ("Her", "她"),
        Gender::Male => ("His", "他"),
    }
}

/// Nothing, or a phrase with its blank.
fn optional(choice: usize, table: &[lexicon::Entry]) -> Rule {
    match choice.checked_sub(1) {
        None => Rule::words("", ""),
        Some(i) => Rule::words(format!(" {}", table[i].0), table[i].1),
    }
}
