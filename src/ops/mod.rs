//! Every operation the engine knows. One file per op; [`ALL`] lists them, and a row in it is what makes the
//! parity and gradient tests run on an op.

pub mod accumulate;
pub mod activation;
pub mod adamw;
pub mod add;
pub mod additive_attention;
pub mod additive_attention_backward;
pub mod argmax;
pub mod attention;
pub mod attention_backward;
pub mod attention_decode;
pub mod attention_weights;
pub mod carry;
pub mod clip;
pub mod concat;
pub mod cross_entropy;
pub mod dropout;
pub mod embed_window;
pub mod embedding;
pub mod gated;
pub mod gather_rows;
pub mod layer_norm;
pub mod matmul;
pub mod qk_norm;
pub mod recurrence;
pub mod recurrence_backward;
pub mod reduce;
pub mod rms_norm;
pub mod rotary;
pub mod sampler;
pub mod sgd;
pub mod soft_cap;
pub mod unfold;
pub mod weight_decay;

mod attention_bias;
mod attention_cases;
mod attention_cpu;
mod attention_launch;
mod attention_layout;
mod attention_mask;
#[cfg(test)]
mod attention_tests;
pub(crate) mod lanes;
pub(crate) mod launch;
mod matmul_launch;
mod order_key;
pub mod product;
mod recurrence_cpu;
mod recurrence_launch;
mod sample;

use std::sync::Arc;

use crate::graph::{Graph, GraphError, Op, ValueId};
pub use sample::{Fill, OpEntry, Sample};

/// The table of ops.
pub const ALL: &[OpEntry] = &[
    add::ENTRY,
    activation::ENTRY,
    attention::ENTRY,
    attention_decode::ENTRY,
    attention_weights::ENTRY,
    rotary::ENTRY,
    qk_norm::ENTRY,
    layer_norm::ENTRY,
    matmul::ENTRY,
    rms_norm::ENTRY,
    cross_entropy::ENTRY,
    clip::ENTRY,
    adamw::ENTRY,
    sgd::ENTRY,
    embedding::ENTRY,
    sampler::ENTRY,
    reduce::ENTRY,
    gated::ENTRY,
    dropout::ENTRY,
    argmax::ENTRY,
    soft_cap::ENTRY,
    recurrence::ENTRY,
    carry::ENTRY,
    accumulate::ENTRY,
    unfold::ENTRY,
    embed_window::ENTRY,
    concat::ENTRY,
    gather_rows::ENTRY,
    additive_attention::ENTRY,
];

/// [`Graph::differentiate`] with the op that adds.
///
/// # Errors
/// As [`Graph::differentiate`].
pub fn differentiate(graph: &mut Graph, loss: ValueId) -> Result<Vec<ValueId>, GraphError> {
    let sum: Arc<dyn Op> = Arc::new(add::Add);
    graph.differentiate(loss, &sum)
}
