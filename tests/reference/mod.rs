//! The golden PyTorch runs S and M on any executor; natively (`golden.rs`) and in the browser (`web.rs`).

use seedling::data::reference::pattern_batch;
use seedling::graph::Init;
use seedling::models::gpt::{GptConfig, MlpKind, NormKind, NormPlacement, Positions};
use seedling::ops::embedding::token_order;
use seedling::optim::Optimizer;
use seedling::plan::{Buffer, Executor, PlanId};
use seedling::rng;
use seedling::train::{Recipe, training};
use serde_json::Value;

const LEARNING_RATE: f32 = 1e-3;

fn golden(run: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../golden/reference.json")).unwrap();
    all[run].clone()
}

fn setting(golden: &Value, key: &str) -> u32 {
    golden["config"][key].as_u64().unwrap() as u32
}

pub fn model(golden: &Value) -> GptConfig {
    GptConfig {
        layers: setting(golden, "layers"),
        heads: setting(golden, "heads"),
        channels: setting(golden, "channels"),
        context: setting(golden, "context"),
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
    }
}

fn write_weights(executor: &mut dyn Executor, id: PlanId) {
    for (k, parameter) in executor.plan(id).parameters.clone().iter().enumerate() {
        let numbers = match parameter.init {
            Init::Zeros => vec![0.0; parameter.len()],
            Init::Ones => vec![1.0; parameter.len()],
            Init::Normal(_) => rng::normals(100 + k as u32, parameter.len(), 0.02),
        };
        executor.write(
            id,
            &Buffer::Weights,
            parameter.offset,
            bytemuck::cast_slice(&numbers),
        );
    }
}

/// Trains `steps` steps (at most the golden run's) and compares every loss, and at step 0 every gradient norm.
pub async fn check(executor: &mut dyn Executor, run: &str, steps: usize) {
    let golden = golden(run);
    let (vocabulary, batch) = (setting(&golden, "vocab"), setting(&golden, "batch"));
    let model = model(&golden);
    let recipe = Recipe {
        optimizer: Optimizer::AdamW {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.01,
        },
        clip_norm: 0.0,
        batch: batch as usize,
    };
    let plan = training(&model, vocabulary as usize, &recipe).unwrap();
    let count: usize = plan.parameters.iter().map(|p| p.len()).sum();
    assert_eq!(count as u64, golden["parameters"].as_u64().unwrap());
    let id = executor.install(plan).unwrap();
    write_weights(executor, id);
    let made = executor.statistics();
    for step in 0..steps {
        let data = pattern_batch(vocabulary, batch, model.context, step as u32);
        let (order, starts) = token_order(&data.inputs, vocabulary as usize);
        for (name, words) in [
            ("inputs", &data.inputs),
            ("targets", &data.targets),
            ("order", &order),
            ("starts", &starts),
        ] {
            let slot = executor.plan(id).input(name).unwrap();
            executor.write(id, &Buffer::Input(slot), 0, words);
        }
        let globals = recipe.optimizer.globals(step as u32, LEARNING_RATE, 0);
        let reading = executor.run(id, &globals, 1, true).unwrap();
        let loss = reading.await.unwrap()[0];
        let expected = golden["losses"][step].as_f64().unwrap() as f32;
        let tolerance = if step < 20 { 2e-4 } else { 1e-2 };
        assert!(
            ((loss - expected) / expected).abs() < tolerance,
            "{run} step {step}: loss {loss}, PyTorch {expected}"
        );
        if step == 0 {
            check_gradients(executor, id, &golden["grad_norms_step0"]).await;
        }
    }
    let now = executor.statistics();
    println!(
        "{run}: {} dispatches a step, {} submits for {steps} steps and the gradients",
        (now.dispatches - made.dispatches) / steps as u64,
        now.submits - made.submits
    );
}

async fn check_gradients(executor: &mut dyn Executor, id: PlanId, norms: &Value) {
    for parameter in executor.plan(id).parameters.clone() {
        let gradient = executor
            .read(id, &Buffer::Gradients, parameter.offset, parameter.len())
            .await
            .unwrap();
        let squares: f64 = gradient.iter().map(|&g| f64::from(g).powi(2)).sum();
        let (norm, expected) = (squares.sqrt(), norms[&parameter.name].as_f64().unwrap());
        let close = if expected < 1e-6 {
            (norm - expected).abs() < 1e-8
        } else {
            ((norm - expected) / expected).abs() < 1e-3
        };
        assert!(
            close,
            "{}: gradient norm {norm:e}, PyTorch {expected:e}",
            parameter.name
        );
    }
}
