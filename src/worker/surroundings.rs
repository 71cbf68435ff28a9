//! What the workers need from where they run.

use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;

use crate::gpu::{Device, GpuExecutor};
use crate::plan::{CpuExecutor, Executor};
use crate::session::config::BackendChoice;
use crate::session::protocol::{DeviceInfo, Job};
use crate::session::reading::{Given, Want};

/// A future on the worker's own thread.
pub type Pending<T> = Pin<Box<dyn Future<Output = T>>>;

/// Hears how far long work has come: done, in all.
pub type Progress = Box<dyn Fn(u64, u64)>;

/// Makes one more executor on a device that is there already: with buffers of its own, freed by `clear`.
pub type Further = Rc<dyn Fn() -> Box<dyn Executor>>;

/// An executor with what the user should know of it.
pub struct Acquired {
    pub executor: Box<dyn Executor>,
    pub info: DeviceInfo,
    /// Largest buffer, bytes.
    pub max_buffer_bytes: u64,
    /// All buffers together, bytes, where that is known.
    pub max_total_bytes: Option<u64>,
    /// The WebGPU device, to lose it on purpose.
    pub device: Option<Device>,
    pub further: Further,
}

/// Executors on a WebGPU device.
pub(super) fn on_device(device: &Device) -> Further {
    let device = device.clone();
    Rc::new(move || Box::new(GpuExecutor::new(device.clone())))
}

/// Executors on the CPU.
pub(super) fn on_cpu() -> Further {
    Rc::new(|| Box::new(CpuExecutor::new()))
}

/// Clock and files: what either worker needs.
pub trait Outside {
    /// Seconds from any fixed moment.
    fn now_secs(&self) -> f64;

    /// The bytes of a text served beside the page, or why not. `progress` hears bytes so far and in all (0: unknown).
    fn fetch_text(&self, file: &str, progress: Progress) -> Pending<Result<Vec<u8>, String>>;

    /// Whether work of this kind that is under way is to be given up. Asked often, also in the midst of work that lets no
    /// message in.
    fn is_cancelled(&self, job: Job) -> bool {
        let _ = job;
        false
    }
}

/// What the engine needs besides: devices, and the reader.
pub trait Surroundings: Outside {
    /// The executor for a choice. [`BackendChoice::Auto`] never fails: without an adapter it gives the CPU and the reason.
    fn acquire(&self, choice: BackendChoice) -> Pending<Result<Acquired, String>>;

    /// What the reader makes, or why it does not. It tells the page of its progress by itself.
    fn ask_reader(&self, want: Want) -> Pending<Result<Given, String>>;

    /// Brings the code of [`super::later`], or says why it does not come, with the cure. A program on this machine has it.
    fn second_part(&self) -> Pending<Result<(), String>> {
        Box::pin(ready(Ok(())))
    }
}
