//! What a recurrent layer does while it reads: its state and its gates at every token.

use super::run::{Run, RunError, write_batch};
use crate::data::batches::Batch;
use crate::graph::{Globals, Graph, GraphError, ValueId};
use crate::models::{Family, ModelConfig, Pass, Purpose};
use crate::ops::recurrence::KEPT;
use crate::plan::{CompileOptions, Plan};

/// A name and its numbers (T, H).
pub type Series = (String, Vec<f32>);

impl Run {
    /// State and gates of a layer (from 0) over at most a context of tokens, with the weights as they stand and a state of zeros before
    /// the first: of every cell `h`; of an LSTM then `c` and the gates `i`, `f`, `g`, `o`; of a GRU `r`, `z`, `n`. Formulas:
    /// `ops/recurrence.rs`.
    ///
    /// # Errors
    /// A lost or too small device.
    ///
    /// # Panics
    /// For a model that is not recurrent, and for a layer it does not have.
    pub async fn traces(&mut self, tokens: &[u32], layer: u32) -> Result<Vec<Series>, RunError> {
        let model = &self.spec.model;
        let (family, hidden) = (model.family, model.channels as usize);
        let plan = tracing(model, self.spec.vocabulary, tokens.len(), layer as usize)?;
        let id = self.executor.install(plan)?;
        let batch = Batch {
            inputs: tokens.to_vec(),
            targets: vec![0; tokens.len()],
            ..Batch::default()
        };
        write_batch(&mut *self.executor, id, &batch, self.spec.vocabulary);
        let reading = self.executor.run(id, &Globals::default(), 1, true);
        let numbers = reading.expect("a reading was asked for").await;
        self.executor.remove(id);
        let numbers = numbers?;
        let (h, kept) = numbers.split_at(tokens.len() * hidden);
        Ok(series(family, h, kept, hidden))
    }
}

/// Forward over one sequence of `time` tokens. Reads back every h (1, T, H) of a layer, then what it keeps of every step
/// (1, T, (K + 1)·H).
fn tracing(
    model: &ModelConfig,
    vocabulary: usize,
    time: usize,
    layer: usize,
) -> Result<Plan, GraphError> {
    let mut graph = Graph::new();
    let pass = Pass::of(Purpose::Inspect, 1, time);
    let forward = model.forward(&mut graph, vocabulary, &pass)?;
    // The first is the embedding, which the first layer reads.
    let h = forward.layers[layer + 1].1;
    let options = CompileOptions {
        readings: vec![h, kept_with(&graph, h)],
        ..CompileOptions::default()
    };
    Ok(Plan::compile(&graph, &options))
}

/// What the recurrence that made `h` keeps.
fn kept_with(graph: &Graph, h: ValueId) -> ValueId {
    let mut nodes = graph.nodes.iter();
    let recurrence = nodes.find(|node| node.outputs.contains(&h));
    recurrence.expect("a recurrence made it").outputs[KEPT]
}

/// h (T, H) and the named vectors of what was kept (T, (K + 1)·H).
fn series(family: Family, h: &[f32], kept: &[f32], hidden: usize) -> Vec<Series> {
    let vectors = kept.len() / h.len();
    let vector = |index: usize| -> Vec<f32> {
        let rows = kept.chunks_exact(vectors * hidden);
        rows.flat_map(|row| row[index * hidden..][..hidden].iter().copied())
            .collect()
    };
    let gates = |names: &[&str]| -> Vec<Series> {
        let numbered = names.iter().enumerate();
        numbered
            .map(|(index, name)| ((*name).to_owned(), vector(index)))
            .collect()
    };
    let mut all = vec![("h".to_owned(), h.to_vec())];
    match family {
        Family::Lstm => {
            let gates = gates(&["i", "f", "g", "o"]);
            let [i, f, g, _] = [0, 1, 2, 3].map(|gate: usize| &gates[gate].1);
            let c_before = vector(4);
            let c = (0..h.len()).map(|u| f[u] * c_before[u] + i[u] * g[u]);
            all.push(("c".to_owned(), c.collect()));
            all.extend(gates);
        }
        Family::Gru => all.extend(gates(&["r", "z", "n"])),
        _ => {}
    }
    all
}
