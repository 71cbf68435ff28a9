//! The smallest tokens: 256 bytes, or the characters of the training text.
//!
//! Bytes get their ids in the order of GPT-2's byte alphabet (Radford et al. 2019, `encoder.py`), because vocabulary files are
//! laid out so: first the bytes that are printable in Latin-1, then the rest. The alphabet itself, which writes every byte as
//! a visible character, is only for such files; here tokens are bytes.

use rustc_hash::FxHashMap;

/// Bytes in id order.
pub(super) const BYTES: [u8; 256] = {
    let mut order = [0; 256];
    let mut at = 0;
    let mut pass = 0;
    while pass < 2 {
        let mut byte = 0;
        while byte < 256 {
            if is_printable(byte as u8) == (pass == 0) {
                order[at] = byte as u8;
                at += 1;
            }
            byte += 1;
        }
        pass += 1;
    }
    order
};

const fn is_printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

/// The character that GPT-2's alphabet writes for a byte: itself where printable, else the n-th of the others as U+0100 + n.
pub fn character_of_byte(byte: u8) -> char {
    if is_printable(byte) {
        return char::from(byte);
    }
    let nth = (0..byte).filter(|&b| !is_printable(b)).count() as u32;
    char::from_u32(0x100 + nth).unwrap_or('\u{FFFD}')
}

/// The byte that a character of GPT-2's alphabet stands for.
pub fn byte_of_character(character: char) -> Option<u8> {
    match u32::from(character) {
        code @ 0..=0xFF => Some(code as u8).filter(|&byte| is_printable(byte)),
        code => {
            let nth = code.checked_sub(0x100)? as usize;
            (0..=255).filter(|&b| !is_printable(b)).nth(nth)
        }
    }
}

/// How text becomes ids before any merge.
#[derive(Clone, Debug)]
pub(super) enum Alphabet {
    /// Id by byte.
    Bytes(Box<[u32; 256]>),
    Characters {
        ids: FxHashMap<char, u32>,
        /// For the characters that have none.
        unknown: u32,
    },
}

impl Alphabet {
    /// The ids of a piece's bytes or characters, one each.
    #[inline]
    pub(super) fn units(&self, piece: &str, mut unit: impl FnMut(u32)) {
        match self {
            Alphabet::Bytes(ids) => piece.bytes().for_each(|byte| unit(ids[usize::from(byte)])),
            Alphabet::Characters { ids, unknown } => piece
                .chars()
                .for_each(|c| unit(ids.get(&c).copied().unwrap_or(*unknown))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_alphabet_is_gpt2s() {
        assert_eq!(BYTES[..3], *b"!\"#");
        assert_eq!(
            (BYTES[93], BYTES[94], BYTES[188], BYTES[255]),
            (b'~', 0xA1, 0, 0xAD)
        );
        for (byte, character) in [
            (b' ', 'Ġ'),
            (b'\n', 'Ċ'),
            (0xAD, 'Ń'),
            (0xE4, 'ä'),
            (b'A', 'A'),
        ] {
            assert_eq!(character_of_byte(byte), character);
        }
        for byte in 0..=255 {
            assert_eq!(byte_of_character(character_of_byte(byte)), Some(byte));
        }
        assert_eq!(byte_of_character(' '), None);
        assert_eq!(byte_of_character('\u{144}'), None);
        let written: Vec<char> = BYTES.iter().map(|&byte| character_of_byte(byte)).collect();
        assert!(written.is_sorted());
    }
}
