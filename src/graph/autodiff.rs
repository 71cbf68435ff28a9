//! Reverse-mode differentiation: appends the nodes that compute the gradients of a loss.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Graph, GraphError, Op, Source, ValueId};

/// What a gradient rule answers.
#[derive(Debug)]
pub enum Gradients {
    /// One entry per input; `None` where the input needs none (ids, masks).
    Inputs(Vec<Option<ValueId>>),
    /// The op has no gradient, with the reason.
    NotDifferentiable(&'static str),
}

/// What a gradient rule sees: its node, and the graph to append to.
#[derive(Debug)]
pub struct GradientContext<'a> {
    pub graph: &'a mut Graph,
    pub inputs: &'a [ValueId],
    pub outputs: &'a [ValueId],
    /// Gradient of each output; `None` when the loss does not depend on it.
    pub d_outputs: &'a [Option<ValueId>],
    /// Whether an elementwise op on `d_outputs[0]` may change the node that made it: nobody else holds it.
    pub is_sole_holder: bool,
}

impl GradientContext<'_> {
    /// Gradient of the first output.
    ///
    /// # Errors
    /// When the loss depends only on another output, which no rule in `ops` supports.
    pub fn d_first(&self, op: &str) -> Result<ValueId, GraphError> {
        self.d_outputs[0].ok_or_else(|| GraphError::NotDifferentiable {
            op: op.to_owned(),
            reason: "the loss uses a saved output, not the result".to_owned(),
        })
    }

    pub fn push(
        &mut self,
        op: impl Op + 'static,
        inputs: &[ValueId],
    ) -> Result<Vec<ValueId>, GraphError> {
        self.graph.push(op, inputs)
    }

    pub fn apply(
        &mut self,
        op: impl Op + 'static,
        inputs: &[ValueId],
    ) -> Result<ValueId, GraphError> {
        self.graph.apply(op, inputs)
    }

    /// Applies an elementwise op to the gradient `inputs[0]`, inside the node that made it when that is sound.
    pub fn apply_fusing(
        &mut self,
        op: impl Op + 'static,
        inputs: &[ValueId],
    ) -> Result<ValueId, GraphError> {
        if self.is_sole_holder {
            self.graph.push_fusing(Arc::new(op), inputs)
        } else {
            self.graph.apply(op, inputs)
        }
    }
}

impl Graph {
    /// Appends the backward nodes of `loss` (one number). Gives every parameter's gradient, in the order of
    /// [`Graph::parameters`]. `sum` is the op that adds two tensors, used where a value is read more than once
    /// (the graph itself knows no op).
    ///
    /// # Errors
    /// A loss that is not one number, an op without gradient on the way, a parameter without gradient.
    pub fn differentiate(
        &mut self,
        loss: ValueId,
        sum: &Arc<dyn Op>,
    ) -> Result<Vec<ValueId>, GraphError> {
        if self.ty(loss).len() != 1 {
            return Err(GraphError::LossNotScalar {
                shape: self.ty(loss).shape.clone(),
            });
        }
        let one = self.constant("dloss", &[1], 1.0);
        let gradients = self.differentiate_from(&[(loss, one)], sum)?;
        self.parameters
            .iter()
            .map(|parameter| {
                gradients
                    .get(&parameter.value)
                    .copied()
                    .ok_or_else(|| GraphError::NoGradient {
                        parameter: parameter.name.clone(),
                    })
            })
            .collect()
    }

    /// Appends the backward nodes given gradients of some values. Gives the gradient of every value it reached
    /// that is still the whole gradient at the end: parameters, inputs, constants.
    pub fn differentiate_from(
        &mut self,
        seeds: &[(ValueId, ValueId)],
        sum: &Arc<dyn Op>,
    ) -> Result<HashMap<ValueId, ValueId>, GraphError> {
        let mut gradients: HashMap<ValueId, ValueId> = seeds.iter().copied().collect();
        let scope = std::mem::take(&mut self.scope);
        for index in (0..self.nodes.len()).rev() {
            let node = self.nodes[index].clone();
            let d_outputs: Vec<Option<ValueId>> = node
                .outputs
                .iter()
                .map(|v| gradients.get(v).copied())
                .collect();
            let Some(&d_some) = d_outputs.iter().flatten().next() else {
                continue;
            };
            for output in &node.outputs {
                gradients.remove(output);
            }
            let first_new = self.nodes.len();
            let is_sole_holder = !gradients.values().any(|&held| held == d_some);
            self.scope = self
                .name(node.outputs[0])
                .rsplit_once('.')
                .map_or(String::new(), |(stem, _)| format!("d.{stem}"));
            let rule = node.op.gradient(&mut GradientContext {
                graph: self,
                inputs: &node.inputs,
                outputs: &node.outputs,
                d_outputs: &d_outputs,
                is_sole_holder,
            })?;
            let d_inputs = match rule {
                Gradients::Inputs(list) => list,
                Gradients::NotDifferentiable(reason) => {
                    return Err(GraphError::NotDifferentiable {
                        op: node.op.name().to_owned(),
                        reason: reason.to_owned(),
                    });
                }
            };
            for (position, (&input, d_input)) in node.inputs.iter().zip(&d_inputs).enumerate() {
                let Some(d_input) = *d_input else { continue };
                let is_shared = d_inputs
                    .iter()
                    .enumerate()
                    .any(|(other, d)| other != position && *d == Some(d_input));
                let total = match gradients.get(&input) {
                    None => d_input,
                    Some(&earlier) if self.is_made_since(d_input, first_new) && !is_shared => {
                        self.push_fusing(sum.clone(), &[d_input, earlier])?
                    }
                    Some(&earlier) => self.push_arc(sum.clone(), &[d_input, earlier])?[0],
                };
                gradients.insert(input, total);
            }
        }
        self.scope = scope;
        Ok(gradients)
    }

    fn is_made_since(&self, value: ValueId, first_node: usize) -> bool {
        matches!(self.source(value), Source::Node { node, .. } if *node >= first_node)
    }
}
