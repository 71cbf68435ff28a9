//! A person's text as the objective of a model frames its examples, with the special tokens that a person may write in it.

use crate::data::objective::{Objective, Specials, text_to_text};
use crate::models::Family;
use crate::tokenizer::Tokenizer;
use crate::train::Row;
use crate::worker::engine::Active;

/// The special tokens after a tokenizer's own.
pub fn specials(tokenizer: &dyn Tokenizer) -> Specials {
    Specials {
        base: tokenizer.vocabulary_size(),
    }
}

/// The tokens of a text in which the special tokens `written` may be spelled. Where blanks belong to the word after them, the one
/// before a special token goes with it, as it does with the words that stand there in training.
pub fn cut(tokenizer: &dyn Tokenizer, text: &str, written: &[u32]) -> Vec<u32> {
    let specials = specials(tokenizer);
    let labels: Vec<(u32, String)> = written
        .iter()
        .filter_map(|&id| Some((id, specials.label(id)?)))
        .collect();
    let takes_blank = joins_blanks(tokenizer);
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        let places = labels.iter().filter_map(|(id, label)| {
            let place = rest.find(label.as_str())?;
            Some((place, *id, label.len()))
        });
        let Some((place, id, length)) = places.min() else {
            tokens.extend(tokenizer.encode(rest));
            return tokens;
        };
        let before = &rest[..place];
        let before = match before.strip_suffix(' ') {
            Some(shorter) if takes_blank => shorter,
            _ => before,
        };
        tokens.extend(tokenizer.encode(before));
        tokens.push(id);
        rest = &rest[place + length..];
    }
}

/// Whether tokens begin with the blank before their word.
fn joins_blanks(tokenizer: &dyn Tokenizer) -> bool {
    (0..tokenizer.vocabulary_size()).any(|id| match tokenizer.token_bytes(id) {
        [b' ', second, ..] => second.is_ascii_alphanumeric() || !second.is_ascii(),
        _ => false,
    })
}

/// That a text is too long, with the room there is.
pub fn too_long(tokens: usize, most: usize) -> String {
    format!("The text has {tokens} tokens; this model has room for {most}. Shorten it.")
}

/// A text as an encoder reads it: `[CLS] text [SEP]`.
#[derive(Clone, Debug)]
pub struct Framed {
    /// Place i of the text stands at place i + 1 of the row.
    pub text: Vec<u32>,
    pub row: Row,
}

impl Framed {
    /// Of a model trained on next sentences, what follows a \[SEP\] in the text is its second segment.
    ///
    /// # Errors
    /// A text longer than the context.
    pub fn new(active: &Active, text: Vec<u32>) -> Result<Self, String> {
        let specials = specials(&*active.texts.tokenizer);
        let most = active.run.spec.rows.time.saturating_sub(2);
        if text.len() > most {
            return Err(too_long(text.len(), most));
        }
        let inputs = [&[specials.cls()], &*text, &[specials.sep()]].concat();
        let segments = match text.iter().position(|&id| id == specials.sep()) {
            Some(place) => (0..inputs.len())
                .map(|at| u32::from(at > place + 1))
                .collect(),
            None => Vec::new(),
        };
        let row = Row {
            inputs,
            segments,
            ..Row::default()
        };
        Ok(Self { text, row })
    }
}

/// A source as an encoder–decoder reads it, and how its answer begins and ends.
#[derive(Clone, Debug)]
pub struct Framing {
    /// With \[EOS\].
    pub source: Vec<u32>,
    pub begin: u32,
    /// \[EOS\], or where spans are written the sentinel after the last.
    pub end: u32,
    /// Tokens of the longest answer.
    pub most_tokens: usize,
}

impl Framing {
    /// # Errors
    /// A model that has no source; an empty source, one that is too long, one that leaves nothing out for a model that writes
    /// what is left out.
    pub fn new(active: &Active, text: &str) -> Result<Self, String> {
        let family = active.run.spec.model.family;
        if !family.has_source() {
            return Err(no_answer(family).to_owned());
        }
        let tokenizer = &*active.texts.tokenizer;
        let specials = specials(tokenizer);
        let objective = active.playground.objective.objective;
        let written: Vec<u32> = match objective {
            Objective::Denoising => vec![specials.mask()],
            // The last sentinel only ends an answer.
            Objective::Spans => {
                (specials.sentinel(0)..active.run.spec.vocabulary as u32 - 1).collect()
            }
            _ => Vec::new(),
        };
        let tokens = cut(tokenizer, text, &written);
        if tokens.is_empty() {
            return Err("Write a source to be answered.".to_owned());
        }
        let end = match objective {
            Objective::Spans => specials.sentinel(spans_of(&tokens, &written)?),
            _ => specials.eos(),
        };
        let rows = active.run.spec.rows;
        let most = rows.source.saturating_sub(1);
        if tokens.len() > most {
            return Err(too_long(tokens.len(), most));
        }
        Ok(Self {
            source: text_to_text::source(&tokens, specials),
            begin: specials.bos(),
            end,
            most_tokens: rows.time,
        })
    }

    /// What is asked to know the token after the beginning of an answer.
    pub fn row(&self, answer: &[u32]) -> Row {
        Row {
            inputs: [&[self.begin], answer].concat(),
            source: self.source.clone(),
            place: answer.len() as u32,
            ..Row::default()
        }
    }
}

/// How many spans are left out of a source, each with its sentinel.
fn spans_of(source: &[u32], sentinels: &[u32]) -> Result<usize, String> {
    match source.iter().filter(|id| sentinels.contains(id)).count() {
        0 => Err("This model writes what is left out of a text: write <extra_id_0> where that is, and <extra_id_1> at the next such place.".to_owned()),
        count => Ok(count),
    }
}

/// Why a model of this family answers no source; what it can do instead.
fn no_answer(family: Family) -> &'static str {
    match family {
        Family::Encoder => {
            "An encoder-only model writes no answer: every token sees those after it, so it was never asked what comes next. Let it fill masks instead."
        }
        _ => {
            "This model has no encoder to read a source with: it goes on from a beginning. Let it write instead."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenizer::{Bytes, Recipe, TokenizerKind, learn};

    const MASK: u32 = 257;

    #[test]
    fn written_special_tokens_stand_for_themselves() {
        let specials = Specials { base: 256 };
        assert_eq!(specials.mask(), MASK);
        assert_eq!(cut(&Bytes, "a[MASK]b", &[MASK]), [97, MASK, 98]);
        // Bytes are cut alike wherever they stand: the blank stays.
        assert_eq!(cut(&Bytes, "a [MASK] b", &[MASK]), [97, 32, MASK, 32, 98]);
        assert_eq!(cut(&Bytes, "[MASK][MASK]", &[MASK]), [MASK, MASK]);
        assert_eq!(cut(&Bytes, "[MASK]", &[]).len(), "[MASK]".len());
        assert!(cut(&Bytes, "", &[MASK]).is_empty());
        let two = [specials.sentinel(1), specials.sentinel(0)];
        let text = "<extra_id_0>x<extra_id_1><extra_id_10>";
        let tokens = cut(&Bytes, text, &two);
        assert_eq!(tokens[..3], [two[1], 120, two[0]]);
        assert_eq!(tokens.len(), 3 + "<extra_id_10>".len());
    }

    #[test]
    fn a_mask_takes_the_blank_that_its_word_would_have() {
        let text = "the small fox saw the small dog and the small fox ran ".repeat(20);
        let recipe = Recipe {
            vocabulary: 276,
            ..Recipe::of_kind(TokenizerKind::BpeBytes)
        };
        let tokenizer = learn(&recipe, &text, &mut |_| true).unwrap();
        let whole = tokenizer.encode("the small fox");
        let mask = specials(&*tokenizer).mask();
        let masked = cut(&*tokenizer, "the [MASK] fox", &[mask]);
        assert_eq!(masked, [whole[0], mask, whole[2]]);
    }
}
