//! A first guess of a device's speed, before any run has shown it: a few products of the size that models are made of.

use crate::graph::{Globals, Graph, TensorType};
use crate::ops::matmul::Matmul;
use crate::plan::{Buffer, CompileOptions, Executor, Plan};

use super::surroundings::Surroundings;

/// Side of the matrices: 34 million operations a product, milliseconds even on a software adapter.
const SIDE: usize = 256;
const PRODUCTS: u32 = 4;
/// What a training step reaches of a product's speed: its products are narrower, and it is not all products.
const SHARE: f64 = 0.5;

/// Floating-point operations a second that training may reach; None when the device fails (the run will say why).
pub(super) async fn flops_per_sec(
    executor: &mut dyn Executor,
    surroundings: &dyn Surroundings,
) -> Option<f64> {
    let mut graph = Graph::new();
    let a = graph.input("a", TensorType::f32(&[SIDE, SIDE]));
    let b = graph.input("b", TensorType::f32(&[SIDE, SIDE]));
    let c = graph.apply(Matmul::plain(), &[a, b]).ok()?;
    let plan = Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![c],
            ..CompileOptions::default()
        },
    );
    let id = executor.install(plan).ok()?;
    let mut secs = f64::INFINITY;
    // The first round pays for compiling the kernel.
    for _ in 0..3 {
        let start = surroundings.now_secs();
        executor.run(id, &Globals::default(), PRODUCTS, false);
        executor.read(id, &Buffer::Pool(0), 0, 1).await.ok()?;
        secs = secs.min(surroundings.now_secs() - start);
    }
    executor.clear();
    let flops = 2.0 * (SIDE as f64).powi(3) * f64::from(PRODUCTS);
    (secs > 0.0).then_some(SHARE * flops / secs)
}
