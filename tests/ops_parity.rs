//! Every op gives the same numbers on the CPU and on WebGPU (native Vulkan, Metal or DX12), forward and gradient.
//! `SEEDLING_OP=name` runs one op.
#![cfg(not(target_arch = "wasm32"))]

mod parity;

#[test]
fn cpu_and_webgpu_agree_on_every_op() {
    pollster::block_on(async {
        let device = parity::device().await;
        let filter = std::env::var("SEEDLING_OP").unwrap_or_default();
        parity::check(&device, &filter).await;
    });
}
