//! A text to train on, and the way from a file's bytes to it. Nothing is repaired in silence: what is not UTF-8 is
//! refused with the place and the cure, and the text is kept as it is (only a byte order mark at the start is dropped).

use serde::{Deserialize, Serialize};

use super::generator;

/// Largest file taken, bytes.
pub const MOST_BYTES: usize = 10_000_000;

/// Shortest text worth training on, characters.
pub const FEWEST_CHARACTERS: usize = 64;

/// A text with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corpus {
    pub name: String,
    pub text: String,
}

/// Why bytes were not taken as a text. Shown to the user, so every message ends with a cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum TextError {
    #[error(
        "The text is {bytes} bytes; at most {most} bytes (10 MB) are taken. Cut it into parts and take one."
    )]
    TooLarge { bytes: u64, most: u64 },
    #[error("The text is empty. Paste some text or choose another file.")]
    Empty,
    #[error(
        "The text has only {characters} characters; at least {fewest} are needed to train on. Add more text."
    )]
    TooShort { characters: u64, fewest: u64 },
    #[error(
        "The text is {encoding}, not UTF-8. Save it again with the encoding UTF-8 and choose it anew."
    )]
    OtherEncoding { encoding: Encoding },
    #[error(
        "Byte {offset} (0x{byte:02X}, line {line}) is not valid UTF-8. Save the text again with the encoding UTF-8, or remove what stands there."
    )]
    NotUtf8 { offset: u64, byte: u8, line: u64 },
    #[error("The file is not text: byte {offset} is zero. Choose a plain text file.")]
    Binary { offset: u64 },
}

/// Encodings that are recognised, to name them in the refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    Utf16LittleEndian,
    Utf16BigEndian,
    Utf32,
}

impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Encoding::Utf16LittleEndian => "UTF-16 (little-endian)",
            Encoding::Utf16BigEndian => "UTF-16 (big-endian)",
            Encoding::Utf32 => "UTF-32",
        })
    }
}

impl Corpus {
    /// The built-in generated text, always the same.
    pub fn generated() -> Self {
        Self {
            name: "Meadow".to_owned(),
            text: generator::generate(generator::SEED, generator::BYTES),
        }
    }

    /// A text from a file's or a paste's bytes.
    pub fn from_bytes(name: &str, mut bytes: Vec<u8>) -> Result<Self, TextError> {
        check_size_and_encoding(&bytes)?;
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(&error))?;
        check_content(&text)?;
        Ok(Self {
            name: name.to_owned(),
            text,
        })
    }

    /// Up to `characters` characters from the one that byte `offset` belongs to, with that character's own offset.
    pub fn page(&self, offset: usize, characters: usize) -> (usize, &str) {
        let mut start = offset.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let rest = &self.text[start..];
        let end = rest
            .char_indices()
            .nth(characters)
            .map_or(rest.len(), |(index, _)| index);
        (start, &rest[..end])
    }
}

fn check_size_and_encoding(bytes: &[u8]) -> Result<(), TextError> {
    if bytes.len() > MOST_BYTES {
        return Err(TextError::TooLarge {
            bytes: bytes.len() as u64,
            most: MOST_BYTES as u64,
        });
    }
    match other_encoding(bytes) {
        Some(encoding) => Err(TextError::OtherEncoding { encoding }),
        None => Ok(()),
    }
}

fn check_content(text: &str) -> Result<(), TextError> {
    if text.chars().all(char::is_whitespace) {
        return Err(TextError::Empty);
    }
    if let Some(offset) = text.bytes().position(|byte| byte == 0) {
        return Err(TextError::Binary {
            offset: offset as u64,
        });
    }
    let characters = text.chars().take(FEWEST_CHARACTERS).count();
    if characters < FEWEST_CHARACTERS {
        return Err(TextError::TooShort {
            characters: characters as u64,
            fewest: FEWEST_CHARACTERS as u64,
        });
    }
    Ok(())
}

fn not_utf8(error: &std::string::FromUtf8Error) -> TextError {
    let bytes = error.as_bytes();
    let offset = error.utf8_error().valid_up_to();
    TextError::NotUtf8 {
        offset: offset as u64,
        byte: bytes.get(offset).copied().unwrap_or_default(),
        line: 1 + bytes[..offset]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count() as u64,
    }
}

/// By byte order mark, else by where the zeros stand: Latin text in UTF-16 has one in every second place.
fn other_encoding(bytes: &[u8]) -> Option<Encoding> {
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return Some(Encoding::Utf32);
    }
    if bytes.starts_with(b"\xFF\xFE") {
        return Some(Encoding::Utf16LittleEndian);
    }
    if bytes.starts_with(b"\xFE\xFF") {
        return Some(Encoding::Utf16BigEndian);
    }
    let head = &bytes[..bytes.len().min(1024)];
    let zeros = |parity: usize| {
        let places = head.iter().skip(parity).step_by(2);
        places.filter(|&&byte| byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    // most places of one parity zero, next to none of the other
    if odd * 10 > head.len() * 4 && even * 20 < head.len() {
        return Some(Encoding::Utf16LittleEndian);
    }
    if even * 10 > head.len() * 4 && odd * 20 < head.len() {
        return Some(Encoding::Utf16BigEndian);
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn long(text: &str) -> Vec<u8> {
        text.repeat(20).into_bytes()
    }

    #[test]
    fn utf8_is_kept_as_it_is_without_its_mark() {
        let text = "Call me.\r\n鲸 and whale\n".repeat(20);
        let plain = Corpus::from_bytes("a.txt", text.clone().into_bytes()).unwrap();
        assert_eq!(plain.text, text);
        let marked = Corpus::from_bytes("a.txt", format!("\u{FEFF}{text}").into_bytes()).unwrap();
        assert_eq!(marked, plain);
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let mut bytes = long("line\n");
        bytes.splice(52..52, [0xE9]);
        let error = Corpus::from_bytes("latin1.txt", bytes).unwrap_err();
        let expected = TextError::NotUtf8 {
            offset: 52,
            byte: 0xE9,
            line: 11,
        };
        assert_eq!(error, expected);
        assert!(error.to_string().contains("Byte 52 (0xE9, line 11)"));
        let mut cut = long("ab");
        cut.extend([0xE9, 0xB2]);
        let error = Corpus::from_bytes("cut.txt", cut).unwrap_err();
        assert!(matches!(error, TextError::NotUtf8 { offset: 40, .. }));
    }

    #[test]
    fn utf16_is_recognised_with_and_without_mark() {
        let little: Vec<u8> = "whale "
            .repeat(20)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "whale "
            .repeat(20)
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let marked = [b"\xFF\xFE".as_slice(), &little].concat();
        for (bytes, encoding) in [
            (little, Encoding::Utf16LittleEndian),
            (big, Encoding::Utf16BigEndian),
            (marked, Encoding::Utf16LittleEndian),
        ] {
            let error = Corpus::from_bytes("a.txt", bytes).unwrap_err();
            assert_eq!(error, TextError::OtherEncoding { encoding });
        }
    }

    #[test]
    fn sizes_are_checked() {
        let error = |bytes: Vec<u8>| Corpus::from_bytes("a.txt", bytes).unwrap_err();
        assert_eq!(error(vec![]), TextError::Empty);
        assert_eq!(error(long(" \n")), TextError::Empty);
        assert_eq!(
            error(b"short".to_vec()),
            TextError::TooShort {
                characters: 5,
                fewest: 64
            }
        );
        assert_eq!(
            error(vec![b'a'; MOST_BYTES + 1]),
            TextError::TooLarge {
                bytes: 10_000_001,
                most: 10_000_000
            }
        );
        assert!(Corpus::from_bytes("a.txt", vec![b'a'; MOST_BYTES]).is_ok());
        assert!(matches!(
            error([long("text"), vec![0]].concat()),
            TextError::Binary { offset: 80 }
        ));
    }

    #[test]
    fn pages_begin_and_end_at_characters() {
        let corpus = Corpus {
            name: String::new(),
            text: "a鲸bc".to_owned(),
        };
        assert_eq!(corpus.page(0, 2), (0, "a鲸"));
        assert_eq!(corpus.page(2, 2), (1, "鲸b"));
        assert_eq!(corpus.page(4, 9), (4, "bc"));
        assert_eq!(corpus.page(99, 9), (6, ""));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Err(error) = Corpus::from_bytes("a", bytes) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
