//! Choices that several objectives draw.

use crate::data::chance::Dice;

/// `count` of `places` places, every choice alike (Knuth, The Art of Computer Programming, algorithm 3.4.2 S). `count` is at most
/// `places`.
pub(super) fn choose(count: usize, places: usize, dice: &mut Dice) -> Vec<bool> {
    let mut left = count;
    (0..places)
        .map(|place| {
            let is_chosen = dice.pick_below(places - place) < left;
            left -= usize::from(is_chosen);
            is_chosen
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_alike() {
        let mut dice = Dice::new(5);
        let mut counts = [0.0f64; 16];
        for _ in 0..12_000 {
            let chosen = choose(2, 4, &mut dice);
            let bits = chosen
                .iter()
                .fold(0, |bits, &is| 2 * bits + usize::from(is));
            counts[bits] += 1.0;
        }
        let pairs: Vec<f64> = counts.into_iter().filter(|&count| count > 0.0).collect();
        assert_eq!(pairs.len(), 6);
        let chi_squared: f64 = pairs
            .iter()
            .map(|count| (count - 2_000.0).powi(2) / 2_000.0)
            .sum();
        assert!(chi_squared < 20.5, "p < 0.001 for 5 degrees: {chi_squared}");
        assert_eq!(choose(0, 3, &mut dice), [false; 3]);
        assert_eq!(choose(3, 3, &mut dice), [true; 3]);
    }
}
