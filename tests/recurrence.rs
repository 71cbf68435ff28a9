//! Recurrent layers are PyTorch's, numbers and gradients; a state carried over is the sequence in one piece; a training step takes
//! as many launches for a long sequence as for a short one.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashMap;
use std::sync::Arc;

use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::graph::{Globals, Graph, Init, LaunchContext, Op, TensorType, ValueId};
use seedling::nn::initialisation::Initialisation;
use seedling::nn::recurrent::RecurrentLayer;
use seedling::ops;
use seedling::ops::add::Add;
use seedling::ops::carry::Carry;
use seedling::ops::cross_entropy::CrossEntropy;
use seedling::ops::embedding::Embedding;
use seedling::ops::matmul::Matmul;
use seedling::ops::recurrence::Cell;
use seedling::optim::{Decay, Optimizer};
use seedling::plan::{Buffer, CompileOptions, CpuExecutor, Executor, Plan, PlanId};
use seedling::rng;
use serde_json::Value;

fn executors() -> Vec<Box<dyn Executor>> {
    let gpu = pollster::block_on(GpuExecutor::acquire(DeviceOptions {
        default_limits: true,
    }))
    .expect("these tests need a WebGPU adapter (install mesa-vulkan-drivers)");
    println!("adapter: {}", gpu.device().adapter_name);
    vec![Box::new(CpuExecutor::new()), Box::new(gpu)]
}

fn layer(cell: Cell, hidden: usize, is_reversed: bool) -> RecurrentLayer {
    RecurrentLayer {
        cell,
        hidden,
        is_reversed,
        forget_bias: 1.0,
        initialisation: Initialisation::Usual,
        std: 0.02,
    }
}

/// Runs a plan whose inputs are named and gives its readings one after the other.
fn run(executor: &mut dyn Executor, id: PlanId, inputs: &HashMap<&str, Vec<u32>>) -> Vec<f32> {
    for (slot, (name, _)) in executor.plan(id).inputs.clone().iter().enumerate() {
        executor.write(id, &Buffer::Input(slot), 0, &inputs[name.as_str()]);
    }
    let reading = executor.run(id, &Globals::default(), 1, true);
    pollster::block_on(reading.expect("a reading was asked for")).unwrap()
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

/// One case of `tests/golden/recurrence.py`, whose numbers have these sizes and seeds.
fn check(case: &Value, executor: &mut dyn Executor) {
    const B: usize = 2;
    const T: usize = 5;
    const C: usize = 4;
    const H: usize = 3;
    const LENGTHS: [u32; B] = [5, 3];
    let cell = match case["cell"].as_str().unwrap() {
        "tanh" => Cell::Tanh,
        "gru" => Cell::Gru,
        _ => Cell::Lstm,
    };
    let has_lengths = case["has_lengths"].as_bool().unwrap();
    let layer = layer(cell, H, case["is_reversed"].as_bool().unwrap());
    let (columns, states) = (cell.gates() * H, layer.state_len());

    let mut graph = Graph::new();
    let x = graph.input("x", TensorType::f32(&[B, T, C]));
    let state = graph.input("state", TensorType::f32(&[B, states]));
    let lengths = has_lengths.then(|| graph.input("lengths", TensorType::u32(&[B])));
    let made = layer
        .apply(&mut graph, "rnn", x, Some(state), lengths)
        .unwrap();
    let dh = graph.input("dh", TensorType::f32(&[B, T, H]));
    let d_last = graph.input("d_last", TensorType::f32(&[B, states]));
    let sum: Arc<dyn Op> = Arc::new(Add);
    let gradients = graph
        .differentiate_from(&[(made.h, dh), (made.last, d_last)], &sum)
        .unwrap();
    let mut readings = vec![made.h, made.last, gradients[&x], gradients[&state]];
    let names: Vec<&str> = graph.parameters.iter().map(|p| p.name.as_str()).collect();
    let expected = ["input.weight", "input.bias", "hidden.weight", "hidden.bias"];
    assert_eq!(names, expected.map(|part| format!("rnn.{part}")));
    readings.extend(graph.parameters.iter().map(|p| gradients[&p.value]));
    let options = CompileOptions {
        readings,
        parameter_gradients: vec![],
    };
    let id = executor.install(Plan::compile(&graph, &options)).unwrap();
    let parameters = executor.plan(id).parameters.clone();
    for (parameter, seed) in parameters.iter().zip(2..) {
        let numbers = bits(&rng::normals(seed, parameter.len(), 0.5));
        executor.write(id, &Buffer::Weights, parameter.offset, &numbers);
    }
    let mut dh = rng::normals(7, B * T * H, 1.0);
    let is_padding = |i: usize| has_lengths && i / H % T >= LENGTHS[i / H / T] as usize;
    for (i, d) in dh.iter_mut().enumerate() {
        if is_padding(i) {
            *d = 0.0;
        }
    }
    let inputs = HashMap::from([
        ("x", bits(&rng::normals(1, B * T * C, 1.0))),
        ("state", bits(&rng::normals(6, B * states, 1.0))),
        ("lengths", LENGTHS.to_vec()),
        ("dh", bits(&dh)),
        ("d_last", bits(&rng::normals(8, B * states, 1.0))),
    ]);
    let numbers = run(executor, id, &inputs);
    executor.remove(id);

    let mut start = 0;
    for (name, len) in [
        ("h", B * T * H),
        ("last", B * states),
        ("d_x", B * T * C),
        ("d_state", B * states),
        ("d_input_weight", C * columns),
        ("d_input_bias", columns),
        ("d_hidden_weight", H * columns),
        ("d_hidden_bias", columns),
    ] {
        let got = &numbers[start..start + len];
        start += len;
        let expected = case[name].as_array().unwrap();
        assert_eq!(expected.len(), len);
        for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
            // PyTorch's padding is zeros, ours the state that is carried on.
            if name == "h" && is_padding(i) {
                continue;
            }
            let expected = expected.as_f64().unwrap() as f32;
            // Numbers of order one after five steps of f32.
            let head = (&case["cell"], &case["is_reversed"], has_lengths);
            assert!(
                (got - expected).abs() <= 2e-5 * expected.abs().max(1.0),
                "{head:?} {name}[{i}]: {got}, PyTorch {expected}"
            );
        }
    }
    assert_eq!(start, numbers.len());
}

#[test]
fn layers_are_those_of_pytorch() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("golden/recurrence.json")).unwrap();
    assert_eq!(cases.len(), 12);
    for mut executor in executors() {
        for case in &cases {
            check(case, &mut *executor);
        }
    }
}

/// A sequence in two halves, the state carried over, gives what the whole gives; and the gradient of the second half is what
/// it is with that state as a constant, though the carry stands before the backward pass.
#[test]
fn a_state_carried_over_goes_on_where_the_last_step_ended() {
    let (batch, time, channels, hidden) = (3, 8, 5, 12);
    for mut executor in executors() {
        for cell in [Cell::Tanh, Cell::Gru, Cell::Lstm] {
            let layer = layer(cell, hidden, false);
            let states = layer.state_len();
            let plan = |time: usize, carries: bool| {
                let mut graph = Graph::new();
                let x = graph.input("x", TensorType::f32(&[batch, time, channels]));
                let ty = TensorType::f32(&[batch, states]);
                let state = if carries {
                    graph.state("rnn.state", ty)
                } else {
                    graph.input("state", ty)
                };
                let made = layer
                    .apply(&mut graph, "rnn", x, Some(state), None)
                    .unwrap();
                if carries {
                    graph.apply(Carry, &[made.last, state]).unwrap();
                }
                let dh = graph.constant("dh", &[batch, time, hidden], 1.0);
                let sum: Arc<dyn Op> = Arc::new(Add);
                let gradients = graph.differentiate_from(&[(made.h, dh)], &sum).unwrap();
                let weight = graph.parameters[2].value;
                let readings = vec![made.h, made.last, gradients[&weight]];
                let options = CompileOptions {
                    readings,
                    parameter_gradients: vec![],
                };
                Plan::compile(&graph, &options)
            };
            let whole = executor.install(plan(time, false)).unwrap();
            let half = executor.install(plan(time / 2, true)).unwrap();
            let with_constant = executor.install(plan(time / 2, false)).unwrap();
            for (seed, parameter) in executor.plan(whole).parameters.clone().iter().enumerate() {
                let numbers = bits(&rng::normals(20 + seed as u32, parameter.len(), 0.5));
                executor.write(whole, &Buffer::Weights, parameter.offset, &numbers);
            }
            let zeros = vec![0; batch * states];
            executor.write(half, &Buffer::State("rnn.state".into()), 0, &zeros);

            let row = time * channels;
            let x = bits(&rng::normals(30, batch * row, 1.0));
            let half_of = |second: usize| -> Vec<u32> {
                x.chunks_exact(row)
                    .flat_map(|x| x[second * row / 2..][..row / 2].to_vec())
                    .collect()
            };
            let inputs = HashMap::from([("x", x.clone()), ("state", zeros)]);
            let all = run(&mut *executor, whole, &inputs);
            let first = run(&mut *executor, half, &HashMap::from([("x", half_of(0))]));
            let second = run(&mut *executor, half, &HashMap::from([("x", half_of(1))]));
            let of_h = batch * time * hidden;
            for (i, &expected) in all[..of_h].iter().enumerate() {
                let (b, t, u) = (i / hidden / time, i / hidden % time, i % hidden);
                let part = if t < time / 2 { &first } else { &second };
                let got = part[(b * time / 2 + t % (time / 2)) * hidden + u];
                assert!(
                    (got - expected).abs() < 1e-5,
                    "{cell:?} {i}: {got} {expected}"
                );
            }
            let state = bits(&first[of_h / 2..][..batch * states]);
            let inputs = HashMap::from([("x", half_of(1)), ("state", state)]);
            let constant = run(&mut *executor, with_constant, &inputs);
            for (i, (got, expected)) in second.iter().zip(&constant).enumerate() {
                let tolerance = 1e-5 * expected.abs().max(1.0);
                assert!(
                    (got - expected).abs() < tolerance,
                    "{cell:?} {i}: {got} {expected}"
                );
            }
            executor.clear();
        }
    }
}

/// Embedding, layers, tied head, loss, clip, AdamW, and the states carried over.
fn language_model(cell: Cell, [batch, time, hidden, vocabulary]: [usize; 4]) -> Plan {
    let mut graph = Graph::new();
    let ids = graph.input("ids", TensorType::u32(&[batch, time]));
    let targets = graph.input("targets", TensorType::u32(&[batch, time]));
    let order = graph.input("order", TensorType::u32(&[batch * time]));
    let starts = graph.input("starts", TensorType::u32(&[vocabulary + 1]));
    let wte = graph.parameter("wte", &[vocabulary, hidden], Init::Normal(0.02));
    let embedding = Embedding { positions: false };
    let mut x = graph.apply(embedding, &[ids, wte, order, starts]).unwrap();
    let layer = layer(cell, hidden, false);
    let mut carried: Vec<[ValueId; 2]> = Vec::new();
    for index in 0..2 {
        let ty = TensorType::f32(&[batch, layer.state_len()]);
        let state = graph.state(&format!("state.{index}"), ty);
        let name = format!("layers.{index}");
        let made = layer
            .apply(&mut graph, &name, x, Some(state), None)
            .unwrap();
        carried.push([made.last, state]);
        x = made.h;
    }
    let head = Matmul {
        transpose_b: true,
        ..Matmul::plain()
    };
    let logits = graph.apply(head, &[x, wte]).unwrap();
    let loss = graph
        .apply(CrossEntropy::default(), &[logits, targets])
        .unwrap();
    let parameter_gradients = ops::differentiate(&mut graph, loss).unwrap();
    for pair in carried {
        graph.apply(Carry, &pair).unwrap();
    }
    let adamw = Optimizer::AdamW {
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        decay: Decay::usual(0.01),
    };
    let norm = adamw.append(&mut graph, 1.0).unwrap();
    let options = CompileOptions {
        readings: vec![loss, norm],
        parameter_gradients,
    };
    Plan::compile(&graph, &options)
}

fn dispatches(plan: &Plan, is_software: bool) -> usize {
    let of_node = |node: &seedling::plan::PlannedNode| {
        let cx = LaunchContext {
            inputs: &node.input_types,
            outputs: &node.output_types,
            is_software,
        };
        node.node.op.launches(&cx).len()
    };
    plan.nodes.iter().map(of_node).sum()
}

#[test]
fn a_training_step_takes_few_launches_however_long_the_sequence() {
    for cell in [Cell::Tanh, Cell::Gru, Cell::Lstm] {
        for is_software in [true, false] {
            let counts =
                [16, 64].map(|t| dispatches(&language_model(cell, [16, t, 128, 65]), is_software));
            println!("{cell:?}, software {is_software}: {counts:?} dispatches a step");
            assert_eq!(counts[0], counts[1]);
            assert!(counts[0] <= 40, "{cell:?}: {counts:?}");
        }
    }
}

#[test]
fn shapes_that_do_not_fit_are_refused_with_the_cure() {
    let mut graph = Graph::new();
    let x = graph.input("x", TensorType::f32(&[2, 3, 8]));
    let large = layer(Cell::Gru, 2000, false);
    let error = large.apply(&mut graph, "rnn", x, None, None).unwrap_err();
    assert!(
        error.to_string().contains("more than 1024; lower it"),
        "{error}"
    );
    let lstm = layer(Cell::Lstm, 4, false);
    let only_h = graph.input("h", TensorType::f32(&[2, 4]));
    let error = lstm.apply(&mut graph, "lstm", x, Some(only_h), None);
    let text = error.unwrap_err().to_string();
    assert!(text.contains("the state is h | c, [2, 8]"), "{text}");
}
