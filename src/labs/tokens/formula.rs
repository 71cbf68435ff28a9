//! The rules of learning as MathML, with the numbers of the present step.

use super::player_state::Player;
use crate::session::tokens::{LatticeView, Learning, PairRow, PathView, RoundRow};
use crate::ui::escape_markup as escape;
use crate::ui::number::{integer, significant};

fn piece(text: &str) -> String {
    format!("<mtext class=\"piece\">{}</mtext>", escape(text))
}

/// `(l, r) = argmax count`, and what the merge does to the corpus: N′ = N − merges.
pub fn merge(player: &Player, next: Option<&PairRow>) -> String {
    let rule = "<math display=\"block\"><mrow><mo>(</mo><mi>l</mi><mo>,</mo><mi>r</mi><mo>)</mo><mo>=</mo>\
         <munder><mrow><mi>arg</mi><mspace width=\".2em\"/><mi>max</mi></mrow><mrow><mi>x</mi><mo>,</mo><mi>y</mi></mrow></munder>\
         <mspace width=\".3em\"/><mi mathvariant=\"normal\">count</mi><mo>(</mo><mi>x</mi><mo>,</mo><mi>y</mi><mo>)</mo>";
    let chosen = next.map_or(String::new(), |pair| {
        format!(
            "<mo>=</mo><mo>(</mo>{}<mo>,</mo>{}<mo>)</mo><mspace width=\"1em\"/><mi mathvariant=\"normal\">count</mi><mo>=</mo><mn class=\"result\">{}</mn>",
            piece(&pair.left),
            piece(&pair.right),
            integer(pair.count)
        )
    });
    let mut markup = format!("{rule}{chosen}</mrow></math>");
    if let (Some(after), Some(before)) = (player.corpus_length(), length_before(player)) {
        markup += &format!(
            "<math display=\"block\"><mrow><msub><mi>N</mi><mn>{}</mn></msub><mo>=</mo><mn>{}</mn><mo>−</mo><mn>{}</mn><mo>=</mo><mn class=\"result\">{}</mn></mrow></math>",
            player.at,
            integer(before),
            integer(before.saturating_sub(after)),
            integer(after)
        );
    }
    markup
}

fn length_before(player: &Player) -> Option<u64> {
    let mut before = player.clone();
    before.at = player.at.checked_sub(1)?;
    before.corpus_length()
}

/// What the next round does: EM makes probabilities of expected counts, pruning drops what costs least.
pub fn round(learning: &Learning, at: u32) -> String {
    let Learning::Rounds {
        characters, rounds, ..
    } = learning
    else {
        return String::new();
    };
    let Some(round) = rounds.get(at as usize) else {
        return String::new();
    };
    let rule = if round.is_pruning {
        "<math display=\"block\"><mrow><mi mathvariant=\"normal\">cost</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>≈</mo><mi>c</mi><mo>(</mo><mi>x</mi><mo>)</mo>\
         <mo>·</mo><mrow><mo>(</mo><mi>ln</mi><mi>p</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>−</mo><mi>ln</mi><mi>p</mi><mo>(</mo><mi mathvariant=\"normal\">best other cut of</mi><mspace width=\".3em\"/><mi>x</mi><mo>)</mo><mo>)</mo></mrow></mrow></math>"
    } else {
        "<math display=\"block\"><mrow><msup><mi>p</mi><mo>′</mo></msup><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo>\
         <mfrac><mrow><mi>c</mi><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mrow><munder><mo>∑</mo><mi>y</mi></munder><mi>c</mi><mo>(</mo><mi>y</mi><mo>)</mo></mrow></mfrac>\
         <mspace width=\"1em\"/><mi>c</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><munder><mo>∑</mo><mrow><mi>s</mi><mo>∋</mo><mi>x</mi></mrow></munder><mi>P</mi><mo>(</mo><mi>s</mi><mo>|</mo><mi mathvariant=\"normal\">text</mi><mo>)</mo></mrow></math>"
    };
    format!("{rule}{}", likelihood(round, *characters))
}

fn likelihood(round: &RoundRow, characters: u64) -> String {
    format!(
        "<math display=\"block\"><mrow><mfrac><mrow><mo>−</mo><mi>ln</mi><mi>P</mi><mo>(</mo><mi mathvariant=\"normal\">text</mi><mo>)</mo></mrow><mi mathvariant=\"normal\">characters</mi></mfrac><mo>=</mo>\
         <mfrac><mn>{}</mn><mn>{}</mn></mfrac><mo>=</mo><mn class=\"result\">{}</mn><mspace width=\".3em\"/><mi mathvariant=\"normal\">nats</mi></mrow></math>",
        integer(-round.log_likelihood as u64),
        integer(characters),
        significant(-round.log_likelihood / characters.max(1) as f64, 4)
    )
}

/// The probability of one way to cut a word: the product of its pieces, and its share of all ways.
pub fn path(lattice: &LatticeView, path: &PathView) -> String {
    let factors: Vec<String> = path
        .edges
        .iter()
        .filter_map(|&edge| lattice.edges.get(edge as usize))
        .map(|edge| {
            format!(
                "<munder><mn>{}</mn>{}</munder>",
                significant(edge.log_p.exp(), 2),
                piece(&edge.label)
            )
        })
        .collect();
    format!(
        "<math display=\"block\"><mrow><mi>P</mi><mo>=</mo>{}<mo>=</mo><mn>{}</mn><mspace width=\"1em\"/><mfrac><mi>P</mi><mi>Z</mi></mfrac><mo>=</mo><mn class=\"result\">{}</mn></mrow></math>",
        factors.join("<mo>·</mo>"),
        significant(path.log_p.exp(), 3),
        significant(path.probability, 3)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tokens::EdgeView;

    #[test]
    fn pieces_cannot_break_the_markup() {
        let pair = PairRow {
            left: "<".into(),
            right: "&b".into(),
            count: 1234,
        };
        let markup = merge(&Player::default(), Some(&pair));
        assert!(markup.contains("&lt;") && markup.contains("&amp;b") && markup.contains("1,234"));
    }

    #[test]
    fn a_path_is_a_product() {
        let edge = |label: &str, log_p: f64| EdgeView {
            label: label.into(),
            start: 0,
            end: 1,
            log_p,
            posterior: 1.0,
        };
        let lattice = LatticeView {
            edges: vec![edge("a", 0.5f64.ln()), edge("b", 0.25f64.ln())],
            ..LatticeView::default()
        };
        let way = PathView {
            edges: vec![0, 1],
            log_p: 0.125f64.ln(),
            probability: 0.5,
        };
        let markup = path(&lattice, &way);
        assert!(
            markup.contains("<mn>0.50</mn>") && markup.contains("<mn>0.125</mn>"),
            "{markup}"
        );
    }
}
