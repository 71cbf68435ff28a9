//! The adapter and device: asked for once, watched for loss and errors.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use super::pipelines::Pipelines;
use crate::plan::ExecutorError;

/// What to ask the browser or driver for.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeviceOptions {
    /// Stay on WebGPU's default limits even when the adapter offers more (tests prove that the default is enough).
    pub default_limits: bool,
}

/// Faults reported by the device outside any call, newest last.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub lost: Option<String>,
    pub errors: Vec<String>,
}

/// A WebGPU device and its queue.
#[derive(Clone, Debug)]
pub struct Device {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) faults: Arc<Mutex<Faults>>,
    /// Shared by its executors: a kernel is compiled once, whichever of them runs it.
    pub(super) pipelines: Rc<RefCell<Pipelines>>,
    /// The adapter's name as told; browsers may tell nothing.
    pub adapter_name: String,
    /// The adapter runs shaders on the CPU.
    pub is_software: bool,
    /// Largest storage binding and buffer, bytes.
    pub max_binding_bytes: u64,
}

impl Device {
    /// Acquires the best adapter.
    ///
    /// # Errors
    /// [`ExecutorError::NoAdapter`] when there is none, [`ExecutorError::Device`] when it gives no device.
    pub async fn acquire(options: DeviceOptions) -> Result<Self, ExecutorError> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::PRIMARY | wgpu::Backends::BROWSER_WEBGPU;
        let instance = wgpu::Instance::new(descriptor);
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..Default::default()
            })
            .await
            .map_err(|e| ExecutorError::NoAdapter(e.to_string()))?;
        let info = adapter.get_info();
        let offered = adapter.limits();
        let mut limits = wgpu::Limits::default();
        if !options.default_limits {
            limits.max_storage_buffer_binding_size = offered.max_storage_buffer_binding_size;
            limits.max_buffer_size = offered.max_buffer_size;
        }
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("seedling"),
                required_limits: limits.clone(),
                ..Default::default()
            })
            .await
            .map_err(|e| ExecutorError::Device(e.to_string()))?;
        let faults = Arc::new(Mutex::new(Faults::default()));
        let on_loss = faults.clone();
        device.set_device_lost_callback(move |reason, message| {
            if let Ok(mut faults) = on_loss.lock() {
                faults.lost = Some(if message.is_empty() {
                    format!("{reason:?}")
                } else {
                    message
                });
            }
        });
        let on_error = faults.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            if let Ok(mut faults) = on_error.lock() {
                faults.errors.push(error.to_string());
            }
        }));
        Ok(Self {
            is_software: info.device_type == wgpu::DeviceType::Cpu
                || info.name.to_ascii_lowercase().contains("swiftshader"),
            adapter_name: info.name,
            max_binding_bytes: limits
                .max_storage_buffer_binding_size
                .min(limits.max_buffer_size),
            device,
            queue,
            faults,
            pipelines: Rc::default(),
        })
    }

    /// Loses the device on purpose, as a driver reset would.
    pub fn destroy(&self) {
        self.device.destroy();
        // Natively the callback comes at the next poll.
        let _ = self.device.poll(wgpu::PollType::Poll);
    }

    /// Why the device cannot be used any more, once it cannot.
    pub fn lost(&self) -> Option<String> {
        self.faults.lock().ok().and_then(|f| f.lost.clone())
    }

    /// The first error nobody asked about: a bug in a kernel or the executor.
    pub fn error(&self) -> Option<String> {
        self.faults
            .lock()
            .ok()
            .and_then(|f| f.errors.first().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::GpuExecutor;
    use crate::plan::Executor;

    #[test]
    fn a_device_that_refused_a_command_is_as_good_as_lost() {
        let device = pollster::block_on(Device::acquire(DeviceOptions::default())).unwrap();
        let mut executor = GpuExecutor::new(device.clone());
        assert_eq!(executor.lost(), None);
        let descriptor = wgpu::BufferDescriptor {
            label: None,
            size: u64::MAX / 2,
            usage: wgpu::BufferUsages::STORAGE,
            mapped_at_creation: false,
        };
        drop(device.device.create_buffer(&descriptor));
        assert!(executor.lost().is_some());
        executor.retire();
        assert!(device.lost().is_some());
    }
}
