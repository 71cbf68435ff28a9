//! The smoothings' formulas as MathML, filled in with the numbers of one step of a chain.

use super::counting::{context_of, sum_of};
use crate::models::ngram::{CountKind, Explanation, Smoothing, Step};
use crate::session::questions::Counted;
use crate::ui::escape_markup as escape;
use crate::ui::number::{integer, significant};
use crate::ui::token_text::visible;

/// The settings of the smoothings that have one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What add-k adds to every count.
    pub k: f64,
    /// Stupid back-off's α.
    pub factor: f64,
}

const EQUALS: &str = "<mo>=</mo>";
const OF_TOKEN: &str = "<mi>h</mi><mi>w</mi>";
const OF_CONTEXT: &str = "<mi>h</mi>";
const SHORTER: &str = "<msup><mi>h</mi><mo>′</mo></msup>";
const UNIFORM: &str = "<mfrac><mn>1</mn><mi>V</mi></mfrac>";

fn block(content: &str) -> String {
    format!("<math display=\"block\"><mrow>{content}</mrow></math>")
}

fn number(value: f64) -> String {
    format!("<mn>{}</mn>", significant(value, 4))
}

fn result(value: f64) -> String {
    format!("<mn class=\"result\">{}</mn>", significant(value, 4))
}

fn count(value: u32) -> String {
    format!("<mn>{}</mn>", integer(u64::from(value)))
}

fn fraction(above: &str, below: &str) -> String {
    format!("<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>")
}

fn piece(text: &str) -> String {
    format!("<mtext class=\"piece\">{}</mtext>", escape(&visible(text)))
}

/// `f(of)`, or `f(of | given)`.
fn call(function: &str, of: &str, given: &str) -> String {
    let given = match given {
        "" => String::new(),
        given => format!("<mo>|</mo>{given}"),
    };
    format!("<mi>{function}</mi><mo>(</mo>{of}{given}<mo>)</mo>")
}

/// `P(w | h)` with the tokens of a step.
fn name(function: &str, counted: &Counted, step: &Step) -> String {
    let context = context_of(counted, step);
    let given: String = context.iter().map(|(_, text)| piece(text)).collect();
    call(function, &piece(&counted.text), &given)
}

/// A probability or score in symbols, then the same of this step with its numbers: two lines, for contexts can be long.
fn both(function: &str, counted: &Counted, step: &Step, symbols: &str, numbers: &str) -> String {
    let general = call(function, "<mi>w</mi>", "<mi>h</mi>");
    let own = name(function, counted, step);
    let value = result(step.probability);
    block(&format!("{general}{EQUALS}{symbols}"))
        + &block(&format!("{own}{EQUALS}{numbers}{EQUALS}{value}"))
}

/// The formula of a step of the chain with its numbers; of Kneser–Ney that of its λ after it, of stupid back-off's first step the
/// division by the sum of the scores.
pub fn of_step(counted: &Counted, index: usize, settings: Settings) -> String {
    let explanation = &counted.explanation;
    let Some(step) = explanation.steps.get(index) else {
        return String::new();
    };
    let below = explanation.steps.get(index + 1);
    let below = below.map_or(0.0, |step| step.probability);
    if step.order == 0 {
        return block(&format!(
            "{UNIFORM}{EQUALS}{}{EQUALS}{}",
            fraction("<mn>1</mn>", &count(explanation.vocabulary)),
            result(step.probability)
        ));
    }
    match explanation.smoothing {
        Smoothing::MaximumLikelihood => maximum_likelihood(counted, step, below),
        Smoothing::AddK => add_k(counted, step, settings.k),
        Smoothing::StupidBackOff => {
            let score = stupid_back_off(counted, step, below, settings.factor);
            if index == 0 {
                score + &share_of_scores(counted, step)
            } else {
                score
            }
        }
        Smoothing::KneserNey => kneser_ney(counted, step, below),
    }
}

fn maximum_likelihood(counted: &Counted, step: &Step, below: f64) -> String {
    if !step.is_seen {
        return both("P", counted, step, UNIFORM, &number(below));
    }
    let symbols = fraction(&call("c", OF_TOKEN, ""), &call("c", OF_CONTEXT, ""));
    let numbers = fraction(&count(step.count), &count(step.total));
    both("P", counted, step, &symbols, &numbers)
}

fn add_k(counted: &Counted, step: &Step, k: f64) -> String {
    let (k, v) = (number(k), count(counted.explanation.vocabulary));
    let symbols = fraction(
        &format!("{}<mo>+</mo><mi>k</mi>", call("c", OF_TOKEN, "")),
        &format!(
            "{}<mo>+</mo><mi>k</mi><mi>V</mi>",
            call("c", OF_CONTEXT, "")
        ),
    );
    let numbers = fraction(
        &format!("{}<mo>+</mo>{k}", count(step.count)),
        &format!("{}<mo>+</mo>{k}<mo>·</mo>{v}", count(step.total)),
    );
    both("P", counted, step, &symbols, &numbers)
}

fn stupid_back_off(counted: &Counted, step: &Step, below: f64, factor: f64) -> String {
    if step.count > 0 {
        let symbols = fraction(&call("c", OF_TOKEN, ""), &call("c", OF_CONTEXT, ""));
        let numbers = fraction(&count(step.count), &count(step.total));
        return both("S", counted, step, &symbols, &numbers);
    }
    let symbols = format!("<mi>α</mi>{}", call("S", "<mi>w</mi>", SHORTER));
    let numbers = format!("{}<mo>·</mo>{}", number(factor), number(below));
    both("S", counted, step, &symbols, &numbers)
}

/// P = S / Σ S.
fn share_of_scores(counted: &Counted, step: &Step) -> String {
    let explanation = &counted.explanation;
    let all = format!(
        "<munder><mo>∑</mo><mi>v</mi></munder>{}",
        call("S", "<mi>v</mi>", OF_CONTEXT)
    );
    block(&format!(
        "{}{EQUALS}{}{EQUALS}{}{EQUALS}{}",
        name("P", counted, step),
        fraction(&call("S", "<mi>w</mi>", OF_CONTEXT), &all),
        fraction(&number(step.probability), &number(explanation.score_sum)),
        result(explanation.probability)
    ))
}

fn kneser_ney(counted: &Counted, step: &Step, below: f64) -> String {
    let shorter = call("P", "<mi>w</mi>", SHORTER);
    if !step.is_seen || step.total == 0 {
        return both("P", counted, step, &shorter, &number(below));
    }
    let counts = match step.counts {
        CountKind::Occurrences => "c",
        CountKind::Continuations => "a",
    };
    let of_context = call(counts, OF_CONTEXT, "");
    let above = format!(
        "<mi>max</mi><mo>(</mo>{}<mo>−</mo><mi>D</mi><mo>,</mo><mn>0</mn><mo>)</mo>",
        call(counts, OF_TOKEN, "")
    );
    let symbols = format!(
        "{}<mo>+</mo>{}{shorter}",
        fraction(&above, &of_context),
        call("λ", OF_CONTEXT, "")
    );
    let kept = match step.count {
        0 => count(0),
        some => format!("{}<mo>−</mo>{}", count(some), number(step.discount)),
    };
    let numbers = format!(
        "{}<mo>+</mo>{}<mo>·</mo>{}",
        fraction(&kept, &count(step.total)),
        number(step.weight),
        number(below)
    );
    both("P", counted, step, &symbols, &numbers) + &lambda(step, &of_context)
}

/// λ(h) = (D₁ N₁ + D₂ N₂ + D₃₊ N₃₊) / a(h).
fn lambda(step: &Step, of_context: &str) -> String {
    let discounted = |index: usize| {
        let label = ["1", "2", "3+"][index];
        let letter = |letter: &str| format!("<msub><mi>{letter}</mi><mn>{label}</mn></msub>");
        let numbers = format!(
            "{}<mo>·</mo>{}",
            number(step.discounts[index]),
            count(step.followers_by_count[index])
        );
        (letter("D") + &letter("N"), numbers)
    };
    let (symbols, numbers): (Vec<String>, Vec<String>) = (0..3).map(discounted).unzip();
    block(&format!(
        "{}{EQUALS}{}{EQUALS}{}{EQUALS}{}",
        call("λ", OF_CONTEXT, ""),
        fraction(&symbols.join("<mo>+</mo>"), of_context),
        fraction(&numbers.join("<mo>+</mo>"), &count(step.total)),
        result(step.weight)
    ))
}

/// The probability as the sum of what the steps add to it; steps that add nothing are left out.
pub fn of_sum(counted: &Counted) -> String {
    let explanation: &Explanation = &counted.explanation;
    let Some(first) = explanation.steps.first() else {
        return String::new();
    };
    let terms: Vec<String> = explanation
        .steps
        .iter()
        .filter(|step| step.contribution > 0.0)
        .map(|step| number(step.contribution))
        .collect();
    let name = name("P", counted, first);
    let value = result(sum_of(explanation));
    if terms.len() < 2 {
        return block(&format!("{name}{EQUALS}{value}"));
    }
    let terms = terms.join("<mo>+</mo>");
    block(&format!("{name}{EQUALS}{terms}{EQUALS}{value}"))
}

#[cfg(test)]
mod tests {
    use super::super::counting::tests::{SMOOTHINGS, counted};
    use super::*;

    const SETTINGS: Settings = Settings {
        k: 0.5,
        factor: 0.4,
    };

    #[test]
    fn maximum_likelihood_is_a_share_of_counts() {
        let told = counted(Smoothing::MaximumLikelihood, 3, &[0, 1], 2);
        let formula = of_step(&told, 0, SETTINGS);
        assert!(formula.contains("<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>"));
        assert!(formula.contains(">0.5000<"), "{formula}");
        // Never seen: one of four.
        let told = counted(Smoothing::MaximumLikelihood, 3, &[2, 2], 0);
        assert!(of_step(&told, 0, SETTINGS).contains(">0.2500<"));
    }

    #[test]
    fn add_k_has_its_k_and_vocabulary() {
        // (3 + 0.5) / (4 + 0.5 · 4)
        let formula = of_step(&counted(Smoothing::AddK, 2, &[0], 1), 0, SETTINGS);
        assert!(
            formula.contains("<mn>3</mn><mo>+</mo><mn>0.5000</mn>"),
            "{formula}"
        );
        assert!(formula.contains("<mn>0.5000</mn><mo>·</mo><mn>4</mn>"));
        assert!(formula.contains(">0.5833<"));
    }

    #[test]
    fn stupid_back_off_goes_to_the_shorter_context_and_divides_at_the_end() {
        let told = counted(Smoothing::StupidBackOff, 3, &[0, 1], 1);
        let formula = of_step(&told, 0, SETTINGS);
        // α · S(b | b), which is α · 3/8.
        assert!(
            formula.contains("<mn>0.4000</mn><mo>·</mo><mn>0.1500</mn>"),
            "{formula}"
        );
        assert!(formula.contains('∑'));
        assert!(!of_step(&told, 1, SETTINGS).contains('∑'));
        let seen = of_step(&told, 2, SETTINGS);
        assert!(
            seen.contains("<mn>3</mn>") && seen.contains(">0.3750<"),
            "{seen}"
        );
    }

    #[test]
    fn kneser_ney_names_its_counts_and_fills_its_weight_in() {
        let told = counted(Smoothing::KneserNey, 2, &[0], 1);
        let highest = of_step(&told, 0, SETTINGS);
        assert!(highest.contains("<mi>c</mi>") && !highest.contains("<mi>a</mi>"));
        // (3 − 1.5) / 4, and λ = (0.5 · 1 + 1 · 0 + 1.5 · 1) / 4.
        assert!(
            highest.contains("<mn>3</mn><mo>−</mo><mn>1.500</mn>"),
            "{highest}"
        );
        assert!(highest.contains("<mn>0.5000</mn><mo>·</mo><mn>1</mn><mo>+</mo>"));
        let lower = of_step(&told, 1, SETTINGS);
        assert!(lower.contains("<mi>a</mi>"), "continuations: {lower}");
        assert!(of_step(&told, 2, SETTINGS).contains(">0.2500<"));
        // A context that was never seen hands on what the shorter one says.
        let told = counted(Smoothing::KneserNey, 2, &[3], 0);
        assert!(!of_step(&told, 0, SETTINGS).contains("max"));
    }

    #[test]
    fn every_formula_is_well_formed_and_ends_in_its_result() {
        for smoothing in SMOOTHINGS {
            for order in 1..=8 {
                // The second token is spelt as an element.
                for (context, token) in [(&[0, 1][..], 2), (&[2, 2], 2), (&[0, 1, 0, 0], 1)] {
                    let told = counted(smoothing, order, context, token);
                    let steps = told.explanation.steps.len();
                    let formulas = (0..steps).map(|step| of_step(&told, step, SETTINGS));
                    for formula in formulas.chain([of_sum(&told)]) {
                        assert!(formula.contains("class=\"result\""), "{formula}");
                        well_formed(&formula);
                    }
                    let probability = significant(told.explanation.probability, 4);
                    assert!(of_sum(&told).contains(&format!(">{probability}<")));
                }
            }
        }
    }

    fn well_formed(markup: &str) {
        let mut open = Vec::new();
        for tag in markup.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{markup}"),
                None => open.push(tag.split(' ').next().unwrap_or_default()),
            }
        }
        assert!(open.is_empty(), "{open:?} in {markup}");
    }
}
