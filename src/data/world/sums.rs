//! Arithmetic in words: `12 plus 7 is 19.`, and a count of coins. Operands grow with the complexity dial.

use super::World;
use super::grammar::{Node, Rule};
use crate::data::chance::Odds;

/// Plus, minus, times.
const OPERATORS: [(&str, &str); 3] = [("plus", "加"), ("minus", "减"), ("times", "乘")];

impl World {
    /// Operands are `0..=largest`.
    fn largest(&self, operator: u8) -> usize {
        let largest = [9, 19, 49, 99, 199][self.config.complexity as usize - 1];
        if operator == 2 {
            [9, 9, 12, 19, 29][self.config.complexity as usize - 1]
        } else {
            largest
        }
    }

    pub(super) fn sum_odds(&self, node: Node) -> Odds {
        match node {
            Node::Equation(operator) => Odds::Uniform(self.largest(operator) + 1),
            // nothing below zero
            Node::EquationWith(1, left) => Odds::Uniform(left as usize + 1),
            Node::EquationWith(operator, _) => Odds::Uniform(self.largest(operator) + 1),
            // from 2 on, for one coin has no plural
            Node::Coins | Node::CoinsWith(_) => Odds::Uniform(self.largest(0) - 1),
            Node::WordProblem => Odds::Uniform(1),
            _ => unreachable!("{node:?} is no sum"),
        }
    }

    pub(super) fn sum_rule(&self, node: Node, choice: usize) -> Rule {
        let number = choice as u16;
        match node {
            Node::Equation(operator) => Rule::hand_on(Node::EquationWith(operator, number)),
            Node::EquationWith(operator, left) => {
                let result = match operator {
                    0 => left + number,
                    1 => left - number,
                    _ => left * number,
                };
                let (english, chinese) = OPERATORS[operator as usize];
                Rule::new(
                    format!("{{0}} {english} {{1}} is {{2}}."),
                    format!("{{0}}{chinese}{{1}}等于{{2}}。"),
                    [left, number, result].map(Node::Numeral),
                )
            }
            Node::WordProblem => Rule::new(
                "{0} counts coins: {1}",
                "{0}数硬币：{1}",
                [Node::Somebody, Node::Coins],
            ),
            Node::Coins => Rule::hand_on(Node::CoinsWith(number + 2)),
            Node::CoinsWith(left) => Rule::new(
                "{0} coins and {1} more make {2} coins.",
                "{0}枚再加{1}枚，一共{2}枚。",
                [left, number + 2, left + number + 2].map(Node::Numeral),
            ),
            _ => unreachable!("{node:?} is no sum"),
        }
    }
}
