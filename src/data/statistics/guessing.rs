//! Shannon's experiment of 1951: somebody guesses the next letter of a text until it is right; how often the first, second, third … guess
//! was right bounds the entropy of the text for whoever knows as much as the guesser.
//!
//! ```text
//! Σ i (qᵢ − qᵢ₊₁) log₂ i  ≤  F  ≤  −Σ qᵢ log₂ qᵢ          Shannon 1951, section 5, equation (17)
//! ```
//!
//! qᵢ is the share of letters found at guess i. An ideal guesser tries the likeliest letter first, so its qᵢ fall; a person's
//! may not, and then the lower bound is that of the same shares in falling order.

/// Letters that are guessed: a to z and the blank.
pub const SYMBOLS: usize = 27;

/// Bounds on the entropy of a letter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Bits per letter.
    pub lower: f64,
    pub upper: f64,
    /// Letters the bounds rest on.
    pub letters: u64,
}

/// Bounds from how many letters were found at the first, second, … guess; `None` before the first letter.
pub fn bounds(found_at: &[u64]) -> Option<Bounds> {
    let letters: u64 = found_at.iter().sum();
    if letters == 0 {
        return None;
    }
    let mut shares: Vec<f64> = found_at
        .iter()
        .map(|&count| count as f64 / letters as f64)
        .collect();
    shares.sort_unstable_by(|a, b| b.total_cmp(a));
    let upper = super::entropy::entropy(&shares);
    let mut lower = 0.0;
    for (index, share) in shares.iter().enumerate() {
        let next = shares.get(index + 1).copied().unwrap_or(0.0);
        let i = (index + 1) as f64;
        lower += i * (share - next) * i.log2();
    }
    Some(Bounds {
        lower,
        upper,
        letters,
    })
}

/// A text as letters a to z and single blanks.
pub fn reduced(text: &str) -> String {
    let mut reduced = String::new();
    for c in text.chars() {
        if c.is_ascii_alphabetic() {
            reduced.push(c.to_ascii_lowercase());
        } else if !reduced.is_empty() && !reduced.ends_with(' ') && !matches!(c, '\'' | '’') {
            reduced.push(' ');
        }
    }
    reduced.truncate(reduced.trim_end().len());
    reduced
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn certainty_is_worth_nothing_and_blind_guessing_the_whole_alphabet() {
        let sure = bounds(&[40]).unwrap();
        assert_eq!((sure.lower, sure.upper), (0.0, 0.0));
        let blind = bounds(&[10; SYMBOLS]).unwrap();
        assert!(
            (blind.upper - 27f64.log2()).abs() < 1e-9 && (blind.lower - 27f64.log2()).abs() < 1e-9
        );
        assert_eq!(bounds(&[]), None);
        assert_eq!(bounds(&[0, 0]), None);
    }

    #[test]
    fn the_formula_by_hand() {
        // q = 0.75, 0.25: lower = 2 · 0.25 · log₂ 2.
        let found = bounds(&[3, 1]).unwrap();
        assert!((found.lower - 0.5).abs() < 1e-12);
        assert!((found.upper - 0.811_278_124).abs() < 1e-9);
        assert_eq!(found.letters, 4);
    }

    #[test]
    fn texts_become_letters_and_blanks() {
        assert_eq!(
            reduced("  Call me—Ishmael's ship, 1851!\n"),
            "call me ishmaels ship"
        );
        assert_eq!(reduced("鲸"), "");
    }

    proptest! {
        #[test]
        fn the_lower_bound_is_below_the_upper(counts in proptest::collection::vec(0u64..50, 1..SYMBOLS)) {
            if let Some(found) = bounds(&counts) {
                prop_assert!(found.lower >= -1e-12);
                prop_assert!(found.lower <= found.upper + 1e-12);
            }
        }
    }
}
