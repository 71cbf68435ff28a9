//! The sampler's frequencies are those of its distribution (χ²), on the CPU and on WebGPU, with and without truncation.
#![cfg(not(target_arch = "wasm32"))]

use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::graph::{Globals, Graph, TensorType};
use seedling::ops::sampler::Sampler;
use seedling::plan::{Buffer, CompileOptions, CpuExecutor, Executor, Plan};

const CAPACITY: usize = 1001;
const SEEDS: u32 = 8;
const LOGITS: [f32; 9] = [0.0, 1.5, -1.0, 2.0, 0.3, -4.0, 1.5, 0.9, -0.2];

/// Times each token was drawn in `SEEDS` texts of `CAPACITY` − 1 tokens from the same logits.
fn counts(executor: &mut dyn Executor, settings: Globals) -> [u32; LOGITS.len()] {
    let mut graph = Graph::new();
    let logits = graph.input("logits", TensorType::f32(&[1, LOGITS.len()]));
    let tokens = graph.state("tokens", TensorType::u32(&[CAPACITY]));
    let cursor = graph.state("cursor", TensorType::u32(&[1]));
    let history = graph.state("history", TensorType::f32(&[1, LOGITS.len()]));
    let op = Sampler {
        capacity: CAPACITY,
        history: 1,
    };
    graph.push(op, &[logits, tokens, cursor, history]).unwrap();
    let plan = Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![tokens],
            ..CompileOptions::default()
        },
    );
    let id = executor.install(plan).unwrap();
    executor.write(id, &Buffer::Input(0), 0, bytemuck::cast_slice(&LOGITS));
    let mut counts = [0; LOGITS.len()];
    for seed in 0..SEEDS {
        executor.write(id, &Buffer::State("cursor".to_owned()), 0, &[0]);
        let globals = Globals { seed, ..settings };
        let reading = executor
            .run(id, &globals, CAPACITY as u32 - 1, true)
            .unwrap();
        for token in &pollster::block_on(reading).unwrap()[1..] {
            counts[token.to_bits() as usize] += 1;
        }
    }
    executor.clear();
    counts
}

/// Probabilities at a temperature, of the tokens in `kept` only.
fn distribution(temperature: f64, kept: &[usize]) -> [f64; LOGITS.len()] {
    let mut p = [0.0; LOGITS.len()];
    for &i in kept {
        p[i] = (f64::from(LOGITS[i]) / temperature).exp();
    }
    let sum: f64 = p.iter().sum();
    p.map(|x| x / sum)
}

fn check(name: &str, counts: [u32; LOGITS.len()], p: [f64; LOGITS.len()]) {
    let total = f64::from(SEEDS) * (CAPACITY as f64 - 1.0);
    let mut chi2 = 0.0;
    let mut degrees = -1.0;
    for (&count, p) in counts.iter().zip(p) {
        if p == 0.0 {
            assert_eq!(count, 0, "{name}: a token outside the set was drawn");
            continue;
        }
        chi2 += (f64::from(count) - total * p).powi(2) / (total * p);
        degrees += 1.0;
    }
    // Wilson and Hilferty's normal approximation; 3.7 standard deviations leave 1 false alarm in 10,000. The draws are
    // the same in every run, so the test does not flicker.
    let z =
        ((chi2 / degrees).cbrt() - (1.0 - 2.0 / (9.0 * degrees))) / (2.0 / (9.0 * degrees)).sqrt();
    assert!(
        z < 3.7,
        "{name}: χ² {chi2:.1} with {degrees} degrees of freedom, counts {counts:?}"
    );
}

#[test]
fn frequencies_are_the_distribution() {
    let gpu = pollster::block_on(GpuExecutor::acquire(DeviceOptions {
        default_limits: true,
    }))
    .expect("these tests need a WebGPU adapter (install mesa-vulkan-drivers)");
    let executors: [(&str, Box<dyn Executor>); 2] = [
        ("CPU", Box::new(CpuExecutor::new())),
        ("WebGPU", Box::new(gpu)),
    ];
    let all: Vec<usize> = (0..LOGITS.len()).collect();
    for (name, mut executor) in executors {
        let mut draw = |settings| counts(&mut *executor, settings);
        let plain = Globals::default();
        check(name, draw(plain), distribution(1.0, &all));
        let hot = Globals {
            temperature: 2.5,
            ..plain
        };
        check(
            &format!("{name}, temperature 2.5"),
            draw(hot),
            distribution(2.5, &all),
        );
        let top_k = Globals { top_k: 3, ..plain };
        check(
            &format!("{name}, top-k 3"),
            draw(top_k),
            distribution(1.0, &[1, 3, 6]),
        );
        // The three most probable have a mass of 0.715; a fourth is needed for 0.75.
        let top_p = Globals {
            top_p: 0.75,
            ..plain
        };
        check(
            &format!("{name}, top-p 0.75"),
            draw(top_p),
            distribution(1.0, &[1, 3, 6, 7]),
        );
    }
}

/// The check itself must be able to fail.
#[test]
#[should_panic(expected = "χ²")]
fn a_slightly_wrong_temperature_is_found() {
    let all: Vec<usize> = (0..LOGITS.len()).collect();
    let warm = Globals {
        temperature: 1.1,
        ..Globals::default()
    };
    check(
        "CPU",
        counts(&mut CpuExecutor::new(), warm),
        distribution(1.0, &all),
    );
}
