//! A run trains, rewinds to the same bits, is kept and put back, and writes what its full forward says.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use seedling::data::corpus::Corpus;
use seedling::data::split::{Dataset, HeldOut};
use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::models::{MlpKind, ModelConfig, NormKind, NormPlacement, Positions};
use seedling::ops::sampler::DrawSettings;
use seedling::optim::Optimizer;
use seedling::optim::schedule::{Schedule, ScheduleKind};
use seedling::plan::{CpuExecutor, Executor};
use seedling::tokenizer::{self, TokenizerKind};
use seedling::train::{Generation, HISTORY, Recipe, Run, Spec};

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

fn spec(model: ModelConfig) -> Spec {
    let corpus = Corpus::generated();
    let recipe = tokenizer::Recipe::of_kind(TokenizerKind::Characters);
    let (tokenizer, data) =
        Dataset::of_text(&corpus.text[..20_000], &recipe, HeldOut::end(0.1)).unwrap();
    Spec {
        model,
        vocabulary: tokenizer.vocabulary_size() as usize,
        recipe: Recipe {
            optimizer: Optimizer::AdamW {
                beta1: 0.9,
                beta2: 0.99,
                epsilon: 1e-8,
                weight_decay: 0.01,
            },
            clip_norm: 1.0,
            batch: 4,
        },
        schedule: Schedule {
            kind: ScheduleKind::Constant,
            peak: 3e-3,
            warmup_steps: 2,
            total_steps: 100,
            final_fraction: 1.0,
        },
        seed: 5,
        train: Rc::new(data.train),
        validation: Rc::new(data.validation),
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

/// Batches are made where ops are not known, so the sign is written twice.
#[test]
fn batches_and_the_loss_ignore_the_same_target() {
    let (batches, loss) = (
        seedling::data::batches::IGNORE,
        seedling::ops::cross_entropy::IGNORE,
    );
    assert_eq!(batches, loss);
}
