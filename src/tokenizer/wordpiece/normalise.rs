//! BERT's normalisation and its cuts (Devlin et al. 2019, `tokenization.py`), as the `tokenizers` crate has them.
//!
//! ```text
//! clean      control characters go, white space becomes ' '
//! ideographs each stands alone
//! accents    canonical decomposition (NFD), then nonspacing marks go
//! lower case character by character
//! cut        at white space, and around every punctuation character
//! ```

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

use super::categories::{is_nonspacing_mark, is_other, is_punctuation};

/// Which steps are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BertNormaliser {
    pub cleans: bool,
    pub isolates_ideographs: bool,
    pub strips_accents: bool,
    pub lowercases: bool,
}

impl BertNormaliser {
    /// Of the uncased models.
    pub const UNCASED: Self = Self {
        cleans: true,
        isolates_ideographs: true,
        strips_accents: true,
        lowercases: true,
    };

    /// Of the cased models.
    pub const CASED: Self = Self {
        strips_accents: false,
        lowercases: false,
        ..Self::UNCASED
    };
}

/// A normalised character and the bytes of the text it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    pub c: char,
    pub start: u32,
    pub end: u32,
}

impl BertNormaliser {
    /// The characters of a text after all steps, before any cut.
    pub fn characters(&self, text: &str) -> Vec<Origin> {
        let mut found: Vec<Origin> = Vec::with_capacity(text.len());
        for (start, c) in text.char_indices() {
            let origin = |c: char| Origin {
                c,
                start: start as u32,
                end: (start + c_length(text, start)) as u32,
            };
            let c = match c {
                c if !self.cleans => c,
                '\t' | '\n' | '\r' => ' ',
                // Also vertical tabs and the like, which are white space too.
                '\0' | '\u{FFFD}' => continue,
                c if is_other(c) => continue,
                c if c.is_whitespace() => ' ',
                c => c,
            };
            let is_alone = self.isolates_ideographs && is_ideograph(c);
            if is_alone {
                found.push(origin(' '));
            }
            if self.strips_accents {
                decompose_canonical(c, |part| found.push(origin(part)));
            } else {
                found.push(origin(c));
            }
            if is_alone {
                found.push(origin(' '));
            }
        }
        if self.strips_accents {
            order_marks(&mut found);
            found.retain(|origin| !is_nonspacing_mark(origin.c));
        }
        if self.lowercases {
            found = found
                .iter()
                .flat_map(|&origin| origin.c.to_lowercase().map(move |c| Origin { c, ..origin }))
                .collect();
        }
        found
    }
}

fn c_length(text: &str, start: usize) -> usize {
    text[start..].chars().next().map_or(0, char::len_utf8)
}

/// The canonical order of marks after a decomposition: by combining class, in each run of marks.
fn order_marks(characters: &mut [Origin]) {
    let class = |origin: &Origin| canonical_combining_class(origin.c);
    let mut start = 0;
    while start < characters.len() {
        let marks = characters[start..]
            .iter()
            .take_while(|origin| class(origin) != 0)
            .count();
        characters[start..start + marks].sort_by_key(class);
        start += marks.max(1);
    }
}

/// The words of normalised characters, as ranges of them: white space is left out, punctuation stands alone.
pub fn words(characters: &[Origin]) -> impl Iterator<Item = &[Origin]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &characters[at..];
        let start = at + rest.iter().position(|origin| !origin.c.is_whitespace())?;
        let mut end = start + 1;
        if !is_punctuation(characters[start].c) {
            while characters
                .get(end)
                .is_some_and(|origin| !origin.c.is_whitespace() && !is_punctuation(origin.c))
            {
                end += 1;
            }
        }
        at = end;
        Some(&characters[start..end])
    })
}

/// CJK ideographs, by the reference's blocks.
fn is_ideograph(c: char) -> bool {
    matches!(
        c,
        '\u{4E00}'..='\u{9FFF}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{20000}'..='\u{2A6DF}'
            | '\u{2A700}'..='\u{2B73F}'
            | '\u{2B740}'..='\u{2B81F}'
            | '\u{2B920}'..='\u{2CEAF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{2F800}'..='\u{2FA1F}'
    )
}
