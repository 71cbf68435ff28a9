//! What both executors can do. Asynchronous only where numbers come back.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::{Buffer, Plan};
use crate::graph::Globals;

/// A plan an executor has made ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlanId(pub usize);

/// Why an executor cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutorError {
    /// A buffer is larger than the adapter allows.
    TooLarge { needed: u64, limit: u64 },
    /// The device is gone (driver reset, sleep, another tab).
    DeviceLost(String),
    /// The device refused a shader or a command.
    Device(String),
    /// No adapter, with what the browser or driver said.
    NoAdapter(String),
}

impl fmt::Display for ExecutorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: f64 = 1024.0 * 1024.0;
        match self {
            Self::TooLarge { needed, limit } => write!(
                f,
                "a buffer of {:.1} MiB is needed, this device allows {:.1} MiB; lower batch, context or channels",
                *needed as f64 / MIB,
                *limit as f64 / MIB
            ),
            Self::DeviceLost(reason) => write!(f, "the GPU device was lost: {reason}"),
            Self::Device(reason) => write!(f, "the GPU device refused the work: {reason}"),
            Self::NoAdapter(reason) => write!(f, "no WebGPU adapter: {reason}"),
        }
    }
}

impl std::error::Error for ExecutorError {}

/// Numbers on their way back from the device.
pub type Reading = Pin<Box<dyn Future<Output = Result<Vec<f32>, ExecutorError>>>>;

/// What an executor has done and made since it was created; benches report differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    pub dispatches: u64,
    pub submits: u64,
    pub buffers_created: u64,
    pub bind_groups_created: u64,
    pub pipelines_created: u64,
    pub readback_bytes: u64,
    /// Bytes of the buffers that stand at this moment, readings on their way included.
    pub live_bytes: u64,
}

/// Replays plans. Buffers that outlive a plan (weights, gradients, states) are shared by all plans of one executor.
pub trait Executor {
    /// Allocates what the plan needs, once. Weights and states that do not exist yet start as zeros.
    ///
    /// # Errors
    /// A buffer beyond the device's limits; a lost device.
    fn install(&mut self, plan: Plan) -> Result<PlanId, ExecutorError>;

    fn plan(&self, id: PlanId) -> &Plan;

    /// Frees what belongs to this plan alone. The id must not be used again.
    fn remove(&mut self, id: PlanId);

    /// Frees weights, gradients, states and every plan.
    fn clear(&mut self);

    /// Frees everything and gives the device back; the executor is not used again. In the browser a device that is only
    /// dropped keeps its memory until garbage is collected there.
    fn retire(&mut self) {
        self.clear();
    }

    /// Writes words into a buffer of a plan from word `offset` on. In order with runs: what is run later sees it.
    fn write(&mut self, id: PlanId, buffer: &Buffer, offset: usize, words: &[u32]);

    /// Runs the plan `repeats` times in one submit. With `read`, the plan's readings, concatenated in order, come
    /// back after the last repeat, from the same submit.
    fn run(&mut self, id: PlanId, globals: &Globals, repeats: u32, read: bool) -> Option<Reading>;

    /// Copies words out of a buffer.
    fn read(&mut self, id: PlanId, buffer: &Buffer, offset: usize, len: usize) -> Reading;

    fn statistics(&self) -> Statistics;

    /// Why the device cannot be used any more, once it cannot: it is gone, or it reported an error that nobody asked about
    /// (out of memory, a refused command), after which nothing it holds can be trusted.
    fn lost(&self) -> Option<String>;
}
