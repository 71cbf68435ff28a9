//! What every op provides: a shape rule, a CPU forward, a gradient rule, and its WebGPU launches.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::{GradientContext, Gradients, GraphError, TensorType};

/// Numbers that change from step to step without a new plan. The same bytes are the uniform `globals` in WGSL
/// (`shaders/lib/globals.wgsl`); both sides state the layout.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Globals {
    /// Training step, from 0: the counter of dropout's random stream.
    pub step: u32,
    /// Seed of dropout and sampling.
    pub seed: u32,
    pub learning_rate: f32,
    /// 1 − β₁ᵗ, t from 1.
    pub bias_correction1: f32,
    /// 1 − β₂ᵗ.
    pub bias_correction2: f32,
    /// Sampling temperature; 0 is greedy.
    pub temperature: f32,
    /// Keep the k most probable; 0 is off.
    pub top_k: u32,
    /// Keep the smallest set with at least this probability; 1 is off.
    pub top_p: f32,
    /// Tokens of the prompt: below this position the next token is given, not drawn.
    pub prompt_len: u32,
    /// Which of the micro-batches of an update it is, from 0.
    pub micro_batch: u32,
    pub reserved: [u32; 6],
}

const _: () = assert!(size_of::<Globals>() == 64);

impl Default for Globals {
    fn default() -> Self {
        Self {
            step: 0,
            seed: 0,
            learning_rate: 0.0,
            bias_correction1: 1.0,
            bias_correction2: 1.0,
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            prompt_len: 0,
            micro_batch: 0,
            reserved: [0; 6],
        }
    }
}

/// What a CPU forward may look at besides the numbers.
#[derive(Clone, Copy, Debug)]
pub struct CpuContext<'a> {
    pub globals: &'a Globals,
    pub inputs: &'a [TensorType],
    pub outputs: &'a [TensorType],
}

/// What a launch may depend on: shapes, and what the adapter offers.
#[derive(Clone, Copy, Debug)]
pub struct LaunchContext<'a> {
    pub inputs: &'a [TensorType],
    pub outputs: &'a [TensorType],
    /// The adapter runs shaders on the CPU: workgroup memory and barriers are slow there.
    pub is_software: bool,
}

/// A module-scope constant put before the shader's text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant {
    U32(u32),
    Bool(bool),
}

/// A compute shader: text, entry point, and the constants that specialise it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shader {
    /// Stem of the file in `shaders/`.
    pub name: &'static str,
    /// Library pieces and body, in order.
    pub sources: Vec<&'static str>,
    pub entry: &'static str,
    pub constants: Vec<(&'static str, Constant)>,
}

impl Shader {
    /// The WGSL text a device gets: constants, then the sources in order, short loops written out ([`super::unroll`]).
    pub fn text(&self) -> String {
        let mut text = String::from("const WORKGROUP: u32 = 256u;\n");
        for (name, constant) in &self.constants {
            text += &match constant {
                Constant::U32(value) => format!("const {name}: u32 = {value}u;\n"),
                Constant::Bool(value) => format!("const {name}: bool = {value};\n"),
            };
        }
        let count_of = |name: &str| {
            self.constants
                .iter()
                .find_map(|&(known, value)| match value {
                    Constant::U32(count) if known == name => Some(count),
                    _ => None,
                })
        };
        for source in &self.sources {
            text += &super::unroll::unroll(source, &count_of);
        }
        text
    }
}

/// How a launch uses a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    Read,
    ReadWrite,
}

/// Which tensor a binding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Input, read only.
    Input(usize),
    /// Output, read and written.
    Output(usize),
    /// An output that an earlier launch of the same op wrote, read only.
    OutputRead(usize),
}

impl Binding {
    pub fn access(self) -> Access {
        match self {
            Self::Input(_) | Self::OutputRead(_) => Access::Read,
            Self::Output(_) => Access::ReadWrite,
        }
    }
}

/// One dispatch. In WGSL, group 0: binding 0 is the uniform `params` (these words), binding 1 the uniform
/// `globals`, and from binding 2 on the storage buffers in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    pub shader: Shader,
    pub bindings: Vec<Binding>,
    /// At most [`Launch::MAX_PARAMS`] words.
    pub params: Vec<u32>,
    /// Workgroups in x, y, z, each at most 65,535.
    pub workgroups: [u32; 3],
}

impl Launch {
    /// Words of the uniform `params`.
    pub const MAX_PARAMS: usize = 32;
}

/// An operation on tensors. One file per op in `src/ops`, its row in `ops::ALL` makes the parity and gradient tests run on it.
pub trait Op: Any + Debug + Send + Sync {
    /// Short name, as the field says it.
    fn name(&self) -> &'static str;

    /// Output types, or why the inputs do not fit (the graph adds op, names and shapes).
    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String>;

    /// Computes every element of every output. An input that an output aliases is passed empty; its numbers
    /// are in the output's slice. `U32` tensors are the same words, read with `bytemuck::cast_slice`.
    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]);

    /// Pushes the nodes that compute the inputs' gradients from the outputs' ones. Required: an op without
    /// a gradient says so with [`Gradients::NotDifferentiable`].
    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError>;

    /// The dispatches that compute every output on WebGPU, within WebGPU's default limits.
    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch>;

    /// Floating-point operations of its products, a multiply-add counting 2; 0 for what only walks over its inputs.
    fn flops(&self, _inputs: &[TensorType]) -> u64 {
        0
    }

    /// (output, input) pairs that are the same memory: the op updates in place.
    fn aliases(&self) -> Vec<(usize, usize)> {
        Vec::new()
    }

    /// This op followed by the elementwise `next` on output `output`, in one launch, when it can. The inputs of
    /// `next` after its first become the last inputs of the fused op.
    fn fuse(&self, _output: usize, _next: &dyn Op) -> Option<Arc<dyn Op>> {
        None
    }
}
