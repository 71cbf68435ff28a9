//! Errors of a graph name op, tensors and cure; compile drops what nobody reads, reuses memory, and fuses what it may.
#![cfg(not(target_arch = "wasm32"))]

use seedling::graph::{Globals, Graph, GraphError, Group, Init, TensorType};
use seedling::models::{MlpKind, ModelConfig, NormKind, NormPlacement, Positions};
use seedling::ops::activation::{Activate, Activation};
use seedling::ops::add::Add;
use seedling::ops::cross_entropy::CrossEntropy;
use seedling::ops::matmul::Matmul;
use seedling::ops::{self};
use seedling::optim::{Decay, Optimizer};
use seedling::plan::{Buffer, CompileOptions, CpuExecutor, Executor, Plan};
use seedling::train::{Recipe, Rows, inspection, training, update};

fn model() -> ModelConfig {
    ModelConfig {
        layers: 3,
        heads: 2,
        channels: 16,
        context: 8,
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

fn recipe() -> Recipe {
    Recipe {
        optimizer: Optimizer::Sgd {
            momentum: 0.0,
            decay: Decay::usual(0.0),
        },
        clip_norm: 0.0,
        batch: 2,
        accumulation: 1,
        loss: CrossEntropy::default(),
    }
}

#[test]
fn parameters_lie_by_the_decay_that_acts_on_them() {
    let mut graph = Graph::new();
    for (name, shape) in [
        ("encoder.wpe", &[3, 4][..]),
        ("h.0.attn.c_attn.weight", &[4, 12]),
        ("h.0.attn.c_attn.bias", &[12]),
        ("wte", &[5, 4]),
        ("decoder.relative", &[32, 2]),
        ("segments", &[2, 4]),
        ("lm_head.weight", &[5, 4]),
    ] {
        graph.parameter(name, shape, Init::Zeros);
    }
    let groups: Vec<Group> = graph.parameters.iter().map(|p| p.group()).collect();
    use Group::{Embeddings, Matrices, Vectors};
    assert_eq!(
        groups,
        [
            Embeddings, Matrices, Vectors, Embeddings, Embeddings, Embeddings, Matrices
        ]
    );
    let layout = graph.layout();
    // Every one of them fits 64 words.
    assert_eq!(layout.group_ends, [2 * 64, 6 * 64, 7 * 64]);
    assert_eq!(layout.offsets, [128, 0, 384, 192, 256, 320, 64]);
    assert_eq!(layout.len, 7 * 64);
}

#[test]
fn decay_by_group_acts_on_that_group_alone() {
    let mut graph = Graph::new();
    for (name, shape) in [("w", &[4, 4][..]), ("wte", &[4, 4]), ("b", &[4])] {
        graph.parameter(name, shape, Init::Ones);
    }
    let decay = Decay {
        matrices: 0.5,
        embeddings: 0.25,
        vectors: 0.125,
    };
    for optimizer in [
        Optimizer::Sgd {
            momentum: 0.0,
            decay,
        },
        Optimizer::AdamW {
            beta1: 0.9,
            beta2: 0.9,
            epsilon: 1e-8,
            decay,
        },
    ] {
        let mut graph = graph.clone();
        optimizer.append(&mut graph, 0.0).unwrap();
        let mut executor = CpuExecutor::new();
        let plan = Plan::compile(&graph, &CompileOptions::default());
        let offsets: Vec<usize> = plan.parameters.iter().map(|p| p.offset).collect();
        let len = plan.layout.len;
        let id = executor.install(plan).unwrap();
        executor.write(id, &Buffer::Weights, 0, &vec![1f32.to_bits(); len]);
        // Gradients are 0: only the decay moves a weight.
        executor.run(id, &optimizer.globals(0, 1.0, 0), 1, false);
        let reading = executor.read(id, &Buffer::Weights, 0, len);
        let weights = pollster::block_on(reading).unwrap();
        let after: Vec<f32> = offsets.iter().map(|&offset| weights[offset]).collect();
        assert_eq!(after, [0.5, 0.75, 0.875], "{optimizer:?}");
    }
}

#[test]
fn micro_batches_leave_clip_and_update_to_a_plan_of_its_own() {
    let whole = training(&model(), 30, Rows::windows(&model()), &recipe()).unwrap();
    let recipe = Recipe {
        accumulation: 4,
        ..recipe()
    };
    let step = training(&model(), 30, Rows::windows(&model()), &recipe).unwrap();
    let names = |plan: &Plan| Vec::from_iter(plan.nodes.iter().map(|n| n.node.op.name()));
    // Clip and update make way for the sums of gradients and loss.
    let all = names(&step);
    assert_eq!(all.len(), whole.nodes.len());
    assert_eq!(all[all.len() - 2..], ["accumulate", "accumulate"]);
    assert!(step.readings.is_empty());
    let update = update(&step, &recipe).unwrap();
    assert_eq!(names(&update), ["gradient_norm", "sgd"]);
    assert_eq!(update.layout, step.layout);
    assert!(!update.uses_gradients);
    let read: usize = update.readings.iter().map(|r| r.1.len).sum();
    assert_eq!(read, 3);
}

#[test]
fn a_wrong_shape_is_found_where_it_is_made_and_named() {
    let mut graph = Graph::new();
    graph.scope = "h.0.mlp".to_owned();
    let x = graph.input("x", TensorType::f32(&[4, 3]));
    let w = graph.parameter("w", &[5, 2], Init::Zeros);
    let error = graph.apply(Matmul::plain(), &[x, w]).unwrap_err();
    assert!(matches!(error, GraphError::Shape { .. }));
    let text = error.to_string();
    for part in [
        "matmul",
        "h.0.mlp",
        "x [4, 3]",
        "w [5, 2]",
        "inner sizes differ",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_parameter_without_gradient_is_an_error_that_names_it() {
    let mut graph = Graph::new();
    let x = graph.input("x", TensorType::f32(&[4, 3]));
    let targets = graph.input("targets", TensorType::u32(&[4]));
    let used = graph.parameter("used", &[3, 5], Init::Zeros);
    graph.parameter("forgotten", &[3, 5], Init::Zeros);
    let logits = graph.apply(Matmul::plain(), &[x, used]).unwrap();
    let loss = graph
        .apply(CrossEntropy::default(), &[logits, targets])
        .unwrap();
    let error = ops::differentiate(&mut graph, loss).unwrap_err();
    assert_eq!(
        error,
        GraphError::NoGradient {
            parameter: "forgotten".to_owned()
        }
    );
}

#[test]
fn a_loss_of_many_numbers_is_refused() {
    let mut graph = Graph::new();
    let x = graph.parameter("x", &[4, 3], Init::Zeros);
    let y = graph.apply(Activate(Activation::Relu), &[x]).unwrap();
    let error = ops::differentiate(&mut graph, y).unwrap_err();
    assert!(error.to_string().contains("one number"), "{error}");
}

#[test]
fn what_nobody_reads_is_not_run_and_memory_is_reused() {
    let mut graph = Graph::new();
    let mut x = graph.input("x", TensorType::f32(&[1000]));
    for _ in 0..20 {
        x = graph.apply(Activate(Activation::Silu), &[x]).unwrap();
    }
    graph.apply(Add, &[x, x]).unwrap();
    let plan = Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![x],
            ..CompileOptions::default()
        },
    );
    assert_eq!(plan.nodes.len(), 20);
    assert_eq!(plan.pool, [1000, 1000]);
}

#[test]
fn training_holds_less_than_every_activation() {
    let plan = training(&model(), 30, Rows::windows(&model()), &recipe()).unwrap();
    let all: usize = plan
        .nodes
        .iter()
        .flat_map(|n| &n.outputs)
        .filter(|p| matches!(p.buffer, Buffer::Pool(_)))
        .map(|p| p.len)
        .sum();
    let held: usize = plan.pool.iter().sum();
    assert!(held * 3 < all * 2, "{held} of {all} words");
    // An evaluation of the same model keeps nothing for a backward pass.
    let looking = inspection(&model(), 30, Rows::windows(&model()), 8).unwrap();
    assert!(!looking.uses_gradients);
}

#[test]
fn backward_passes_fuse_sums_and_slopes() {
    let plan = training(&model(), 30, Rows::windows(&model()), &recipe()).unwrap();
    let names: Vec<&str> = plan.nodes.iter().map(|n| n.node.op.name()).collect();
    for separate in ["add", "activation", "activation_backward"] {
        assert!(
            !names.contains(&separate),
            "{separate} is a node of its own: {names:?}"
        );
    }
    // Forward 7 a layer, backward 11; embedding, norm, head, loss, each there and back; norm and update.
    assert_eq!(plan.nodes.len(), 3 * 18 + 4 + 5 + 2, "{names:?}");
}

/// y = relu(a) + relu(a): the gradient of a is the sum of two paths, and a value that is read twice is not fused away.
#[test]
fn a_value_read_twice_gets_both_gradients() {
    let mut graph = Graph::new();
    let a = graph.input("a", TensorType::f32(&[3]));
    let left = graph.apply(Activate(Activation::Relu), &[a]).unwrap();
    let right = graph.apply(Activate(Activation::Relu), &[a]).unwrap();
    let y = graph.apply(Add, &[left, right]).unwrap();
    let seed = graph.constant("dy", &[3], 1.0);
    let sum: std::sync::Arc<dyn seedling::graph::Op> = std::sync::Arc::new(Add);
    let da = graph.differentiate_from(&[(y, seed)], &sum).unwrap()[&a];
    let plan = Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![da],
            ..CompileOptions::default()
        },
    );
    let mut executor = CpuExecutor::new();
    let id = executor.install(plan).unwrap();
    let numbers = [-1.0f32, 0.5, 2.0];
    executor.write(id, &Buffer::Input(0), 0, bytemuck::cast_slice(&numbers));
    let reading = executor.run(id, &Globals::default(), 1, true).unwrap();
    assert_eq!(pollster::block_on(reading).unwrap(), [0.0, 2.0, 2.0]);
}
