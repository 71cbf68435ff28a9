//! Every neural family repeats PyTorch's training run, on the CPU and on WebGPU.
#![cfg(not(target_arch = "wasm32"))]

#[path = "reference/families.rs"]
mod reference;

use std::collections::BTreeMap;

use reference::Golden;
use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::ops::cross_entropy::IGNORE;
use seedling::plan::{CpuExecutor, Executor, Plan};
use seedling::train::reference::Reference;
use serde_json::Value;

const STEPS: usize = 20;

/// One training step of the GPT-2 decoder that the family `dense` is.
fn dense() -> Plan {
    let reference = Reference {
        name: "dense",
        layers: 2,
        channels: 32,
        context: 32,
        batch: 8,
        vocabulary: 65,
    };
    reference.plan().unwrap()
}

async fn check(executor: &mut dyn Executor, plan: Plan, family: &str) {
    let id = executor.install(plan).unwrap();
    reference::check(executor, id, &Golden::find(family), STEPS).await;
}

fn on_cpu(plan: Plan, family: &str) {
    pollster::block_on(check(&mut CpuExecutor::new(), plan, family));
}

fn on_webgpu(plan: Plan, family: &str) {
    pollster::block_on(async {
        let options = DeviceOptions {
            default_limits: true,
        };
        let mut executor = GpuExecutor::acquire(options)
            .await
            .expect("these tests need a WebGPU adapter (install mesa-vulkan-drivers)");
        println!("adapter: {}", executor.device().adapter_name);
        check(&mut executor, plan, family).await;
    });
}

#[test]
fn cpu_repeats_dense() {
    on_cpu(dense(), "dense");
}

#[test]
fn webgpu_repeats_dense() {
    on_webgpu(dense(), "dense");
}

/// The two have the same parameters; only the mask differs.
#[test]
#[should_panic(expected = "step 0: loss")]
fn a_dense_decoder_is_not_a_windowed_one() {
    on_cpu(dense(), "window");
}

/// The batches made here are those that PyTorch saw: rows of them are kept beside its numbers.
#[test]
fn batches_are_those_of_the_golden_runs() {
    let all: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("golden/families.json")).unwrap();
    assert_eq!(all.len(), 19);
    for (family, of_json) in all {
        let golden = Golden::find(&family);
        for kept in of_json["data"].as_array().unwrap() {
            let number = |name: &str| kept[name].as_u64().unwrap() as usize;
            let batch = golden.batch(number("step") as u32);
            let rows = golden.config.batch as usize;
            for (name, expected) in kept.as_object().unwrap() {
                if name == "step" || name == "row" {
                    continue;
                }
                let words = &batch[name.as_str()];
                let width = words.len() / rows;
                let row = &words[number("row") * width..][..width];
                assert_eq!(row, whole_numbers(expected), "{family}: {name}");
            }
        }
    }
}

/// A row's numbers, or its one number. PyTorch ignores −100.
fn whole_numbers(value: &Value) -> Vec<u32> {
    let number = |v: &Value| match v.as_i64().unwrap() {
        -100 => IGNORE,
        other => other as u32,
    };
    match value.as_array() {
        Some(row) => row.iter().map(number).collect(),
        None => vec![number(value)],
    }
}
