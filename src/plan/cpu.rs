//! The CPU executor: the same plans over plain vectors. The fallback where there is no WebGPU, and the reference for every kernel.

use std::collections::HashMap;
use std::future::ready;

use super::{Buffer, Executor, ExecutorError, Place, Plan, PlanId, Reading, Statistics};
use crate::graph::{CpuContext, Globals};

/// A place with its buffer resolved to an index into `CpuExecutor::buffers`.
#[derive(Clone, Copy, Debug)]
struct Span {
    buffer: usize,
    offset: usize,
    len: usize,
}

#[derive(Debug)]
struct Step {
    inputs: Vec<Span>,
    outputs: Vec<Span>,
}

#[derive(Debug)]
struct Installed {
    plan: Plan,
    steps: Vec<Step>,
    readings: Vec<Span>,
    own: HashMap<Buffer, usize>,
}

/// Runs plans on one thread.
#[derive(Debug, Default)]
pub struct CpuExecutor {
    /// Freed buffers leave an empty vector behind.
    buffers: Vec<Vec<f32>>,
    shared: HashMap<Buffer, usize>,
    plans: Vec<Option<Installed>>,
    statistics: Statistics,
}

impl CpuExecutor {
    pub fn new() -> Self {
        Self::default()
    }

    fn allocate(&mut self, len: usize, fill: f32) -> usize {
        self.statistics.buffers_created += 1;
        self.buffers.push(vec![fill; len]);
        self.buffers.len() - 1
    }

    fn installed(&self, id: PlanId) -> &Installed {
        self.plans[id.0]
            .as_ref()
            .expect("a removed plan is not used")
    }

    fn resolve(&self, own: &HashMap<Buffer, usize>, place: &Place) -> Span {
        Span {
            buffer: *own
                .get(&place.buffer)
                .or_else(|| self.shared.get(&place.buffer))
                .expect("every buffer of a plan is allocated when it is installed"),
            offset: place.offset,
            len: place.len,
        }
    }

    #[expect(
        unsafe_code,
        reason = "a node's inputs and outputs are disjoint stretches of the same buffers"
    )]
    fn run_once(&mut self, id: PlanId, globals: &Globals) {
        let installed = self.plans[id.0]
            .as_ref()
            .expect("a removed plan is not used");
        for (planned, step) in installed.plan.nodes.iter().zip(&installed.steps) {
            let aliases = planned.node.op.aliases();
            let is_aliased = |input: usize| aliases.iter().any(|a| a.1 == input);
            let base: Vec<*mut f32> = step
                .outputs
                .iter()
                .map(|s| self.buffers[s.buffer][s.offset..s.offset + s.len].as_mut_ptr())
                .collect();
            let inputs: Vec<&[f32]> = step
                .inputs
                .iter()
                .enumerate()
                .map(|(i, s)| {
                    if is_aliased(i) {
                        &[][..]
                    } else {
                        let slice = &self.buffers[s.buffer][s.offset..s.offset + s.len];
                        // SAFETY: the buffers are neither moved nor resized while the node runs, and `install`
                        // checked that no output overlaps a not aliased input or another output.
                        unsafe { std::slice::from_raw_parts(slice.as_ptr(), s.len) }
                    }
                })
                .collect();
            let mut outputs: Vec<&mut [f32]> = base
                .iter()
                .zip(&step.outputs)
                // SAFETY: as above; each range was bounds-checked when its pointer was taken.
                .map(|(&p, s)| unsafe { std::slice::from_raw_parts_mut(p, s.len) })
                .collect();
            let cx = CpuContext {
                globals,
                inputs: &planned.input_types,
                outputs: &planned.output_types,
            };
            planned.node.op.forward_cpu(&cx, &inputs, &mut outputs);
        }
        self.statistics.dispatches += installed.steps.len() as u64;
    }

    fn copy(&self, span: Span) -> &[f32] {
        &self.buffers[span.buffer][span.offset..span.offset + span.len]
    }
}

/// Fails on a plan whose memory places would let a node overwrite what it reads.
fn assert_disjoint(plan: &Plan, step: &Step, node: usize) {
    let overlaps = |a: &Span, b: &Span| {
        a.buffer == b.buffer && a.offset < b.offset + b.len && b.offset < a.offset + a.len
    };
    let planned = &plan.nodes[node];
    let aliases = planned.node.op.aliases();
    for (o, output) in step.outputs.iter().enumerate() {
        for (i, input) in step.inputs.iter().enumerate() {
            let is_alias = aliases.iter().any(|a| a.1 == i);
            assert!(
                is_alias || !overlaps(output, input),
                "{}: output {o} overlaps input {i}",
                planned.name
            );
        }
        for other in &step.outputs[o + 1..] {
            assert!(
                !overlaps(output, other),
                "{}: outputs overlap",
                planned.name
            );
        }
    }
}

impl Executor for CpuExecutor {
    fn install(&mut self, plan: Plan) -> Result<PlanId, ExecutorError> {
        let mut shared: Vec<(Buffer, usize)> = vec![(Buffer::Weights, plan.layout.len)];
        if plan.uses_gradients {
            shared.push((Buffer::Gradients, plan.layout.len));
        }
        shared.extend(
            plan.states
                .iter()
                .map(|(name, &len)| (Buffer::State(name.clone()), len)),
        );
        for (buffer, len) in shared {
            match self.shared.get(&buffer) {
                Some(&index) if self.buffers[index].len() < len => {
                    self.buffers[index].resize(len, 0.0);
                }
                Some(_) => {}
                None => {
                    let index = self.allocate(len, 0.0);
                    self.shared.insert(buffer, index);
                }
            }
        }
        let mut own = HashMap::new();
        for (slot, &len) in plan.pool.iter().enumerate() {
            own.insert(Buffer::Pool(slot), self.allocate(len, 0.0));
        }
        for (slot, (_, len)) in plan.inputs.iter().enumerate() {
            own.insert(Buffer::Input(slot), self.allocate(*len, 0.0));
        }
        for (slot, &(fill, len)) in plan.constants.iter().enumerate() {
            own.insert(Buffer::Constant(slot), self.allocate(len, fill));
        }
        let steps: Vec<Step> = plan
            .nodes
            .iter()
            .map(|n| Step {
                inputs: n.inputs.iter().map(|p| self.resolve(&own, p)).collect(),
                outputs: n.outputs.iter().map(|p| self.resolve(&own, p)).collect(),
            })
            .collect();
        for (node, step) in steps.iter().enumerate() {
            assert_disjoint(&plan, step, node);
        }
        let readings = plan
            .readings
            .iter()
            .map(|(_, place)| self.resolve(&own, place))
            .collect();
        self.plans.push(Some(Installed {
            plan,
            steps,
            readings,
            own,
        }));
        Ok(PlanId(self.plans.len() - 1))
    }

    fn plan(&self, id: PlanId) -> &Plan {
        &self.installed(id).plan
    }

    fn remove(&mut self, id: PlanId) {
        if let Some(installed) = self.plans[id.0].take() {
            for index in installed.own.into_values() {
                self.buffers[index] = Vec::new();
            }
        }
    }

    fn clear(&mut self) {
        self.plans.clear();
        self.shared.clear();
        self.buffers.clear();
    }

    fn write(&mut self, id: PlanId, buffer: &Buffer, offset: usize, words: &[u32]) {
        let place = Place {
            buffer: buffer.clone(),
            offset,
            len: words.len(),
        };
        let span = self.resolve(&self.installed(id).own, &place);
        self.buffers[span.buffer][offset..offset + words.len()]
            .copy_from_slice(bytemuck::cast_slice(words));
    }

    fn run(&mut self, id: PlanId, globals: &Globals, repeats: u32, read: bool) -> Option<Reading> {
        for _ in 0..repeats {
            self.run_once(id, globals);
        }
        self.statistics.submits += 1;
        if !read {
            return None;
        }
        let installed = self.installed(id);
        let numbers: Vec<f32> = installed
            .readings
            .iter()
            .flat_map(|&span| self.copy(span).iter().copied())
            .collect();
        self.statistics.readback_bytes += numbers.len() as u64 * 4;
        Some(Box::pin(ready(Ok(numbers))))
    }

    fn read(&mut self, id: PlanId, buffer: &Buffer, offset: usize, len: usize) -> Reading {
        let place = Place {
            buffer: buffer.clone(),
            offset,
            len,
        };
        let span = self.resolve(&self.installed(id).own, &place);
        self.statistics.readback_bytes += len as u64 * 4;
        Box::pin(ready(Ok(self.copy(span).to_vec())))
    }

    fn statistics(&self) -> Statistics {
        let words: usize = self.buffers.iter().map(Vec::len).sum();
        Statistics {
            live_bytes: words as u64 * 4,
            ..self.statistics
        }
    }

    fn lost(&self) -> Option<String> {
        None
    }
}
