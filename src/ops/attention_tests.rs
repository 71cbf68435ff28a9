//! Attention's ops against plain loops in double precision, and every shader variant through naga.

use crate::graph::{CpuContext, Globals, LaunchContext, Op, TensorType};
use crate::ops::attention::{Attention, Bias, Mask, RelativeBias, alibi_slope};
use crate::ops::attention_backward::AttentionBackward;
use crate::ops::attention_cases::cases;
use crate::ops::attention_decode::AttentionDecode;
use crate::ops::attention_weights::AttentionWeights;
use crate::ops::rotary::Rotary;
use crate::rng;

type Tensor = (TensorType, Vec<f32>);

/// Outputs of `op`; an aliased input becomes its output first.
fn run(op: &dyn Op, inputs: &[Tensor]) -> Vec<Vec<f32>> {
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

fn normal(shape: &[usize], seed: u32) -> Tensor {
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

/// Everything about one attention in f64.
struct Reference {
    o: Vec<f64>,
    lse: Vec<f64>,
    weights: Vec<f64>,
    /// Of qkv, or of q and kv; then of the table.
    gradients: Vec<Vec<f64>>,
}

fn sees(mask: Mask, i: usize, j: usize) -> bool {
    match mask {
        Mask::Bidirectional => true,
        Mask::Causal => j <= i,
        Mask::Window(w) => j <= i && i - j < w,
        Mask::Strided(s) => j <= i && (i - j < s || (i - j).is_multiple_of(s)),
    }
}

fn reference(op: &Attention, inputs: &[Tensor], d_o: &[f32]) -> Reference {
    let (heads, group) = (op.heads, op.heads / op.kv_heads);
    let q_shape = &inputs[0].0.shape;
    let kv = usize::from(op.is_cross);
    let kv_shape = &inputs[kv].0.shape;
    let (batch, rows, columns) = (q_shape[0], q_shape[1], kv_shape[1]);
    let parts = heads + if op.is_cross { 0 } else { 2 * op.kv_heads };
    let size = q_shape[2] / parts;
    let lengths = op.has_lengths.then(|| &inputs[kv + 1].1);
    let table = (op.bias.buckets() > 0).then(|| &inputs.last().expect("a table").1);
    let scale = 1.0 / (size as f64).sqrt();
    let cap = f64::from(op.soft_cap);
    let mut r = Reference {
        o: vec![0.0; batch * rows * heads * size],
        lse: vec![0.0; batch * heads * rows],
        weights: vec![0.0; batch * heads * rows * columns],
        gradients: vec![vec![0.0; inputs[0].0.len()]],
    };
    if op.is_cross {
        r.gradients.push(vec![0.0; inputs[1].0.len()]);
    }
    r.gradients
        .extend(table.map(|table| vec![0.0; table.len()]));
    for b in 0..batch {
        for h in 0..heads {
            let key_part = if op.is_cross { 0 } else { heads } + h / group;
            let q_at = |i: usize, d: usize| (b * rows + i) * q_shape[2] + h * size + d;
            let k_at = |j: usize, d: usize| (b * columns + j) * kv_shape[2] + key_part * size + d;
            let v_at = |j: usize, d: usize| k_at(j, d) + op.kv_heads * size;
            let o_at = |i: usize, d: usize| ((b * rows + i) * heads + h) * size + d;
            let (q, kvs) = (&inputs[0].1, &inputs[kv].1);
            let product =
                |x: &[f32], x_at: &dyn Fn(usize) -> usize, y_at: &dyn Fn(usize) -> usize| {
                    let terms = (0..size).map(|d| f64::from(x[x_at(d)]) * f64::from(kvs[y_at(d)]));
                    terms.sum::<f64>()
                };
            let keys = lengths.map_or(columns, |lengths| lengths[b].to_bits() as usize);
            for i in 0..rows {
                let seen: Vec<usize> = (0..keys).filter(|&j| sees(op.mask, i, j)).collect();
                let place = |j: usize| match op.bias {
                    Bias::Relative(relative) => relative.bucket(i, j) * heads + h,
                    _ => 0,
                };
                let dot = |j: usize| product(q, &|d| q_at(i, d), &|d| k_at(j, d)) * scale;
                let capped = |x: f64| if cap > 0.0 { cap * (x / cap).tanh() } else { x };
                let bias = |j: usize| match (op.bias, table) {
                    (Bias::Alibi, _) => {
                        -f64::from(alibi_slope(true, h, heads)) * i.abs_diff(j) as f64
                    }
                    (_, Some(table)) => f64::from(table[place(j)]),
                    _ => 0.0,
                };
                let score = |j: &usize| (capped(dot(*j)) + bias(*j)).exp();
                let total: f64 = seen.iter().map(score).sum();
                let row = (b * heads + h) * rows + i;
                if seen.is_empty() {
                    continue;
                }
                r.lse[row] = total.ln();
                let p: Vec<f64> = seen.iter().map(|j| score(j) / total).collect();
                let dp = |j: &usize| product(d_o, &|d| o_at(i, d), &|d| v_at(*j, d));
                let dp: Vec<f64> = seen.iter().map(dp).collect();
                let mean: f64 = p.iter().zip(&dp).map(|(p, dp)| p * dp).sum();
                for (n, &j) in seen.iter().enumerate() {
                    r.weights[row * columns + j] = p[n];
                    let d_bias = p[n] * (dp[n] - mean);
                    if table.is_some() {
                        r.gradients.last_mut().expect("of the table")[place(j)] += d_bias;
                    }
                    let tangent = if cap > 0.0 {
                        (dot(j) / cap).tanh()
                    } else {
                        0.0
                    };
                    let ds = d_bias * (1.0 - tangent * tangent) * scale;
                    for d in 0..size {
                        r.o[o_at(i, d)] += p[n] * f64::from(kvs[v_at(j, d)]);
                        r.gradients[0][q_at(i, d)] += ds * f64::from(kvs[k_at(j, d)]);
                        r.gradients[kv][k_at(j, d)] += ds * f64::from(q[q_at(i, d)]);
                        r.gradients[kv][v_at(j, d)] += p[n] * f64::from(d_o[o_at(i, d)]);
                    }
                }
            }
        }
    }
    r
}

/// The samples, and head sizes and times that they do not have.
fn tried() -> Vec<(&'static str, Attention, Vec<Tensor>)> {
    let mut tried: Vec<_> = cases()
        .into_iter()
        .map(|(label, op, inputs)| {
            let inputs = inputs.into_iter().zip(1..).map(|((ty, fill), seed)| {
                let words = fill.words(ty.len(), seed);
                (ty, words.into_iter().map(f32::from_bits).collect())
            });
            (label, op, inputs.collect())
        })
        .collect();
    let large = |time, width| vec![normal(&[1, time, width], 1)];
    tried.push(("head size 256", Attention::causal(1), large(9, 768)));
    let shared = Attention {
        kv_heads: 1,
        mask: Mask::Window(40),
        ..Attention::causal(2)
    };
    tried.push(("window beyond a block", shared, large(100, 12)));
    let short = Attention {
        has_lengths: true,
        ..Attention::causal(1)
    };
    let lengths = (TensorType::u32(&[1]), vec![f32::from_bits(3)]);
    let inputs = vec![normal(&[1, 70, 6], 1), lengths];
    tried.push(("blocks beyond the length", short, inputs));
    tried
}

#[test]
fn attention_and_its_gradient_agree_with_plain_loops() {
    for (label, op, inputs) in tried() {
        let forward_types: Vec<TensorType> = inputs.iter().map(|i| i.0.clone()).collect();
        let types = op.infer(&forward_types).expect("the shapes fit");
        let d_o = normal(&types[0].shape, 99);
        let expected = reference(&op, &inputs, &d_o.1);
        let forward = run(&op, &inputs);
        assert_close(&format!("{label}: o"), &forward[0], &expected.o);
        assert_close(&format!("{label}: lse"), &forward[1], &expected.lse);
        let lse = (types[1].clone(), forward[1].clone());
        let with_lse: Vec<Tensor> = inputs.iter().cloned().chain([lse.clone()]).collect();
        let looked_at = run(&AttentionWeights(op), &with_lse);
        assert_close(
            &format!("{label}: weights"),
            &looked_at[0],
            &expected.weights,
        );
        let mut all = vec![d_o, (types[0].clone(), forward[0].clone()), lse];
        all.extend(inputs);
        let backward = run(&AttentionBackward(op), &all);
        assert_eq!(backward.len(), expected.gradients.len() + 1);
        for (n, (got, expected)) in backward.iter().zip(&expected.gradients).enumerate() {
            assert_close(&format!("{label}: gradient {n}"), got, expected);
        }
    }
}

#[test]
fn decoding_token_by_token_equals_the_whole() {
    let (time, size) = (13, 6);
    let learned = Bias::Relative(RelativeBias {
        buckets: 5,
        max_distance: 9,
        is_bidirectional: false,
    });
    for mask in [Mask::Causal, Mask::Window(4), Mask::Strided(3)] {
        for bias in [Bias::None, Bias::Alibi, learned] {
            for (heads, kv_heads, soft_cap) in [(3, 3, 0.0), (4, 2, 1.5)] {
                let attention = Attention {
                    kv_heads,
                    mask,
                    bias,
                    soft_cap,
                    ..Attention::causal(heads)
                };
                let (width, kept) = ((heads + 2 * kv_heads) * size, kv_heads * size);
                let qkv = normal(&[1, time, width], 3);
                let table = bias.table(heads).map(|ty| normal(&ty.shape, 4));
                let inputs: Vec<Tensor> = [qkv.clone()].into_iter().chain(table.clone()).collect();
                let whole = run(&attention, &inputs);
                let op = AttentionDecode {
                    attention,
                    capacity: time,
                };
                // What a cache holds beyond the cursor must not matter.
                let mut keys = vec![f32::NAN; time * kept];
                let mut values = keys.clone();
                for t in 0..time {
                    let token = qkv.1[t * width..][..width].to_vec();
                    let cache = TensorType::f32(&[time, kept]);
                    let mut inputs = vec![
                        (TensorType::f32(&[1, width]), token),
                        (cache.clone(), keys),
                        (cache, values),
                        (TensorType::u32(&[1]), vec![f32::from_bits(t as u32)]),
                    ];
                    inputs.extend(table.clone());
                    let mut out = run(&op, &inputs).into_iter();
                    let mut next = || out.next().expect("three outputs");
                    let o = next();
                    (keys, values) = (next(), next());
                    let c = heads * size;
                    let row = &whole[0][t * c..][..c];
                    let expected: Vec<f64> = row.iter().map(|&x| x.into()).collect();
                    assert_close(&format!("{mask:?} {bias:?} o"), &o, &expected);
                }
            }
        }
    }
}

/// Runs of equal buckets by j − i, as the function `_relative_position_bucket` of Hugging Face's T5 gives them in PyTorch 2.
#[test]
fn buckets_are_those_of_t5() {
    let starts = |buckets, max_distance, is_bidirectional| {
        let relative = RelativeBias {
            buckets,
            max_distance,
            is_bidirectional,
        };
        let mut starts: Vec<(i32, usize)> = Vec::new();
        for offset in -300i32..=300 {
            let (query, key) = ((-offset).max(0) as usize, offset.max(0) as usize);
            let bucket = relative.bucket(query, key);
            if starts.last().is_none_or(|last| last.1 != bucket) {
                starts.push((offset, bucket));
            }
        }
        starts
    };
    let encoder = [
        (-300, 15),
        (-90, 14),
        (-63, 13),
        (-45, 12),
        (-31, 11),
        (-22, 10),
        (-15, 9),
        (-11, 8),
        (-7, 7),
        (-6, 6),
        (-5, 5),
        (-4, 4),
        (-3, 3),
        (-2, 2),
        (-1, 1),
        (0, 0),
        (1, 17),
        (2, 18),
        (3, 19),
        (4, 20),
        (5, 21),
        (6, 22),
        (7, 23),
        (8, 24),
        (12, 25),
        (16, 26),
        (23, 27),
        (32, 28),
        (46, 29),
        (64, 30),
        (91, 31),
    ];
    assert_eq!(starts(32, 128, true), encoder);
    let decoder = [
        (-300, 31),
        (-112, 30),
        (-98, 29),
        (-86, 28),
        (-76, 27),
        (-66, 26),
        (-58, 25),
        (-51, 24),
        (-45, 23),
        (-39, 22),
        (-34, 21),
        (-30, 20),
        (-26, 19),
        (-23, 18),
        (-20, 17),
        (-18, 16),
    ];
    assert_eq!(starts(32, 128, false)[..16], decoder);
    assert_eq!(
        starts(8, 20, true),
        [(-300, 3), (-6, 2), (-1, 1), (0, 0), (1, 5), (2, 6), (7, 7)]
    );
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
    // Four queries share two keys: six heads to turn, then two to pass on.
    let (size, time) = (6, 9);
    let width = 8 * size;
    let qkv = normal(&[2, time, width], 4);
    let rotary = Rotary::new(4, 2);
    let y = run(&rotary, std::slice::from_ref(&qkv)).remove(0);
    let mut expected: Vec<f64> = qkv.1.iter().map(|&x| x.into()).collect();
    for (token, row) in expected.chunks_exact_mut(width).enumerate() {
        for head in row[..6 * size].chunks_exact_mut(size) {
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
        ..rotary
    };
    let x = run(&back, &[(qkv.0.clone(), y.clone())]).remove(0);
    let original: Vec<f64> = qkv.1.iter().map(|&x| x.into()).collect();
    assert_close("x", &x, &original);
    // One token at a cursor is the same token within a sequence.
    let token = (
        TensorType::f32(&[1, width]),
        qkv.1[7 * width..][..width].to_vec(),
    );
    let cursor = (TensorType::u32(&[1]), vec![f32::from_bits(7)]);
    let at_cursor = run(&rotary, &[token, cursor]).remove(0);
    assert_eq!(at_cursor, y[7 * width..][..width]);
}

#[test]
fn shapes_that_do_not_fit_are_refused_with_the_cure() {
    let refusal = |op: &dyn Op, shapes: &[&[usize]]| {
        let types: Vec<TensorType> = shapes.iter().map(|shape| TensorType::f32(shape)).collect();
        op.infer(&types).expect_err("must be refused")
    };
    let causal = Attention::causal;
    assert!(refusal(&causal(5), &[&[1, 2, 36]]).contains("channels that the heads divide"));
    assert!(refusal(&causal(1), &[&[1, 2, 3 * 260]]).contains("use more heads"));
    assert!(refusal(&Rotary::new(2, 2), &[&[1, 2, 18]]).contains("pairs"));
    let with = |change: &dyn Fn(&mut Attention)| {
        let mut op = causal(4);
        change(&mut op);
        refusal(&op, &[&[1, 2, 48]])
    };
    assert!(with(&|op| op.kv_heads = 3).contains("choose a number that divides 4"));
    assert!(with(&|op| op.heads = 14).contains("shared evenly"));
    assert!(with(&|op| op.mask = Mask::Window(0)).contains("at least 1"));
    assert!(with(&|op| op.mask = Mask::Strided(0)).contains("at least 1"));
    assert!(with(&|op| op.soft_cap = -1.0).contains("soft cap"));
    assert!(with(&|op| op.has_lengths = true).contains("qkv tensor, lengths"));
    let biased = |buckets, max_distance, is_bidirectional| {
        with(&|op| {
            op.bias = Bias::Relative(RelativeBias {
                buckets,
                max_distance,
                is_bidirectional,
            });
        })
    };
    assert!(biased(33, 128, false).contains("choose 2 to 32"));
    assert!(biased(5, 128, true).contains("choose 4 to 64, an even number"));
    assert!(biased(32, 16, false).contains("must be above 16"));
    assert!(biased(32, 128, false).contains("the table of biases"));
    let shared = Attention {
        kv_heads: 2,
        ..causal(4)
    };
    assert!(refusal(&shared, &[&[1, 2, 36]]).contains("a multiple of 8"));
    let cross = Attention::cross(2);
    assert!(refusal(&cross, &[&[1, 2, 8], &[1, 3, 12]]).contains("not 8 and 12"));
    assert!(refusal(&cross, &[&[1, 2, 8], &[2, 3, 16]]).contains("equally many"));
    let ordered = Attention {
        mask: Mask::Causal,
        ..cross
    };
    assert!(refusal(&ordered, &[&[1, 2, 8], &[1, 3, 16]]).contains("no order"));
    let decode = AttentionDecode {
        attention: Attention::bidirectional(1),
        capacity: 4,
    };
    assert!(refusal(&decode, &[&[1, 6], &[4, 2], &[4, 2], &[1]]).contains("looks back"));
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
        outputs
    };
    for (_, op, inputs) in tried() {
        let types: Vec<TensorType> = inputs.iter().map(|i| i.0.clone()).collect();
        for is_software in [false, true] {
            let outputs = validate(&op, &types, is_software);
            let [o, lse] = [0, 1].map(|n| outputs[n].clone());
            let mut all = vec![o.clone(), o, lse.clone()];
            all.extend(types.clone());
            validate(&AttentionBackward(op), &all, is_software);
            let with_lse: Vec<TensorType> = types.iter().cloned().chain([lse]).collect();
            validate(&AttentionWeights(op), &with_lse, is_software);
        }
    }
    for entry in [super::attention_decode::ENTRY, super::rotary::ENTRY] {
        for sample in (entry.samples)() {
            let types: Vec<TensorType> = sample.inputs.iter().map(|i| i.0.clone()).collect();
            validate(&*sample.op, &types, false);
            validate(&*sample.op, &types, true);
        }
    }
}
