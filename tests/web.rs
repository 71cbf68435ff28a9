//! The engine in a real browser: every op's kernels compiled by the browser's own compiler and compared with the CPU, the
//! golden runs on WebGPU and on the CPU executor as WebAssembly. Run by `cargo xtask test web` in headless Chromium.
#![cfg(target_arch = "wasm32")]

mod parity;
mod reference;

use seedling::gpu::{Device, DeviceOptions, GpuExecutor};
use seedling::plan::CpuExecutor;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn cpu_and_webgpu_agree_on_every_op() {
    let device = parity::device().await;
    parity::check(&device, "").await;
}

#[wasm_bindgen_test]
async fn webgpu_repeats_run_s() {
    let device = software_device().await;
    reference::check(&mut GpuExecutor::new(device), "S", 22).await;
}

#[wasm_bindgen_test]
async fn webgpu_repeats_run_m() {
    let device = software_device().await;
    reference::check(&mut GpuExecutor::new(device), "M", 3).await;
}

#[wasm_bindgen_test]
async fn the_kernels_for_gpus_repeat_run_s() {
    let mut device = software_device().await;
    device.is_software = false;
    reference::check(&mut GpuExecutor::new(device), "S", 2).await;
}

#[wasm_bindgen_test]
async fn webassembly_repeats_run_s() {
    reference::check(&mut CpuExecutor::new(), "S", 60).await;
}

#[wasm_bindgen_test]
async fn webassembly_repeats_run_m() {
    reference::check(&mut CpuExecutor::new(), "M", 12).await;
}

/// A device on default limits whose kernels are the ones for software adapters, whatever the adapter is.
async fn software_device() -> Device {
    let options = DeviceOptions {
        default_limits: true,
    };
    let mut device = Device::acquire(options)
        .await
        .expect("these tests need a WebGPU adapter");
    device.is_software = true;
    device
}
