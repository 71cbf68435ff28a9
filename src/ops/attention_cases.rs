//! What the ops of attention are tried on: every mask, bias and way of sharing keys, in pairs rather than in full product; odd
//! sizes, rows beyond a workgroup and rows that see nothing.

use crate::graph::TensorType;
use crate::ops::Fill;
use crate::ops::attention::{Attention, Bias, Mask, RelativeBias};

/// An attention with inputs to try it on.
pub(crate) type Case = (&'static str, Attention, Vec<(TensorType, Fill)>);

/// Samples of this op and of [`super::attention_weights`].
pub(crate) fn cases() -> Vec<Case> {
    let causal = Attention::causal;
    let both_ways = Attention::bidirectional;
    let alibi = |heads| Attention {
        bias: Bias::Alibi,
        ..causal(heads)
    };
    let relative = |buckets, max_distance, is_bidirectional| {
        Bias::Relative(RelativeBias {
            buckets,
            max_distance,
            is_bidirectional,
        })
    };
    let case = |label, op: Attention, shapes: &[&[usize]], lengths: &[u32]| -> Case {
        let normal = |shape: &[usize]| (TensorType::f32(shape), Fill::Normal(1.0));
        let mut inputs: Vec<_> = shapes.iter().map(|shape| normal(shape)).collect();
        let op = Attention {
            has_lengths: !lengths.is_empty(),
            ..op
        };
        if op.has_lengths {
            let words = Fill::U32(lengths.to_vec());
            inputs.push((TensorType::u32(&[lengths.len()]), words));
        }
        let table = op.bias.table(op.heads);
        inputs.extend(table.map(|table| (table, Fill::Normal(1.0))));
        (label, op, inputs)
    };
    let shared = |kv_heads, op| Attention { kv_heads, ..op };
    let masked = |mask, op| Attention { mask, ..op };
    let biased = |bias, op| Attention { bias, ..op };
    let capped = |soft_cap, op| Attention { soft_cap, ..op };
    let (window, strided) = (Mask::Window, Mask::Strided);
    vec![
        case("three heads of four", causal(3), &[&[2, 5, 36]], &[]),
        case("three heads, ALiBi", alibi(3), &[&[2, 5, 36]], &[]),
        case("time beyond a workgroup", causal(2), &[&[1, 67, 96]], &[]),
        case("ALiBi beyond a workgroup", alibi(5), &[&[1, 67, 240]], &[]),
        case("head size three", causal(2), &[&[2, 9, 18]], &[]),
        case("one token, head size one", alibi(2), &[&[3, 1, 6]], &[]),
        case("head size 64", causal(1), &[&[1, 21, 192]], &[]),
        case(
            "queries in pairs, window",
            masked(window(3), shared(2, causal(4))),
            &[&[2, 9, 32]],
            &[],
        ),
        case(
            "window beyond a workgroup, queries in threes",
            masked(window(19), shared(1, alibi(3))),
            &[&[1, 150, 40]],
            &[],
        ),
        case(
            "window of one",
            masked(window(1), causal(1)),
            &[&[1, 3, 6]],
            &[],
        ),
        case(
            "stride, one key head, soft cap",
            masked(strided(3), shared(1, capped(1.5, causal(3)))),
            &[&[2, 11, 15]],
            &[],
        ),
        case(
            "stride beyond a workgroup, lengths",
            masked(strided(8), causal(2)),
            &[&[2, 70, 24]],
            &[3, 66],
        ),
        case(
            "window, lengths, a learned bias: rows that see nothing",
            masked(window(3), biased(relative(4, 6, false), causal(2))),
            &[&[2, 12, 24]],
            &[4, 12],
        ),
        case(
            "both ways, ALiBi, lengths",
            biased(Bias::Alibi, both_ways(2)),
            &[&[3, 7, 24]],
            &[7, 1, 4],
        ),
        case(
            "both ways beyond a workgroup",
            shared(2, both_ways(4)),
            &[&[1, 67, 32]],
            &[],
        ),
        case(
            "learned bias, soft cap",
            biased(relative(6, 10, false), capped(1.5, causal(3))),
            &[&[2, 13, 36]],
            &[],
        ),
        case(
            "learned bias both ways, queries in pairs, soft cap",
            biased(relative(8, 9, true), shared(2, capped(2.0, both_ways(4)))),
            &[&[1, 19, 24]],
            &[],
        ),
        case(
            "learned bias of T5 beyond a workgroup",
            biased(relative(32, 64, false), causal(2)),
            &[&[2, 71, 24]],
            &[],
        ),
        case(
            "learned bias of one direction, both ways seen",
            biased(relative(4, 5, false), both_ways(1)),
            &[&[1, 9, 9]],
            &[5],
        ),
        case(
            "queries in pairs, ALiBi, soft cap, lengths",
            shared(2, capped(1.2, alibi(4))),
            &[&[2, 10, 40]],
            &[10, 3],
        ),
        case(
            "window, one key head, a learned bias, soft cap",
            masked(
                window(4),
                shared(1, biased(relative(5, 8, false), capped(1.5, causal(2)))),
            ),
            &[&[1, 37, 20]],
            &[],
        ),
        case(
            "stride, ALiBi, lengths",
            masked(strided(4), alibi(3)),
            &[&[2, 14, 27]],
            &[14, 6],
        ),
        case(
            "stride, a learned bias, queries in pairs",
            masked(
                strided(3),
                shared(2, biased(relative(6, 10, false), causal(4))),
            ),
            &[&[1, 35, 24]],
            &[],
        ),
        case(
            "cross",
            Attention::cross(3),
            &[&[2, 5, 12], &[2, 7, 24]],
            &[],
        ),
        case(
            "cross beyond a workgroup, one key head, lengths, soft cap",
            shared(1, capped(1.5, Attention::cross(2))),
            &[&[2, 67, 10], &[2, 9, 10]],
            &[9, 2],
        ),
        case(
            "keys beyond a workgroup, one query",
            shared(2, Attention::cross(4)),
            &[&[1, 1, 16], &[1, 70, 16]],
            &[69],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::iter;

    use super::cases;
    use crate::ops::attention::{Attention, Bias, Mask};

    /// What an attention chooses, and how many choices of each kind there are.
    const KINDS: [usize; 6] = [4, 3, 2, 2, 2, 2];

    fn choices(op: &Attention) -> [usize; 6] {
        let mask = match op.mask {
            Mask::Causal => 0,
            Mask::Bidirectional => 1,
            Mask::Window(_) => 2,
            Mask::Strided(_) => 3,
        };
        let bias = match op.bias {
            Bias::None => 0,
            Bias::Alibi => 1,
            Bias::Relative(_) => 2,
        };
        let others = [
            op.kv_heads < op.heads,
            op.soft_cap > 0.0,
            op.has_lengths,
            op.is_cross,
        ];
        let [shares, cap, lengths, cross] = others.map(usize::from);
        [mask, bias, shares, cap, lengths, cross]
    }

    /// A case that tries a pair is what keeps two features from being right alone and wrong together.
    #[test]
    fn every_pair_of_choices_is_tried() {
        let tried: BTreeSet<_> = cases()
            .iter()
            .flat_map(|(_, op, _)| {
                let chosen = choices(op);
                let pairs = (0..6).flat_map(|a| iter::repeat(a).zip(a + 1..6));
                pairs.map(move |(a, b)| ((a, chosen[a]), (b, chosen[b])))
            })
            .collect();
        for a in 0..6 {
            for b in a + 1..6 {
                for (x, y) in (0..KINDS[a]).flat_map(|x| iter::repeat(x).zip(0..KINDS[b])) {
                    // Across two sequences there is no mask and no bias.
                    let is_refused = b == 5 && y == 1 && (a == 0 && x != 1 || a == 1 && x != 0);
                    let pair = ((a, x), (b, y));
                    assert_ne!(tried.contains(&pair), is_refused, "{pair:?}");
                }
            }
        }
    }
}
