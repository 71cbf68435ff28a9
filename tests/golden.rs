//! The engine repeats PyTorch's training runs: losses and gradient norms, on the CPU and on WebGPU.
#![cfg(not(target_arch = "wasm32"))]

mod reference;

use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::plan::CpuExecutor;

#[test]
fn cpu_repeats_run_s() {
    pollster::block_on(reference::check(&mut CpuExecutor::new(), "S", 60));
}

#[test]
fn cpu_repeats_run_m() {
    pollster::block_on(reference::check(&mut CpuExecutor::new(), "M", 12));
}

fn on_webgpu(run: &str, steps: usize) {
    pollster::block_on(async {
        let options = DeviceOptions {
            default_limits: true,
        };
        let mut executor = GpuExecutor::acquire(options)
            .await
            .expect("these tests need a WebGPU adapter (install mesa-vulkan-drivers)");
        println!("adapter: {}", executor.device().adapter_name);
        reference::check(&mut executor, run, steps).await;
    });
}

#[test]
fn webgpu_repeats_run_s() {
    on_webgpu("S", 60);
}

#[test]
fn webgpu_repeats_run_m() {
    on_webgpu("M", 12);
}
