//! The attention formula, typeset with the numbers of the cell under the cursor. MathML is written by hand: there are two formulas,
//! and the browser lays them out itself.

use crate::ui::number::significant;

/// softmax(q·k/√d) in general, and for this cell.
pub fn attention(query: usize, key: usize, head_size: u32, weight: f32, score: f32) -> String {
    let root = significant(f64::from(head_size).sqrt(), 3);
    let dot = significant(f64::from(score) * f64::from(head_size).sqrt(), 3);
    let score = significant(f64::from(score), 3);
    let weight = significant(f64::from(weight), 3);
    let (i, j) = (query + 1, key + 1);
    format!(
        "<mrow><msub><mi>a</mi><mrow><mn>{i}</mn><mo>,</mo><mn>{j}</mn></mrow></msub><mo>=</mo>\
         <mi mathvariant=\"normal\">softmax</mi><msub><mrow><mo>(</mo><mfrac><mrow><msub><mi>q</mi><mn>{i}</mn></msub><mo>·</mo>\
         <msub><mi>k</mi><mn>{j}</mn></msub></mrow><msqrt><mi>d</mi></msqrt></mfrac><mo>)</mo></mrow></msub><mo>=</mo>\
         <mfrac><msup><mi>e</mi><mrow><mn>{dot}</mn><mo>/</mo><mn>{root}</mn></mrow></msup>\
         <mrow><munder><mo>∑</mo><mrow><mi>m</mi><mo>≤</mo><mn>{i}</mn></mrow></munder><msup><mi>e</mi>\
         <mrow><mo>(</mo><msub><mi>q</mi><mn>{i}</mn></msub><mo>·</mo><msub><mi>k</mi><mi>m</mi></msub><mo>−</mo><mi>max</mi><mo>)</mo><mo>/</mo><mn>{root}</mn></mrow></msup></mrow></mfrac>\
         <mo>=</mo><mfrac><msup><mi>e</mi><mn>{score}</mn></msup><mi>Z</mi></mfrac><mo>=</mo><mn class=\"result\">{weight}</mn></mrow>"
    )
}

/// The formula without numbers, while no cell is chosen.
pub fn general() -> &'static str {
    "<mrow><mi mathvariant=\"normal\">Attention</mi><mo>(</mo><mi>Q</mi><mo>,</mo><mi>K</mi><mo>,</mo><mi>V</mi><mo>)</mo><mo>=</mo>\
     <mi mathvariant=\"normal\">softmax</mi><mo>(</mo><mfrac><mrow><mi>Q</mi><msup><mi>K</mi><mi>⊤</mi></msup></mrow><msqrt><mi>d</mi></msqrt></mfrac><mo>)</mo><mi>V</mi></mrow>"
}
