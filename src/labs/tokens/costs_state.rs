//! What a tokenizer learned from one language costs the others: the same sentence in English, in Chinese and as program text,
//! cut by a tokenizer learned from each.

use std::sync::Arc;

use super::pieces::Pieces;
use crate::session::config::{Recipe, TokenizerKind};
use crate::session::tokens::{Answer, Ask, SampleKind, Source};

/// The sentence to begin with.
pub const TEXTS: [&str; 3] = [
    "If the basket holds more than three apples, give one to the gardener.",
    "如果篮子里有三个以上的苹果，就给园丁一个。",
    "if basket.apples.len() > 3 {\n    gardener.give(basket.apples.pop());\n}",
];

/// A text as a tokenizer cuts it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    pub pieces: Arc<Pieces>,
    /// Tokens, against the fewest that any of the tokenizers needs for this text.
    pub factor: f64,
}

/// What the comparison knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    pub recipe: Recipe,
    /// By [`SampleKind`].
    pub texts: [String; 3],
    /// By tokenizer (the sample it was learned from), then by text.
    pub table: Option<Arc<Vec<Vec<Cost>>>>,
    /// The texts that the table is about.
    pub cut_texts: Arc<[String; 3]>,
    pub progress: Option<f32>,
    pub failure: Option<String>,
    asked: Option<(u32, [String; 3])>,
}

impl Default for Costs {
    fn default() -> Self {
        let texts = TEXTS.map(str::to_owned);
        Self {
            recipe: Recipe {
                vocabulary: 1000,
                ..Recipe::of_kind(TokenizerKind::BpeBytes)
            },
            cut_texts: Arc::new(texts.clone()),
            texts,
            table: None,
            progress: None,
            failure: None,
            asked: None,
        }
    }
}

impl Costs {
    /// The question, to be asked under this number.
    pub fn question(&mut self, request: u32) -> Ask {
        self.asked = Some((request, self.texts.clone()));
        self.failure = None;
        let source = |kind| Source::Sample {
            kind,
            recipe: self.recipe.essential(),
        };
        Ask::Costs {
            sources: SampleKind::ALL.map(source).to_vec(),
            texts: self.texts.to_vec(),
        }
    }

    /// Whether this answer is for the comparison.
    pub fn awaits(&self, request: u32) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.0 == request)
    }

    pub fn apply(&mut self, request: u32, answer: &Answer) {
        if !self.awaits(request) {
            return;
        }
        if let Answer::Progress(share) = answer {
            self.progress = Some(*share);
            return;
        }
        self.progress = None;
        let Some((_, texts)) = self.asked.take() else {
            return;
        };
        match answer {
            Answer::Costs(cuts) => {
                let pieces: Vec<Vec<Arc<Pieces>>> = cuts
                    .iter()
                    .map(|row| row.iter().map(|cut| Arc::new(Pieces::of(cut))).collect())
                    .collect();
                let fewest = |text: usize| {
                    let counts = pieces
                        .iter()
                        .filter_map(|row| Some(row.get(text)?.list.len()));
                    counts.min().unwrap_or(0).max(1) as f64
                };
                let cost = |(text, pieces): (usize, &Arc<Pieces>)| Cost {
                    factor: pieces.list.len() as f64 / fewest(text),
                    pieces: pieces.clone(),
                };
                let table = pieces
                    .iter()
                    .map(|row| row.iter().enumerate().map(cost).collect());
                self.table = Some(Arc::new(table.collect()));
                self.cut_texts = Arc::new(texts);
            }
            Answer::Failed(message) => {
                self.failure = Some(message.clone());
                self.table = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tokens::Cut;

    #[test]
    fn costs_are_against_the_best() {
        let mut costs = Costs::default();
        costs.question(4);
        let cut = |count: usize| Cut {
            tokens: [1, 0, 1].repeat(count),
            ..Cut::default()
        };
        let table = vec![vec![cut(4), cut(9)], vec![cut(8), cut(3)]];
        costs.apply(3, &Answer::Costs(table.clone()));
        assert!(costs.table.is_none());
        costs.apply(4, &Answer::Costs(table));
        let table = costs.table.clone().unwrap();
        let factors: Vec<Vec<f64>> = table
            .iter()
            .map(|row| row.iter().map(|cost| cost.factor).collect())
            .collect();
        assert_eq!(factors, [[1.0, 3.0], [2.0, 1.0]]);
        assert!(!costs.awaits(4));
    }
}
