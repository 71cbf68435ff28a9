//! UTF-8 bytes as tokens: id = byte, V = 256. Every text in every language, nothing unknown, longest sequences.

use super::{REPLACEMENT, Span, Tokenizer};

/// The byte tokenizer; it learns nothing and holds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes;

const ALL: [u8; 256] = {
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = byte as u8;
        byte += 1;
    }
    all
};

impl Tokenizer for Bytes {
    fn vocabulary_size(&self) -> u32 {
        256
    }

    fn encode(&self, text: &str) -> Vec<u32> {
        text.bytes().map(u32::from).collect()
    }

    fn spans(&self, text: &str) -> Vec<Span> {
        (0..)
            .zip(text.bytes())
            .map(|(start, byte)| Span {
                id: u32::from(byte),
                start,
                end: start + 1,
            })
            .collect()
    }

    fn is_lossless(&self) -> bool {
        true
    }

    fn token_bytes(&self, id: u32) -> &[u8] {
        let start = id as usize;
        ALL.get(start..start.saturating_add(1))
            .unwrap_or(REPLACEMENT)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_bytes() {
        assert_eq!(Bytes.encode("Aé"), [0x41, 0xC3, 0xA9]);
        assert_eq!(Bytes.decode(&[0x41, 0xC3, 0xA9]), "Aé");
        assert_eq!(
            Bytes.decode(&[0xC3, 256, u32::MAX]),
            "\u{FFFD}\u{FFFD}\u{FFFD}"
        );
    }

    proptest! {
        #[test]
        fn decode_undoes_encode(text in any::<String>()) {
            let ids = Bytes.encode(&text);
            prop_assert!(ids.iter().all(|&id| id < Bytes.vocabulary_size()));
            let spans = Bytes.spans(&text);
            let bytes = text.as_bytes();
            prop_assert_eq!(spans.iter().map(|span| span.id).collect::<Vec<_>>(), ids.clone());
            prop_assert!(spans.iter().all(|s| Bytes.token_bytes(s.id) == &bytes[s.start as usize..s.end as usize]));
            prop_assert_eq!(Bytes.decode(&ids), text);
        }
    }
}
