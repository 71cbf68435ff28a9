//! Errors of building a graph: which op, which tensors with which shapes, and why.

use std::fmt;

/// A graph that cannot be built or differentiated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphError {
    /// Shapes do not fit an op.
    Shape {
        op: String,
        scope: String,
        inputs: Vec<(String, Vec<usize>)>,
        reason: String,
    },
    /// A gradient was asked through an op that has none.
    NotDifferentiable { op: String, reason: String },
    /// A trainable parameter that the loss does not depend on.
    NoGradient { parameter: String },
    /// The loss must be a single number.
    LossNotScalar { shape: Vec<usize> },
    /// A tensor that no device can hold.
    TooLarge {
        op: String,
        scope: String,
        shape: Vec<usize>,
        bytes: u64,
    },
}

impl GraphError {
    pub(super) fn shape(
        op: &str,
        scope: &str,
        inputs: impl Iterator<Item = (String, Vec<usize>)>,
        reason: String,
    ) -> Self {
        Self::Shape {
            op: op.to_owned(),
            scope: scope.to_owned(),
            inputs: inputs.collect(),
            reason,
        }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape {
                op,
                scope,
                inputs,
                reason,
            } => {
                write!(f, "{op}")?;
                if !scope.is_empty() {
                    write!(f, " in {scope}")?;
                }
                write!(f, ": {reason}; got ")?;
                for (i, (name, shape)) in inputs.iter().enumerate() {
                    let separator = if i == 0 { "" } else { ", " };
                    write!(f, "{separator}{name} {shape:?}")?;
                }
                Ok(())
            }
            Self::NotDifferentiable { op, reason } => {
                write!(f, "{op} has no gradient: {reason}")
            }
            Self::NoGradient { parameter } => write!(
                f,
                "parameter {parameter} receives no gradient: the loss does not depend on it; remove it from the model or connect it"
            ),
            Self::TooLarge {
                op,
                scope,
                shape,
                bytes,
            } => write!(
                f,
                "{op} in {scope} would make a tensor {shape:?} of {:.1} GiB; lower batch, context or channels",
                *bytes as f64 / f64::from(1 << 30)
            ),
            Self::LossNotScalar { shape } => {
                write!(f, "a loss must be one number, this one has shape {shape:?}")
            }
        }
    }
}

impl std::error::Error for GraphError {}
