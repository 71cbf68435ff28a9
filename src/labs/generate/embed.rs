//! Sentence embeddings: how alike the vectors of some texts are.

use super::asked::Asked;
use crate::session::questions::Told;

/// Texts compared at once; more would be a matrix without room for its numbers.
pub const MOST_TEXTS: usize = 12;

/// Cosines of the angles between the vectors of texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Similarities {
    pub texts: Vec<String>,
    /// (texts, texts); not a number where a vector is zero.
    pub cosines: Vec<f32>,
    /// C, numbers of a vector.
    pub channels: usize,
}

/// The texts, one a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embed {
    pub lines: String,
    pub asked: Asked<Similarities>,
}

impl Embed {
    /// The lines that say something, as many as are compared.
    pub fn texts(&self) -> Vec<String> {
        let lines = self.lines.lines().filter(|line| !line.trim().is_empty());
        lines.take(MOST_TEXTS).map(str::to_owned).collect()
    }

    /// Lines that are left out.
    pub fn left_out(&self) -> usize {
        let lines = self.lines.lines().filter(|line| !line.trim().is_empty());
        lines.count().saturating_sub(MOST_TEXTS)
    }

    pub fn hear(&mut self, texts: &[String], told: Told, is_last: bool) {
        self.asked.hear(told, is_last, |answer, told| {
            if let Told::Embedded { vectors } = told {
                *answer = Some(Similarities {
                    texts: texts.to_vec(),
                    cosines: cosines(&vectors),
                    channels: vectors.first().map_or(0, Vec::len),
                });
            }
        });
    }
}

impl Similarities {
    pub fn at(&self, row: usize, column: usize) -> Option<f32> {
        let count = self.texts.len();
        let is_inside = row < count && column < count;
        is_inside
            .then(|| self.cosines.get(row * count + column).copied())
            .flatten()
    }

    /// Decimals that tell the cosines apart, 2 to 4: those of small models lie close together.
    pub fn decimals(&self) -> usize {
        let least = self.cosines.iter().copied().fold(1.0, f32::min);
        let gap = f64::from(1.0 - least).max(1e-4);
        (-gap.log10()).ceil().clamp(2.0, 4.0) as usize
    }

    /// The least cosine, rounded down to the last decimal: the dark end of the colours. The bright end is 1.
    pub fn floor(&self) -> f32 {
        let unit = 10f32.powi(self.decimals() as i32);
        // Rounded down from just below 1, where there is nothing to tell apart.
        let least = self
            .cosines
            .iter()
            .copied()
            .fold(1.0 - 1.0 / unit, f32::min);
        ((least * unit + 1e-3).floor() / unit).max(-1.0)
    }

    /// Place of a cosine between the ends of the colours, 0 to 1.
    pub fn level(&self, cosine: f32) -> f32 {
        let floor = self.floor();
        (cosine - floor) / (1.0 - floor)
    }
}

/// The cosine of every pair of vectors, row by row.
pub fn cosines(vectors: &[Vec<f32>]) -> Vec<f32> {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        let products = a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b));
        products.sum()
    };
    let norms: Vec<f64> = vectors.iter().map(|it| dot(it, it).sqrt()).collect();
    let mut cosines = Vec::with_capacity(vectors.len() * vectors.len());
    for (a, a_norm) in vectors.iter().zip(&norms) {
        for (b, b_norm) in vectors.iter().zip(&norms) {
            cosines.push((dot(a, b) / (a_norm * b_norm)).clamp(-1.0, 1.0) as f32);
        }
    }
    cosines
}

/// Lines to begin with, made of a prompt in whatever language: the prompt, its words (or characters) backwards, its beginning, and its
/// first word over and over. A model that only counts words takes the first two for the same.
pub fn first_lines(prompt: &str) -> String {
    let prompt = prompt.lines().next().unwrap_or_default().trim();
    let words: Vec<&str> = prompt.split_whitespace().collect();
    let (pieces, joint): (Vec<&str>, &str) = if words.len() > 1 {
        (words, " ")
    } else {
        let letters = prompt.char_indices();
        let letters = letters.map(|(at, letter)| &prompt[at..at + letter.len_utf8()]);
        (letters.collect(), "")
    };
    let Some(first) = pieces.first() else {
        return String::new();
    };
    let backwards: Vec<&str> = pieces.iter().rev().copied().collect();
    let lines = [
        prompt.to_owned(),
        backwards.join(joint),
        pieces[..pieces.len().div_ceil(2)].join(joint),
        vec![*first; pieces.len()].join(joint),
    ];
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_are_one_with_oneself_and_do_not_see_lengths() {
        let vectors = vec![
            vec![1.0, 0.0],
            vec![0.0, 3.0],
            vec![-2.0, 0.0],
            vec![2.0, 2.0],
        ];
        let cosines = cosines(&vectors);
        let expected = [1.0, 0.0, -1.0, 0.5f32.sqrt()];
        for (cosine, expected) in cosines.iter().zip(expected) {
            assert!((cosine - expected).abs() < 1e-6, "{cosines:?}");
        }
        for row in 0..4 {
            assert!((cosines[row * 4 + row] - 1.0).abs() < 1e-6);
            for column in 0..4 {
                assert_eq!(cosines[row * 4 + column], cosines[column * 4 + row]);
            }
        }
        assert!(super::cosines(&[vec![0.0]])[0].is_nan());
    }

    #[test]
    fn colours_lie_between_the_least_cosine_and_one() {
        let similarities = |cosines: Vec<f32>| Similarities {
            texts: vec!["a".into(), "b".into()],
            cosines,
            channels: 2,
        };
        let close = similarities(vec![1.0, 0.97, 0.97, 1.0]);
        assert_eq!((close.decimals(), close.floor()), (2, 0.97));
        assert!((close.level(0.985) - 0.5).abs() < 1e-3);
        let closer = similarities(vec![1.0, 0.9997, 0.9997, 1.0]);
        assert_eq!((closer.decimals(), closer.floor()), (4, 0.9997));
        let same = similarities(vec![1.0; 4]);
        assert!(same.floor() < 1.0 && same.level(1.0) == 1.0);
        let opposed = similarities(vec![1.0, -1.0, -1.0, 1.0]);
        assert_eq!(opposed.floor(), -1.0);
        assert_eq!(opposed.level(1.0), 1.0);
        assert_eq!(opposed.at(1, 0), Some(-1.0));
        assert_eq!(opposed.at(2, 0), None);
        assert!(similarities(vec![f32::NAN; 4]).floor().is_finite());
    }

    #[test]
    fn empty_lines_and_too_many_are_left_out() {
        let mut embed = Embed {
            lines: "a\n\n  \nb".into(),
            ..Embed::default()
        };
        assert_eq!(embed.texts(), ["a", "b"]);
        assert_eq!(embed.left_out(), 0);
        embed.lines = "x\n".repeat(MOST_TEXTS + 2);
        assert_eq!(embed.texts().len(), MOST_TEXTS);
        assert_eq!(embed.left_out(), 2);
    }

    #[test]
    fn lines_to_begin_with_are_of_the_prompt_s_words() {
        let lines = first_lines("The small fox\nand more");
        assert_eq!(
            lines,
            "The small fox\nfox small The\nThe small\nThe The The"
        );
        assert_eq!(first_lines("白鲸海"), "白鲸海\n海鲸白\n白鲸\n白白白");
        assert_eq!(first_lines(" "), "");
    }
}
