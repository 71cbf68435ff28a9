//! The attention formula, typeset with the numbers of the cell under the cursor. MathML is written by hand: there are three
//! formulas, and the browser lays them out itself.

use super::super::state::Weight;
use crate::ui::number::significant;

/// What of the model stands in the formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head {
    /// Channels of one head, d.
    pub size: u32,
    /// ALiBi's slope of this head; 0 without ALiBi.
    pub slope: f32,
}

/// a = e^s / Σ e^s with this cell's numbers, and s = q·k/√d − slope·(i − m) − max.
pub fn attention(query: usize, key: usize, head: Head, cell: Weight) -> String {
    let (i, j) = (query + 1, key + 1);
    let name = format!("<msub><mi>a</mi><mrow><mn>{i}</mn><mo>,</mo><mn>{j}</mn></mrow></msub>");
    if key > query {
        return format!(
            "<math><mrow>{name}<mo>=</mo><mn class=\"result\">0</mn><mspace width=\"1em\"/><mn>{j}</mn><mo>&gt;</mo><mn>{i}</mn></mrow></math>"
        );
    }
    let number = |value: f32| significant(f64::from(value), 3);
    let (weight, score, sum) = (number(cell.weight), number(cell.score), number(cell.sum));
    let score_of = |key: &str| format!("<msub><mi>s</mi>{key}</msub>");
    let (this, other) = (score_of(&format!("<mn>{j}</mn>")), score_of("<mi>m</mi>"));
    let size = head.size;
    let bias = match head.slope {
        0.0 => String::new(),
        slope => format!(
            "<mo>−</mo><mn>{}</mn><mo>·</mo><mo>(</mo><mn>{i}</mn><mo>−</mo><mi>m</mi><mo>)</mo>",
            number(slope)
        ),
    };
    format!(
        "<math display=\"block\"><mrow>{name}<mo>=</mo>\
         <mfrac><msup><mi>e</mi>{this}</msup><mrow><munder><mo>∑</mo><mrow><mi>m</mi><mo>≤</mo><mn>{i}</mn></mrow></munder><msup><mi>e</mi>{other}</msup></mrow></mfrac>\
         <mo>=</mo><mfrac><msup><mi>e</mi><mn>{score}</mn></msup><mn>{sum}</mn></mfrac>\
         <mo>=</mo><mn class=\"result\">{weight}</mn></mrow></math>\
         <math display=\"block\"><mrow>{other}<mo>=</mo>\
         <mfrac><mrow><msub><mi>q</mi><mn>{i}</mn></msub><mo>·</mo><msub><mi>k</mi><mi>m</mi></msub></mrow><msqrt><mn>{size}</mn></msqrt></mfrac>{bias}<mo>−</mo><mi>max</mi></mrow></math>"
    )
}

/// The formula without numbers, while no cell is chosen.
pub fn general() -> &'static str {
    "<math display=\"block\"><mrow><mi mathvariant=\"normal\">Attention</mi><mo>(</mo><mi>Q</mi><mo>,</mo><mi>K</mi><mo>,</mo><mi>V</mi><mo>)</mo><mo>=</mo>\
     <mi mathvariant=\"normal\">softmax</mi><mrow><mo fence=\"true\" stretchy=\"true\">(</mo><mfrac><mrow><mi>Q</mi><msup><mi>K</mi><mi>⊤</mi></msup></mrow><msqrt><mi>d</mi></msqrt></mfrac><mo fence=\"true\" stretchy=\"true\">)</mo></mrow><mi>V</mi></mrow></math>"
}
