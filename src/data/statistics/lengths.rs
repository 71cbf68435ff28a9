//! How long documents, lines and sentences are, in characters.

use serde::{Deserialize, Serialize};

use super::documents::{documents, lines, sentences};

/// Lengths of one kind of part, in characters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lengths {
    pub count: u64,
    pub mean: f64,
    /// Half are no longer than this.
    pub median: u64,
    /// Nine tenths are no longer than this.
    pub ninth_decile: u64,
    pub longest: u64,
    /// (greatest length of the class, parts in it): classes double, 1, 2, 4, 8, …
    pub classes: Vec<(u64, u64)>,
}

/// Lengths of the parts of a text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PartLengths {
    pub documents: Lengths,
    /// Lines that are not blank.
    pub lines: Lengths,
    pub sentences: Lengths,
}

/// Measures every part of a text.
pub fn part_lengths(text: &str) -> PartLengths {
    let characters = |part: &str| part.chars().count() as u64;
    let parts = documents(text);
    let of_sentences = parts.iter().flat_map(|document| {
        let document = &text[document.clone()];
        sentences(document)
            .into_iter()
            .map(|range| document[range].trim_end())
    });
    PartLengths {
        sentences: Lengths::of(of_sentences.map(characters).collect()),
        lines: Lengths::of(
            lines(text)
                .map(|range| text[range].trim())
                .filter(|line| !line.is_empty())
                .map(characters)
                .collect(),
        ),
        documents: Lengths::of(
            parts
                .iter()
                .map(|range| characters(&text[range.clone()]))
                .collect(),
        ),
    }
}

impl Lengths {
    /// Sums lengths up; all zero for none.
    pub fn of(mut lengths: Vec<u64>) -> Self {
        lengths.sort_unstable();
        let Some(&longest) = lengths.last() else {
            return Self::default();
        };
        let count = lengths.len();
        // The smallest length that a share of all do not exceed.
        let quantile =
            |share: f64| lengths[((share * count as f64).ceil() as usize).clamp(1, count) - 1];
        let mut classes = Vec::new();
        let (mut edge, mut from) = (1u64, 0);
        while from < count {
            let to = lengths.partition_point(|&length| length <= edge);
            classes.push((edge, (to - from) as u64));
            from = to;
            edge = edge.saturating_mul(2);
        }
        Self {
            count: count as u64,
            mean: lengths.iter().sum::<u64>() as f64 / count as f64,
            median: quantile(0.5),
            ninth_decile: quantile(0.9),
            longest,
            classes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_classes_count_every_part_once() {
        let lengths = Lengths::of(vec![1, 1, 2, 3, 4, 5, 8, 9, 100, 7]);
        assert_eq!(
            (lengths.count, lengths.median, lengths.longest),
            (10, 4, 100)
        );
        assert_eq!(lengths.ninth_decile, 9);
        assert_eq!(lengths.mean, 14.0);
        assert_eq!(
            lengths.classes,
            [
                (1, 2),
                (2, 1),
                (4, 2),
                (8, 3),
                (16, 1),
                (32, 0),
                (64, 0),
                (128, 1)
            ]
        );
        assert_eq!(Lengths::of(Vec::new()), Lengths::default());
    }

    #[test]
    fn parts_of_a_text_are_told_apart() {
        let found = part_lengths("One two. Three!\nFour.\n\n学而时习之。不亦说乎？\n");
        assert_eq!(found.documents.count, 2);
        assert_eq!(found.lines.count, 3);
        assert_eq!(found.sentences.count, 5);
        assert_eq!(found.sentences.longest, 8);
    }
}
