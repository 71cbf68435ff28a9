//! A run trains, rewinds to the same bits, is kept and put back, and writes what its full forward says.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use seedling::data::corpus::Corpus;
use seedling::data::split::{Dataset, HeldOut};
use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::models::{
    AttentionPattern, Family, MlpKind, ModelConfig, NormKind, NormPlacement, Positions,
};
use seedling::ops::cross_entropy::CrossEntropy;
use seedling::ops::sampler::DrawSettings;
use seedling::optim::schedule::{Schedule, ScheduleKind};
use seedling::optim::{Decay, Optimizer};
use seedling::plan::{Buffer, CpuExecutor, Executor};
use seedling::tokenizer::{self, TokenizerKind};
use seedling::train::{
    Examples, Generation, HISTORY, Recipe, Rows, Run, Spec, scales, write_batch,
};

fn executors() -> Vec<Box<dyn Executor>> {
    let gpu = pollster::block_on(GpuExecutor::acquire(DeviceOptions {
        default_limits: true,
    }))
    .expect("these tests need a WebGPU adapter (install mesa-vulkan-drivers)");
    vec![Box::new(CpuExecutor::new()), Box::new(gpu)]
}

fn model() -> ModelConfig {
    ModelConfig {
        layers: 2,
        heads: 2,
        channels: 32,
        context: 24,
        tied_head: true,
        bias: true,
        norm_placement: NormPlacement::Pre,
        norm: NormKind::LayerNorm,
        positions: Positions::Learned,
        attention: true,
        mlp: true,
        mlp_kind: MlpKind::Gelu,
        residual: true,
        dropout: 0.0,
        ..ModelConfig::default()
    }
}

fn of_family(family: Family) -> ModelConfig {
    ModelConfig { family, ..model() }
}

fn spec(model: ModelConfig) -> Spec {
    let corpus = Corpus::generated();
    let recipe = tokenizer::Recipe::of_kind(TokenizerKind::Characters);
    let (tokenizer, data) =
        Dataset::of_text(&corpus.text[..20_000], &recipe, HeldOut::end(0.1)).unwrap();
    let rows = Rows::windows(&model);
    Spec {
        model,
        vocabulary: tokenizer.vocabulary_size() as usize,
        recipe: Recipe {
            optimizer: Optimizer::AdamW {
                beta1: 0.9,
                beta2: 0.99,
                epsilon: 1e-8,
                decay: Decay::usual(0.01),
            },
            clip_norm: 1.0,
            batch: 4,
            accumulation: 1,
            loss: CrossEntropy::default(),
        },
        schedule: Schedule {
            kind: ScheduleKind::Constant,
            peak: 3e-3,
            warmup_steps: 2,
            total_steps: 100,
            final_fraction: 1.0,
        },
        seed: 5,
        examples: Examples::next_tokens(Rc::new(data.train), Rc::new(data.validation)),
        rows,
        validation_batches: 2,
    }
}

fn run_on(executor: Box<dyn Executor>, model: ModelConfig) -> Run {
    Run::new(executor, spec(model)).map_err(|(_, e)| e).unwrap()
}

fn losses(run: &mut Run, steps: usize) -> Vec<f32> {
    (0..steps)
        .map(|_| {
            let launched = run.launch_step().unwrap();
            pollster::block_on(launched.reading).unwrap()[0]
        })
        .collect()
}

#[test]
fn training_lowers_both_losses_and_rewinding_repeats_the_bits() {
    for executor in executors() {
        let mut run = run_on(executor, model());
        let before = pollster::block_on(run.validate()).unwrap();
        let first = losses(&mut run, 40);
        let after = pollster::block_on(run.validate()).unwrap();
        assert!(first[39] < first[0] - 0.8, "{first:?}");
        assert!(after < before - 0.8, "validation {before} → {after}");
        run.rewind();
        assert_eq!(run.step(), 0);
        assert_eq!(losses(&mut run, 10), first[..10]);
        run.spec.seed = 6;
        run.rewind();
        assert_ne!(losses(&mut run, 1)[0], first[0]);
    }
}

#[test]
fn a_snapshot_put_back_goes_on_with_the_same_bits() {
    for executor in executors() {
        let mut run = run_on(executor, model());
        losses(&mut run, 5);
        let snapshot = pollster::block_on(run.snapshot()).unwrap();
        let onwards = losses(&mut run, 5);
        run.restore(&snapshot);
        assert_eq!(run.step(), 5);
        assert_eq!(losses(&mut run, 5), onwards);
    }
}

fn log_softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits
        .iter()
        .fold(f64::NEG_INFINITY, |m, &x| m.max(f64::from(x)));
    let sum: f64 = logits.iter().map(|&x| (f64::from(x) - largest).exp()).sum();
    logits
        .iter()
        .map(|&x| f64::from(x) - largest - sum.ln())
        .collect()
}

/// The cache and the whole forward are different kernels over the same numbers; this holds for every kind of model.
#[test]
fn decoding_with_a_cache_equals_the_full_forward() {
    let variants: Vec<ModelConfig> = vec![
        model(),
        ModelConfig {
            positions: Positions::Rotary,
            norm: NormKind::RmsNorm,
            mlp_kind: MlpKind::SwiGlu,
            bias: false,
            tied_head: false,
            ..model()
        },
        ModelConfig {
            positions: Positions::Alibi,
            norm_placement: NormPlacement::Post,
            mlp_kind: MlpKind::Silu,
            ..model()
        },
        ModelConfig {
            positions: Positions::Sinusoidal,
            norm_placement: NormPlacement::None,
            mlp_kind: MlpKind::Relu,
            ..model()
        },
        ModelConfig {
            positions: Positions::None,
            mlp: false,
            ..model()
        },
        ModelConfig {
            attention: false,
            mlp_kind: MlpKind::GeluErf,
            residual: false,
            ..model()
        },
        ModelConfig {
            heads: 4,
            kv_heads: 2,
            qk_norm: true,
            pattern: AttentionPattern::Window,
            span: 5,
            alternating: true,
            parallel: true,
            score_cap: 5.0,
            logit_cap: 10.0,
            ..model()
        },
        ModelConfig {
            positions: Positions::Relative,
            pattern: AttentionPattern::Strided,
            span: 3,
            ..model()
        },
        ModelConfig {
            family: Family::FeedForward,
            window: 4,
            hidden_units: 24,
            direct: true,
            ..model()
        },
        of_family(Family::Rnn),
        of_family(Family::Gru),
        of_family(Family::Lstm),
        of_family(Family::Ngram),
    ];
    for executor_index in 0..2 {
        for variant in &variants {
            let executor = executors().swap_remove(executor_index);
            let mut run = run_on(executor, variant.clone());
            losses(&mut run, 3);
            let settings = DrawSettings {
                temperature: 1.0,
                top_k: 0,
                top_p: 1.0,
            };
            let mut generation = Generation::new(vec![1, 5, 2], settings, 9);
            let mut drawn = Vec::new();
            for count in [4, HISTORY] {
                drawn.extend(pollster::block_on(generation.advance(&mut run, count)).unwrap());
            }
            assert_eq!(drawn.len(), 4 + HISTORY);
            let vocabulary = run.spec.vocabulary;
            let logits = pollster::block_on(run.logits(&generation.tokens)).unwrap();
            for (i, d) in drawn.iter().enumerate() {
                let row = log_softmax(&logits[(2 + i) * vocabulary..][..vocabulary]);
                for (a, b) in row.iter().zip(&d.log_probabilities) {
                    assert!((a - f64::from(*b)).abs() < 2e-4, "{variant:?}: {a} and {b}");
                }
            }
            // Beyond the context the window moves on.
            let more = pollster::block_on(generation.advance(&mut run, 3)).unwrap();
            assert!(!more.is_empty());
            let again = pollster::block_on(generation.advance(&mut run, HISTORY)).unwrap();
            assert!(!again.is_empty());
        }
    }
}

#[test]
fn the_same_seed_writes_the_same_text() {
    for executor in executors() {
        let mut run = run_on(executor, model());
        losses(&mut run, 3);
        let mut write = |seed: u32| {
            let settings = DrawSettings {
                temperature: 0.8,
                top_k: 10,
                top_p: 0.9,
            };
            let mut generation = Generation::new(vec![3], settings, seed);
            pollster::block_on(generation.advance(&mut run, HISTORY)).unwrap();
            generation.tokens
        };
        let first = write(1);
        assert_eq!(write(1), first);
        assert_ne!(write(2), first);
    }
}

#[test]
fn a_steady_step_makes_nothing_and_submits_once() {
    for executor in executors() {
        let mut run = run_on(executor, model());
        losses(&mut run, 2);
        let before = run.executor.statistics();
        losses(&mut run, 5);
        let after = run.executor.statistics();
        assert_eq!(after.submits - before.submits, 5);
        assert_eq!(after.buffers_created, before.buffers_created);
        assert_eq!(after.bind_groups_created, before.bind_groups_created);
        assert_eq!(after.pipelines_created, before.pipelines_created);
        // Neither does keeping the weights, from the second time on.
        pollster::block_on(run.snapshot()).unwrap();
        let before = run.executor.statistics();
        pollster::block_on(run.snapshot()).unwrap();
        let after = run.executor.statistics();
        assert_eq!(after.buffers_created, before.buffers_created);
        // A reading nobody waits for gives its staging buffer up; the next one gets another.
        drop(run.launch_step().unwrap());
        assert!(losses(&mut run, 4).iter().all(|loss| loss.is_finite()));
    }
}

/// A run of SGD on `batch` · `accumulation` rows; its momentum after one step is the clipped gradient itself.
fn accumulating(executor: Box<dyn Executor>, batch: usize, accumulation: usize) -> Run {
    let mut spec = spec(model());
    spec.recipe = Recipe {
        optimizer: Optimizer::Sgd {
            momentum: 0.9,
            decay: Decay::usual(0.0),
        },
        batch,
        accumulation,
        ..spec.recipe
    };
    Run::new(executor, spec).map_err(|(_, e)| e).unwrap()
}

/// The windows are the same, so only the order of summing differs.
#[test]
fn micro_batches_make_the_update_of_one_large_batch() {
    for (whole, parts) in executors().into_iter().zip(executors()) {
        let mut runs = [accumulating(whole, 8, 1), accumulating(parts, 2, 4)];
        for step in 0..3 {
            let [whole, parts] = runs.each_mut().map(|run| {
                let launched = run.launch_step().unwrap();
                let reading = pollster::block_on(launched.reading).unwrap();
                let snapshot = pollster::block_on(run.snapshot()).unwrap();
                (reading, snapshot.moments[0].clone())
            });
            for (a, b) in whole.0.iter().zip(&parts.0) {
                assert!((a / b - 1.0).abs() < 1e-5, "step {step}: {a} {b}");
            }
            let norm = |numbers: &mut dyn Iterator<Item = f32>| {
                numbers.map(|x| f64::from(x).powi(2)).sum::<f64>().sqrt()
            };
            let apart = norm(&mut whole.1.iter().zip(&parts.1).map(|(a, b)| a - b));
            let size = norm(&mut whole.1.iter().copied());
            println!(
                "step {step}: updates {:e} of their size apart",
                apart / size
            );
            assert!(
                size > 0.1 && apart < 1e-5 * size,
                "step {step}: {apart:e} of {size}"
            );
        }
    }
}

#[test]
fn a_steady_step_of_micro_batches_makes_nothing_reads_once_and_rewinds_to_the_same_bits() {
    for executor in executors() {
        let mut run = accumulating(executor, 2, 3);
        let first = losses(&mut run, 4);
        let before = run.executor.statistics();
        losses(&mut run, 2);
        let after = run.executor.statistics();
        assert_eq!(after.submits - before.submits, 2 * 4);
        assert_eq!(
            after.dispatches - before.dispatches,
            2 * run.dispatches_per_step()
        );
        // Loss, norm and scale, four bytes each.
        assert_eq!(after.readback_bytes - before.readback_bytes, 2 * 12);
        assert_eq!(after.buffers_created, before.buffers_created);
        assert_eq!(after.bind_groups_created, before.bind_groups_created);
        let snapshot = pollster::block_on(run.snapshot()).unwrap();
        let onwards = losses(&mut run, 2);
        run.restore(&snapshot);
        assert_eq!(losses(&mut run, 2), onwards);
        run.rewind();
        assert_eq!(losses(&mut run, 4), first);
    }
}

#[test]
fn micro_batches_drop_out_differently() {
    let mut model = model();
    model.dropout = 0.5;
    // One window only, so that both micro-batches are the same but for their masks.
    let mut spec = spec(model);
    spec.examples.train = Rc::new(spec.examples.train[..25].to_vec());
    spec.recipe.batch = 1;
    let mut loss = |accumulation| {
        spec.recipe.accumulation = accumulation;
        let mut run = Run::new(Box::new(CpuExecutor::new()), spec.clone())
            .map_err(|(_, e)| e)
            .unwrap();
        losses(&mut run, 1)[0]
    };
    let means = [2, 3, 4].map(&mut loss);
    assert!(means[0] != means[1] && means[1] != means[2], "{means:?}");
}

#[test]
fn what_is_minimised_changes_the_gradient_but_not_the_loss_that_is_told() {
    let of = |loss| {
        let mut spec = spec(model());
        spec.recipe.loss = loss;
        let mut run = Run::new(Box::new(CpuExecutor::new()), spec)
            .map_err(|(_, e)| e)
            .unwrap();
        let reading = run.launch_step().unwrap().reading;
        let told = pollster::block_on(reading).unwrap();
        (told[0], told[1])
    };
    let plain = of(CrossEntropy::default());
    for loss in [
        CrossEntropy {
            label_smoothing: 0.2,
            z_loss: 0.0,
        },
        CrossEntropy {
            label_smoothing: 0.0,
            z_loss: 0.01,
        },
    ] {
        let other = of(loss);
        assert_eq!(other.0, plain.0);
        assert!(
            (other.1 / plain.1 - 1.0).abs() > 0.001,
            "{other:?} {plain:?}"
        );
    }
}

/// Every embedding is 2, every block adds the 1 of its last bias.
#[test]
fn scales_of_layers_by_hand() {
    let config = ModelConfig {
        positions: Positions::None,
        attention: false,
        zero_projections: true,
        ..model()
    };
    let scales = scales(&config, 5, Rows::windows(&config), 3).unwrap();
    let mut executor = CpuExecutor::new();
    let id = executor.install(scales.plan.clone()).unwrap();
    for parameter in &scales.plan.parameters {
        let value = match parameter.name.as_str() {
            "wte" => 2.0f32,
            name if name.ends_with("mlp.c_proj.bias") => 1.0,
            _ => 0.0,
        };
        let words = vec![value.to_bits(); parameter.len()];
        executor.write(id, &Buffer::Weights, parameter.offset, &words);
    }
    let batch = seedling::data::batches::Batch {
        inputs: (0..3 * 24).map(|i| i % 5).collect(),
        targets: vec![0; 3 * 24],
        ..Default::default()
    };
    write_batch(&mut executor, id, &batch, 5);
    let reading = executor.run(id, &Default::default(), 1, true).unwrap();
    let told = scales.of_reading(&pollster::block_on(reading).unwrap());
    let expected = [("embedding", 2.0), ("h.0", 3.0), ("h.1", 4.0)];
    assert_eq!(told.len(), expected.len());
    for ((name, scale), (expected_name, expected)) in told.iter().zip(expected) {
        assert_eq!(name, expected_name);
        assert!((scale - expected).abs() < 1e-5, "{name}: {scale}");
    }
}

/// GPT-2's start of 0.02 is found in what the first layer reads, on both executors alike.
#[test]
fn scales_of_a_run_are_those_of_its_initialisation() {
    let told = executors().into_iter().map(|executor| {
        let mut run = run_on(executor, model());
        let told = pollster::block_on(run.scales()).unwrap();
        // It may be asked again, and training goes on.
        assert_eq!(pollster::block_on(run.scales()).unwrap(), told);
        assert!(losses(&mut run, 1)[0].is_finite());
        told
    });
    let told = Vec::from_iter(told);
    for (cpu, gpu) in told[0].iter().zip(&told[1]) {
        assert_eq!(cpu.0, gpu.0);
        assert!((cpu.1 / gpu.1 - 1.0).abs() < 1e-4, "{cpu:?} {gpu:?}");
    }
    // Token and position are independent, so their sum has √2 as much; 3072 numbers from few tokens make it within a tenth.
    let embedding = told[0][0].1 / (0.02 * 2f32.sqrt());
    assert!((embedding - 1.0).abs() < 0.1, "{embedding}");
}

/// Batches are made where ops are not known, so the sign is written twice.
#[test]
fn batches_and_the_loss_ignore_the_same_target() {
    let (batches, loss) = (
        seedling::data::batches::IGNORE,
        seedling::ops::cross_entropy::IGNORE,
    );
    assert_eq!(batches, loss);
}

/// Launches are the same on every adapter; only the recurrence could grow with the context, and it does not.
#[test]
fn launches_of_a_step_stay_few() {
    use seedling::train::reference::{ENCODER, ENCODER_DECODER, LSTM, Reference, S};
    let launches = |reference: Reference| {
        let mut executor = executors().swap_remove(1);
        let id = executor.install(reference.plan().unwrap()).unwrap();
        Reference::write_weights(&mut *executor, id);
        let before = executor.statistics();
        let reading = reference.launch(&mut *executor, id, 0, true).unwrap();
        let loss = pollster::block_on(reading).unwrap()[0];
        assert!(loss.is_finite(), "{}: {loss}", reference.name);
        let after = executor.statistics();
        assert_eq!(after.submits - before.submits, 1, "{}", reference.name);
        after.dispatches - before.dispatches
    };
    assert!(launches(S) <= 56);
    let longer = Reference {
        context: 128,
        ..LSTM
    };
    assert_eq!(launches(LSTM), launches(longer));
    let counts = [LSTM, ENCODER, ENCODER_DECODER].map(launches);
    println!("LSTM, encoder, encoder–decoder: {counts:?}");
    assert!(counts[0] <= 40 && counts[2] <= 160, "{counts:?}");
}
