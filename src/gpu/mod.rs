//! WebGPU: device, buffers, pipelines, and the executor that replays plans on them. Knows no model.

mod device;
mod executor;
mod held;
mod pipelines;
mod readback;

pub use device::{Device, DeviceOptions};
pub use executor::{GpuExecutor, STAGING_BUFFERS};
