//! The special tokens of objectives. They come after the tokenizer's V ids, so that no text can spell one:
//!
//! ```text
//! V: [PAD]   V+1: [MASK]   V+2: [CLS]   V+3: [SEP]   V+4: [BOS]   V+5: [EOS]   V+6+i: <extra_id_i>
//! ```
//!
//! `[MASK]`, `[CLS]`, `[SEP]` are BERT's; a decoder that is given a source begins at `[BOS]` and ends with `[EOS]`; the sentinels
//! are T5's.

/// Labels of the tokens before the sentinels, in their order.
const LABELS: [&str; 6] = ["[PAD]", "[MASK]", "[CLS]", "[SEP]", "[BOS]", "[EOS]"];

/// The special tokens after a vocabulary of `base` (V) ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Specials {
    pub base: u32,
}

impl Specials {
    /// How many there are before the sentinels.
    pub const FIXED: u32 = LABELS.len() as u32;

    pub fn pad(self) -> u32 {
        self.base
    }

    pub fn mask(self) -> u32 {
        self.base + 1
    }

    pub fn cls(self) -> u32 {
        self.base + 2
    }

    pub fn sep(self) -> u32 {
        self.base + 3
    }

    pub fn bos(self) -> u32 {
        self.base + 4
    }

    pub fn eos(self) -> u32 {
        self.base + 5
    }

    /// Sentinel i, which stands for the i-th span left out.
    pub fn sentinel(self, i: usize) -> u32 {
        self.base + Self::FIXED + i as u32
    }

    /// How a special token is shown; none for the tokenizer's own.
    pub fn label(self, id: u32) -> Option<String> {
        let number = id.checked_sub(self.base)?;
        Some(match LABELS.get(number as usize) {
            Some(label) => (*label).to_owned(),
            None => format!("<extra_id_{}>", number - Self::FIXED),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_vocabulary_and_have_labels() {
        let specials = Specials { base: 10 };
        let ids = [
            specials.pad(),
            specials.mask(),
            specials.cls(),
            specials.sep(),
            specials.bos(),
            specials.eos(),
            specials.sentinel(0),
            specials.sentinel(1),
        ];
        assert_eq!(ids, [10, 11, 12, 13, 14, 15, 16, 17]);
        let labels: Vec<String> = ids.iter().filter_map(|&id| specials.label(id)).collect();
        assert_eq!(
            labels.join(" "),
            "[PAD] [MASK] [CLS] [SEP] [BOS] [EOS] <extra_id_0> <extra_id_1>"
        );
        assert_eq!(specials.label(9), None);
    }
}
