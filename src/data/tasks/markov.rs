//! Markov sources of known entropy: the next symbol depends on the n before it and on nothing else.
//!
//! ```text
//! h   = Σ_s π(s) · H(p(· | s))          nats per symbol; s the last n symbols, π their stationary distribution, π P = π
//! H_L = H(π) + (L − n) · h              nats per block of L ≥ n symbols
//! ```
//!
//! (Shannon 1948, "A Mathematical Theory of Communication", section 7; Cover & Thomas 2006, theorem 4.2.4.) Every transition has
//! a probability above 0, so π is unique; it is found by iterating P until it moves by less than 10⁻¹⁴. A text begins
//! with a draw from π, so it is stationary from its first symbol. A model that sees n symbols can reach a loss of h,
//! none can go below; an order that is too low costs what [`MarkovSource::order_entropy`] says.

use super::{Example, Task, first_line, letter};
use crate::data::chance::{Dice, Odds};
use crate::rng::{stream, stream_key, uniform};

/// Added to every weight, whose mean is 2 without it: no transition is impossible and no symbol holds the source for long.
const FLOOR: f64 = 0.1;

/// A source over the letters a, b, c ….
#[derive(Clone, Debug, PartialEq)]
pub struct MarkovSource {
    order: usize,
    symbols: usize,
    /// p(next | context), (contexts, symbols); the newest symbol of a context is its last digit in base `symbols`.
    probabilities: Vec<f64>,
    /// π, (contexts).
    stationary: Vec<f64>,
}

impl MarkovSource {
    /// The source of a number, from 0 to 4 symbols of context over 2 to 26 symbols (at most 4,096 contexts; larger orders are
    /// lowered to that).
    pub fn new(order: u32, symbols: u32, source: u32) -> Self {
        let symbols = symbols.clamp(2, 26) as usize;
        let mut order = order as usize;
        while symbols.saturating_pow(order as u32) > 4096 {
            order -= 1;
        }
        let contexts = symbols.pow(order as u32);
        // no example has this index
        let key = stream_key(stream_key(source, stream::TASKS), u32::MAX);
        let mut probabilities = Vec::with_capacity(contexts * symbols);
        for context in 0..contexts {
            // exponentials squared: a few symbols take most of the row, none all of it
            let weight = |symbol: usize| {
                let u = uniform(key, (context * symbols + symbol) as u32);
                FLOOR + (-u.ln()).powi(2)
            };
            let row: Vec<f64> = (0..symbols).map(weight).collect();
            let total: f64 = row.iter().sum();
            probabilities.extend(row.iter().map(|weight| weight / total));
        }
        let mut source = Self {
            order,
            symbols,
            probabilities,
            stationary: Vec::new(),
        };
        source.stationary = source.find_stationary();
        source
    }

    fn row(&self, context: usize) -> &[f64] {
        &self.probabilities[context * self.symbols..][..self.symbols]
    }

    fn next_context(&self, context: usize, symbol: usize) -> usize {
        (context * self.symbols + symbol) % self.contexts()
    }

    fn contexts(&self) -> usize {
        self.symbols.pow(self.order as u32)
    }

    fn find_stationary(&self) -> Vec<f64> {
        let contexts = self.contexts();
        let mut distribution = vec![1.0 / contexts as f64; contexts];
        for _ in 0..100_000 {
            let mut next = vec![0.0; contexts];
            for (context, &p) in distribution.iter().enumerate() {
                for (symbol, &q) in self.row(context).iter().enumerate() {
                    next[self.next_context(context, symbol)] += p * q;
                }
            }
            let moved: f64 = distribution
                .iter()
                .zip(&next)
                .map(|(a, b)| (a - b).abs())
                .sum();
            distribution = next;
            if moved < 1e-14 {
                break;
            }
        }
        distribution
    }

    pub fn order(&self) -> u32 {
        self.order as u32
    }

    pub fn symbols(&self) -> u32 {
        self.symbols as u32
    }

    /// Entropy rate h, nats per symbol.
    pub fn entropy_rate(&self) -> f64 {
        let weighted = |(context, &p): (usize, &f64)| p * entropy(self.row(context));
        self.stationary.iter().enumerate().map(weighted).sum()
    }

    /// H(next | the last `order` symbols), nats: what a model that sees only so many can reach at best. Equals
    /// [`MarkovSource::entropy_rate`] from the source's own order on.
    pub fn order_entropy(&self, order: u32) -> f64 {
        self.block_entropy(order + 1) - self.block_entropy(order)
    }

    /// Entropy of a block of `length` symbols, nats.
    pub fn block_entropy(&self, length: u32) -> f64 {
        let (length, order) = (length as usize, self.order);
        if length >= order {
            return entropy(&self.stationary) + (length - order) as f64 * self.entropy_rate();
        }
        // the last symbols of a context are its last digits
        let blocks = self.symbols.pow(length as u32);
        let mut marginal = vec![0.0; blocks];
        for (context, p) in self.stationary.iter().enumerate() {
            marginal[context % blocks] += p;
        }
        entropy(&marginal)
    }

    /// `length` symbols from the dice, which add up their surprisal −ln p.
    pub fn draw(&self, length: u32, dice: &mut Dice) -> String {
        self.draw_with_context(length, dice).0
    }

    fn draw_with_context(&self, length: u32, dice: &mut Dice) -> (String, usize) {
        let mut context = dice.pick(&Odds::Weighted(self.stationary.clone()));
        let mut text: String = self
            .written(context)
            .into_iter()
            .take(length as usize)
            .collect();
        for _ in self.order..length as usize {
            let symbol = dice.pick(&Odds::Weighted(self.row(context).to_vec()));
            text.push(letter(symbol));
            context = self.next_context(context, symbol);
        }
        (text, context)
    }

    /// Probability that a text of at least `order` symbols is drawn; None when it is shorter or has other symbols.
    pub fn probability(&self, text: &str) -> Option<f64> {
        let mut context = self.context_of(text.get(..self.order)?)?;
        let mut probability = self.stationary[context];
        for byte in &text.as_bytes()[self.order..] {
            let symbol = usize::from(byte.wrapping_sub(b'a'));
            probability *= self.row(context).get(symbol)?;
            context = self.next_context(context, symbol);
        }
        Some(probability)
    }

    fn written(&self, context: usize) -> Vec<char> {
        let digit = |place: usize| context / self.symbols.pow(place as u32) % self.symbols;
        (0..self.order)
            .rev()
            .map(|place| letter(digit(place)))
            .collect()
    }

    /// The context a text ends with; None when it is too short or has another symbol at its end.
    fn context_of(&self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let last = &bytes[bytes.len().checked_sub(self.order)?..];
        last.iter().try_fold(0, |context, byte| {
            let symbol = usize::from(byte.wrapping_sub(b'a'));
            (symbol < self.symbols).then_some(context * self.symbols + symbol)
        })
    }
}

fn entropy(distribution: &[f64]) -> f64 {
    distribution
        .iter()
        .filter(|&&p| p > 0.0)
        .map(|&p| -p * p.ln())
        .sum()
}

/// A text of a source, to be followed by the likeliest next symbol: `abacabab=` `a`. Where two are alike, both are right.
pub struct NextSymbol {
    source: MarkovSource,
    length: u32,
}

impl NextSymbol {
    /// Texts of `length` symbols, or of one more than the order when that is longer.
    pub fn new(order: u32, symbols: u32, length: u32, source: u32) -> Self {
        let source = MarkovSource::new(order, symbols, source);
        Self {
            length: length.max(source.order() + 1),
            source,
        }
    }

    fn likeliest(&self, context: usize) -> (usize, f64) {
        let row = self.source.row(context).iter().copied().enumerate();
        row.fold(
            (0, 0.0),
            |best, next| if next.1 > best.1 { next } else { best },
        )
    }
}

impl Task for NextSymbol {
    fn draw(&self, dice: &mut Dice) -> Example {
        let (text, context) = self.source.draw_with_context(self.length, dice);
        let answer = letter(self.likeliest(context).0).to_string();
        Example {
            prompt: format!("{text}="),
            answer,
        }
    }

    /// The entropy of its text: the likeliest next symbol follows from it.
    fn line_entropy(&self) -> Option<f64> {
        Some(self.source.block_entropy(self.length))
    }

    fn is_right(&self, example: &Example, written: &str) -> bool {
        let right = || {
            let context = self.source.context_of(example.prompt.strip_suffix('=')?)?;
            let mut letters = first_line(written).chars();
            let symbol = (letters.next()? as usize).checked_sub('a' as usize)?;
            let probability = *self.source.row(context).get(symbol)?;
            Some(letters.next().is_none() && probability == self.likeliest(context).1)
        };
        right().unwrap_or(false)
    }
}
