//! Documents made of statements: stories, parallel sentences, questions, tagged sequences, definitions, faults.

use super::World;
use super::config::Genre;
use super::facts::Gender;
use super::grammar::{Count, Form, Node, Rule};
use super::lexicon::{self, article};
use super::statement::{Attribute, Entity, Fact, pronoun};
use crate::data::chance::Odds;

/// Faults a sentence may have: [`super::truth::Fault`] names them.
pub(super) const FAULTS: usize = 3;

impl World {
    pub(super) fn document_odds(&self, node: Node) -> Odds {
        let sizes = &self.facts.sizes;
        let known = self.config.facts_per_entity as usize;
        match node {
            Node::Body(Genre::Story | Genre::Sentiment | Genre::News) => {
                Odds::Uniform(sizes.people)
            }
            Node::Body(Genre::Question | Genre::Grammaticality) => Odds::Uniform(2),
            Node::Body(Genre::Definition) => Odds::Uniform(sizes.coined),
            // a sum of one of three kinds, or a word problem
            Node::Body(Genre::Arithmetic) => Odds::Uniform(4),
            Node::Body(Genre::Parallel | Genre::Tagged) => Odds::Uniform(1),
            // how many events
            Node::Tale(_) => Odds::Uniform(1 + self.config.complexity as usize),
            // one fact, or two different ones
            Node::Introduction(_) => {
                Odds::Uniform(if known == 1 { 1 } else { known * (known - 1) })
            }
            Node::Ending(_) => Odds::Uniform(lexicon::FEELINGS.len()),
            Node::ClosedQuestion => Odds::Uniform(sizes.people + sizes.towns + sizes.things),
            // what was done it to, or who did it
            Node::OpenQuestion => Odds::Uniform(2 * self.plain_actions.len()),
            Node::QuestionAbout(_) => Odds::Uniform(known),
            Node::Contrast(_) => Odds::Uniform(lexicon::STATES.len() * FAULTS),
            Node::Fault { .. } => Odds::Uniform(sizes.things),
            _ => Odds::Uniform(1),
        }
    }

    pub(super) fn document_rule(&self, node: Node, choice: usize) -> Rule {
        let who = choice as u16;
        match node {
            Node::Body(Genre::Story) => Rule::hand_on(Node::Tale(who)),
            Node::Body(Genre::Parallel) => Rule::hand_on(Node::Statement),
            Node::Body(Genre::Tagged) => Rule::hand_on(Node::SomeEvent),
            Node::Body(Genre::Question) => match choice {
                0 => Rule::hand_on(Node::ClosedQuestion),
                _ => Rule::hand_on(Node::OpenQuestion),
            },
            Node::Body(Genre::Sentiment) => Rule::hand_on(Node::Review(who)),
            Node::Body(Genre::News) => Rule::hand_on(Node::Report(who)),
            Node::Body(Genre::Definition) => Rule::hand_on(Node::Definition(who)),
            Node::Body(Genre::Grammaticality) => {
                Rule::hand_on(Node::Contrast([Gender::Female, Gender::Male][choice]))
            }
            Node::Body(Genre::Arithmetic) => match choice {
                3 => Rule::hand_on(Node::WordProblem),
                operator => Rule::hand_on(Node::Equation(operator as u8)),
            },
            Node::Tale(who) => tale(who, choice),
            Node::Introduction(who) => self.introduction(who, choice),
            Node::Ending(who) => {
                let (she, ta) = pronoun(self.gender(who));
                Rule::new(
                    format!("In the end {} was {{0}}.", she.to_lowercase()),
                    format!("最后{ta}{{0}}。"),
                    [Node::Feeling(choice as u8)],
                )
            }
            Node::ClosedQuestion => Rule::hand_on(Node::QuestionAbout(self.entity(choice))),
            Node::QuestionAbout(about) => {
                let attribute = Attribute::of(about)[choice];
                Rule::hand_on(Node::Ask(Fact { about, attribute }))
            }
            Node::Ask(fact) => self.ask(fact),
            Node::OpenQuestion => self.open_question(choice),
            Node::Definition(word) => self.definition(word),
            Node::Contrast(gender) => Rule::hand_on(Node::Fault {
                gender,
                state: (choice / FAULTS) as u8,
                fault: (choice % FAULTS) as u8,
            }),
            Node::Fault {
                gender,
                state,
                fault,
            } => self.fault(gender, state, fault, choice as u16),
            _ => unreachable!("{node:?} is no document"),
        }
    }

    fn introduction(&self, who: u16, choice: usize) -> Rule {
        let about = Entity::Person(who);
        let fact = |i: usize, named| {
            let attribute = Attribute::of(about)[i];
            Node::Fact {
                fact: Fact { about, attribute },
                named,
            }
        };
        let known = self.config.facts_per_entity as usize;
        if known == 1 {
            return Rule::hand_on(fact(0, true));
        }
        let (first, second) = (choice / (known - 1), choice % (known - 1));
        let second = second + usize::from(second >= first);
        Rule::new(
            "{0} {1}",
            "{0}{1}",
            [fact(first, true), fact(second, false)],
        )
    }

    fn ask(&self, fact: Fact) -> Rule {
        let answer = self.value(fact);
        let (asked, measure, a) = match fact.about {
            Entity::Person(i) => (Node::Name(i), "", ""),
            Entity::Town(i) => (Node::TownName(i), "", ""),
            Entity::Thing(i) => {
                let thing = &self.facts.things[i as usize];
                let count = match fact.attribute {
                    Attribute::SoldIn => Count::Many,
                    _ => Count::One,
                };
                (
                    Node::Noun(i, count),
                    thing.measure.as_str(),
                    article(&thing.name.english),
                )
            }
        };
        let (english, chinese, unit, chinese_unit) = match fact.attribute {
            Attribute::Job => ("What is {0}'s job?", "{0}做什么工作？", "", ""),
            Attribute::Home => ("Where does {0} live?", "{0}住在哪里？", "", ""),
            Attribute::Favourite => ("What does {0} like?", "{0}喜欢什么？", "", ""),
            Attribute::Friend => ("Who is {0}'s best friend?", "{0}最好的朋友是谁？", "", ""),
            Attribute::Age => ("How old is {0}?", "{0}今年多大？", " years old", "岁"),
            Attribute::KnownFor => ("What is {0} known for?", "{0}以什么闻名？", "", ""),
            Attribute::Neighbour => ("Which town lies next to {0}?", "{0}旁边是哪里？", "", ""),
            Attribute::Elder => ("Who is the elder of {0}?", "{0}的长老是谁？", "", ""),
            Attribute::Houses => (
                "How many houses does {0} have?",
                "{0}有多少座房子？",
                " houses",
                "座",
            ),
            Attribute::Weather => (
                "What is the weather often like in {0}?",
                "{0}经常是什么天气？",
                "",
                "",
            ),
            Attribute::Colour => (
                "What colour is every {0} here?",
                "这里的{0}是什么颜色？",
                "",
                "",
            ),
            Attribute::SoldIn => ("Where do people buy {0}?", "人们在哪里买{0}？", "", ""),
            Attribute::Price => (
                "How much does {a} {0} cost?",
                "一{m}{0}多少钱？",
                " coins",
                "枚硬币",
            ),
            Attribute::BiggestOwner => (
                "Whom does the biggest {0} belong to?",
                "最大的{0}是谁的？",
                "",
                "",
            ),
            Attribute::Weight => ("How heavy is {a} {0}?", "一{m}{0}有多重？", " pounds", "磅"),
        };
        let (english, chinese) = (english.replace("{a}", a), chinese.replace("{m}", measure));
        Rule::new(
            format!("Question: {english}\nAnswer: {{1}}{unit}."),
            format!("问：{chinese}\n答：{{1}}{chinese_unit}。"),
            [asked, answer],
        )
    }

    /// A sentence, and a question that it answers.
    fn open_question(&self, choice: usize) -> Rule {
        let action = self.plain_actions[choice / 2];
        let children = [
            Node::Somebody,
            Node::Verb(action, Form::Past),
            Node::Object(lexicon::ACTIONS[action as usize].class),
            Node::Verb(action, Form::Base),
        ];
        if choice.is_multiple_of(2) {
            return Rule::new(
                "Text: {0} {1} {2}.\nQuestion: What did {0} {3}?\nAnswer: {2}.",
                "文：{0}{1}了{2}。\n问：{0}{3}了什么？\n答：{2}。",
                children,
            );
        }
        Rule::new(
            "Text: {0} {1} {2}.\nQuestion: Who {1} {2}?\nAnswer: {0}.",
            "文：{0}{1}了{2}。\n问：谁{1}了{2}？\n答：{0}。",
            &children[..3],
        )
    }

    fn definition(&self, word: u16) -> Rule {
        let coined = &self.facts.coined[word as usize];
        let (lexicon::Entry(kind, chinese_kind), measure) = &lexicon::KINDS[coined.kind as usize];
        let colour = lexicon::COLOURS[coined.colour as usize].0;
        let a = article(&coined.word.english);
        let capital = if a == "an" { "An" } else { "A" };
        Rule::new(
            format!(
                "{capital} {{0}} is {} {{1}} {kind} from {{2}}.\nExample: {{3}} saw {a} {{0}}.",
                article(colour)
            ),
            format!(
                "{{0}}是一种来自{{2}}的{{1}}{chinese_kind}。\n例句：{{3}}看见了一{measure}{{0}}。"
            ),
            [
                Node::CoinedWord(word),
                Node::Colour(coined.colour),
                Node::TownName(coined.town),
                Node::Somebody,
            ],
        )
    }

    /// `She has an apple.` against `She have an apple.`, `She has a apple.`, `She an apple has.`; in Chinese the measure word
    /// is left out or stands before its numeral, or the verb stands last.
    fn fault(&self, gender: Gender, state: u8, fault: u8, thing: u16) -> Rule {
        let noun = Node::Noun(thing, Count::One);
        let thing = &self.facts.things[thing as usize];
        let (third, base, chinese) = lexicon::STATES[state as usize];
        let (she, ta) = pronoun(gender);
        let (a, m) = (article(&thing.name.english), &thing.measure);
        let wrong_a = if a == "an" { "a" } else { "an" };
        let (wrong, chinese_wrong) = match fault {
            0 => (
                format!("{she} {base} {a} {{0}}."),
                format!("{ta}{chinese}一{{0}}。"),
            ),
            1 => (
                format!("{she} {third} {wrong_a} {{0}}."),
                format!("{ta}{chinese}{m}一{{0}}。"),
            ),
            _ => (
                format!("{she} {a} {{0}} {third}."),
                format!("{ta}一{m}{{0}}{chinese}。"),
            ),
        };
        Rule::new(
            format!("Right: {she} {third} {a} {{0}}.\nWrong: {wrong}"),
            format!("对：{ta}{chinese}一{m}{{0}}。\n错：{chinese_wrong}"),
            [noun],
        )
    }
}

/// Who it is, one to `1 + complexity` events, how it ended.
fn tale(who: u16, choice: usize) -> Rule {
    let events = choice + 1;
    let mut children = vec![Node::Introduction(who)];
    children.extend(vec![Node::Event { who, named: false }; events]);
    children.push(Node::Ending(who));
    let places: Vec<String> = (0..children.len()).map(|i| format!("{{{i}}}")).collect();
    Rule::new(places.join(" "), places.concat(), children)
}
