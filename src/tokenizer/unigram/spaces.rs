//! Blanks as part of pieces, and where text is cut before segmentation.
//!
//! A blank belongs to the word after it: pieces are written with "▁" (U+2581) for the blank, as in SentencePiece (Kudo and
//! Richardson 2018), and no segmentation crosses the cut before a blank. Normalisation is this and no more:
//!
//! ```text
//! ' ' and '▁' → one blank          so a "▁" of the text comes back as ' ': the one thing that is lost
//! a blank before the text          only where a vocabulary file asks for it ([`Prefix`])
//! ```
//!
//! Runs of line ends are pieces' territory of their own, so that lines stay apart and a model can write them; other white space
//! is an ordinary character. Text is kept with ' ' inside, "▁" is only how a piece is written in files.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The sign that stands for a blank in vocabulary files.
pub const BLANK_SIGN: char = '▁';

/// Whether a blank is put before a text that does not begin with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prefix {
    Never,
    /// Before the text, but not after a special token inside it.
    First,
    /// Before every stretch of text between special tokens.
    Always,
}

/// How blanks and cuts are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spaces {
    pub prefix: Prefix,
    /// Whether text is cut before every blank.
    pub cuts_at_blanks: bool,
    /// Whether runs of line ends (`\r`, `\n`) are cut out.
    pub cuts_at_lines: bool,
}

impl Spaces {
    /// What learned vocabularies use: no prefix, both cuts.
    pub const LEARNED: Self = Self {
        prefix: Prefix::Never,
        cuts_at_blanks: true,
        cuts_at_lines: true,
    };

    /// The text with plain blanks and its prefix; `is_first` where no special token stands before it.
    pub fn normalise<'a>(&self, text: &'a str, is_first: bool) -> Cow<'a, str> {
        let wants_prefix = match self.prefix {
            Prefix::Never => false,
            Prefix::First => is_first,
            Prefix::Always => true,
        };
        let has_prefix = wants_prefix && !text.is_empty() && !text.starts_with([' ', BLANK_SIGN]);
        match (has_prefix, text.contains(BLANK_SIGN)) {
            (false, false) => Cow::Borrowed(text),
            (false, true) => Cow::Owned(text.replace(BLANK_SIGN, " ")),
            (true, false) => Cow::Owned([" ", text].concat()),
            (true, true) => Cow::Owned([" ", &text.replace(BLANK_SIGN, " ")].concat()),
        }
    }

    /// The end of the stretch that starts at a place (below the text's length): no segmentation crosses it.
    pub fn cut(&self, text: &[u8], start: usize) -> usize {
        let is_line_end = |byte: u8| matches!(byte, b'\n' | b'\r');
        let mut end = start + 1;
        if self.cuts_at_lines && is_line_end(text[start]) {
            while end < text.len() && is_line_end(text[end]) {
                end += 1;
            }
            return end;
        }
        while end < text.len()
            && !(self.cuts_at_blanks && text[end] == b' ')
            && !(self.cuts_at_lines && is_line_end(text[end]))
        {
            end += 1;
        }
        end
    }

    /// The stretches of a normalised text, in order; together they are the text.
    pub fn stretches<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        let spaces = *self;
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at;
            if start == text.len() {
                return None;
            }
            at = spaces.cut(text.as_bytes(), start);
            Some(&text[start..at])
        })
    }
}

/// Carries places of a normalised text back to the text it came from; asked in ascending order.
pub struct Places<'a> {
    text: &'a str,
    has_prefix: bool,
    at: usize,
    normalised_at: usize,
}

impl<'a> Places<'a> {
    /// `normalised` is what [`Spaces::normalise`] made of `text`.
    pub fn of(text: &'a str, normalised: &str) -> Self {
        let signs = text.matches(BLANK_SIGN).count();
        Self {
            text,
            has_prefix: normalised.len() + signs * (BLANK_SIGN.len_utf8() - 1) > text.len(),
            at: 0,
            normalised_at: 0,
        }
    }

    /// The place in the text; an added blank has the place 0 on both sides.
    pub fn original(&mut self, normalised: usize) -> usize {
        let normalised = normalised.saturating_sub(usize::from(self.has_prefix));
        while self.normalised_at < normalised {
            let rest = &self.text.as_bytes()[self.at..];
            let is_sign = rest.starts_with("▁".as_bytes());
            self.at += if is_sign { BLANK_SIGN.len_utf8() } else { 1 };
            self.normalised_at += 1;
        }
        self.at
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cuts(text: &str) -> Vec<&str> {
        Spaces::LEARNED.stretches(text).collect()
    }

    #[test]
    fn a_blank_goes_with_the_word_after_it_and_lines_stay_apart() {
        assert_eq!(cuts("a whale"), ["a", " whale"]);
        assert_eq!(cuts("  a\r\n\n b\tc "), [" ", " a", "\r\n\n", " b\tc", " "]);
        assert_eq!(cuts("三人行。\n必有"), ["三人行。", "\n", "必有"]);
        assert!(cuts("").is_empty());
    }

    #[test]
    fn the_prefix_is_put_once() {
        let first = Spaces {
            prefix: Prefix::First,
            ..Spaces::LEARNED
        };
        assert_eq!(first.normalise("a▁b", true), " a b");
        assert_eq!(first.normalise("a▁b", false), "a b");
        assert_eq!(first.normalise("▁b", true), " b");
        assert_eq!(first.normalise("", true), "");
        assert_eq!(Spaces::LEARNED.normalise("a b", true), "a b");
    }

    proptest! {
        #[test]
        fn stretches_are_the_text(text in any::<String>(), lines in "[ab \n\r▁]{0,12}") {
            for text in [text, lines] {
                prop_assert_eq!(cuts(&text).concat(), text);
            }
        }

        #[test]
        fn places_lead_back(text in "[ab鲸 ▁]{0,12}") {
            let always = Spaces { prefix: Prefix::Always, ..Spaces::LEARNED };
            for spaces in [Spaces::LEARNED, always] {
                let normalised = spaces.normalise(&text, true);
                let mut places = Places::of(&text, &normalised);
                let added = usize::from(spaces.prefix == Prefix::Always && !text.is_empty() && !text.starts_with([' ', '▁']));
                let mut expected = 0;
                prop_assert_eq!(places.original(0), 0);
                for (i, c) in normalised.char_indices().skip(added) {
                    prop_assert_eq!(places.original(i), expected);
                    let original = text[expected..].chars().next().unwrap();
                    prop_assert!(original == c || original == '▁');
                    expected += original.len_utf8();
                }
                prop_assert_eq!(places.original(normalised.len()), text.len());
            }
        }
    }
}
