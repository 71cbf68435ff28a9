//! In a browser: what the page takes for granted. Run by `cargo xtask test web`.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A missing adapter fails; it never skips the tests that need one.
#[wasm_bindgen_test]
async fn there_is_a_webgpu_adapter() {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = instance
        .request_adapter(&wgpu::RequestAdapterOptions::default())
        .await
        .expect("a WebGPU adapter");
    console_log!("WebGPU adapter: {:?}", adapter.get_info());
}

/// The CPU executor is several times slower without it.
#[wasm_bindgen_test]
fn simd_is_compiled_in() {
    assert!(cfg!(target_feature = "simd128"));
}
