//! How fast people read, to turn bits per character into bits per second.
//!
//! Reading aloud, adults aged 18 to 35 in their own language, texts of equal content in 17 languages: characters per minute with the
//! standard deviation between readers (Trauzettel-Klosinski and Dietz 2012, "Standardized Assessment of Reading
//! Performance: The New International Reading Speed Texts IReST", Investigative Ophthalmology & Visual Science 53(9), table 3).

/// A speed of reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    pub characters_per_minute: f64,
    /// Standard deviation between readers.
    pub deviation: f64,
}

pub const ENGLISH: Pace = Pace {
    characters_per_minute: 987.0,
    deviation: 118.0,
};

pub const CHINESE: Pace = Pace {
    characters_per_minute: 255.0,
    deviation: 29.0,
};

impl Pace {
    /// Bits per second at so many bits per character.
    pub fn bits_per_second(&self, bits_per_character: f64) -> f64 {
        bits_per_character * self.characters_per_minute / 60.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_sixty_seconds() {
        assert_eq!(CHINESE.bits_per_second(4.0), 17.0);
        assert_eq!(ENGLISH.bits_per_second(0.0), 0.0);
    }
}
