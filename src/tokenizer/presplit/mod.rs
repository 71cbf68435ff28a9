//! How text is cut before merges are learned or applied: no merge crosses a cut.
//!
//! The cuts are those of regular expressions (`\p{L}` letters, `\p{N}` numbers, `\s` white space), here as scanners that read every
//! character about once and never go back, so that a long line costs no more per character than a short one:
//!
//! ```text
//! Whitespace   ?\S+|\s+(?!\S)|\s+
//! Gpt2        's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//! Gpt4        (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//! ```
//!
//! Every character belongs to exactly one piece, whatever the pattern. Sources: GPT-2 (Radford et al. 2019), `encoder.py`;
//! GPT-4, `cl100k_base` of tiktoken. Property tests hold the scanners against the expressions.

mod classes;

use super::Split;
use classes::{Class, Classes};
use serde::{Deserialize, Serialize};

/// A pre-splitting pattern: those one can learn with ([`Split`]) and their kin in vocabularies that come from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// The whole text is one piece.
    Whole,
    /// A word of anything but white space with the blank before it, or a run of white space.
    Whitespace,
    Gpt2,
    /// GPT-4's with at most this many digits a piece: 3 there and in Llama 3, 1 in Qwen 2.
    Gpt4 {
        digits: u8,
    },
}

impl From<Split> for Pattern {
    fn from(split: Split) -> Self {
        match split {
            Split::None => Pattern::Whole,
            Split::Whitespace => Pattern::Whitespace,
            Split::Gpt2 => Pattern::Gpt2,
            Split::Gpt4 => Pattern::Gpt4 { digits: 3 },
        }
    }
}

/// GPT-2's expression.
pub const GPT2: &str =
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

impl Pattern {
    /// The regular expression that cuts the same pieces; `None` where nothing is cut.
    pub fn expression(self) -> Option<String> {
        match self {
            Pattern::Whole => None,
            Pattern::Whitespace => Some(r" ?\S+|\s+(?!\S)|\s+".to_owned()),
            Pattern::Gpt2 => Some(GPT2.to_owned()),
            Pattern::Gpt4 { digits } => {
                let numbers = match digits {
                    1 => r"\p{N}".to_owned(),
                    most => format!(r"\p{{N}}{{1,{most}}}"),
                };
                Some(format!(
                    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|{numbers}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
                ))
            }
        }
    }

    /// The pattern of a regular expression, where it is one of these.
    pub fn of_expression(expression: &str) -> Option<Self> {
        [Pattern::Whitespace, Pattern::Gpt2]
            .into_iter()
            .chain((1..=9).map(|digits| Pattern::Gpt4 { digits }))
            .find(|pattern| pattern.expression().as_deref() == Some(expression))
    }

    /// The pieces of a text, in order; together they are the text.
    pub fn pieces(self, text: &str) -> Pieces<'_> {
        Pieces {
            pattern: self,
            scan: Scan {
                text,
                classes: Classes::get(),
            },
            at: 0,
        }
    }
}

/// Iterator over the pieces of a text; see [`Pattern::pieces`].
pub struct Pieces<'a> {
    pattern: Pattern,
    scan: Scan<'a>,
    at: usize,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (start, scan) = (self.at, &self.scan);
        if start == scan.text.len() {
            return None;
        }
        self.at = match self.pattern {
            Pattern::Whole => scan.text.len(),
            Pattern::Whitespace => scan.whitespace(start),
            Pattern::Gpt2 => scan.gpt2(start),
            Pattern::Gpt4 { digits } => scan.gpt4(start, digits),
        };
        Some(&scan.text[start..self.at])
    }
}

/// A text under the scanners. Places are byte offsets at characters; each scanner gives the end of the piece that starts at
/// a place before the end of the text.
struct Scan<'a> {
    text: &'a str,
    classes: Classes,
}

impl Scan<'_> {
    /// The class of the character at a place, and the place after it; `None` at the end.
    #[inline]
    fn look(&self, at: usize) -> Option<(Class, usize)> {
        let byte = *self.text.as_bytes().get(at)?;
        if byte < 0x80 {
            return Some((self.classes.of(char::from(byte)), at + 1));
        }
        let c = self.text[at..].chars().next()?;
        Some((self.classes.of(c), at + c.len_utf8()))
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// The end of the run of a class from a place on.
    #[inline]
    fn run(&self, mut at: usize, class: Class) -> usize {
        while let Some((found, next)) = self.look(at)
            && found == class
        {
            at = next;
        }
        at
    }

    /// ` ?X+` for the class of the first character after the blank.
    #[inline]
    fn blank_and_run(&self, start: usize) -> Option<usize> {
        let after_blank = start + usize::from(self.byte(start) == b' ');
        match self.look(after_blank) {
            None | Some((Class::Space, _)) => None,
            Some((class, next)) => Some(self.run(next, class)),
        }
    }

    /// `\s+(?!\S)|\s+`: white space, but its last character is left to what follows.
    fn space(&self, start: usize) -> usize {
        let end = self.run(start, Class::Space);
        if end == self.text.len() {
            return end;
        }
        let last = self.text[start..end]
            .chars()
            .next_back()
            .map_or(0, char::len_utf8);
        if end - last > start { end - last } else { end }
    }

    fn whitespace(&self, start: usize) -> usize {
        let after_blank = start + usize::from(self.byte(start) == b' ');
        let mut end = after_blank;
        while let Some((class, next)) = self.look(end)
            && class != Class::Space
        {
            end = next;
        }
        if end > after_blank {
            end
        } else {
            self.space(start)
        }
    }

    fn gpt2(&self, start: usize) -> usize {
        if self.byte(start) == b'\'' {
            match (self.byte(start + 1), self.byte(start + 2)) {
                (b's' | b't' | b'm' | b'd', _) => return start + 2,
                (b'r' | b'v', b'e') | (b'l', b'l') => return start + 3,
                _ => {}
            }
        }
        self.blank_and_run(start)
            .unwrap_or_else(|| self.space(start))
    }

    fn gpt4(&self, start: usize, digits: u8) -> usize {
        let first = self.byte(start);
        if first == b'\'' {
            let second = self.byte(start + 1).to_ascii_lowercase();
            match (second, self.byte(start + 2).to_ascii_lowercase()) {
                (b's' | b't' | b'm' | b'd', _) => return start + 2,
                (b'r' | b'v', b'e') | (b'l', b'l') => return start + 3,
                // Case-blind, the long s is an s.
                _ if self.text[start + 1..].starts_with('ſ') => return start + 3,
                _ => {}
            }
        }
        let Some((class, next)) = self.look(start) else {
            return start;
        };
        match class {
            Class::Letter => return self.run(next, Class::Letter),
            Class::Number => {
                let mut end = next;
                for _ in 1..digits {
                    match self.look(end) {
                        Some((Class::Number, next)) => end = next,
                        _ => break,
                    }
                }
                return end;
            }
            Class::Space | Class::Other => {}
        }
        let is_line_end = |byte: u8| matches!(byte, b'\r' | b'\n');
        if !is_line_end(first)
            && let Some((Class::Letter, after)) = self.look(next)
        {
            return self.run(after, Class::Letter);
        }
        let after_blank = start + usize::from(first == b' ');
        if let Some((Class::Other, after)) = self.look(after_blank) {
            let mut end = self.run(after, Class::Other);
            while is_line_end(self.byte(end)) {
                end += 1;
            }
            return end;
        }
        let end = self.run(start, Class::Space);
        match self.text.as_bytes()[start..end]
            .iter()
            .rposition(|&byte| is_line_end(byte))
        {
            Some(last) => start + last + 1,
            None => self.space(start),
        }
    }
}

#[cfg(test)]
mod tests;
