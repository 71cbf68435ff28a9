//! Attention's ops against plain loops in double precision, and every shader variant through naga.

use crate::graph::{CpuContext, Globals, LaunchContext, Op, TensorType};
use crate::ops::attention::{Attention, alibi_slope};
use crate::ops::attention_backward::AttentionBackward;
use crate::ops::attention_decode::AttentionDecode;
use crate::ops::attention_weights::AttentionWeights;
use crate::ops::rotary::Rotary;
use crate::rng;

/// Outputs of `op`; an aliased input becomes its output first.
fn run(op: &dyn Op, inputs: &[(TensorType, Vec<f32>)]) -> Vec<Vec<f32>> {
    let types: Vec<TensorType> = inputs.iter().map(|i| i.0.clone()).collect();
    let out_types = op.infer(&types).expect("the shapes fit");
    let mut outputs: Vec<Vec<f32>> = out_types.iter().map(|t| vec![f32::NAN; t.len()]).collect();
    let mut slices: Vec<&[f32]> = inputs.iter().map(|i| &i.1[..]).collect();
    for (output, input) in op.aliases() {
        outputs[output].copy_from_slice(slices[input]);
        slices[input] = &[];
    }
    let cx = CpuContext {
        globals: &Globals::default(),
        inputs: &types,
        outputs: &out_types,
    };
    let mut views: Vec<&mut [f32]> = outputs.iter_mut().map(|o| &mut o[..]).collect();
    op.forward_cpu(&cx, &slices, &mut views);
    outputs
}

fn normal(shape: &[usize], seed: u32) -> (TensorType, Vec<f32>) {
    let ty = TensorType::f32(shape);
    let numbers = rng::normals(seed, ty.len(), 1.0);
    (ty, numbers)
}

fn assert_close(what: &str, got: &[f32], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    let largest = expected.iter().fold(1.0f64, |m, x| m.max(x.abs()));
    for (i, (g, e)) in got.iter().zip(expected).enumerate() {
        // Sums of at most some hundred products in f32.
        let error = (f64::from(*g) - e).abs() / largest;
        assert!(error < 3e-6, "{what}[{i}]: {g} instead of {e}");
    }
}

/// Everything about one attention in f64: o, lse, weights, dqkv.
struct Reference {
    o: Vec<f64>,
    lse: Vec<f64>,
    weights: Vec<f64>,
    d_qkv: Vec<f64>,
}

fn reference(
    [batch, time, heads, size]: [usize; 4],
    alibi: bool,
    qkv: &[f32],
    d_o: &[f32],
) -> Reference {
    let c = heads * size;
    let mut r = Reference {
        o: vec![0.0; batch * time * c],
        lse: vec![0.0; batch * heads * time],
        weights: vec![0.0; batch * heads * time * time],
        d_qkv: vec![0.0; batch * time * 3 * c],
    };
    let scale = 1.0 / (size as f64).sqrt();
    for b in 0..batch {
        for h in 0..heads {
            let slope = f64::from(alibi_slope(alibi, h, heads));
            let at =
                |t: usize, part: usize, d: usize| (b * time + t) * 3 * c + part * c + h * size + d;
            let x = |t, part, d| f64::from(qkv[at(t, part, d)]);
            let out = |t: usize, d: usize| (b * time + t) * c + h * size + d;
            for i in 0..time {
                let scores: Vec<f64> = (0..=i)
                    .map(|j| {
                        let dot: f64 = (0..size).map(|d| x(i, 0, d) * x(j, 1, d)).sum();
                        dot * scale - slope * (i - j) as f64
                    })
                    .collect();
                let total: f64 = scores.iter().map(|s| s.exp()).sum();
                let row = (b * heads + h) * time + i;
                r.lse[row] = total.ln();
                let p: Vec<f64> = scores.iter().map(|s| s.exp() / total).collect();
                let dp: Vec<f64> = (0..=i)
                    .map(|j| {
                        let of = |d| f64::from(d_o[out(i, d)]) * x(j, 2, d);
                        (0..size).map(of).sum()
                    })
                    .collect();
                let mean: f64 = p.iter().zip(&dp).map(|(p, dp)| p * dp).sum();
                for j in 0..=i {
                    r.weights[row * time + j] = p[j];
                    let ds = p[j] * (dp[j] - mean) * scale;
                    for d in 0..size {
                        r.o[out(i, d)] += p[j] * x(j, 2, d);
                        r.d_qkv[at(i, 0, d)] += ds * x(j, 1, d);
                        r.d_qkv[at(j, 1, d)] += ds * x(i, 0, d);
                        r.d_qkv[at(j, 2, d)] += p[j] * f64::from(d_o[out(i, d)]);
                    }
                }
            }
        }
    }
    r
}

const SIZES: [[usize; 4]; 6] = [
    [2, 5, 3, 4],
    [1, 67, 2, 16],
    [2, 33, 5, 3],
    [3, 1, 2, 1],
    [1, 40, 1, 64],
    [1, 9, 1, 256],
];

#[test]
fn attention_and_its_gradient_agree_with_plain_loops() {
    for [batch, time, heads, size] in SIZES {
        for alibi in [false, true] {
            let c = heads * size;
            let qkv = normal(&[batch, time, 3 * c], 1);
            let d_o = normal(&[batch, time, c], 2);
            let expected = reference([batch, time, heads, size], alibi, &qkv.1, &d_o.1);
            let forward = run(&Attention { heads, alibi }, std::slice::from_ref(&qkv));
            assert_close("o", &forward[0], &expected.o);
            assert_close("lse", &forward[1], &expected.lse);
            let lse = (TensorType::f32(&[batch, heads, time]), forward[1].clone());
            let looked_at = run(
                &AttentionWeights { heads, alibi },
                &[qkv.clone(), lse.clone()],
            );
            assert_close("weights", &looked_at[0], &expected.weights);
            let o = (d_o.0.clone(), forward[0].clone());
            let backward = run(&AttentionBackward { heads, alibi }, &[d_o, qkv, o, lse]);
            assert_close("dqkv", &backward[0], &expected.d_qkv);
        }
    }
}

#[test]
fn decoding_token_by_token_equals_the_whole() {
    let (time, heads, size) = (13, 3, 6);
    let c = heads * size;
    for alibi in [false, true] {
        let qkv = normal(&[1, time, 3 * c], 3);
        let whole = run(&Attention { heads, alibi }, std::slice::from_ref(&qkv));
        let op = AttentionDecode {
            heads,
            alibi,
            capacity: time,
        };
        // What a cache holds beyond the cursor must not matter.
        let mut keys = vec![f32::NAN; time * c];
        let mut values = vec![f32::NAN; time * c];
        for t in 0..time {
            let token = qkv.1[t * 3 * c..][..3 * c].to_vec();
            let cache = TensorType::f32(&[time, c]);
            let inputs = [
                (TensorType::f32(&[1, 3 * c]), token),
                (cache.clone(), keys),
                (cache, values),
                (TensorType::u32(&[1]), vec![f32::from_bits(t as u32)]),
            ];
            let mut out = run(&op, &inputs).into_iter();
            let mut next = || out.next().expect("three outputs");
            let o = next();
            (keys, values) = (next(), next());
            let expected: Vec<f64> = whole[0][t * c..][..c].iter().map(|&x| x.into()).collect();
            assert_close("o", &o, &expected);
        }
    }
}

#[test]
fn slopes_are_those_of_the_paper() {
    let slopes = |heads| -> Vec<f32> { (0..heads).map(|h| alibi_slope(true, h, heads)).collect() };
    assert_eq!(slopes(2), [1.0 / 16.0, 1.0 / 256.0]);
    assert_eq!(slopes(8)[..3], [0.5, 0.25, 0.125]);
    // Two of the series for 2, then the first of the series for 4.
    assert_eq!(slopes(3), [1.0 / 16.0, 1.0 / 256.0, 0.25]);
}

#[test]
fn rotary_turns_by_position_and_back() {
    let (heads, size, time) = (2, 6, 9);
    let c = heads * size;
    let qkv = normal(&[2, time, 3 * c], 4);
    let y = run(&Rotary::new(heads), std::slice::from_ref(&qkv)).remove(0);
    let mut expected: Vec<f64> = qkv.1.iter().map(|&x| x.into()).collect();
    for (token, row) in expected.chunks_exact_mut(3 * c).enumerate() {
        for head in row[..2 * c].chunks_exact_mut(size) {
            for i in 0..size / 2 {
                let a = (token % time) as f64 * 10_000f64.powf(-2.0 * i as f64 / size as f64);
                let (p, q) = (head[i], head[i + size / 2]);
                head[i] = p * a.cos() - q * a.sin();
                head[i + size / 2] = q * a.cos() + p * a.sin();
            }
        }
    }
    assert_close("y", &y, &expected);
    let back = Rotary {
        is_inverse: true,
        ..Rotary::new(heads)
    };
    let x = run(&back, &[(qkv.0.clone(), y.clone())]).remove(0);
    let original: Vec<f64> = qkv.1.iter().map(|&x| x.into()).collect();
    assert_close("x", &x, &original);
    // One token at a cursor is the same token within a sequence.
    let token = (
        TensorType::f32(&[1, 3 * c]),
        qkv.1[7 * 3 * c..][..3 * c].to_vec(),
    );
    let cursor = (TensorType::u32(&[1]), vec![f32::from_bits(7)]);
    let at_cursor = run(&Rotary::new(heads), &[token, cursor]).remove(0);
    assert_eq!(at_cursor, y[7 * 3 * c..][..3 * c]);
}

#[test]
fn shapes_that_do_not_fit_are_refused_with_the_cure() {
    let refusal = |op: &dyn Op, shape: &[usize]| {
        op.infer(&[TensorType::f32(shape)])
            .expect_err("must be refused")
    };
    let attention = |heads| Attention {
        heads,
        alibi: false,
    };
    assert!(refusal(&attention(5), &[1, 2, 36]).contains("channels that the heads divide"));
    assert!(refusal(&attention(1), &[1, 2, 3 * 260]).contains("use more heads"));
    assert!(refusal(&Rotary::new(2), &[1, 2, 18]).contains("pairs"));
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_variant_of_the_shaders_is_valid() {
    let mut validator = naga::valid::Validator::new(
        naga::valid::ValidationFlags::all(),
        naga::valid::Capabilities::empty(),
    );
    let mut validate = |op: &dyn Op, inputs: &[TensorType], is_software| {
        let outputs = op.infer(inputs).expect("the shapes fit");
        let cx = LaunchContext {
            inputs,
            outputs: &outputs,
            is_software,
        };
        for launch in op.launches(&cx) {
            assert!(launch.bindings.len() <= 8);
            let text = launch.shader.text();
            let module = naga::front::wgsl::parse_str(&text)
                .unwrap_or_else(|e| panic!("{}", e.emit_to_string(&text)));
            validator
                .validate(&module)
                .unwrap_or_else(|e| panic!("{}", e.emit_to_string(&text)));
        }
    };
    for [batch, time, heads, size] in SIZES {
        let c = heads * size;
        let qkv = TensorType::f32(&[batch, time, 3 * c]);
        let o = TensorType::f32(&[batch, time, c]);
        let lse = TensorType::f32(&[batch, heads, time]);
        let cache = TensorType::f32(&[time, c]);
        let cursor = TensorType::u32(&[1]);
        let token = TensorType::f32(&[1, 3 * c]);
        for (alibi, is_software) in [(false, false), (true, false), (false, true), (true, true)] {
            let inputs = [qkv.clone()];
            validate(&Attention { heads, alibi }, &inputs, is_software);
            let inputs = [o.clone(), qkv.clone(), o.clone(), lse.clone()];
            validate(&AttentionBackward { heads, alibi }, &inputs, is_software);
            let inputs = [qkv.clone(), lse.clone()];
            validate(&AttentionWeights { heads, alibi }, &inputs, is_software);
            let decode = AttentionDecode {
                heads,
                alibi,
                capacity: time,
            };
            let inputs = [token.clone(), cache.clone(), cache.clone(), cursor.clone()];
            validate(&decode, &inputs, is_software);
        }
        if size % 2 == 0 {
            validate(&Rotary::new(heads), std::slice::from_ref(&qkv), false);
            validate(&Rotary::new(heads), &[token, cursor], false);
        }
    }
}
