//! CPU ↔ WebGPU parity of every row of `ops::ALL`, natively (`ops_parity.rs`) and in the browser (`web.rs`).

use std::sync::Arc;

use seedling::gpu::{Device, DeviceOptions, GpuExecutor};
use seedling::graph::{DType, Graph, Op, TensorType, ValueId};
use seedling::ops::{self, Sample};
use seedling::plan::{Buffer, CompileOptions, CpuExecutor, Executor, Plan};

/// Forward of a sample, and the gradients of its differentiable inputs, as one plan.
fn plan_of(sample: &Sample, seeds: &mut Vec<(String, TensorType)>) -> Plan {
    let mut graph = Graph::new();
    let inputs: Vec<ValueId> = sample
        .inputs
        .iter()
        .enumerate()
        .map(|(i, (ty, _))| graph.input(&format!("input {i}"), ty.clone()))
        .collect();
    let outputs = graph
        .push_arc(sample.op.clone(), &inputs)
        .unwrap_or_else(|e| panic!("{}: {e}", sample.label));
    let mut readings: Vec<ValueId> = sample.compared.iter().map(|&o| outputs[o]).collect();
    if !sample.differentiable.is_empty() {
        let ty = graph.ty(outputs[0]).clone();
        let seed = graph.input("dy", ty.clone());
        seeds.push(("dy".to_owned(), ty));
        let sum: Arc<dyn Op> = Arc::new(ops::add::Add);
        let gradients = graph
            .differentiate_from(&[(outputs[0], seed)], &sum)
            .unwrap_or_else(|e| panic!("{}: {e}", sample.label));
        readings.extend(sample.differentiable.iter().map(|&i| gradients[&inputs[i]]));
    }
    Plan::compile(
        &graph,
        &CompileOptions {
            readings,
            parameter_gradients: vec![],
        },
    )
}

async fn results(executor: &mut dyn Executor, sample: &Sample) -> Vec<(String, bool, Vec<f32>)> {
    let mut seeds = Vec::new();
    let plan = plan_of(sample, &mut seeds);
    let readings: Vec<(String, usize)> = plan
        .readings
        .iter()
        .map(|(name, place)| (name.clone(), place.len))
        .collect();
    let integers: Vec<bool> = plan
        .readings
        .iter()
        .map(|(_, place)| {
            plan.nodes.iter().any(|n| {
                n.outputs.contains(place)
                    && n.output_types[n.outputs.iter().position(|p| p == place).unwrap()].dtype
                        == DType::U32
            })
        })
        .collect();
    let names: Vec<(String, usize)> = plan.inputs.clone();
    let id = executor
        .install(plan)
        .unwrap_or_else(|e| panic!("{}: {e}", sample.label));
    for (slot, (name, len)) in names.iter().enumerate() {
        let words = match name.strip_prefix("input ") {
            Some(i) => {
                let i: usize = i.parse().unwrap();
                sample.inputs[i].1.words(*len, 100 + i as u32)
            }
            None => ops::Fill::Normal(1.0).words(*len, 99),
        };
        executor.write(id, &Buffer::Input(slot), 0, &words);
    }
    let numbers = executor
        .run(id, &sample.globals, 1, true)
        .expect("a reading was asked for")
        .await
        .unwrap_or_else(|e| panic!("{} {}: {e}", sample.op.name(), sample.label));
    executor.remove(id);
    let mut start = 0;
    readings
        .into_iter()
        .zip(integers)
        .map(|((name, len), is_integer)| {
            start += len;
            (name, is_integer, numbers[start - len..start].to_vec())
        })
        .collect()
}

/// Largest difference relative to the largest magnitude; whole numbers must agree exactly.
fn difference(is_integer: bool, a: &[f32], b: &[f32]) -> f32 {
    if is_integer {
        let same = a.iter().zip(b).all(|(x, y)| x.to_bits() == y.to_bits());
        return if same { 0.0 } else { f32::INFINITY };
    }
    let scale = a.iter().fold(1e-6f32, |m, x| m.max(x.abs()));
    a.iter().zip(b).fold(0.0f32, |m, (x, y)| {
        let d = (x - y).abs() / scale;
        if d.is_nan() && x.to_bits() != y.to_bits() {
            f32::INFINITY
        } else {
            m.max(d)
        }
    })
}

/// A device on WebGPU's default limits; a missing adapter fails.
pub async fn device() -> Device {
    let device = Device::acquire(DeviceOptions {
        default_limits: true,
    })
    .await
    .expect("these tests need a WebGPU adapter (natively: install mesa-vulkan-drivers)");
    println!(
        "adapter: {} (software: {})",
        device.adapter_name, device.is_software
    );
    device
}

/// Compares every sample whose op's name contains `filter`, with the GPU kernels and with the ones for software adapters.
pub async fn check(device: &Device, filter: &str) {
    let mut failures = Vec::new();
    let mut compared = 0;
    for is_software in [true, false] {
        let mut device = device.clone();
        device.is_software = is_software;
        let mut gpu = GpuExecutor::new(device);
        for entry in ops::ALL.iter().filter(|e| e.name.contains(filter)) {
            for sample in (entry.samples)() {
                let expected = results(&mut CpuExecutor::new(), &sample).await;
                let got = results(&mut gpu, &sample).await;
                for ((name, is_integer, a), (_, _, b)) in expected.iter().zip(&got) {
                    let d = difference(*is_integer, a, b);
                    compared += 1;
                    if d > sample.tolerance || d.is_nan() {
                        let shapes: Vec<_> = sample.inputs.iter().map(|i| &i.0.shape).collect();
                        failures.push(format!(
                            "{} ({}, {shapes:?}, software {is_software}) {name}: differs by {d:e}; CPU {:?}… GPU {:?}…",
                            entry.name,
                            sample.label,
                            &a[..a.len().min(6)],
                            &b[..b.len().min(6)],
                        ));
                    }
                }
            }
        }
    }
    println!("{compared} tensors compared");
    assert!(compared > 0, "no op is named like {filter}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
