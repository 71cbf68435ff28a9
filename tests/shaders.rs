//! Every shader of every op passes naga's validator and keeps to WebGPU's default limits. (That the browser's own compiler
//! takes them too is `web.rs`'s business.)
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::sync::Arc;

use naga::valid::{Capabilities, ValidationFlags, Validator};
use seedling::graph::{Graph, Launch, LaunchContext, Op, TensorType, ValueId};
use seedling::ops;

const MAX_STORAGE_BUFFERS: usize = 8;
const MAX_WORKGROUPS: u32 = 65_535;
const MAX_INVOCATIONS: u32 = 256;
const MAX_WORKGROUP_BYTES: u32 = 16_384;

fn check(op: &str, launch: &Launch) {
    let text = launch.shader.text();
    let module = naga::front::wgsl::parse_str(&text)
        .unwrap_or_else(|e| panic!("{op}: {}", e.emit_to_string(&text)));
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|e| panic!("{op}: {}", e.emit_to_string(&text)));
    let entry = module
        .entry_points
        .iter()
        .find(|e| e.name == launch.shader.entry)
        .unwrap_or_else(|| panic!("{op}: no entry point {}", launch.shader.entry));
    let invocations: u32 = entry.workgroup_size.iter().product();
    assert!(
        invocations <= MAX_INVOCATIONS,
        "{op}: {invocations} invocations"
    );
    let mut layouter = naga::proc::Layouter::default();
    layouter.update(module.to_ctx()).unwrap();
    let workgroup_bytes: u32 = module
        .global_variables
        .iter()
        .filter(|(_, v)| v.space == naga::AddressSpace::WorkGroup)
        .map(|(_, v)| layouter[v.ty].size)
        .sum();
    assert!(
        workgroup_bytes <= MAX_WORKGROUP_BYTES,
        "{op}: {workgroup_bytes} bytes of workgroup memory"
    );
    assert!(
        launch.bindings.len() <= MAX_STORAGE_BUFFERS,
        "{op}: {} storage buffers",
        launch.bindings.len()
    );
    assert!(
        launch
            .workgroups
            .iter()
            .all(|&w| (1..=MAX_WORKGROUPS).contains(&w)),
        "{op}: workgroups {:?}",
        launch.workgroups
    );
    assert!(
        launch.params.len() <= Launch::MAX_PARAMS,
        "{op}: parameters"
    );
}

/// Launches of an op and, where it has one, of its backward pass.
fn launches(graph: &Graph, is_software: bool) -> Vec<(String, Launch)> {
    graph
        .nodes
        .iter()
        .flat_map(|node| {
            let types = |values: &[ValueId]| -> Vec<TensorType> {
                values.iter().map(|&v| graph.ty(v).clone()).collect()
            };
            let (inputs, outputs) = (types(&node.inputs), types(&node.outputs));
            let cx = LaunchContext {
                inputs: &inputs,
                outputs: &outputs,
                is_software,
            };
            let name = node.op.name().to_owned();
            node.op
                .launches(&cx)
                .into_iter()
                .map(move |l| (name.clone(), l))
        })
        .collect()
}

#[test]
fn every_shader_is_valid_on_default_limits() {
    let sum: Arc<dyn Op> = Arc::new(ops::add::Add);
    let mut seen = BTreeSet::new();
    for sample in ops::ALL.iter().flat_map(|entry| (entry.samples)()) {
        let mut graph = Graph::new();
        let inputs: Vec<ValueId> = sample
            .inputs
            .iter()
            .map(|(ty, _)| graph.input("x", ty.clone()))
            .collect();
        let outputs = graph.push_arc(sample.op.clone(), &inputs).unwrap();
        if !sample.differentiable.is_empty() {
            let ty = graph.ty(outputs[0]).clone();
            let seed = graph.input("dy", ty);
            graph
                .differentiate_from(&[(outputs[0], seed)], &sum)
                .unwrap();
        }
        for is_software in [true, false] {
            for (op, launch) in launches(&graph, is_software) {
                if seen.insert((launch.shader.text(), launch.shader.entry)) {
                    check(&op, &launch);
                }
            }
        }
    }
    println!("{} shaders", seen.len());
    assert!(seen.len() > 100);
}
