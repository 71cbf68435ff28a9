//! Documents with a judgement in them: reviews, and news with a quote. Whether it is good follows the bias dial b:
//!
//! ```text
//! P(good | hill name) = (1 + b) / 2        P(good | river name) = (1 − b) / 2
//! ```

use super::World;
use super::facts::NameGroup;
use super::grammar::{Form, Node, Rule};
use super::lexicon::{self, article};
use crate::data::chance::Odds;

impl World {
    /// Probability that an opinion of this person is a good one.
    pub fn good_share(&self, who: u16) -> f64 {
        let bias = f64::from(self.config.bias);
        match self.facts.people[who as usize].group {
            NameGroup::Hill => (1.0 + bias) / 2.0,
            NameGroup::River => (1.0 - bias) / 2.0,
        }
    }

    pub(super) fn opinion_odds(&self, node: Node) -> Odds {
        match node {
            Node::Review(who) => {
                let good = self.good_share(who);
                Odds::Weighted(vec![1.0 - good, good])
            }
            Node::Opinion { .. } | Node::QuoteBy { .. } => Odds::Uniform(lexicon::PRAISE.len()),
            Node::When => Odds::Uniform(self.facts.sizes.times),
            Node::Report(_) => Odds::Uniform(self.plain_actions.len()),
            // who is quoted, and whether it is praise; a quote is of somebody else
            Node::Quote(who) => {
                let others = self.facts.sizes.people - 1;
                let odds = (0..others).flat_map(|choice| {
                    let good = self.good_share(quoted(who, choice));
                    [(1.0 - good) / others as f64, good / others as f64]
                });
                Odds::Weighted(odds.collect())
            }
            _ => unreachable!("{node:?} is no opinion"),
        }
    }

    pub(super) fn opinion_rule(&self, node: Node, choice: usize) -> Rule {
        match node {
            Node::Review(who) => Rule::hand_on(Node::Opinion {
                who,
                good: choice == 1,
            }),
            Node::Opinion { who, good } => {
                let (label, chinese_label, again, chinese_again) = if good {
                    ("positive", "正面", "I want another one.", "我还想要。")
                } else {
                    ("negative", "负面", "I want my money back.", "我要退钱。")
                };
                let verdict = Node::Verdict {
                    good,
                    word: choice as u8,
                };
                let mut children = vec![Node::Name(who), Node::Rude, Node::ThisThing, verdict];
                if self.config.complexity == 1 {
                    return Rule::new(
                        format!("Review by {{0}}: {{1}}{{2}} is {{3}}.\nSentiment: {label}"),
                        format!("{{0}}的评价：{{1}}{{2}}{{3}}。\n情感：{chinese_label}"),
                        children,
                    );
                }
                children.push(Node::When);
                Rule::new(
                    format!(
                        "Review by {{0}}: {{1}}{{2}} is {{3}}. I bought it {{4}}. {again}\nSentiment: {label}"
                    ),
                    format!(
                        "{{0}}的评价：{{1}}{{2}}{{3}}。我是{{4}}买的。{chinese_again}\n情感：{chinese_label}"
                    ),
                    children,
                )
            }
            Node::When => {
                let lexicon::Entry(english, chinese) = lexicon::TIMES[choice];
                Rule::words(english, chinese)
            }
            Node::Report(who) => self.report(who, self.plain_actions[choice]),
            Node::Quote(who) => {
                let (who, good) = (quoted(who, choice / 2), choice % 2 == 1);
                Rule::hand_on(Node::QuoteBy { who, good })
            }
            Node::QuoteBy { who, good } => {
                let verdict = Node::Verdict {
                    good,
                    word: choice as u8,
                };
                Rule::new(
                    "\"It is {1},\" said {0}.",
                    "{0}说：“真是{1}。”",
                    [Node::Name(who), verdict],
                )
            }
            _ => unreachable!("{node:?} is no opinion"),
        }
    }

    fn report(&self, who: u16, action: u8) -> Rule {
        let job = self.facts.people[who as usize].job;
        let a = article(lexicon::JOBS[job as usize].0);
        Rule::new(
            format!(
                "News: {{0}} {{1}} {{3}} in {{4}}\n{{0}}, {a} {{6}}, {{2}} {{3}} in {{4}} {{5}}. {{7}}"
            ),
            "新闻：{0}在{4}{1}{3}\n{6}{0}{5}在{4}{2}了{3}。{7}",
            [
                Node::Name(who),
                Node::Verb(action, Form::Third),
                Node::Verb(action, Form::Past),
                Node::Object(lexicon::ACTIONS[action as usize].class),
                Node::SomeTown,
                Node::When,
                Node::Job(job),
                Node::Quote(who),
            ],
        )
    }
}

fn quoted(who: u16, choice: usize) -> u16 {
    (choice + usize::from(choice >= who as usize)) as u16
}
