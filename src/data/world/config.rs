//! The dials of a generated world: what each means, its range, and what becomes of a bad value.
//!
//! A number outside its range is moved to the nearest end and the move is noted; what is no number becomes the default.
//! Only a mixture without any genre is refused, for nothing sensible stands nearest to it.

use serde::{Deserialize, Serialize};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Genre {
    /// Who somebody is, what happened, how it ended.
    Story,
    /// One sentence in English and in Chinese.
    Parallel,
    /// A question with its answer: about the world, or about a sentence that stands before it.
    Question,
    /// A review with its sentiment.
    Sentiment,
    /// A sentence whose content words carry tags.
    Tagged,
    /// A headline and the report under it.
    News,
    /// A made-up word with its definition and a use.
    Definition,
    /// A right sentence and the same with one fault.
    Grammaticality,
    /// Sums in words.
    Arithmetic,
}

impl Genre {
    pub const ALL: [Genre; 9] = [
        Genre::Story,
        Genre::Parallel,
        Genre::Question,
        Genre::Sentiment,
        Genre::Tagged,
        Genre::News,
        Genre::Definition,
        Genre::Grammaticality,
        Genre::Arithmetic,
    ];

    /// The word of this genre in links and files.
    pub fn key(self) -> &'static str {
        match self {
            Genre::Story => "story",
            Genre::Parallel => "parallel",
            Genre::Question => "question",
            Genre::Sentiment => "sentiment",
            Genre::Tagged => "tagged",
            Genre::News => "news",
            Genre::Definition => "definition",
            Genre::Grammaticality => "grammaticality",
            Genre::Arithmetic => "arithmetic",
        }
    }

    /// The genre of a word in a link or file.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|genre| genre.key() == key)
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// The language of a document. Parallel sentences are in both; they count as English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::Chinese];
}

/// Everything that, with a seed, determines a world and how it is spoken of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorldConfig {
    /// Content words in play: names, towns, things, jobs, actions, qualities, times, places, coined words.
    pub vocabulary: u32,
    /// 1: who did what. 2: when and where. 3: qualities. 4: reasons. 5: two actions. Stories grow with it, sums too.
    pub complexity: u32,
    /// Facts that hold of every person, town and thing.
    pub facts_per_entity: u32,
    /// Chance that a content word is misspelt (two letters swapped, a lookalike character), where it can be.
    pub noise: f32,
    /// Share of documents that repeat, letter by letter, one of [`super::REPEATED_DOCUMENTS`].
    pub duplication: f32,
    /// Share of Chinese among the documents in one language.
    pub chinese: f32,
    /// b: a person has a job of the own group's half with probability (1 + b) / 2; a hill name's opinion is good with
    /// probability (1 + b) / 2, a river name's with (1 − b) / 2.
    pub bias: f32,
    /// Share of event sentences and reviews that begin with an invented rude word.
    pub rude_words: f32,
    /// Weight of each genre, in the order of [`Genre::ALL`]; they need not add up to 1.
    pub genres: [f32; Genre::ALL.len()],
}

impl Default for WorldConfig {
    fn default() -> Self {
        Self {
            vocabulary: 160,
            complexity: 3,
            facts_per_entity: 3,
            noise: 0.0,
            duplication: 0.0,
            chinese: 0.3,
            bias: 0.0,
            rude_words: 0.0,
            genres: [4.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        }
    }
}

/// One dial, for tables of controls and for notes. Genre weights are dials too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dial {
    Vocabulary,
    Complexity,
    FactsPerEntity,
    Noise,
    Duplication,
    Chinese,
    Bias,
    RudeWords,
    Weight(Genre),
}

impl Dial {
    /// The dials that are no genre weights.
    pub const ALL: [Dial; 8] = [
        Dial::Vocabulary,
        Dial::Complexity,
        Dial::FactsPerEntity,
        Dial::Noise,
        Dial::Duplication,
        Dial::Chinese,
        Dial::Bias,
        Dial::RudeWords,
    ];

    /// Least and greatest value.
    pub fn range(self) -> (f64, f64) {
        match self {
            Dial::Vocabulary => (16.0, 1000.0),
            Dial::Complexity | Dial::FactsPerEntity => (1.0, 5.0),
            Dial::Noise | Dial::RudeWords => (0.0, 0.5),
            Dial::Duplication => (0.0, 0.9),
            Dial::Chinese | Dial::Bias => (0.0, 1.0),
            Dial::Weight(_) => (0.0, 100.0),
        }
    }

    /// Whether only whole numbers have a meaning.
    pub fn is_whole(self) -> bool {
        matches!(
            self,
            Dial::Vocabulary | Dial::Complexity | Dial::FactsPerEntity
        )
    }

    pub fn get(self, config: &WorldConfig) -> f64 {
        match self {
            Dial::Vocabulary => f64::from(config.vocabulary),
            Dial::Complexity => f64::from(config.complexity),
            Dial::FactsPerEntity => f64::from(config.facts_per_entity),
            Dial::Noise => f64::from(config.noise),
            Dial::Duplication => f64::from(config.duplication),
            Dial::Chinese => f64::from(config.chinese),
            Dial::Bias => f64::from(config.bias),
            Dial::RudeWords => f64::from(config.rude_words),
            Dial::Weight(genre) => f64::from(config.genres[genre.index()]),
        }
    }

    /// Sets the dial as it is; [`WorldConfig::settled`] judges the value.
    pub fn set(self, config: &mut WorldConfig, value: f64) {
        match self {
            Dial::Vocabulary => config.vocabulary = value.round() as u32,
            Dial::Complexity => config.complexity = value.round() as u32,
            Dial::FactsPerEntity => config.facts_per_entity = value.round() as u32,
            Dial::Noise => config.noise = value as f32,
            Dial::Duplication => config.duplication = value as f32,
            Dial::Chinese => config.chinese = value as f32,
            Dial::Bias => config.bias = value as f32,
            Dial::RudeWords => config.rude_words = value as f32,
            Dial::Weight(genre) => config.genres[genre.index()] = value as f32,
        }
    }
}

/// A dial that was moved because its value has no meaning.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedDial {
    pub dial: Dial,
    /// May be no number.
    pub asked: f64,
    pub used: f64,
}

/// Why no world can be made. Every message ends with the cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum WorldError {
    #[error(
        "Every genre has the weight 0, so there is nothing to write. Give at least one genre a weight above 0."
    )]
    NoGenre,
    #[error("{bytes} bytes are asked for; at most {most} are written. Ask for fewer.")]
    TooLong { bytes: u64, most: u64 },
    #[error("0 bytes are asked for. Ask for at least 1; the last document is always whole.")]
    Empty,
}

impl WorldConfig {
    /// The weight of one genre alone, everything else as it is.
    pub fn only(mut self, genre: Genre) -> Self {
        self.genres = [0.0; Genre::ALL.len()];
        self.genres[genre.index()] = 1.0;
        self
    }

    /// The configuration with every dial in its range, and the dials that had to be moved.
    ///
    /// Errors: [`WorldError::NoGenre`] when no weight is above 0.
    pub fn settled(&self) -> Result<(Self, Vec<MovedDial>), WorldError> {
        let (mut settled, mut moved) = (self.clone(), Vec::new());
        let weights = Genre::ALL.map(Dial::Weight);
        for dial in Dial::ALL.into_iter().chain(weights) {
            let asked = dial.get(self);
            let (least, most) = dial.range();
            let used = match (asked.is_nan(), dial) {
                (true, Dial::Weight(_)) => 0.0,
                (true, _) => dial.get(&Self::default()),
                (false, _) => asked.clamp(least, most),
            };
            if used != asked {
                dial.set(&mut settled, used);
                moved.push(MovedDial { dial, asked, used });
            }
        }
        if settled.genres.iter().all(|&weight| weight == 0.0) {
            return Err(WorldError::NoGenre);
        }
        Ok((settled, moved))
    }

    /// Probability of each genre.
    pub(super) fn genre_odds(&self) -> Vec<f64> {
        let total: f64 = self.genres.iter().map(|&weight| f64::from(weight)).sum();
        self.genres
            .iter()
            .map(|&weight| f64::from(weight) / total)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dials_move_into_their_range_and_say_so() {
        let wild = WorldConfig {
            vocabulary: 5_000_000,
            noise: f32::NAN,
            bias: -3.0,
            genres: [f32::NAN, 1.0, -1.0, f32::INFINITY, 0.0, 0.0, 0.0, 0.0, 0.0],
            ..WorldConfig::default()
        };
        let (settled, moved) = wild.settled().unwrap();
        assert_eq!(
            (settled.vocabulary, settled.noise, settled.bias),
            (1000, 0.0, 0.0)
        );
        assert_eq!(settled.genres[..4], [0.0, 1.0, 0.0, 100.0]);
        let dials: Vec<Dial> = moved.iter().map(|note| note.dial).collect();
        let weights = [Genre::Story, Genre::Question, Genre::Sentiment].map(Dial::Weight);
        assert_eq!(dials[..3], [Dial::Vocabulary, Dial::Noise, Dial::Bias]);
        assert_eq!(dials[3..], weights);
        assert_eq!(settled.settled().unwrap(), (settled.clone(), vec![]));
    }

    #[test]
    fn a_world_of_no_genre_is_refused_with_the_cure() {
        let silent = WorldConfig {
            genres: [0.0; 9],
            ..WorldConfig::default()
        };
        let error = silent.settled().unwrap_err();
        assert!(error.to_string().contains("weight above 0"));
    }

    #[test]
    fn every_dial_reads_what_was_set() {
        let weights = Genre::ALL.map(Dial::Weight);
        for dial in Dial::ALL.into_iter().chain(weights) {
            let mut config = WorldConfig::default();
            let (least, most) = dial.range();
            for value in [least, most] {
                dial.set(&mut config, value);
                assert!((dial.get(&config) - value).abs() < 1e-6, "{dial:?}");
            }
        }
        for genre in Genre::ALL {
            assert_eq!(Genre::from_key(genre.key()), Some(genre));
        }
        assert_eq!(Genre::from_key("poem"), None);
    }
}
