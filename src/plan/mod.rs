//! From graph to plan: which nodes run, in which order, and where every value lives. Decided once; a step only replays it.

mod cpu;
mod executor;
mod memory;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use cpu::CpuExecutor;
pub use executor::{Executor, ExecutorError, PlanId, Reading, Statistics};

use crate::graph::{Graph, Init, Node, ParameterLayout, Source, TensorType, ValueId};
use memory::Pool;

/// A buffer a plan uses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Buffer {
    /// All parameters.
    Weights,
    /// All gradients.
    Gradients,
    /// Outlives the plan; shared by every plan that names it.
    State(String),
    /// Belongs to the plan: written by the host.
    Input(usize),
    /// Belongs to the plan: filled once.
    Constant(usize),
    /// Belongs to the plan: reused by values that do not live at the same time.
    Pool(usize),
}

/// Where a value lives: words `offset..offset + len` of a buffer.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub buffer: Buffer,
    pub offset: usize,
    pub len: usize,
}

/// A node with the places of its values.
#[derive(Clone, Debug)]
pub struct PlannedNode {
    pub node: Node,
    pub input_types: Vec<TensorType>,
    pub output_types: Vec<TensorType>,
    pub inputs: Vec<Place>,
    pub outputs: Vec<Place>,
    /// First output's name, for errors and inspection.
    pub name: String,
}

/// What is trained: enough to make, read and write the flat buffer by name.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterInfo {
    pub name: String,
    pub shape: Vec<usize>,
    pub init: Init,
    /// Words from the start of the flat buffer.
    pub offset: usize,
}

impl ParameterInfo {
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An ordered list of nodes over places.
#[derive(Clone, Debug)]
pub struct Plan {
    pub nodes: Vec<PlannedNode>,
    /// Words of each pool buffer.
    pub pool: Vec<usize>,
    /// Name and words of each input buffer.
    pub inputs: Vec<(String, usize)>,
    /// Fill and words of each constant buffer.
    pub constants: Vec<(f32, usize)>,
    /// Name and words of the buffers that outlive the plan.
    pub states: BTreeMap<String, usize>,
    pub parameters: Vec<ParameterInfo>,
    pub layout: ParameterLayout,
    pub uses_gradients: bool,
    /// What a reading brings back, in order: name and place.
    pub readings: Vec<(String, Place)>,
}

/// What compile needs beyond the graph.
#[derive(Clone, Debug, Default)]
pub struct CompileOptions {
    /// Values read back together when asked.
    pub readings: Vec<ValueId>,
    /// Gradient value of each parameter (from [`Graph::differentiate`]): they are written straight into the flat gradient buffer.
    pub parameter_gradients: Vec<ValueId>,
}

impl Plan {
    /// Orders, drops what nobody reads, and places every value.
    ///
    /// # Panics
    /// When `parameter_gradients` names a value that is not made by a node, or one twice: a bug in a gradient rule.
    pub fn compile(graph: &Graph, options: &CompileOptions) -> Self {
        let layout = graph.layout();
        let live = live_nodes(graph, options);
        let mut fixed: HashMap<ValueId, Place> = HashMap::new();
        for (index, &value) in options.parameter_gradients.iter().enumerate() {
            assert!(
                matches!(graph.source(value), Source::Node { .. }),
                "the gradient of {} is not made by a node",
                graph.parameters[index].name
            );
            let place = Place {
                buffer: Buffer::Gradients,
                offset: layout.offsets[index],
                len: graph.parameters[index].len(),
            };
            let earlier = fixed.insert(value, place);
            assert!(
                earlier.is_none(),
                "one value is the gradient of two parameters"
            );
        }
        let mut plan = Self {
            nodes: Vec::new(),
            pool: Vec::new(),
            inputs: Vec::new(),
            constants: Vec::new(),
            states: BTreeMap::new(),
            parameters: graph
                .parameters
                .iter()
                .zip(&layout.offsets)
                .map(|(p, &offset)| ParameterInfo {
                    name: p.name.clone(),
                    shape: p.shape.clone(),
                    init: p.init,
                    offset,
                })
                .collect(),
            uses_gradients: !options.parameter_gradients.is_empty(),
            readings: Vec::new(),
            layout,
        };
        let last_use = last_uses(graph, &live, options);
        let mut places: HashMap<ValueId, Place> = HashMap::new();
        let mut pool = Pool::default();
        for &index in &live {
            let node = &graph.nodes[index];
            for &input in &node.inputs {
                places
                    .entry(input)
                    .or_insert_with(|| plan.source_place(graph, input));
            }
            for (output, &value) in node.outputs.iter().enumerate() {
                let alias = node.op.aliases().into_iter().find(|a| a.0 == output);
                let place = if let Some((_, input)) = alias {
                    places[&node.inputs[input]].clone()
                } else if let Some(place) = fixed.get(&value) {
                    place.clone()
                } else {
                    let len = graph.ty(value).len();
                    Place {
                        buffer: Buffer::Pool(pool.take(len)),
                        offset: 0,
                        len,
                    }
                };
                places.insert(value, place);
            }
            let mut ending: Vec<ValueId> =
                node.inputs.iter().chain(&node.outputs).copied().collect();
            ending.sort_unstable();
            ending.dedup();
            let mut freed = HashSet::new();
            for value in ending {
                // A value nobody reads ends with the node that made it.
                let end = last_use.get(&value).copied().unwrap_or(index);
                if end == index
                    && let Buffer::Pool(slot) = places[&value].buffer
                    && freed.insert(slot)
                {
                    pool.give_back(slot);
                }
            }
            plan.nodes.push(PlannedNode {
                input_types: node.inputs.iter().map(|&v| graph.ty(v).clone()).collect(),
                output_types: node.outputs.iter().map(|&v| graph.ty(v).clone()).collect(),
                inputs: node.inputs.iter().map(|v| places[v].clone()).collect(),
                outputs: node.outputs.iter().map(|v| places[v].clone()).collect(),
                name: graph.name(node.outputs[0]).to_owned(),
                node: node.clone(),
            });
        }
        for &value in &options.readings {
            let place = match places.get(&value) {
                Some(place) => place.clone(),
                None => plan.source_place(graph, value),
            };
            plan.readings.push((graph.name(value).to_owned(), place));
        }
        plan.pool = pool.sizes;
        plan
    }

    fn source_place(&mut self, graph: &Graph, value: ValueId) -> Place {
        let len = graph.ty(value).len();
        let (buffer, offset) = match graph.source(value) {
            Source::Parameter(index) => (Buffer::Weights, self.layout.offsets[*index]),
            Source::Weights => (Buffer::Weights, 0),
            Source::Gradients => {
                self.uses_gradients = true;
                (Buffer::Gradients, 0)
            }
            Source::State(name) => {
                let known = self.states.entry(name.clone()).or_insert(0);
                *known = (*known).max(len);
                (Buffer::State(name.clone()), 0)
            }
            Source::Input => {
                self.inputs.push((graph.name(value).to_owned(), len));
                (Buffer::Input(self.inputs.len() - 1), 0)
            }
            Source::Constant(fill) => {
                self.constants.push((*fill, len));
                (Buffer::Constant(self.constants.len() - 1), 0)
            }
            Source::Node { .. } => unreachable!("a live value is placed when its node is"),
        };
        Place {
            buffer,
            offset,
            len,
        }
    }

    /// Bytes that belong to this plan alone: activations, inputs, constants.
    pub fn own_bytes(&self) -> u64 {
        let words = self.pool.iter().copied();
        let words = words.chain(self.inputs.iter().map(|i| i.1));
        let words = words.chain(self.constants.iter().map(|c| c.1));
        // Where `usize` has 32 bits the sum may not fit it.
        words.map(|words| words as u64 * 4).sum()
    }

    /// Bytes of one reading.
    pub fn reading_bytes(&self) -> u64 {
        self.readings
            .iter()
            .map(|(_, place)| place.len as u64 * 4)
            .sum()
    }

    /// Bytes of the largest buffer, which an adapter may limit.
    pub fn largest_buffer_bytes(&self) -> u64 {
        let words = self
            .pool
            .iter()
            .copied()
            .chain(self.states.values().copied())
            .chain([self.layout.len])
            .max();
        words.unwrap_or(0) as u64 * 4
    }

    /// Index of an input buffer by name.
    pub fn input(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|i| i.0 == name)
    }
}

/// Nodes that lead to a reading, a parameter gradient, or a change of something that outlives the step, in order.
fn live_nodes(graph: &Graph, options: &CompileOptions) -> Vec<usize> {
    let mut wanted: HashSet<ValueId> = options
        .readings
        .iter()
        .chain(&options.parameter_gradients)
        .copied()
        .collect();
    let mut live = Vec::new();
    for (index, node) in graph.nodes.iter().enumerate().rev() {
        let changes_state = node.op.aliases().iter().any(|&(_, input)| {
            matches!(
                graph.source(node.inputs[input]),
                Source::State(_) | Source::Weights | Source::Gradients
            )
        });
        if changes_state || node.outputs.iter().any(|v| wanted.contains(v)) {
            live.push(index);
            wanted.extend(&node.inputs);
        }
    }
    live.reverse();
    live
}

/// The node after which a value's place is free. Values that are read back never end; an in-place op extends
/// the life of what it updates.
fn last_uses(graph: &Graph, live: &[usize], options: &CompileOptions) -> HashMap<ValueId, usize> {
    let mut last: HashMap<ValueId, usize> = HashMap::new();
    for &value in &options.readings {
        last.insert(value, usize::MAX);
    }
    for &index in live.iter().rev() {
        let node = &graph.nodes[index];
        for &input in &node.inputs {
            last.entry(input).or_insert(index);
        }
        for (output, input) in node.op.aliases() {
            let end = last.get(&node.outputs[output]).copied().unwrap_or(index);
            let of_input = last.entry(node.inputs[input]).or_insert(end);
            *of_input = (*of_input).max(end);
        }
    }
    last
}
