//! A text and its tokens as the strips draw them: which bytes each token covers, how it is written, whether it is only a
//! part of a character or of what the reader sees as one.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::session::tokens::Cut;

/// One token of a text: `start..end` are the bytes it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub id: u32,
    pub start: u32,
    pub end: u32,
}

impl Piece {
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A text cut by one tokenizer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pieces {
    pub list: Vec<Piece>,
    labels: HashMap<u32, String>,
    pub vocabulary: u32,
    pub unknown: Option<u32>,
    pub is_lossless: bool,
    /// Number of special tokens in the vocabulary.
    pub special_count: u32,
    /// Those that are known here, by id: how each is written.
    pub specials: Vec<(u32, String)>,
}

impl Pieces {
    /// Out of the worker's answer.
    pub fn of(cut: &Cut) -> Self {
        let mut at = 0;
        let list = cut
            .tokens
            .chunks_exact(3)
            .map(|token| {
                let start = at + token[1];
                at = start + token[2];
                Piece {
                    id: token[0],
                    start,
                    end: at,
                }
            })
            .collect();
        Self {
            list,
            labels: cut.labels.iter().cloned().collect(),
            vocabulary: cut.vocabulary,
            unknown: cut.unknown,
            is_lossless: cut.is_lossless,
            special_count: cut.special_count,
            specials: cut.specials.clone(),
        }
    }

    /// Whether a token of the text is a special one. The unknown token, which may be named as special, is so only where the
    /// text spells it out; elsewhere it stands for what the vocabulary lacks.
    pub fn is_special(&self, text: &str, piece: Piece) -> bool {
        let Ok(place) = self.specials.binary_search_by_key(&piece.id, |it| it.0) else {
            return false;
        };
        let is_spelled_out = || {
            let covered = text.get(piece.range()).unwrap_or_default();
            covered.trim() == self.specials[place].1.trim()
        };
        Some(piece.id) != self.unknown || is_spelled_out()
    }

    /// Whether a token stands for text that the vocabulary lacks.
    pub fn is_unknown(&self, text: &str, piece: Piece) -> bool {
        Some(piece.id) == self.unknown && !self.is_special(text, piece)
    }

    /// How an id is written in the vocabulary.
    pub fn label(&self, id: u32) -> &str {
        self.labels.get(&id).map_or("", String::as_str)
    }

    /// Tokens that became the unknown one.
    pub fn unknown_count(&self) -> usize {
        let is_unknown = |piece: &&Piece| Some(piece.id) == self.unknown;
        self.list.iter().filter(is_unknown).count()
    }

    /// Indices of the tokens that share a byte with `bytes`.
    pub fn over(&self, bytes: Range<u32>) -> Range<usize> {
        let first = self.list.partition_point(|piece| piece.end <= bytes.start);
        let last = self.list.partition_point(|piece| piece.start < bytes.end);
        first..last.max(first)
    }
}

/// How a token is written in a strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Whole characters as the reader sees them.
    Whole(String),
    /// Whole code points, but only some of what the reader sees as one character.
    PartOfCluster { text: String, cluster: String },
    /// Bytes `first..last` of the `of` bytes of a character, and perhaps whole characters beside them.
    PartOfCharacter {
        text: String,
        character: char,
        first: usize,
        last: usize,
        of: usize,
    },
    /// It covers nothing of the text: the tokenizer added it.
    Added,
}

impl Shown {
    /// What stands in the strip.
    pub fn text(&self) -> &str {
        match self {
            Shown::Whole(text)
            | Shown::PartOfCluster { text, .. }
            | Shown::PartOfCharacter { text, .. } => text,
            Shown::Added => "∅",
        }
    }

    pub fn is_part(&self) -> bool {
        !matches!(self, Shown::Whole(_) | Shown::Added)
    }
}

/// How a token is written. Bytes that are no whole character stand as hexadecimal numbers.
pub fn shown(text: &str, piece: Piece) -> Shown {
    let Range { start, end } = piece.range();
    let (start, end) = (start.min(text.len()), end.min(text.len()));
    if start >= end {
        return Shown::Added;
    }
    if let Some(whole) = text.get(start..end) {
        return match cluster_around(text, start, end) {
            None => Shown::Whole(visible(whole)),
            Some(cluster) => Shown::PartOfCluster {
                text: visible_part(whole),
                cluster: text[cluster].to_owned(),
            },
        };
    }
    let mut written = String::new();
    let mut cut = None;
    let mut at = start;
    while at < end {
        let begin = floor_char_boundary(text, at);
        let Some(character) = text[begin..].chars().next() else {
            break;
        };
        let last = end.min(begin + character.len_utf8());
        if at == begin && last == begin + character.len_utf8() {
            written.push_str(&visible(&text[begin..last]));
        } else {
            let hex: Vec<String> = text.as_bytes()[at..last]
                .iter()
                .map(|byte| format!("{byte:02X}"))
                .collect();
            written.push_str(&hex.join("\u{2009}"));
            cut.get_or_insert((character, at - begin, last - begin));
        }
        at = last;
    }
    match cut {
        Some((character, first, last)) => Shown::PartOfCharacter {
            text: written,
            character,
            first,
            last,
            of: character.len_utf8(),
        },
        None => Shown::Whole(written),
    }
}

/// The greatest character boundary not after `at`.
fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The grapheme cluster that `start..end` (character boundaries) cuts, when it begins or ends inside one.
fn cluster_around(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    // Most text is letters and blanks, between which every place is a boundary.
    let plain = |at: usize| {
        let byte = |at: usize| {
            text.as_bytes()
                .get(at)
                .is_none_or(|byte| (0x20..0x7F).contains(byte))
        };
        at == 0 || (byte(at - 1) && byte(at))
    };
    let is_boundary = |at: usize| {
        plain(at)
            || GraphemeCursor::new(at, text.len(), true)
                .is_boundary(text, 0)
                .unwrap_or(true)
    };
    let inside = [start, end].into_iter().find(|&at| !is_boundary(at))?;
    let before = GraphemeCursor::new(inside, text.len(), true).prev_boundary(text, 0);
    let after = GraphemeCursor::new(inside, text.len(), true).next_boundary(text, 0);
    Some(before.ok().flatten().unwrap_or(0)..after.ok().flatten().unwrap_or(text.len()))
}

/// Whole clusters with blanks and control characters made visible.
fn visible(text: &str) -> String {
    if text.bytes().all(|byte| (0x21..0x7F).contains(&byte)) {
        return text.to_owned();
    }
    text.graphemes(true).map(visible_cluster).collect()
}

fn visible_cluster(cluster: &str) -> String {
    let drawn = cluster.chars().any(|c| !draws_nothing(c));
    if drawn || cluster == "\r\n" {
        cluster
            .chars()
            .map(|c| visible_character(c).unwrap_or(c.to_string()))
            .collect()
    } else {
        visible_part(cluster)
    }
}

/// Code points that need another to be drawn: each is named, or put on a dotted circle.
fn visible_part(text: &str) -> String {
    text.chars()
        .map(|c| {
            if is_combining(c) {
                format!("◌{c}")
            } else if draws_nothing(c) {
                format!("U+{:04X}", c as u32)
            } else {
                visible_character(c).unwrap_or(c.to_string())
            }
        })
        .collect()
}

/// The sign for a blank or a control character.
fn visible_character(c: char) -> Option<String> {
    Some(match c {
        ' ' => "␣".to_owned(),
        '\n' => "↵".to_owned(),
        '\t' => "⇥".to_owned(),
        '\r' => "␍".to_owned(),
        '\u{A0}' => "⍽".to_owned(),
        '\u{3000}' => "␣␣".to_owned(),
        '\u{7F}' => "␡".to_owned(),
        c if (c as u32) < 0x20 => char::from_u32(0x2400 + c as u32).unwrap_or('␀').to_string(),
        c if c.is_whitespace() || c.is_control() => format!("U+{:04X}", c as u32),
        _ => return None,
    })
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{64B}'..='\u{65F}'
        | '\u{93C}'..='\u{94D}' | '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Zero-width and direction marks, variation selectors, tags.
fn draws_nothing(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(start: usize, end: usize) -> Piece {
        Piece {
            id: 0,
            start: start as u32,
            end: end as u32,
        }
    }

    #[test]
    fn answers_become_ranges_with_gaps() {
        let pieces = Pieces::of(&Cut {
            tokens: vec![7, 0, 3, 8, 1, 2],
            labels: vec![(7, "the".into()), (8, "<unk>".into())],
            unknown: Some(8),
            ..Cut::default()
        });
        assert_eq!(
            pieces.list[1],
            Piece {
                id: 8,
                start: 4,
                end: 6
            }
        );
        assert_eq!(pieces.label(7), "the");
        assert_eq!(pieces.unknown_count(), 1);
        assert_eq!(pieces.over(2..3), 0..1);
        assert_eq!(pieces.over(3..4), 1..1);
        assert_eq!(pieces.over(0..9), 0..2);
    }

    #[test]
    fn the_unknown_token_is_special_only_where_it_is_spelled_out() {
        let text = "a</s>?<unk>";
        let pieces = Pieces::of(&Cut {
            tokens: vec![5, 0, 1, 2, 0, 4, 0, 0, 1, 0, 0, 5],
            unknown: Some(0),
            special_count: 2,
            specials: vec![(0, "<unk>".into()), (2, "</s>".into())],
            ..Cut::default()
        });
        let marks: Vec<(bool, bool)> = pieces
            .list
            .iter()
            .map(|&piece| {
                (
                    pieces.is_special(text, piece),
                    pieces.is_unknown(text, piece),
                )
            })
            .collect();
        let (plain, special, unknown) = ((false, false), (true, false), (false, true));
        assert_eq!(marks, [plain, special, unknown, special]);
    }

    #[test]
    fn blanks_and_controls_are_seen() {
        let text = " the\n\t\0\r\n\u{A0}\u{200B}";
        assert_eq!(shown(text, piece(0, 4)).text(), "␣the");
        assert_eq!(shown(text, piece(4, 7)).text(), "↵⇥␀");
        assert_eq!(shown(text, piece(7, 9)).text(), "␍↵");
        assert_eq!(shown(text, piece(9, 14)).text(), "⍽U+200B");
        assert_eq!(shown(text, piece(2, 2)), Shown::Added);
    }

    #[test]
    fn a_part_of_a_character_says_which() {
        let text = "a鲸!";
        let part = shown(text, piece(1, 3));
        let expected = Shown::PartOfCharacter {
            text: "E9\u{2009}B2".into(),
            character: '鲸',
            first: 0,
            last: 2,
            of: 3,
        };
        assert_eq!(part, expected);
        assert_eq!(shown(text, piece(3, 5)).text(), "B8!");
        assert_eq!(shown(text, piece(0, 4)), Shown::Whole("a鲸".into()));
    }

    #[test]
    fn a_part_of_what_is_seen_as_one_character_says_so() {
        let family = "👩\u{200D}👧";
        let text = format!("x{family}e\u{301}");
        assert_eq!(
            shown(&text, piece(1, 1 + family.len())),
            Shown::Whole(family.into())
        );
        let Shown::PartOfCluster {
            text: woman,
            cluster,
        } = shown(&text, piece(1, 5))
        else {
            panic!("the woman is a part of the family");
        };
        assert_eq!((woman.as_str(), cluster.as_str()), ("👩", family));
        assert_eq!(shown(&text, piece(5, 8)).text(), "U+200D");
        let accent = 1 + family.len() + 1;
        assert_eq!(shown(&text, piece(accent, accent + 2)).text(), "◌\u{301}");
    }
}
