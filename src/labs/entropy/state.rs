//! What the entropy laboratory knows: the distributions being dragged, and the curves of what was counted.

use crate::data::statistics::blocks::Blocks;
use crate::data::statistics::entropy::entropy;
use crate::ui::{Point, Series};

/// A page of the laboratory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    CoinAndDie,
    TwoDistributions,
    Blocks,
    TwoLanguages,
    Game,
}

/// Sides of the die, outcomes of the two distributions.
pub const SIDES: usize = 6;
pub const OUTCOMES: usize = 4;

/// Gives one outcome a probability; the others keep their ratios and share the rest. Where the others had nothing, they share it
/// alike.
pub fn set_share(shares: &mut [f64], index: usize, wanted: f64) {
    let wanted = if wanted.is_finite() {
        wanted.clamp(0.0, 1.0)
    } else {
        return;
    };
    if index >= shares.len() || shares.len() < 2 {
        return;
    }
    let others: f64 = shares.iter().sum::<f64>() - shares[index];
    let rest = 1.0 - wanted;
    let alike = rest / (shares.len() - 1) as f64;
    for (place, share) in shares.iter_mut().enumerate() {
        *share = if place == index {
            wanted
        } else if others > 1e-9 {
            *share * rest / others
        } else {
            alike
        };
    }
}

/// The entropy of a coin by its chance of heads: 0 to 100 %.
pub fn coin_curve(name: &str) -> Series {
    let point = |percent: u32| {
        let p = f64::from(percent) / 100.0;
        Point::at(f64::from(percent), entropy(&[p, 1.0 - p]))
    };
    Series {
        name: name.into(),
        style: 0,
        points: (0..=100).map(point).collect(),
        faint: false,
        is_read: true,
        dots: false,
    }
}

/// Where the coin is on its curve.
pub fn coin_place(heads: f64, name: &str) -> Series {
    Series {
        name: name.into(),
        style: 1,
        points: vec![Point::at(heads * 100.0, entropy(&[heads, 1.0 - heads]))],
        faint: false,
        is_read: false,
        dots: true,
    }
}

/// Names of the four curves of block entropies.
pub struct BlockNames<'a> {
    pub counted: &'a str,
    pub corrected: &'a str,
    pub half: &'a str,
    pub shuffled: &'a str,
}

/// Fₙ over n from 0 on: as counted, corrected, from half the text, and of the shuffled text.
pub fn block_curves(blocks: &Blocks, names: &BlockNames<'_>) -> Vec<Series> {
    let curve = |name: &str, style: usize, values: Vec<f64>| Series {
        name: name.into(),
        style,
        points: std::iter::once(blocks.uniform)
            .chain(values)
            .enumerate()
            .map(|(n, bits)| Point::at(n as f64, bits))
            .collect(),
        faint: false,
        is_read: true,
        dots: true,
    };
    let levels = || blocks.levels.iter();
    vec![
        curve(
            names.counted,
            0,
            levels().map(|level| level.conditional).collect(),
        ),
        curve(
            names.corrected,
            1,
            levels().map(|level| level.corrected).collect(),
        ),
        curve(names.half, 2, levels().map(|level| level.half).collect()),
        curve(
            names.shuffled,
            3,
            levels().map(|level| level.shuffled).collect(),
        ),
    ]
}

/// The longest block whose figure the sample bears: bias of the shuffled text below a twentieth of F₁. 0 for none.
pub fn trusted_length(blocks: &Blocks) -> u32 {
    let Some(first) = blocks.levels.first() else {
        return 0;
    };
    let bears = |level: &&crate::data::statistics::blocks::Level| {
        level.bias(first) <= 0.05 * first.conditional
    };
    blocks
        .levels
        .iter()
        .take_while(bears)
        .last()
        .map_or(0, |level| level.length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::statistics::blocks::{Alphabet, blocks};

    fn sum(shares: &[f64]) -> f64 {
        shares.iter().sum()
    }

    #[test]
    fn a_dragged_share_leaves_a_distribution() {
        let mut die = [1.0 / 6.0; SIDES];
        set_share(&mut die, 2, 0.5);
        assert_eq!(die[2], 0.5);
        assert!((sum(&die) - 1.0).abs() < 1e-12 && (die[0] - 0.1).abs() < 1e-12);
        set_share(&mut die, 2, 1.0);
        assert_eq!(die, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        set_share(&mut die, 2, 0.4);
        assert!((sum(&die) - 1.0).abs() < 1e-12 && (die[5] - 0.12).abs() < 1e-12);
        let before = die;
        set_share(&mut die, 9, 0.5);
        set_share(&mut die, 1, f64::NAN);
        assert_eq!(die, before);
        set_share(&mut die, 1, 7.0);
        assert_eq!(die[1], 1.0);
    }

    #[test]
    fn the_coins_curve_is_highest_in_the_middle() {
        let curve = coin_curve("H");
        assert_eq!(curve.points[50].y, 1.0);
        assert_eq!((curve.points[0].y, curve.points[100].y), (0.0, 0.0));
        assert!((curve.points[80].y - 0.7219).abs() < 1e-4);
        assert_eq!(coin_place(0.8, "coin").points[0].x, 80.0);
    }

    #[test]
    fn block_curves_begin_at_f0_and_trust_ends_where_bias_begins() {
        // Numerical Recipes' congruential generator; its high bits are random enough to look at.
        let mut x = 1u32;
        let mut letter = || {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'a' + (x >> 28) as u8)
        };
        let text: String = (0..4000).map(|_| letter()).collect();
        let found = blocks(&text, Alphabet::Characters, 6, &mut |_| true).unwrap();
        let names = BlockNames {
            counted: "a",
            corrected: "b",
            half: "c",
            shuffled: "d",
        };
        let curves = block_curves(&found, &names);
        assert_eq!(curves.len(), 4);
        assert!(
            curves
                .iter()
                .all(|curve| curve.points[0].y == 4.0 && curve.points.len() == 7)
        );
        assert_eq!(trusted_length(&found), 2);
        assert_eq!(trusted_length(&Blocks::default()), 0);
    }
}
