//! The sums of stupid back-off's scores, by which they become probabilities.
//!
//! A token that followed h followed h' as well, so its score there is c(h' w) / c(h'), and with F(h) the tokens that followed h:
//!
//! ```text
//! Z(h) = Σ_w S(w | h) = 1 + α (Z(h') − Σ_{w ∈ F(h)} c(h' w) / c(h'))        Z of no order = Σ 1 / V = 1
//! ```
//!
//! One pass over the n-grams gives all sums.

use super::counts::Table;

/// Z of every context, per level.
pub(super) fn sums(table: &Table, vocabulary: usize, factor: f64) -> Vec<Vec<f64>> {
    let seen = table.context(0, 0).followers.len();
    let mut sums = vec![vec![1.0 + factor * (1.0 - seen as f64 / vocabulary as f64)]];
    // S(· | h') of one context at a time; what an earlier one left is never read.
    let mut scores = vec![0.0; vocabulary]; // (V)
    for depth in 1..table.levels.len() {
        let shorter = &sums[depth - 1];
        let mut level = Vec::with_capacity(table.levels[depth].tokens.len());
        for (node, &sum) in shorter.iter().enumerate() {
            let context = table.context(depth - 1, node);
            for follower in context.followers {
                scores[follower.token as usize] =
                    f64::from(follower.count) / f64::from(context.total);
            }
            for longer in table.longer(depth - 1, node) {
                let followers = table.context(depth, longer).followers.iter();
                let taken: f64 = followers.map(|f| scores[f.token as usize]).sum();
                level.push(1.0 + factor * (sum - taken));
            }
        }
        sums.push(level);
    }
    sums
}
