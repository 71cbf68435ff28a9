//! Short texts of three kinds that are always there, for tokenizers to be learned from and compared: the generated world in
//! English and in Chinese, and program text (this program's own).

use crate::data::world::{self, Dial, Genre, WorldConfig};
use crate::session::tokens::SampleKind;

/// Bytes of a generated sample, about as many as there are of program text.
const BYTES: usize = 48_000;
const SEED: u32 = 7;

/// The text of a kind.
pub(super) fn sample(kind: SampleKind) -> String {
    match kind {
        SampleKind::English => stories(0.0),
        SampleKind::Chinese => stories(1.0),
        SampleKind::Code => concat!(
            include_str!("../../ops/matmul.rs"),
            include_str!("../../plan/mod.rs"),
            include_str!("../../session/link.rs"),
        )
        .to_owned(),
    }
}

/// Stories of the generated world, with this share of Chinese.
fn stories(chinese: f32) -> String {
    let config = WorldConfig {
        chinese,
        vocabulary: Dial::Vocabulary.range().1 as u32,
        complexity: Dial::Complexity.range().1 as u32,
        ..WorldConfig::default().only(Genre::Story)
    };
    // These dials are in their ranges, so the world can be drawn.
    world::generate(&config, SEED, BYTES).map_or_else(|error| error.to_string(), |it| it.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_what_it_says() {
        let ideographs = |text: &str| {
            text.chars()
                .filter(|c| ('\u{4E00}'..'\u{9FFF}').contains(c))
                .count()
        };
        let share = |text: &str| ideographs(text) as f64 / text.chars().count() as f64;
        assert!(share(&sample(SampleKind::English)) < 0.01);
        assert!(share(&sample(SampleKind::Chinese)) > 0.5);
        assert!(sample(SampleKind::Code).contains("fn "));
        for kind in SampleKind::ALL {
            assert!(sample(kind).len() >= 30_000, "{kind:?}");
        }
    }
}
