//! A computation as plain data: values with shapes, nodes with ops, parameters with places in one flat buffer.
//!
//! Shape letters used everywhere: B batch, T time, C channels, V vocabulary, H heads, D head size, E experts;
//! in matrix products M rows, N columns, K inner. Gradients are `d` + name.

mod autodiff;
mod error;
mod op;
mod unroll;

use std::sync::Arc;

pub use autodiff::{GradientContext, Gradients};
pub use error::GraphError;
pub use op::{Access, Binding, Constant, CpuContext, Globals, Launch, LaunchContext, Op, Shader};

/// What a tensor's 32-bit words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DType {
    F32,
    U32,
}

/// Words of the largest tensor, 2 GiB: more than WebGPU binds anywhere, and sizes below it, and sums of a few, fit 32 bits.
pub const MOST_WORDS: u64 = 1 << 29;

/// Shape and element type, row-major and dense.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TensorType {
    pub shape: Vec<usize>,
    pub dtype: DType,
}

impl TensorType {
    pub fn f32(shape: &[usize]) -> Self {
        Self {
            shape: shape.to_vec(),
            dtype: DType::F32,
        }
    }

    pub fn u32(shape: &[usize]) -> Self {
        Self {
            shape: shape.to_vec(),
            dtype: DType::U32,
        }
    }

    /// Elements (each one 32-bit word). No tensor of a graph has more than [`MOST_WORDS`].
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// [`TensorType::len`] of a shape that nobody has checked yet: where `usize` has 32 bits the product may not fit it.
    fn words(&self) -> u64 {
        let sizes = self.shape.iter().map(|&size| size as u64);
        sizes.fold(1, u64::saturating_mul)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Size of the last axis; 1 for a scalar.
    pub fn last(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// Product of all axes but the last.
    pub fn rows(&self) -> usize {
        self.len() / self.last().max(1)
    }
}

/// A value in a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub u32);

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Output `output` of node `node`.
    Node { node: usize, output: usize },
    /// Parameter `0`, an index into [`Graph::parameters`].
    Parameter(usize),
    /// The whole flat buffer of all parameters.
    Weights,
    /// The whole flat buffer of all parameter gradients, laid out as the parameters.
    Gradients,
    /// A buffer that outlives the step and is shared by every plan that names it (moments, key–value cache, cursor).
    State(String),
    /// Written by the host before a step.
    Input,
    /// Filled once with this number.
    Constant(f32),
}

#[derive(Clone, Debug)]
pub struct Value {
    pub name: String,
    pub ty: TensorType,
    pub source: Source,
}

/// One op applied to values.
#[derive(Clone, Debug)]
pub struct Node {
    pub op: Arc<dyn Op>,
    pub inputs: Vec<ValueId>,
    pub outputs: Vec<ValueId>,
}

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    Zeros,
    Ones,
    /// Normal with this standard deviation.
    Normal(f32),
    /// Uniform between minus this bound and it.
    Uniform(f32),
    /// `value` in the words `from..to`, zeros elsewhere: the bias of one gate among several.
    Span {
        from: usize,
        to: usize,
        value: f32,
    },
}

/// A trainable tensor.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub shape: Vec<usize>,
    pub init: Init,
    pub value: ValueId,
}

impl Parameter {
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which weight decay acts on it: by its shape, and by the last word of its name.
    pub fn group(&self) -> Group {
        let word = self.name.rsplit('.').next();
        if self.shape.len() < 2 {
            Group::Vectors
        } else if word.is_some_and(|word| Group::EMBEDDINGS.contains(&word)) {
            Group::Embeddings
        } else {
            Group::Matrices
        }
    }
}

/// Parameters that share a weight decay, in the order of the flat buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Matrices,
    /// Tables whose rows are looked up.
    Embeddings,
    /// Biases and gains.
    Vectors,
}

impl Group {
    pub const ALL: [Self; 3] = [Self::Matrices, Self::Embeddings, Self::Vectors];

    /// Names of tables: tokens, positions, segments, relative positions.
    const EMBEDDINGS: [&str; 4] = ["wte", "wpe", "segments", "relative"];
}

/// Alignment of parameters in the flat buffer, in words: 256 bytes, WebGPU's binding-offset alignment.
pub const PARAMETER_ALIGNMENT: usize = 64;

/// Name → place table of the flat parameter buffer. Groups follow each other, so that the optimizer needs two numbers to know
/// which decay acts where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterLayout {
    /// Offset in words of each parameter, in the order of [`Graph::parameters`].
    pub offsets: Vec<usize>,
    /// Words of the whole buffer, padding included.
    pub len: usize,
    /// Where each [`Group`] ends, in words.
    pub group_ends: [usize; 3],
}

/// A computation. Build it with [`Graph::push`]; nothing runs here.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub values: Vec<Value>,
    pub nodes: Vec<Node>,
    pub parameters: Vec<Parameter>,
    /// Prefix for the names of values made now, e.g. `h.3.attn`.
    pub scope: String,
}

impl Graph {
    pub fn new() -> Self {
        Self::default()
    }

    fn value(&mut self, name: String, ty: TensorType, source: Source) -> ValueId {
        self.values.push(Value { name, ty, source });
        ValueId(self.values.len() as u32 - 1)
    }

    pub fn ty(&self, value: ValueId) -> &TensorType {
        &self.values[value.0 as usize].ty
    }

    pub fn name(&self, value: ValueId) -> &str {
        &self.values[value.0 as usize].name
    }

    pub fn set_name(&mut self, value: ValueId, name: impl Into<String>) {
        self.values[value.0 as usize].name = name.into();
    }

    pub fn source(&self, value: ValueId) -> &Source {
        &self.values[value.0 as usize].source
    }

    /// A tensor the host writes before each step.
    pub fn input(&mut self, name: &str, ty: TensorType) -> ValueId {
        self.value(name.to_owned(), ty, Source::Input)
    }

    /// A buffer that outlives the step. The same name in two graphs is the same buffer.
    pub fn state(&mut self, name: &str, ty: TensorType) -> ValueId {
        self.value(name.to_owned(), ty, Source::State(name.to_owned()))
    }

    /// A tensor filled once with `fill`.
    pub fn constant(&mut self, name: &str, shape: &[usize], fill: f32) -> ValueId {
        self.value(
            name.to_owned(),
            TensorType::f32(shape),
            Source::Constant(fill),
        )
    }

    /// Whole numbers, all 0.
    pub fn zeros_u32(&mut self, name: &str, shape: &[usize]) -> ValueId {
        self.value(
            name.to_owned(),
            TensorType::u32(shape),
            Source::Constant(0.0),
        )
    }

    /// A trainable tensor. Names are unique within a graph; the same name again gives the same parameter.
    pub fn parameter(&mut self, name: &str, shape: &[usize], init: Init) -> ValueId {
        if let Some(known) = self.parameters.iter().find(|p| p.name == name) {
            return known.value;
        }
        let index = self.parameters.len();
        let value = self.value(
            name.to_owned(),
            TensorType::f32(shape),
            Source::Parameter(index),
        );
        self.parameters.push(Parameter {
            name: name.to_owned(),
            shape: shape.to_vec(),
            init,
            value,
        });
        value
    }

    /// Places of the parameters in the flat buffer.
    pub fn layout(&self) -> ParameterLayout {
        let mut layout = ParameterLayout {
            offsets: vec![0; self.parameters.len()],
            ..Default::default()
        };
        for (place, group) in Group::ALL.into_iter().enumerate() {
            for (index, parameter) in self.parameters.iter().enumerate() {
                if parameter.group() == group {
                    layout.offsets[index] = layout.len;
                    layout.len += parameter.len().next_multiple_of(PARAMETER_ALIGNMENT);
                }
            }
            layout.group_ends[place] = layout.len;
        }
        layout
    }

    /// The flat buffer of all parameters as one value of `layout().len` words.
    pub fn weights(&mut self) -> ValueId {
        let len = self.layout().len;
        self.value("weights".into(), TensorType::f32(&[len]), Source::Weights)
    }

    /// The flat buffer of all gradients as one value of `layout().len` words.
    pub fn gradients(&mut self) -> ValueId {
        let len = self.layout().len;
        self.value(
            "gradients".into(),
            TensorType::f32(&[len]),
            Source::Gradients,
        )
    }

    /// Applies an op; every output's shape is inferred here, so a wrong shape is found where it is made.
    pub fn push(
        &mut self,
        op: impl Op + 'static,
        inputs: &[ValueId],
    ) -> Result<Vec<ValueId>, GraphError> {
        self.push_arc(Arc::new(op), inputs)
    }

    /// [`Graph::push`] for an op with one output of interest: its first.
    pub fn apply(
        &mut self,
        op: impl Op + 'static,
        inputs: &[ValueId],
    ) -> Result<ValueId, GraphError> {
        Ok(self.push(op, inputs)?[0])
    }

    pub fn push_arc(
        &mut self,
        op: Arc<dyn Op>,
        inputs: &[ValueId],
    ) -> Result<Vec<ValueId>, GraphError> {
        let types: Vec<TensorType> = inputs.iter().map(|&v| self.ty(v).clone()).collect();
        let out = op.infer(&types).map_err(|reason| {
            GraphError::shape(
                op.name(),
                &self.scope,
                inputs
                    .iter()
                    .map(|&v| (self.name(v).to_owned(), self.ty(v).shape.clone())),
                reason,
            )
        })?;
        if let Some(ty) = out.iter().find(|ty| ty.words() > MOST_WORDS) {
            return Err(GraphError::TooLarge {
                op: op.name().to_owned(),
                scope: self.scope.clone(),
                shape: ty.shape.clone(),
                bytes: ty.words().saturating_mul(4),
            });
        }
        let node = self.nodes.len();
        let outputs: Vec<ValueId> = out
            .into_iter()
            .enumerate()
            .map(|(output, ty)| {
                let name = if self.scope.is_empty() {
                    format!("{}.{output}", op.name())
                } else {
                    format!("{}.{}.{output}", self.scope, op.name())
                };
                self.value(name, ty, Source::Node { node, output })
            })
            .collect();
        self.nodes.push(Node {
            op,
            inputs: inputs.to_vec(),
            outputs: outputs.clone(),
        });
        Ok(outputs)
    }

    /// Applies an elementwise op to `inputs[0]`, within the launch that made `inputs[0]` when that op knows how
    /// ([`Op::fuse`]) and nothing else has read the value yet; else as a node of its own.
    /// Only sound when no one will read the unfused value later, which the caller vouches for.
    pub fn push_fusing(
        &mut self,
        op: Arc<dyn Op>,
        inputs: &[ValueId],
    ) -> Result<ValueId, GraphError> {
        let first = inputs[0];
        if let &Source::Node { node, output } = self.source(first) {
            let is_read = self.nodes.iter().any(|n| n.inputs.contains(&first));
            let comes_before = |v: &ValueId| match self.source(*v) {
                Source::Node { node: maker, .. } => *maker < node,
                _ => true,
            };
            if !is_read
                && inputs[1..].iter().all(comes_before)
                && let Some(fused) = self.nodes[node].op.fuse(output, &*op)
            {
                let target = &mut self.nodes[node];
                target.op = fused;
                target.inputs.extend_from_slice(&inputs[1..]);
                return Ok(first);
            }
        }
        Ok(self.push_arc(op, inputs)?[0])
    }
}
