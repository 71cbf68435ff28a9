//! The repeating pattern of the reference workloads, by which golden runs and the bench are the very same work everywhere.
//!
//! ```text
//! token(t) = hash32(7, t mod 31) mod V,    row b of step s begins at t = hash32(11, s·B + b) mod 31
//! ```

use super::batches::Batch;
use crate::rng::hash32;

const PERIOD: u32 = 31;
const TOKEN_SEED: u32 = 7;
const START_SEED: u32 = 11;

/// The batch of update `step` (from 0), `rows` × `context` tokens below `vocabulary`, which is at least 1.
pub fn pattern_batch(vocabulary: u32, rows: u32, context: u32, step: u32) -> Batch {
    let token = |t: u32| hash32(TOKEN_SEED, t % PERIOD) % vocabulary.max(1);
    let mut batch = Batch::default();
    for row in 0..rows {
        let start = hash32(START_SEED, step.wrapping_mul(rows).wrapping_add(row)) % PERIOD;
        batch.inputs.extend((start..start + context).map(token));
        batch
            .targets
            .extend((start + 1..start + context + 1).map(token));
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;

    // Golden values: `batch` of the PyTorch reference workload (numpy 2), configs S and M.

    fn sums(batch: &Batch) -> (u32, u32) {
        (batch.inputs.iter().sum(), batch.targets.iter().sum())
    }

    #[test]
    fn config_s() {
        let first = pattern_batch(65, 16, 64, 0);
        let expected = [
            46, 24, 49, 39, 36, 63, 17, 54, 33, 33, 42, 62, 20, 22, 34, 46,
        ];
        assert_eq!(first.inputs[..16], expected);
        assert_eq!(
            first.inputs[15 * 64..][..8],
            [20, 22, 34, 46, 40, 20, 7, 48]
        );
        assert_eq!(first.targets[16 * 64 - 4..], [62, 20, 22, 34]);
        assert_eq!(sums(&first), (33_032, 33_024));
        assert_eq!(sums(&pattern_batch(65, 16, 64, 59)), (33_060, 32_977));
    }

    #[test]
    fn config_m() {
        let first = pattern_batch(256, 16, 128, 0);
        assert_eq!(first.inputs[..8], [181, 235, 18, 246, 241, 127, 46, 205]);
        assert_eq!(sums(&first), (290_860, 290_568));
        assert_eq!(sums(&pattern_batch(256, 16, 128, 11)), (290_434, 290_584));
    }
}
