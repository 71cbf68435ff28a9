//! What is done to a text before it is cut, with the way back: every character remembers the bytes it came from.

use serde_json::Value;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::error::ReadError;
use super::json::{flag, kind, text};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
    Lowercase,
    /// Every occurrence of the first text becomes the second.
    Replace(String, String),
    /// Put before a text that is not empty.
    Prepend(String),
    /// White space at the start, at the end.
    Strip(bool, bool),
}

const KNOWN: &str = "NFC, NFD, NFKC, NFKD, Lowercase, Replace (of a fixed text), Prepend, Strip and sequences of these; with WordPiece, BertNormalizer";

/// How many times longer replacements may make a text, all steps together.
const MOST_GROWTH: usize = 64;
/// Characters that may be put before a text, all steps together.
const MOST_BEFORE: usize = 64;

/// The steps of a file's normalizer.
///
/// # Errors
/// For steps that are not known, and for those that would blow a text up.
pub fn steps(normalizer: &Value) -> Result<Vec<Step>, ReadError> {
    let steps = listed(normalizer)?;
    let mut growth = 1usize;
    let mut before = 0;
    for step in &steps {
        match step {
            Step::Replace(pattern, content) => {
                let times = content.chars().count().div_ceil(pattern.chars().count());
                growth = growth.saturating_mul(times.max(1));
            }
            Step::Prepend(content) => before += content.chars().count(),
            _ => {}
        }
    }
    if growth > MOST_GROWTH || before > MOST_BEFORE {
        return Err(ReadError::Malformed {
            part: "normalizer",
            reason: format!("it makes a text more than {MOST_GROWTH} times longer"),
        });
    }
    Ok(steps)
}

fn listed(normalizer: &Value) -> Result<Vec<Step>, ReadError> {
    let part = "normalizer";
    Ok(match kind(normalizer) {
        None => Vec::new(),
        Some("NFC") => vec![Step::Nfc],
        Some("NFD") => vec![Step::Nfd],
        Some("NFKC") => vec![Step::Nfkc],
        Some("NFKD") => vec![Step::Nfkd],
        Some("Lowercase") => vec![Step::Lowercase],
        Some("Prepend") => vec![Step::Prepend(text(normalizer, "prepend", part)?)],
        Some("Strip") => vec![Step::Strip(
            flag(normalizer, "strip_left", true),
            flag(normalizer, "strip_right", true),
        )],
        Some("Replace") if normalizer["pattern"]["String"].is_string() => {
            let pattern = text(&normalizer["pattern"], "String", part)?;
            if pattern.is_empty() {
                return Err(ReadError::Malformed {
                    part,
                    reason: "it replaces an empty text".to_owned(),
                });
            }
            vec![Step::Replace(pattern, text(normalizer, "content", part)?)]
        }
        Some("Sequence") => {
            let list = normalizer["normalizers"].as_array();
            let steps: Result<Vec<_>, _> = list.into_iter().flatten().map(listed).collect();
            steps?.concat()
        }
        Some(other) => {
            return Err(ReadError::Unsupported {
                part,
                found: other.to_owned(),
                known: KNOWN,
            });
        }
    })
}

/// A text after its steps, with the way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalised {
    pub text: String,
    /// Empty where nothing was changed.
    origins: Vec<Origin>,
}

/// A character and the bytes of the original it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Origin {
    c: char,
    start: u32,
    end: u32,
}

impl Normalised {
    /// The steps applied to a text, one after the other.
    pub fn of(text: &str, steps: &[Step]) -> Self {
        let is_unchanged = |step: &Step| match step {
            Step::Nfc => is_nfc_quick(text.chars()) == IsNormalized::Yes,
            Step::Replace(pattern, _) => !text.contains(pattern.as_str()),
            Step::Nfd | Step::Nfkc | Step::Nfkd => text.is_ascii(),
            Step::Lowercase | Step::Prepend(_) | Step::Strip(..) => text.is_empty(),
        };
        if steps.iter().all(is_unchanged) {
            return Self {
                text: text.to_owned(),
                origins: Vec::new(),
            };
        }
        let mut origins: Vec<Origin> = text
            .char_indices()
            .map(|(start, c)| Origin {
                c,
                start: start as u32,
                end: (start + c.len_utf8()) as u32,
            })
            .collect();
        for step in steps {
            origins = step.apply(origins);
        }
        Self {
            text: origins.iter().map(|origin| origin.c).collect(),
            origins,
        }
    }

    /// Carries ranges of the normalised text, in ascending order, back to the original.
    pub fn original_ranges(&self) -> impl FnMut(usize, usize) -> (usize, usize) {
        let (mut number, mut byte) = (0, 0);
        move |start, end| {
            if self.origins.is_empty() {
                return (start, end);
            }
            while let Some(origin) = self.origins.get(number)
                && byte + origin.c.len_utf8() <= start
            {
                byte += origin.c.len_utf8();
                number += 1;
            }
            // A range inside a character takes part in it by its place in it, where the character is as it was.
            let at = |number: usize, byte: usize, place: usize, is_end: bool| {
                let origin = self.origins[number];
                let inside = place - byte;
                if origin.c.len_utf8() as u32 == origin.end - origin.start {
                    origin.start as usize + inside
                } else if is_end {
                    origin.end as usize
                } else {
                    origin.start as usize
                }
            };
            if number == self.origins.len() {
                let end = self.origins.last().map_or(0, |last| last.end as usize);
                return (end, end);
            }
            let first = at(number, byte, start, false);
            if end <= start {
                return (first, first);
            }
            let (mut last, mut last_byte) = (number, byte);
            while last + 1 < self.origins.len() && last_byte + self.origins[last].c.len_utf8() < end
            {
                last_byte += self.origins[last].c.len_utf8();
                last += 1;
            }
            (first, at(last, last_byte, end, true).max(first))
        }
    }
}

impl Step {
    fn apply(&self, origins: Vec<Origin>) -> Vec<Origin> {
        match self {
            Step::Nfc => by_runs(&origins, |run, out| out.extend(run.nfc())),
            Step::Nfd => by_runs(&origins, |run, out| out.extend(run.nfd())),
            Step::Nfkc => by_runs(&origins, |run, out| out.extend(run.nfkc())),
            Step::Nfkd => by_runs(&origins, |run, out| out.extend(run.nfkd())),
            Step::Lowercase => origins
                .iter()
                .flat_map(|&origin| origin.c.to_lowercase().map(move |c| Origin { c, ..origin }))
                .collect(),
            Step::Replace(pattern, content) => replace(&origins, pattern, content),
            Step::Prepend(before) => {
                let Some(&first) = origins.first() else {
                    return origins;
                };
                let start = first.start;
                let before = before.chars().map(|c| Origin {
                    c,
                    start,
                    end: start,
                });
                before.chain(origins.iter().copied()).collect()
            }
            Step::Strip(left, right) => {
                let is_text = |origin: &Origin| !origin.c.is_whitespace();
                let first = origins.iter().position(is_text).unwrap_or(origins.len());
                let last = origins.iter().rposition(is_text).map_or(first, |i| i + 1);
                let start = if *left { first } else { 0 };
                let end = if *right { last } else { origins.len() };
                origins[start.min(end)..end].to_vec()
            }
        }
    }
}

/// A normal form, run by run: a run begins with a character that does not join the one before it in any form.
fn by_runs(
    origins: &[Origin],
    form: impl Fn(std::iter::Copied<std::slice::Iter<char>>, &mut Vec<char>),
) -> Vec<Origin> {
    let begins = |origin: &Origin| {
        let mut first = None;
        decompose_compatible(origin.c, |c| {
            first.get_or_insert(c);
        });
        let first = first.unwrap_or(origin.c);
        canonical_combining_class(first) == 0
            && is_nfc_quick(std::iter::once(first)) == IsNormalized::Yes
    };
    let mut result = Vec::with_capacity(origins.len());
    let (mut run, mut formed) = (Vec::new(), Vec::new());
    let mut start = 0;
    while start < origins.len() {
        let length = 1 + origins[start + 1..]
            .iter()
            .take_while(|origin| !begins(origin))
            .count();
        let members = &origins[start..start + length];
        run.clear();
        run.extend(members.iter().map(|origin| origin.c));
        formed.clear();
        form(run.iter().copied(), &mut formed);
        if formed == run {
            result.extend_from_slice(members);
        } else {
            let (start, end) = (members[0].start, members[length - 1].end);
            result.extend(formed.iter().map(|&c| Origin { c, start, end }));
        }
        start += length;
    }
    result
}

fn replace(origins: &[Origin], pattern: &str, content: &str) -> Vec<Origin> {
    let text: String = origins.iter().map(|origin| origin.c).collect();
    let mut result = Vec::with_capacity(origins.len());
    let mut number = 0;
    let mut byte = 0;
    let mut advance = |to: usize| {
        let first = number;
        while byte < to {
            byte += origins[number].c.len_utf8();
            number += 1;
        }
        &origins[first..number]
    };
    for (start, found) in text.match_indices(pattern) {
        result.extend_from_slice(advance(start));
        let replaced = advance(start + found.len());
        if let (Some(first), Some(last)) = (replaced.first(), replaced.last()) {
            let (start, end) = (first.start, last.end);
            result.extend(content.chars().map(|c| Origin { c, start, end }));
        }
    }
    result.extend_from_slice(advance(text.len()));
    result
}
