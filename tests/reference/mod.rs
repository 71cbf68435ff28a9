//! The golden PyTorch runs S and M on any executor; natively (`golden.rs`) and in the browser (`web.rs`).

use seedling::plan::{Buffer, Executor, PlanId};
use seedling::train::reference::Reference;
use serde_json::Value;

fn golden(run: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../golden/reference.json")).unwrap();
    all[run].clone()
}

/// Trains `steps` steps (at most the golden run's) and compares every loss, and at step 0 every gradient norm.
pub async fn check(executor: &mut dyn Executor, run: &str, steps: usize) {
    let golden = golden(run);
    let reference = Reference::find(run).unwrap();
    let plan = reference.plan().unwrap();
    let count: usize = plan.parameters.iter().map(|p| p.len()).sum();
    assert_eq!(count as u64, golden["parameters"].as_u64().unwrap());
    let id = executor.install(plan).unwrap();
    Reference::write_weights(executor, id);
    let made = executor.statistics();
    for step in 0..steps {
        let reading = reference.launch(executor, id, step as u32, true).unwrap();
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
