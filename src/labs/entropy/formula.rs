//! The formulas of the laboratory as MathML, with the present numbers in them.

use crate::data::statistics::blocks::Blocks;
use crate::data::statistics::entropy::{cross_entropy, divergence, entropy};
use crate::data::statistics::guessing::Bounds;
use crate::ui::number::significant;

fn n(value: f64, digits: usize) -> String {
    format!("<mn>{}</mn>", significant(value, digits))
}

/// A figure in bits to three decimals, as results are read.
fn bits(value: f64) -> String {
    if value.is_infinite() {
        return "<mn class=\"result\">∞</mn>".into();
    }
    format!("<mn class=\"result\">{value:.3}</mn>")
}

fn block(content: &str) -> String {
    format!("<math display=\"block\"><mrow>{content}</mrow></math>")
}

const LOG: &str = "<msub><mi>log</mi><mn>2</mn></msub>";
const SUM: &str = "<munder><mo>∑</mo><mi>i</mi></munder>";
const P: &str = "<msub><mi>p</mi><mi>i</mi></msub>";
const Q: &str = "<msub><mi>q</mi><mi>i</mi></msub>";

/// H = −Σ p log₂ p, its terms, its value. Equal terms are written once with their number.
pub fn entropy_of(shares: &[f64], unit: &str) -> String {
    let mut terms: Vec<(String, usize)> = Vec::new();
    for &p in shares.iter().filter(|&&p| p > 0.0) {
        let term = format!(
            "{}<mo>·</mo>{LOG}<mfrac><mn>1</mn>{}</mfrac>",
            n(p, 3),
            n(p, 3)
        );
        match terms.iter_mut().find(|(known, _)| *known == term) {
            Some((_, count)) => *count += 1,
            None => terms.push((term, 1)),
        }
    }
    let written: Vec<String> = terms
        .into_iter()
        .map(|(term, count)| match count {
            1 => term,
            count => format!("<mn>{count}</mn><mo>·</mo>{term}"),
        })
        .collect();
    let value = bits(entropy(shares));
    block(&format!(
        "<mi>H</mi><mo>=</mo>{SUM}{P}{LOG}<mfrac><mn>1</mn>{P}</mfrac>"
    )) + &block(&format!(
        "<mo>=</mo>{}<mo>=</mo>{value}<mspace width=\"0.3em\"/><mtext>{unit}</mtext>",
        written.join("<mo>+</mo>")
    ))
}

/// H(p, q) with its terms, and as H(p) + D(p‖q).
pub fn cross_entropy_of(p: &[f64], q: &[f64], unit: &str) -> String {
    let terms: Vec<String> = p
        .iter()
        .zip(q)
        .filter(|(p, _)| **p > 0.0)
        .map(|(&p, &q)| {
            format!(
                "{}<mo>·</mo>{LOG}<mfrac><mn>1</mn>{}</mfrac>",
                n(p, 2),
                n(q, 2)
            )
        })
        .collect();
    let name = "<mi>H</mi><mo>(</mo><mi>p</mi><mo>,</mo><mi>q</mi><mo>)</mo>";
    let value = bits(cross_entropy(p, q));
    block(&format!(
        "{name}<mo>=</mo>{SUM}{P}{LOG}<mfrac><mn>1</mn>{Q}</mfrac><mo>=</mo>{}<mo>=</mo>{value}<mspace width=\"0.3em\"/><mtext>{unit}</mtext>",
        terms.join("<mo>+</mo>")
    )) + &block(&format!(
        "{name}<mo>=</mo><munder><munder><mn>{:.3}</mn><mo>⏟</mo></munder><mrow><mi>H</mi><mo>(</mo><mi>p</mi><mo>)</mo></mrow></munder><mo>+</mo>\
         <munder><munder><mn>{}</mn><mo>⏟</mo></munder><mrow><mi>D</mi><mo>(</mo><mi>p</mi><mo>‖</mo><mi>q</mi><mo>)</mo></mrow></munder>",
        entropy(p),
        match divergence(p, q) {
            value if value.is_infinite() => "∞".to_owned(),
            value => format!("{value:.3}"),
        }
    ))
}

/// Fₙ as the difference of two block entropies; F₀ as a logarithm.
pub fn block_entropy(blocks: &Blocks, length: usize, unit: &str) -> String {
    let name = |n: &str| format!("<msub><mi>F</mi>{n}</msub>");
    let Some(level) = length
        .checked_sub(1)
        .and_then(|index| blocks.levels.get(index))
    else {
        return block(&format!(
            "{}<mo>=</mo>{LOG}<mi>K</mi><mo>=</mo>{LOG}<mn>{}</mn><mo>=</mo>{}<mspace width=\"0.3em\"/><mtext>{unit}</mtext>",
            name("<mn>0</mn>"),
            blocks.kinds,
            bits(blocks.uniform)
        ));
    };
    let before = length
        .checked_sub(2)
        .and_then(|index| blocks.levels.get(index));
    let before = before.map_or(0.0, |level| level.entropy);
    let of_blocks = |n: &str| format!("<mi>H</mi><mo>(</mo><msub><mi>B</mi>{n}</msub><mo>)</mo>");
    block(&format!(
        "{}<mo>=</mo>{}<mo>−</mo>{}<mo>=</mo><mn>{:.3}</mn><mo>−</mo><mn>{before:.3}</mn><mo>=</mo>{}<mspace width=\"0.3em\"/><mtext>{unit}</mtext>",
        name(&format!("<mn>{length}</mn>")),
        of_blocks(&format!("<mn>{length}</mn>")),
        of_blocks(&format!("<mn>{}</mn>", length - 1)),
        level.entropy,
        bits(level.conditional)
    ))
}

/// Shannon's bounds from guesses.
pub fn guessing_bounds(bounds: &Bounds, unit: &str) -> String {
    let next = "<msub><mi>q</mi><mrow><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub>";
    block(&format!(
        "{SUM}<mi>i</mi><mo>(</mo>{Q}<mo>−</mo>{next}<mo>)</mo>{LOG}<mi>i</mi><mo>≤</mo><mi>F</mi><mo>≤</mo>{SUM}{Q}{LOG}<mfrac><mn>1</mn>{Q}</mfrac>"
    )) + &block(&format!(
        "{}<mo>≤</mo><mi>F</mi><mo>≤</mo>{}<mspace width=\"0.3em\"/><mtext>{unit}</mtext>",
        bits(bounds.lower),
        bits(bounds.upper)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fair_die_has_its_figure_and_one_term() {
        let formula = entropy_of(&[1.0 / 6.0; 6], "bits");
        assert!(formula.contains(">2.585<"), "{formula}");
        assert!(formula.contains("<mn>6</mn><mo>·</mo><mn>0.167</mn>"));
        let coin = entropy_of(&[0.8, 0.2], "bits");
        assert!(coin.contains(">0.722<") && coin.contains("<mn>0.800</mn>"));
        assert!(entropy_of(&[1.0, 0.0], "bits").contains(">0.000<"));
    }

    #[test]
    fn a_missing_code_word_is_infinite() {
        assert!(cross_entropy_of(&[0.5, 0.5], &[1.0, 0.0], "bits").contains('∞'));
        let same = cross_entropy_of(&[0.5, 0.5], &[0.5, 0.5], "bits");
        assert!(same.contains(">1.000<") && same.contains(">0.000<"));
    }

    #[test]
    fn every_formula_closes_its_elements() {
        let blocks = Blocks {
            kinds: 27,
            uniform: 4.755,
            ..Blocks::default()
        };
        let bounds = Bounds {
            lower: 0.6,
            upper: 1.3,
            letters: 100,
        };
        for formula in [
            entropy_of(&[0.2, 0.8], "bits"),
            cross_entropy_of(&[0.2, 0.8], &[0.5, 0.5], "bits"),
            block_entropy(&blocks, 0, "bits"),
            guessing_bounds(&bounds, "bits"),
        ] {
            for name in ["math", "mrow", "mfrac", "msub", "munder", "mn", "mo", "mi"] {
                let opened = formula.matches(&format!("<{name}>")).count()
                    + formula.matches(&format!("<{name} ")).count();
                assert_eq!(
                    opened,
                    formula.matches(&format!("</{name}>")).count(),
                    "{name} in {formula}"
                );
            }
        }
    }
}
