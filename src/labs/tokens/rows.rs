//! Strips in rows of equal height, so that of a megabyte only the rows in sight are made. Where a row breaks is reckoned from
//! the width of characters in a fixed-width face: 1 for most, 2 for ideographs and emoji, 0 for what draws nothing.

use super::pieces::{Pieces, shown};

/// Room a token takes beside its characters, columns.
const AROUND: u32 = 1;
/// Room for the word that marks a special token, columns.
const SPECIAL: u32 = 8;

/// Width of a character, columns.
fn width(c: char) -> u32 {
    match c as u32 {
        0x300..=0x36F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0x1F000..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// Index of the first token of every row. A row ends when the next token would not fit into `columns`, and after a line end.
pub fn rows(text: &str, pieces: &Pieces, columns: u32) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut used = 0;
    let mut is_ended = true;
    for (index, &piece) in pieces.list.iter().enumerate() {
        let (needed, ends) = match text.get(piece.range()) {
            Some(plain) if !plain.is_empty() => {
                (plain.chars().map(width).sum::<u32>(), plain.ends_with('\n'))
            }
            _ => (shown(text, piece).text().chars().map(width).sum(), false),
        };
        let mark = if pieces.is_special(text, piece) {
            SPECIAL
        } else {
            0
        };
        let needed = needed.max(1) + AROUND + mark;
        if is_ended || used + needed > columns {
            starts.push(index as u32);
            used = 0;
        }
        used += needed;
        is_ended = ends;
    }
    starts
}

/// The row that holds a token.
pub fn row_of(starts: &[u32], token: usize) -> usize {
    starts
        .partition_point(|&start| start as usize <= token)
        .saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tokens::Cut;

    fn bytes(text: &str) -> Pieces {
        let tokens = text.bytes().flat_map(|byte| [u32::from(byte), 0, 1]);
        Pieces::of(&Cut {
            tokens: tokens.collect(),
            ..Cut::default()
        })
    }

    #[test]
    fn rows_break_where_they_are_full_and_after_line_ends() {
        let text = "abcdef\ngh";
        let starts = rows(text, &bytes(text), 8);
        assert_eq!(starts, [0, 4, 7]);
        assert_eq!(row_of(&starts, 0), 0);
        assert_eq!(row_of(&starts, 3), 0);
        assert_eq!(row_of(&starts, 4), 1);
        assert_eq!(row_of(&starts, 99), 2);
    }

    #[test]
    fn wide_characters_and_bytes_of_them_take_their_room() {
        let text = "鲸鲸";
        let characters = Pieces::of(&Cut {
            tokens: vec![1, 0, 3, 1, 0, 3],
            ..Cut::default()
        });
        assert_eq!(rows(text, &characters, 6), [0]);
        assert_eq!(rows(text, &characters, 5), [0, 1]);
        assert_eq!(rows(text, &bytes(text), 9), [0, 3]);
        assert!(rows("", &bytes(""), 10).is_empty());
    }

    #[test]
    fn the_mark_of_a_special_token_takes_room() {
        let cut = Cut {
            tokens: vec![1, 0, 1, 9, 0, 4, 1, 0, 1],
            ..Cut::default()
        };
        assert_eq!(rows("a</s>b", &Pieces::of(&cut), 12), [0]);
        let cut = Cut {
            specials: vec![(9, "</s>".into())],
            ..cut
        };
        assert_eq!(rows("a</s>b", &Pieces::of(&cut), 12), [0, 1, 2]);
    }

    #[test]
    fn a_token_wider_than_a_row_stands_alone() {
        let text = "averylongword x";
        let words = Pieces::of(&Cut {
            tokens: vec![1, 0, 13, 2, 0, 2],
            ..Cut::default()
        });
        assert_eq!(rows(text, &words, 6), [0, 1]);
    }
}
